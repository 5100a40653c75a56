// SPDX-License-Identifier: AGPL-3.0-or-later

package shop

import (
	"time"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
)

// requestView is one payment request as the shop's counter shows it.
//
// Its cancellation is posted to /caisse/{ID}/annulation with the field "cle".
type requestView struct {
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
	Key       string    // idempotency key of the cancellation form
	Back      string    // address of the till
	Version   int64     // that the live topic gives to this state; 0 when not known
	MatchCode string    // when paid: two digits
	PaidAt    time.Time // when paid
}

// sheet is the counter's view of a payment request.
func (v requestView) sheet() page.Sheet {
	s := page.Sheet{
		Template: "shop/request", Title: "request.title", Section: "till", Class: "request", View: v,
		Script: "request.js", Imports: page.Modules("sound.js", "countdown.js"),
	}
	switch v.Status {
	case "open":
		s.Refresh = 3
	case "paid":
		s.Class = "request paid"
	}
	return s
}

// Left is the time left to pay, as "1:42".
func (v requestView) Left() string { return page.Left(v.Now, v.ExpiresAt) }
