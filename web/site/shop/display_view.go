// SPDX-License-Identifier: AGPL-3.0-or-later

package shop

import (
	"time"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
)

// displayView is the screen at the counter of a shop.
type displayView struct {
	ID       string // of the merchant, "mer_…"
	Merchant string
	Number   string // six digits in two groups, "" where the shop has none
	Code     string // of the merchant
	Seq      int64  // journal sequence up to which Last is complete
	Now      time.Time
	Last     []displayPaid // of today, newest first
	Paid     *displayPaid  // the newest, while the screen is green

	Asked     string // the request that can be paid, "" for none
	Amount    money.Amount
	ShortCode string
	CreatedAt time.Time
	ExpiresAt time.Time
}

// displayPaid is a payment as the screen shows it.
type displayPaid struct {
	Seq       int64
	At        time.Time
	Amount    money.Amount
	MatchCode string
	Payer     string // first name
}

// State is what the screen shows: "paid", "asked" or "idle".
func (v displayView) State() string {
	switch {
	case v.Paid != nil:
		return "paid"
	case v.Asked != "":
		return "asked"
	}
	return "idle"
}

// Left is the time left to pay what is asked, as "1:42".
func (v displayView) Left() string { return page.Left(v.Now, v.ExpiresAt) }

// sheet is the page of a screen.
func (v displayView) sheet() page.Sheet {
	return page.Sheet{Template: "shop/display", Title: "counter.title", Class: "counter-screen", View: v,
		Script: "counter.js", Imports: page.Modules("sound.js", "countdown.js"), Refresh: 3}
}
