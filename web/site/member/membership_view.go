// SPDX-License-Identifier: AGPL-3.0-or-later

package member

import (
	"time"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
)

// membershipView is how somebody stands towards the association.
type membershipView struct {
	Needed, Valid, Paid, MaySpend, Units bool
	Until, Last                          time.Time
	Offers                               []offer
	Dues                                 []duesRow
	Prove                                string // where to prove who one is before units are paid, "" where that was just now
	Refusal                              *page.Refusal
	Status                               int
}

// offer is a year that can be paid for now.
type offer struct {
	Year   int
	Amount money.Amount
	Key    string
}

// duesRow is dues that were paid.
type duesRow struct {
	Year      int
	Amount    money.Amount
	Way       string
	At        time.Time
	Cancelled bool
}

func (v membershipView) sheet() page.Sheet {
	return page.Sheet{Template: "member/membership", Title: "membership.title", Class: "account", View: v}
}

// counterView is the form of dues taken at a desk.
type counterView struct {
	Key, Number, Amount, Year, Desk string
	NumberBad, AmountBad            string
	Done                            string // number of the member whose dues were just recorded
	Desks, Years                    []choice
	Rates                           []rateRow
	Refusal                         *page.Refusal
	Status                          int
}

// choice is one of several to choose from.
type choice struct {
	Value, Name string
	Chosen      bool
}

// rateRow is what is due of a kind of holder for a year.
type rateRow struct {
	Kind   string
	Year   int
	Amount money.Amount
}

func (v counterView) sheet() page.Sheet {
	return page.Sheet{Template: "member/counter", Title: "membership.counter", Section: "desk", Class: "account", View: v,
		Tabs: []page.Tab{{Key: "desk-change", Path: "/comptoir"}, {Key: "desk-dues", Path: "/comptoir/adhesion", Here: true}, {Key: "desk-day", Path: "/comptoir/journee"}}}
}
