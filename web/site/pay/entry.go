// SPDX-License-Identifier: AGPL-3.0-or-later

package pay

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/confirm"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// entryView asks whom to pay and how much. The form is posted to /payer with "a",
// "montant", "message" and "cle"; the amount is never filled in beforehand.
type entryView struct {
	Key            string
	To, ToProblem  string
	Shop           string // name behind the code of an address, "" where it names none
	Amount         string // as it was typed
	AmountProblem  string
	Message        string
	MessageProblem string
	Beneficiaries  []beneficiary
	Refusal        *page.Refusal
	Available      money.Amount
}

// beneficiary is somebody whom the payer pays again.
type beneficiary struct{ Name, Path string }

func (v entryView) sheet() page.Sheet {
	return page.Sheet{Template: "pay/entry", Title: "pay.title", Section: "wallet", Class: "pay", View: v, Script: "scan.js"}
}

// entry asks whom to pay; "a" in the address, as stickers have it, names the
// payee.
func (c pay) entry(w http.ResponseWriter, r *http.Request) error {
	return c.showEntry(w, r, 0, entryView{To: r.URL.Query().Get("a")})
}

func (c pay) showEntry(w http.ResponseWriter, r *http.Request, status int, v entryView) error {
	a, err := site.Actor(r)
	if err != nil {
		return err
	}
	payer, _, err := c.Merchant.Payer(r.Context(), a, ident.Wallet{})
	if err != nil {
		return err
	}
	held, err := c.Ledger.Holding(r.Context(), payer)
	if err != nil {
		return err
	}
	v.Available = held.Available
	if v.Key == "" {
		v.Key = c.NewKey()
	}
	if v.To != "" && v.ToProblem == "" {
		// The code of a shop hangs in its window; nobody else's name is told here,
		// before an intent that counts (rule D2).
		m, err := c.Merchant.MerchantByCode(r.Context(), v.To)
		if err != nil && fault.As(err) == nil {
			return err
		}
		v.Shop = m.Name
	}
	if v.Beneficiaries, err = c.beneficiaries(r, a, payer); err != nil {
		return err
	}
	return c.Show(w, r, status, v.sheet())
}

// beneficiaries are those whom the payer keeps, for whoever may read them.
func (c pay) beneficiaries(r *http.Request, a access.Actor, payer ident.Holder) ([]beneficiary, error) {
	if access.Allow(a, access.BeneficiaryRead, payer) != nil {
		return nil, nil
	}
	kept, err := c.Merchant.Beneficiaries(r.Context(), a, payer)
	var list []beneficiary
	for _, k := range kept {
		b := beneficiary{Name: k.Label, Path: "/payer?a=" + url.QueryEscape(k.Handle)}
		if b.Name == "" {
			b.Name = k.Name
		}
		list = append(list, b)
	}
	return list, err
}

// prepare makes the intent of what was typed; nothing moves.
func (c pay) prepare(w http.ResponseWriter, r *http.Request) error {
	p, err := api.Present(r.Context())
	if err != nil {
		return err
	}
	v := entryView{Key: site.FormKey(r), To: r.PostFormValue("a"), Amount: r.PostFormValue("montant"), Message: r.PostFormValue("message")}
	to := c.payee(v.To)
	if path, ok := strings.CutPrefix(to, "/payer/"); ok { // a request was pasted whole
		http.Redirect(w, r, "/payer/"+url.PathEscape(path), http.StatusSeeOther)
		return nil
	}
	amount, advice, err := c.Amount(r, "montant")
	if err != nil {
		return err
	}
	v.AmountProblem = advice
	if to == "" {
		if v.ToProblem, err = c.Say(r, "pay.to-missing"); err != nil {
			return err
		}
	}
	if v.AmountProblem != "" || v.ToProblem != "" {
		return c.showEntry(w, r, http.StatusUnprocessableEntity, v)
	}
	i, _, err := c.Confirm.Prepare(r.Context(), p, v.Key, confirm.Wish{Kind: confirm.Payment, To: to, Amount: amount, Message: strings.TrimSpace(v.Message)})
	if err == nil {
		http.Redirect(w, r, intentPath(i.Intent), http.StatusSeeOther)
		return nil
	}
	return c.refusePrepare(w, r, v, err)
}

// refusePrepare shows the form with what was typed and why nothing came of it,
// beside the field where it is about one.
func (c pay) refusePrepare(w http.ResponseWriter, r *http.Request, v entryView, refused error) error {
	if errors.Is(refused, access.ErrForbidden) {
		return refused
	}
	v.Key = c.NewKey() // what is corrected is another wish
	status, refusal, err := c.Refused(w, r, refused)
	if err != nil {
		return err
	}
	switch {
	case errors.Is(refused, merchant.ErrPayeeUnknown), errors.Is(refused, merchant.ErrSameWallet):
		v.ToProblem = refusal.Title
	case points(refused, "/message"):
		v.MessageProblem, err = c.Say(r, "pay.message-bad")
	case points(refused, "/amount"):
		v.AmountProblem, err = c.Say(r, "amount.missing")
	}
	if err != nil {
		return err
	}
	v.Refusal = refusal
	return c.showEntry(w, r, status, v)
}

// payee reads what was typed, pasted or scanned: a number or a code in groups, or
// the address of one of this site's own codes.
func (c pay) payee(typed string) string {
	typed = strings.TrimSpace(typed)
	if at, err := url.Parse(typed); err == nil && site.Origin(typed) == site.Origin(c.BaseURL) {
		if to := at.Query().Get("a"); to != "" {
			return to
		}
		return at.Path
	}
	return strings.Join(strings.Fields(typed), "")
}

// points says whether a refusal is about a field.
func points(err error, pointer string) bool {
	f := fault.As(err)
	if f == nil {
		return false
	}
	for _, field := range f.Fields {
		if field.Pointer == pointer {
			return true
		}
	}
	return false
}

// Ready says whether the payee is there and the amount comes next.
func (v entryView) Ready() bool { return v.To != "" && v.ToProblem == "" }
