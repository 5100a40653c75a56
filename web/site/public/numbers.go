// SPDX-License-Identifier: AGPL-3.0-or-later

package public

import (
	"net/http"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
)

// fewPayments is how many payments of a month are told: of fewer, somebody could
// recognise theirs (D4).
const fewPayments = 5

// numbersView is what the currency does for its territory.
type numbersView struct {
	Members, Professionals, Towns int64
	Listed                        int64
	Months                        []monthView // the newest first
	AsOf                          time.Time

	speech *locale.Speech
}

// monthView is what happened in a month, in local units.
type monthView struct {
	Month     time.Time
	Payments  int64
	Few       bool // too few payments to be told
	Paid      money.Amount
	Converted money.Amount // units issued, bonuses included
	Redeemed  money.Amount
}

// Chart draws the payments of each month, the oldest first.
func (v numbersView) Chart() (page.Chart, error) {
	title, err := v.speech.Say("numbers.chart")
	c := page.Chart{Title: title}
	for i := len(v.Months) - 1; i >= 0; i-- {
		if m := v.Months[i]; !m.Few {
			c.Bars = append(c.Bars, page.Bar{Words: v.speech.Month(m.Month), Amount: m.Paid})
		}
	}
	return c, err
}

// sheet is the page.
func (v numbersView) sheet() page.Sheet {
	return page.Sheet{Template: "public/numbers", Title: "numbers.title", Section: "home", Tabs: tabs("numbers"), Class: "numbers", Public: true, View: v}
}

func (p public) numbers(w http.ResponseWriter, r *http.Request) error {
	counts, err := p.Ledger.HoldersByKind(r.Context())
	if err != nil {
		return err
	}
	listed, err := p.Merchant.Listed(r.Context())
	if err != nil {
		return err
	}
	year, err := p.figures.year(r.Context(), p.Ledger)
	if err != nil {
		return err
	}
	renderer, err := p.Render(r.Context())
	if err != nil {
		return err
	}
	v := numbersView{Members: counts[ledger.Individual], Professionals: counts[ledger.Professional] + counts[ledger.Association],
		Towns: counts[ledger.Collectivity], Listed: listed, AsOf: year[0].counted, speech: renderer.Speech}
	for _, m := range year {
		v.Months = append(v.Months, monthOfSums(m))
	}
	for len(v.Months) > 1 && v.Months[len(v.Months)-1].empty() { // before the currency began
		v.Months = v.Months[:len(v.Months)-1]
	}
	return p.Show(w, r, 0, v.sheet())
}

func (m monthView) empty() bool { return m.Payments == 0 && m.Converted == 0 && m.Redeemed == 0 }

func monthOfSums(m monthSums) monthView {
	paid := m.sums[ledger.KindPayment]
	v := monthView{Month: m.from, Payments: paid.Entries, Paid: paid.Units, Redeemed: m.sums[ledger.KindRedemption].Units,
		Converted: m.sums[ledger.KindConversion].Units + m.sums[ledger.KindPayout].Units}
	if v.Few = paid.Entries < fewPayments; v.Few {
		v.Paid = 0
	}
	return v
}
