// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"strconv"
	"time"

	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/debit"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// mandatesView is what somebody signed, and the form that signs another mandate.
//
// It is posted to /prelevements with "montant", "rythme", "jour", "seuil", "iban",
// "titulaire", "accord" and "cle".
type mandatesView struct {
	Wallet     string
	Collects   bool   // the association has a creditor identifier
	Prove      string // where one proves first who one is, "" where that was done
	Creditor   string // name at the bank
	ICS        string
	NoticeDays string
	First      time.Time // day of a debit that is told of today
	Today      time.Time
	Form       mandateForm
	Quote      *quoteView
	Mandates   []mandateRow
}

// mandateForm is what was typed, and what is wrong with it.
type mandateForm struct {
	Key                                                   string
	Amount, Rhythm, Day, Low, IBAN, Name                  string
	Agreed                                                bool
	AmountBad, DayBad, LowBad, IBANBad, NameBad, AgreeBad string
	Refusal                                               *page.Refusal
}

// wrong says whether anything typed cannot be used.
func (f mandateForm) wrong() bool {
	return f.AmountBad != "" || f.DayBad != "" || f.LowBad != "" || f.IBANBad != "" || f.NameBad != "" || f.AgreeBad != ""
}

// Rhythms lists what may be chosen.
func (v mandatesView) Rhythms() []string {
	return []string{string(debit.Once), string(debit.Monthly), string(debit.WhenLow)}
}

// Preview is the part of the form that says what the amount gives.
func (v mandatesView) Preview() preview { return preview{Quote: v.Quote, Signs: true} }

// Codes lists every reason that a quote may have.
func (v mandatesView) Codes() []reason { return reasonCodes() }

// mandateRow is a mandate in few words.
type mandateRow struct {
	Path, Status, Rhythm, Day, IBAN string
	Euros, Low                      money.Amount
	SignedOn                        time.Time
}

// Shape is the kind of the component status.
func (m mandateRow) Shape() string { return site.MandateShape(m.Status) }

func rowOf(m debit.Mandate) mandateRow {
	return mandateRow{Path: "/prelevements/" + m.ID.String(), Status: string(m.Status), Rhythm: string(m.Rhythm), Day: strconv.Itoa(m.Day), IBAN: m.IBAN,
		Euros: m.Euros, Low: m.Low, SignedOn: m.SignedOn.Start()}
}

// mandateView is one mandate with its debits. Its terms are posted to its path with
// "montant", "jour", "seuil" and "cle", its end to /revocation below it.
type mandateView struct {
	mandateRow
	RUM, Name     string
	Creditor, ICS string
	UsedOn        time.Time // zero for never
	Prove         string
	Amends, Ends  bool
	Form          mandateForm
	Debits        []debitRow
}

// debitRow is a debit as its member reads it.
type debitRow struct {
	On             time.Time
	Euros          money.Amount
	Status, Reason string
	Order          string // page of the conversion, "" before it was credited
}

// Shape is the kind of the component status.
func (d debitRow) Shape() string { return site.DebitShape(d.Status) }

func (v mandatesView) sheet() page.Sheet {
	s := page.Sheet{Template: "citizen/mandates", Title: "mandates.title", Class: "mandates", View: v}
	if v.Collects && v.Prove == "" {
		s.Script, s.Imports = "change.js", []string{"writing.js"}
	}
	return s
}

func (v mandateView) sheet() page.Sheet {
	return page.Sheet{Template: "citizen/mandate", Title: "mandate.title", Class: "mandate", View: v}
}

// started is a civil date as a page shows it, zero for none.
func started(d civil.Date) time.Time {
	if d == 0 {
		return time.Time{}
	}
	return d.Start()
}
