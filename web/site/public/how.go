// SPDX-License-Identifier: AGPL-3.0-or-later

package public

import (
	"net/http"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/fonte"
	"github.com/noria-mlc/noria/web/page"
)

// howView explains the currency to who changes, who sells and who pays from a
// collectivité.
type howView struct {
	Offers []offer
	Fee    conversion.Commission // what a shop pays to get euros back
	Sample money.Amount          // an amount handed in
	Taken  money.Amount          // the commission on it
	Fontes []page.Fonte          // none where nothing was voted
}

// Left is what a shop receives for the sample.
func (v howView) Left() money.Amount { return v.Sample - v.Taken }

// sheet is the page.
func (v howView) sheet() page.Sheet {
	return page.Sheet{Template: "public/how", Title: "how.title", Section: "home", Tabs: tabs("how"), Class: "guide", Public: true, View: v}
}

func (p public) how(w http.ResponseWriter, r *http.Request) error {
	c, err := p.Conversion.Currency(r.Context())
	if err != nil {
		return err
	}
	offers, err := p.offers(r)
	if err != nil {
		return err
	}
	const sample = 100_00
	fee := c.Settings.Commissions[ledger.Professional]
	fontes, err := p.Fontes(r.Context(), func(fonte.Rule) bool { return true })
	if err != nil {
		return err
	}
	return p.Show(w, r, 0, howView{offers, fee, sample, fee.On(sample), fontes}.sheet())
}
