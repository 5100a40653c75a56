// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"time"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/debit"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// debitsView lists runs of debits, what waits for the next one, and what is owed
// since a debit came back.
type debitsView struct {
	Due             debit.Due
	First           time.Time // when what was told of can first be put into a run
	Collects        bool      // there is a creditor identifier
	Prepares        bool
	Mandates, Cards bool // the visitor may read those pages
	Rows            []debitRunRow
	Owed            []owedRow
	Form            typed
}

type debitRunRow struct {
	Path   string
	At     time.Time
	Count  int
	Total  money.Amount
	Status string
}

// StatusKind is the shape of the status.
func (r debitRunRow) StatusKind() string { return runKind(r.Status) }

type owedRow struct {
	Who             party
	Owed, Recovered money.Amount
	Since           time.Time
}

// debitRunView is a run of debits as a second person reads it before approving,
// and as the treasurer follows it afterwards.
type debitRunView struct {
	Path, Status, Digest, ICS string
	Count                     int
	Total, Left               money.Amount // Left is what the bank has not booked
	At, ExportedAt            time.Time
	By                        party
	Own                       bool // the visitor prepared it
	Revoked                   bool // a mandate ended meanwhile: the file would be refused
	Approves, Cancels         bool
	Exports, Settles          bool
	Lines                     []debitLine
	Today                     string
	Form                      typed
}

// StatusKind is the shape of the status.
func (v debitRunView) StatusKind() string { return runKind(v.Status) }

type debitLine struct {
	Path, Name, IBAN string // the number masked (ASVS 14.2.6)
	RUM, Sequence    string
	On               time.Time
	Euros            money.Amount
	Status, Reason   string
}

// Shape is the shape of the status.
func (l debitLine) Shape() string { return site.DebitShape(l.Status) }

// debitedView is one debit. That the bank collected it is posted to /encaissement
// below its path with "reference" and "date", that it came back to /rejet with "code"
// and "retour", the bank's reference, both with "cle".
type debitedView struct {
	Path, Run, Mandate, Conversion string
	Status, Reason, Consequence    string
	MandateStatus                  string
	RUM, IBAN, Name, Sequence      string
	Who                            party
	Euros, Taken, Receivable       money.Amount
	NoticedOn, CollectOn           time.Time
	Collects, Returns, Own         bool
	Today, Code                    string
	Codes                          []bankCode
	Form                           typed
}

// Shape is the shape of the status.
func (v debitedView) Shape() string { return site.DebitShape(v.Status) }

// bankCode is a reason of banks and what follows from it (S4).
type bankCode struct {
	Code, Consequence string
	Chosen            bool
}

// mandatesView lists mandates.
type mandatesView struct {
	Status string
	Rows   []mandateRow
	Older  string
}

// States lists the filters.
func (v mandatesView) States() []string { return mandateStates() }

type mandateRow struct {
	Path, RUM string
	Who       party
	IBAN      string // masked
	Rhythm    string
	Euros     money.Amount
	Status    string
	SignedOn  time.Time
}

// Shape is the shape of the status.
func (m mandateRow) Shape() string { return site.MandateShape(m.Status) }

// mandateView is one mandate.
type mandateView struct {
	Path, Status, RUM, IBAN, Name, Rhythm string
	Who                                   party
	Day                                   int
	Euros, Low                            money.Amount
	SignedOn, UsedOn                      time.Time // UsedOn zero for never
	Resumes, Revokes                      bool
	Debits                                []debitLine
	Form                                  typed
}

// Shape is the shape of the status.
func (v mandateView) Shape() string { return site.MandateShape(v.Status) }

// cardsView lists payments by card that a person has to look at.
type cardsView struct{ Rows []cardRow }

type cardRow struct {
	Path, Provider, Payment, Reason, Outcome string
	Received                                 money.Amount
	At                                       time.Time
}

func debitSheet(template, title string, view any, tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/" + template, Title: title, Section: "treasury", Tabs: tabs, Class: "treasury", View: view}
}

func (v debitsView) sheet(tabs []page.Tab) page.Sheet {
	return debitSheet("debits", "tab.treasury-debits", v, tabs)
}

func (v debitRunView) sheet(tabs []page.Tab) page.Sheet {
	return debitSheet("debitrun", "debits.run", v, tabs)
}

func (v debitedView) sheet(tabs []page.Tab) page.Sheet {
	return debitSheet("debit", "debits.one", v, tabs)
}

func (v mandatesView) sheet(tabs []page.Tab) page.Sheet {
	return debitSheet("mandates", "debits.mandates", v, tabs)
}

func (v mandateView) sheet(tabs []page.Tab) page.Sheet {
	return debitSheet("mandate", "mandate.title", v, tabs)
}

func (v cardsView) sheet(tabs []page.Tab) page.Sheet {
	return debitSheet("cards", "debits.cards", v, tabs)
}
