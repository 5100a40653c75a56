// SPDX-License-Identifier: AGPL-3.0-or-later

package shop

import (
	"time"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
)

// paymentView is the receipt of a payment, on the side of the shop. It has no
// name of the payer: a shop keeps no list of its customers (rules D1, D5).
//
// The refund is posted to /caisse/paiements/{ID}/remboursement with the fields
// "montant" and "cle".
type paymentView struct {
	frame
	ID        string // "pay_…"
	At        time.Time
	Amount    money.Amount
	MatchCode string
	Message   string
	Refunded  money.Amount // given back so far
	RefundOf  string       // the payment that this one gives back, "" where it is a payment
	MayRefund bool
	Open      bool // the form is shown open, since it came back
	Key       string
	Entered   string // the amount as typed, when the form comes back
	Problem   string // beside the amount
	Refusal   *page.Refusal
}

// Left is what can still be given back.
func (v paymentView) Left() money.Amount { return v.Amount - v.Refunded }

// Whole says whether everything was given back.
func (v paymentView) Whole() bool { return v.RefundOf == "" && v.Left() <= 0 }

// sheet is the page of a receipt.
func (v paymentView) sheet() page.Sheet { return v.frame.sheet("shoppayment", v) }
