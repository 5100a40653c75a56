// SPDX-License-Identifier: AGPL-3.0-or-later

package pay

import (
	"net/http"
	"time"

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

// askedView is the page that a shop's code leads to. The form is posted to
// /payer/{ID} with "cle" and leads to the page of an intent; a browser with
// modules goes there by itself. Amount and payee are the request's own.
type askedView struct {
	ID        string // of the payment request, "prq_…"
	Code      string
	Payee     string
	Amount    money.Amount
	Reference string
	Status    string // "open", "paid", "expired", "cancelled"
	CreatedAt time.Time
	ExpiresAt time.Time
	Now       time.Time
	Key       string
	Version   int64        // that the live topic gives to this state
	Available money.Amount // of the visitor's wallet
	Refusal   *page.Refusal
}

// Left is the time left to pay, as "1:42".
func (v askedView) Left() string { return page.Left(v.Now, v.ExpiresAt) }

// Enough says whether the wallet holds what is asked.
func (v askedView) Enough() bool { return v.Available >= v.Amount }

// Missing is what the wallet lacks.
func (v askedView) Missing() money.Amount { return v.Amount - v.Available }

// Goes says whether a browser with modules goes on by itself.
func (v askedView) Goes() bool { return v.Refusal == nil }

func (v askedView) sheet() page.Sheet {
	s := page.Sheet{Template: "pay/asked", Title: "pay.title", Class: "pay", View: v}
	if v.Status == string(merchant.Open) {
		s.Script, s.Imports = "pay.js", payModules()
	}
	return s
}

// payModules are what the module of these pages imports.
func payModules() []string { return page.Modules("countdown.js", "passkey.js") }

// asked shows what a shop's code leads to. It writes nothing: programs that look
// at links before people do make no intents.
func (c pay) asked(w http.ResponseWriter, r *http.Request) error {
	a, request, err := c.request(r)
	if err != nil {
		return err
	}
	return c.showAsked(w, r, 0, a, request, askedView{})
}

// request reads the payment request of the path, for the visitor.
func (c pay) request(r *http.Request) (access.Actor, merchant.PaymentRequest, error) {
	a, err := site.Actor(r)
	if err != nil {
		return a, merchant.PaymentRequest{}, err
	}
	var id merchant.RequestID
	if id.UnmarshalText([]byte(r.PathValue("id"))) != nil || id.IsZero() {
		return a, merchant.PaymentRequest{}, fault.ErrMissing
	}
	request, err := c.Merchant.PaymentRequest(r.Context(), a, id)
	return a, request, err
}

func (c pay) showAsked(w http.ResponseWriter, r *http.Request, status int, a access.Actor, request merchant.PaymentRequest, v askedView) error {
	if payer := site.WalletOf(a); payer != (ident.Holder{}) {
		held, err := c.Ledger.Holding(r.Context(), payer)
		if err != nil {
			return err
		}
		v.Available = held.Available
	}
	v.ID, v.Code, v.Payee, v.Amount, v.Reference = request.ID.String(), request.Code, request.Merchant.Name, request.Amount, request.Reference
	v.Status, v.CreatedAt, v.ExpiresAt, v.Now, v.Version = string(request.Status), request.CreatedAt, request.ExpiresAt, c.Now(), request.Version()
	v.Key = c.NewKey()
	return c.Show(w, r, status, v.sheet())
}

// accept makes the intent of a request; nothing moves. The form sent twice leads
// to one intent.
func (c pay) accept(w http.ResponseWriter, r *http.Request) error {
	p, err := api.Present(r.Context())
	if err != nil {
		return err
	}
	a, request, err := c.request(r)
	if err != nil {
		return err
	}
	i, _, err := c.Confirm.Prepare(r.Context(), p, site.FormKey(r), confirm.Wish{Kind: confirm.Request, Request: request.ID, Amount: request.Amount})
	if err == nil {
		http.Redirect(w, r, intentPath(i.Intent), http.StatusSeeOther)
		return nil
	}
	status, refusal, err := c.Refused(w, r, err)
	if err != nil {
		return err
	}
	return c.showAsked(w, r, status, a, request, askedView{Refusal: refusal})
}
