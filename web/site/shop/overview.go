// SPDX-License-Identifier: AGPL-3.0-or-later

package shop

import (
	"net/http"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
)

// lastDays is how many days the overview shows.
const lastDays = 7

// overview shows the owner what the shop holds, what is being redeemed and the
// last days.
func (c shop) overview(w http.ResponseWriter, r *http.Request) error {
	s, err := c.owned(r)
	if err != nil {
		return err
	}
	held, err := c.Ledger.Holding(r.Context(), s.Holder)
	if err != nil {
		return err
	}
	days, err := c.Merchant.Days(r.Context(), s.actor, s.ID, lastDays)
	if err != nil {
		return err
	}
	redemptions, err := c.Conversion.Redemptions(r.Context(), s.actor, conversion.RedemptionFilter{Holder: s.Holder})
	if err != nil {
		return err
	}
	title, err := c.Say(r, "shopview.chart", s.Name)
	if err != nil {
		return err
	}
	renderer, err := c.Render(r.Context())
	if err != nil {
		return err
	}
	v := overviewView{frame: s.frame("/caisse/commerce"), Wallet: ident.WalletOf(s.Holder).String(), Version: held.Version,
		Booked: held.Booked, Reserved: held.Reserved, Available: held.Available, Number: grouped(s.Number), Code: s.Code, At: c.Now(), Chart: page.Chart{Title: title}}
	for _, d := range redemptions {
		if d.ClosedAt.IsZero() {
			v.Waiting++
			v.Euros += d.Euros
		}
	}
	for i, day := range days {
		at := day.Day.Start()
		v.Chart.Bars = append(v.Chart.Bars, page.Bar{Words: renderer.In(problem.Speaks(r.Context())).ShortDay(at), Amount: max(0, day.Received-day.Refunded)})
		v.Days = append(v.Days, dayOf{At: at, Path: v.In("/caisse/journee?jour=" + day.Day.String()), Today: i == 0, Count: day.Count})
	}
	return c.Show(w, r, 0, v.sheet())
}

// grouped writes the six digits of a shop in two groups; nothing of nothing.
func grouped(number string) string {
	if len(number) != 6 {
		return number
	}
	return number[:3] + "\u00a0" + number[3:]
}

// overviewView is a shop as its owner sees it.
type overviewView struct {
	frame
	Wallet    string // "wal_…"
	Version   int64
	Booked    money.Amount
	Reserved  money.Amount
	Available money.Amount
	Number    string // six digits, "" where the shop has none
	Code      string
	Waiting   int          // redemptions on their way
	Euros     money.Amount // that they bring
	Chart     page.Chart
	Days      []dayOf
	At        time.Time
}

// dayOf is a way to one of the last days.
type dayOf struct {
	At    time.Time
	Path  string
	Today bool
	Count int
}

// sheet is the page of the owner's overview.
func (v overviewView) sheet() page.Sheet {
	s := v.frame.sheet("shopview", v)
	s.Script, s.Imports, s.Refresh = "shop.js", page.Modules(), 30
	return s
}
