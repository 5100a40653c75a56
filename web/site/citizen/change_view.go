// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"strings"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
)

// changeView is the form that changes euros into units.
//
// It is posted to /change with the fields "montant" (as typed), "voie" (the
// channel), "cle" and, once a quote was shown, "pour" (its euros) and "vu" (the
// units it promised).
type changeView struct {
	Wallet   string // "wal_…"
	Key      string
	Entered  string // the amount as typed
	Problem  string // sentence beside it
	Channel  string // the way chosen
	Channels []string
	Chips    []chip     // euros offered at a touch
	Debits   bool       // the association collects direct debits
	Quote    *quoteView // nil before an amount was given
	Refusal  *page.Refusal
	Lapsed   bool        // the membership has ended: changing will be refused (L9)
	Orders   []orderLine // those that await their euros
}

// chip is an amount offered at a touch.
type chip struct{ money.Amount }

// Whole writes the euros of an amount without cents, "" for one that has some.
func (c chip) Whole() string {
	whole, found := strings.CutSuffix(c.Format(), ".00")
	if !found {
		return ""
	}
	return whole
}

// quoteView is what an amount of euros would give now.
type quoteView struct {
	Euros, Bonus, Credited money.Amount
	Funder                 string // who gives the bonus
	Limited, Month         bool   // the person has a ceiling, of a month
	Left                   money.Amount
	Reasons                []reason
}

// reason says why a bonus is what it is: its words are those of "reason." and
// the code, with one place for the date or the euros where there is one.
type reason struct {
	Code   string
	On     time.Time
	Amount money.Amount
}

// Placed says whether the words have a place.
func (r reason) Placed() bool {
	switch conversion.ReasonCode(r.Code) {
	case conversion.NoCampaign, conversion.KindNotEligible, conversion.Rounding,
		conversion.CampaignOnHold, conversion.CommuneNotEligible, conversion.CommuneUnknown:
		return false
	}
	return true
}

// reasonCodes lists every reason, for the module that quotes while one types.
func reasonCodes() []reason {
	var list []reason
	for _, code := range []conversion.ReasonCode{conversion.NoCampaign, conversion.CampaignNotStarted, conversion.CampaignEnded,
		conversion.KindNotEligible, conversion.BelowMinimum, conversion.AboveMaximum, conversion.AllowanceReduced,
		conversion.AllowanceExhausted, conversion.BudgetReduced, conversion.BudgetExhausted, conversion.Rounding,
		conversion.CampaignOnHold, conversion.CommuneNotEligible, conversion.CommuneUnknown, conversion.HouseholdReduced,
		conversion.HouseholdExhausted, conversion.PayerReduced, conversion.PayerExhausted} {
		list = append(list, reason{Code: string(code)})
	}
	return list
}

// preview is what an amount would give now, beside the form that asks.
type preview struct {
	Quote *quoteView
	Signs bool // the form signs a mandate
}

// Preview is the part of the form that says what the amount gives.
func (v changeView) Preview() preview { return preview{Quote: v.Quote} }

// Codes lists every reason that a quote may have.
func (v changeView) Codes() []reason { return reasonCodes() }

func (v changeView) sheet() page.Sheet {
	return page.Sheet{Template: "citizen/change", Title: "change.title", Class: "change", View: v, Script: "change.js", Imports: []string{"writing.js"}}
}
