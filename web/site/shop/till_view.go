// SPDX-License-Identifier: AGPL-3.0-or-later

package shop

import (
	"time"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
)

// tillView is the form that asks for an amount, and the last payments.
//
// The form is posted to /caisse with the fields "montant" (as typed, for
// locale.ParseAmount), "reference" and "cle" (the idempotency key).
type tillView struct {
	frame
	MerchantID   string // "mer_…"
	Key          string // idempotency key of this form, made by the server
	Entered      string // the amount as typed, when the form comes back
	Reference    string // the reference as typed, when the form comes back
	Problem      string // sentence beside the amount when it was refused, "" otherwise
	Payments     []tillPayment
	PaymentsSeq  int64 // journal sequence up to which Payments is complete
	TotalOfToday money.Amount
	CountOfToday int
	At           time.Time
}

// tillPayment is a payment received, as a cashier sees it.
type tillPayment struct {
	ID        string // "pay_…"
	At        time.Time
	Amount    money.Amount
	MatchCode string // two digits
}

// sheet is the page of a till.
func (v tillView) sheet() page.Sheet {
	s := v.frame.sheet("till", v)
	s.Script, s.Imports = "till.js", page.Modules("sound.js")
	return s
}
