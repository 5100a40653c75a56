// SPDX-License-Identifier: AGPL-3.0-or-later

package public

import (
	"net/http"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// homeView is what a town reads first.
type homeView struct {
	Issuer string
	Total  page.FundPool
	AsOf   time.Time
	Shops  int64
	Offers []offer // what a change of euros brings on top today
}

// offer is a campaign that grants a bonus today.
type offer struct {
	Funder string
	Rate   int64 // hundredths of a percent
	EndsOn time.Time
	Cap    money.Amount // for one person, 0 for none
	Month  bool         // the cap is that of a month
}

// sheet is the home page.
func (v homeView) sheet() page.Sheet {
	return page.Sheet{Template: "public/home", Title: "home.tab", Section: "home", Tabs: tabs("home"), Class: "home", Public: true, View: v}
}

// home shows what the currency is. Whoever is signed in goes to their own pages.
func (p public) home(w http.ResponseWriter, r *http.Request) error {
	if a, err := site.Actor(r); err == nil {
		if menu := p.Menu(a); len(menu) > 0 {
			http.Redirect(w, r, menu[0].Path, http.StatusSeeOther)
			return nil
		}
	}
	c, err := p.Conversion.Currency(r.Context())
	if err != nil {
		return err
	}
	fund, err := p.Conversion.Fund(r.Context(), time.Time{})
	if err != nil {
		return err
	}
	shops, err := p.Merchant.Listed(r.Context())
	if err != nil {
		return err
	}
	offers, err := p.offers(r)
	if err != nil {
		return err
	}
	return p.Show(w, r, 0, homeView{c.Issuer.Name, poolView("", fund.Total), fund.AsOf, shops, offers}.sheet())
}

// offers are the campaigns that grant a bonus to individuals today.
func (p public) offers(r *http.Request) ([]offer, error) {
	running, err := p.Conversion.Running(r.Context())
	if err != nil {
		return nil, err
	}
	var offers []offer
	for _, c := range running {
		funder, err := p.Ledger.Holder(r.Context(), c.Funder)
		if err != nil {
			return nil, err
		}
		offers = append(offers, offer{funder.Name, c.Rate.Hundredths(), c.EndsOn.Start(), c.Cap, c.Period == conversion.PerMonth})
	}
	return offers, nil
}
