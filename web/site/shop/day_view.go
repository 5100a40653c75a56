// SPDX-License-Identifier: AGPL-3.0-or-later

package shop

import (
	"time"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
)

// dayView is one day of a shop.
type dayView struct {
	frame
	Day           time.Time // its beginning
	Date          string    // "2026-11-23"
	Today         bool
	Before, After string // addresses of the days beside it, "" for none
	CSV           string // address of the file
	Count         int
	Received      money.Amount
	Refunds       int
	Refunded      money.Amount
	Net           money.Amount // received less refunded
	Chart         page.Chart
	Tills         []tillOfDay // each shop of the visitor, where there are several
	Receipts      []dayReceipt
	More          bool // the file holds more than the page
}

// tillOfDay is what one of several shops received.
type tillOfDay struct {
	Name               string
	Count              int
	Received, Refunded money.Amount
}

// dayReceipt is a payment or a refund of the day.
type dayReceipt struct {
	ID        string // "pay_…"
	At        time.Time
	Amount    money.Amount // negative where it was given back
	MatchCode string
	Refund    bool
}

// sheet is the page of a day.
func (v dayView) sheet() page.Sheet {
	s := v.frame.sheet("shopday", v)
	s.Script = "print.js"
	return s
}
