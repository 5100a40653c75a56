// SPDX-License-Identifier: AGPL-3.0-or-later

package pay

import (
	"time"

	"github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/web/confirm"
	"github.com/noria-mlc/noria/web/page"
)

// intentView is what somebody is asked to confirm. Its forms are posted to
// /payer/confirmation/{ID} with "empreinte", the digest of what is shown, and one
// of "reponse" (a passkey's), "pin" and "code", or none.
type intentView struct {
	ID, Kind  string
	Digest    string
	Name      string // of the payee, as it is part of the digest
	Message   string
	Reference string // of the request that is paid
	Amount    money.Amount
	Euros     money.Amount // that a redemption gives
	Available money.Amount
	Status    string // "open" or "expired"
	CreatedAt time.Time
	ExpiresAt time.Time
	Now       time.Time

	Request       string // id, "" for none
	RequestStatus string
	Version       int64

	Lines []paper.Bundle // notes that are asked for

	IBAN     string    // where the euros of a redemption go, masked; "" where nobody said
	PaidFrom time.Time // before which nothing is paid there (rule D10); zero for none

	Click   bool // one button is enough
	Passkey page.PasskeyForm
	PIN     bool
	TOTP    bool
	Locked  bool   // the PIN of this device
	Devices string // page where a PIN is chosen, which comes back here

	PINProblem, CodeProblem string
	Refusal                 *page.Refusal
	Again                   string // where to begin again
}

// Open says whether the intent can still be confirmed, as far as is known.
func (v intentView) Open() bool {
	return v.Status == string(confirm.Open) && (v.RequestStatus == "" || v.RequestStatus == string(merchant.Open))
}

// Over is the words for what cannot be confirmed any more: the status of the
// request where that has ended, else "ended".
func (v intentView) Over() string {
	if v.RequestStatus != "" && v.RequestStatus != string(merchant.Open) {
		return v.RequestStatus
	}
	return "ended"
}

// Redeems says whether euros are asked for.
func (v intentView) Redeems() bool { return v.Kind == string(confirm.Redemption) }

// Draws says whether notes are asked for.
func (v intentView) Draws() bool { return v.Kind == string(confirm.Notes) }

// Fee is the commission of a redemption.
func (v intentView) Fee() money.Amount { return v.Amount - v.Euros }

// Enough says whether the wallet holds the amount.
func (v intentView) Enough() bool { return v.Available >= v.Amount }

// After is what the wallet would hold.
func (v intentView) After() money.Amount { return v.Available - v.Amount }

// Missing is what the wallet lacks.
func (v intentView) Missing() money.Amount { return v.Amount - v.Available }

// Left is the time left, as "4:59".
func (v intentView) Left() string { return page.Left(v.Now, v.ExpiresAt) }

// Ways says whether there is any way to confirm from here.
func (v intentView) Ways() bool { return v.Click || v.Passkey.Options != "" || v.PIN || v.TOTP }

func (v intentView) sheet() page.Sheet {
	s := page.Sheet{Template: "pay/intent", Title: "pay.title", Class: "pay", View: v}
	if v.Redeems() {
		s.Title = "intent.redeem"
	}
	if v.Draws() {
		s.Title = "intent.notes"
	}
	if v.Open() {
		s.Script, s.Imports = "pay.js", payModules()
	}
	return s
}

// receiptView is the proof of a payment that was made.
type receiptView struct {
	page.Receipt
	Replayed bool // the form was sent again: the payment was made before, once
}

func (v receiptView) sheet() page.Sheet {
	return page.Sheet{Template: "pay/receipt", Title: "receipt.paid", Class: "receipt", View: v}
}
