// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger/money"
)

// TillView is the form that asks for an amount, and the last payments.
//
// The form is posted to /caisse with the fields "montant" (as typed, for
// locale.ParseAmount), "reference" and "cle" (the idempotency key).
type TillView struct {
	Visitor      Visitor
	Status       int    // of the answer; 0 is 200, 422 when the form comes back
	MerchantID   string // "mer_…"
	Merchant     string // displayed name of the shop
	Key          string // idempotency key of this form, made by the server
	Entered      string // the amount as typed, when the form comes back
	Reference    string // the reference as typed, when the form comes back
	Problem      string // sentence beside the amount when it was refused, "" otherwise
	Payments     []TillPayment
	PaymentsSeq  int64 // journal sequence up to which Payments is complete
	TotalOfToday money.Amount
	CountOfToday int
	At           time.Time
}

// TillPayment is a payment received, as a cashier sees it.
type TillPayment struct {
	At        time.Time
	Amount    money.Amount
	MatchCode string // two digits
}

// Till writes the page of a till. It returns ErrView without a merchant's id or
// an idempotency key.
func (r *Renderer) Till(w http.ResponseWriter, v TillView) error {
	if v.MerchantID == "" || v.Key == "" {
		return fmt.Errorf("%w: till", ErrView)
	}
	return r.render(w, statusOr(v.Status, http.StatusOK), "till", Sheet{
		Title: "till.title", Section: "till", Class: "till", Visitor: v.Visitor, View: v,
		Script: "till.js", Imports: Modules("sound.js"),
	})
}

// RequestView is one payment request as the shop's counter shows it.
//
// Its cancellation is posted to /caisse/{ID}/annulation with the field "cle".
type RequestView struct {
	Visitor   Visitor
	ID        string // "prq_…"
	Code      string // short code to type where no camera is at hand
	Merchant  string
	Amount    money.Amount
	Reference string
	Status    string // "open", "paid", "expired", "cancelled"
	CreatedAt time.Time
	ExpiresAt time.Time
	Now       time.Time // by the server's clock
	QR        string    // address of the code's picture on this site
	URL       string    // address the code leads to
	Key       string    // idempotency key of the cancellation form
	Version   int64     // that the live topic gives to this state; 0 when not known
	MatchCode string    // when paid: two digits
	PaidAt    time.Time // when paid
	Payer     string    // when paid: first name of the payer, "" to show none
}

// Request writes the counter's view of a payment request. It returns ErrView
// without an id, or with a status or a picture address it does not know.
func (r *Renderer) Request(w http.ResponseWriter, v RequestView) error {
	if v.ID == "" || !knownStatus(v.Status) || v.Status == "open" && (!strings.HasPrefix(v.QR, "/") || v.Key == "") {
		return fmt.Errorf("%w: request", ErrView)
	}
	s := Sheet{
		Title: "request.title", Section: "till", Class: "request", Visitor: v.Visitor, View: v,
		Script: "request.js", Imports: Modules("sound.js", "countdown.js"),
	}
	switch v.Status {
	case "open":
		s.Refresh = 3
	case "paid":
		s.Class = "request paid"
	}
	return r.render(w, http.StatusOK, "request", s)
}

// Left is the time left to pay, as "1:42".
func (v RequestView) Left() string { return left(v.Now, v.ExpiresAt) }

// left writes the time between two instants in minutes and seconds, never less
// than nothing.
func left(now, end time.Time) string {
	seconds := max(0, int((end.Sub(now)+time.Second-1)/time.Second))
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

// knownStatus says whether a payment request can be in this status.
func knownStatus(status string) bool {
	switch status {
	case "open", "paid", "expired", "cancelled":
		return true
	}
	return false
}

// statusOr is the status asked for, or another when none was.
func statusOr(status, other int) int {
	if status == 0 {
		return other
	}
	return status
}
