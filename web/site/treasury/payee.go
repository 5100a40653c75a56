// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
)

func payeePath(id conversion.PayoutAccountID) string {
	return "/tresorerie/comptes-de-versement/" + id.String()
}

// payeeView is an account that staff wrote, as a second person reads it before
// approving. Most of its number is hidden: whoever approves reads it on the bank's
// certificate, not here (D9).
type payeeView struct {
	Path          string
	Who           party
	IBAN, BIC     string // the number masked
	Name, Status  string
	By            party
	At, From      time.Time // From is zero unless it holds later
	Own, Approves bool
	Typed, Bad    string // the number as the second person read it
	Form          typed
}

// StatusKind is the shape of the status.
func (v payeeView) StatusKind() string {
	switch conversion.PayoutAccountStatus(v.Status) {
	case conversion.AccountEffective:
		return "done"
	case conversion.AccountReplaced:
		return "ended"
	}
	return "wait"
}

func (v payeeView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/payee", Title: "payee.title", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

func payeeID(r *http.Request) (conversion.PayoutAccountID, error) {
	var at conversion.PayoutAccountID
	if err := at.UnmarshalText([]byte(r.PathValue("id"))); err != nil || at.IsZero() {
		return at, fault.ErrMissing
	}
	return at, nil
}

func (t treasury) payoutAccount(w http.ResponseWriter, r *http.Request) error {
	return t.showPayee(w, r, payeeView{})
}

func (t treasury) showPayee(w http.ResponseWriter, r *http.Request, v payeeView) error {
	a, tabs, err := t.visit(r, "approvals")
	if err != nil {
		return err
	}
	at, err := payeeID(r)
	if err != nil {
		return err
	}
	x, err := t.Conversion.PayoutAccount(r.Context(), a, at)
	if err != nil {
		return err
	}
	v.Path, v.IBAN, v.BIC, v.Name, v.Status, v.At, v.Form = payeePath(at), x.Masked().IBAN, x.BIC, x.Name, string(x.Status), x.SetAt, t.again(v.Form)
	if x.Status == conversion.AccountDelayed {
		v.From = x.EffectiveAt
	}
	v.Own, v.Approves = x.SetBy() == a.ID, x.Status == conversion.AccountProposed && may(a, access.PayoutAccountApprove)
	if v.Who, err = t.named(r, x.Holder, "redemption"); err != nil {
		return err
	}
	if v.By, err = t.doer(r.Context(), x.SetBy()); err != nil {
		return err
	}
	return t.Show(w, r, v.Form.Status, v.sheet(tabs))
}

// approvePayee approves the account with the number that the second person read.
func (t treasury) approvePayee(w http.ResponseWriter, r *http.Request) error {
	if _, _, err := t.visit(r, "approvals"); err != nil {
		return err
	}
	at, err := payeeID(r)
	if err != nil {
		return err
	}
	v := payeeView{Typed: strings.TrimSpace(r.PostFormValue("iban")), Form: t.read(r)}
	if v.Typed == "" {
		v.Form.Status = http.StatusUnprocessableEntity
		if v.Bad, err = t.Say(r, "payee.iban-missing"); err != nil {
			return err
		}
		return t.showPayee(w, r, v)
	}
	a, err := t.Proven(r)
	if err == nil {
		err = t.tellAndApprove(r, a, v.Form.Key, conversion.ApprovePayoutAccountInput{Account: at, IBAN: v.Typed})
	}
	return t.Concluded(w, r, err, payeePath(at), payeePath(at), func(status int, refusal *page.Refusal) error {
		v.Form.Status, v.Form.Refusal = status, refusal
		if errors.Is(err, conversion.ErrIBANDiffers) {
			v.Form.Status, v.Form.Refusal = http.StatusUnprocessableEntity, nil
			var unsaid error
			if v.Bad, unsaid = t.Say(r, "payee.iban-differs"); unsaid != nil {
				return unsaid
			}
		}
		return t.showPayee(w, r, v)
	})
}

// tellAndApprove approves the account, with the letters about it (D10).
func (t treasury) tellAndApprove(r *http.Request, a access.Actor, key string, in conversion.ApprovePayoutAccountInput) error {
	var tell conversion.Tell
	if t.Notice != nil {
		var err error
		if tell, err = t.Notice(r.Context(), problem.Speaks(r.Context())); err != nil {
			return err
		}
	}
	_, _, err := t.Runs.ApproveAccount(r.Context(), a, key, in, tell)
	return err
}
