// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/noria-mlc/noria/ledger/money"
)

// PayView is the page a shop's code leads to.
//
// The payment is posted to /payer/{ID} with the field "cle" (the idempotency
// key). The amount and the shop are the request's own: the form cannot change
// them.
type PayView struct {
	Visitor   Visitor
	HTTP      int    // status of the answer; 0 is 200, 409 when a payment was refused
	ID        string // of the payment request, "prq_…"
	Code      string
	Merchant  string
	Amount    money.Amount
	Reference string
	Status    string // "open", "paid", "expired", "cancelled"
	CreatedAt time.Time
	ExpiresAt time.Time
	Now       time.Time
	Key       string       // idempotency key; needed when signed in and open
	Version   int64        // that the live topic gives to this state; 0 when not known
	Available money.Amount // of the visitor's wallet, before the payment
	Refusal   *Refusal     // of the attempt just made, nil otherwise
}

// Left is the time left to pay, as "1:42".
func (v PayView) Left() string { return Left(v.Now, v.ExpiresAt) }

// Enough says whether the wallet holds what is asked.
func (v PayView) Enough() bool { return v.Available >= v.Amount }

// After is what the wallet would hold after the payment.
func (v PayView) After() money.Amount { return v.Available - v.Amount }

// Missing is what the wallet lacks for the payment.
func (v PayView) Missing() money.Amount { return v.Amount - v.Available }

// CanPay says whether the page shows the button.
func (v PayView) CanPay() bool { return v.Status == "open" && v.Visitor.SignedIn() && v.Enough() }

// SignIn is the address of the sign-in page that comes back here.
func (v PayView) SignIn() string {
	return "/connexion?suite=" + url.QueryEscape("/payer/"+v.ID)
}

// Pay writes the page of a payer. It returns ErrView without an id or a known
// status, and where the button would lack its idempotency key.
func (r *Renderer) Pay(w http.ResponseWriter, v PayView) error {
	if v.ID == "" || !knownStatus(v.Status) || v.CanPay() && v.Key == "" {
		return fmt.Errorf("%w: pay", ErrView)
	}
	s := Sheet{Title: "pay.title", Class: "pay", Visitor: v.Visitor, View: v}
	if v.Status == "open" {
		s.Script, s.Imports = "pay.js", []string{"live.js", "countdown.js"}
	}
	return r.render(w, statusOr(v.HTTP, http.StatusOK), "pay", s)
}

// ReceiptView is the proof of a payment that was made.
type ReceiptView struct {
	Visitor   Visitor
	Payment   string // "pay_…"
	Merchant  string
	Amount    money.Amount
	Reference string
	At        time.Time
	MatchCode string // two digits, the same as on the shop's screen
	Balance   money.Amount
	Replayed  bool // the form was sent again: the payment was made before, once
}

// Receipt writes the receipt of a payment. It returns ErrView without the
// payment's id: there is no receipt of what is not booked.
func (r *Renderer) Receipt(w http.ResponseWriter, v ReceiptView) error {
	if v.Payment == "" {
		return fmt.Errorf("%w: receipt", ErrView)
	}
	return r.render(w, http.StatusOK, "receipt", Sheet{Title: "receipt.paid", Class: "receipt", Visitor: v.Visitor, View: v})
}
