// SPDX-License-Identifier: AGPL-3.0-or-later

package public

import (
	"net/http"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/web/page"
)

// aboutView says who stands behind the currency (rules L1 and L2).
type aboutView struct {
	Issuer     conversion.Issuer
	Since      time.Time
	Custodians []string // where the guarantee lies
	Version    string   // of the program
}

// Basis is the key of the legal basis.
func (v aboutView) Basis() string { return "basis." + string(v.Issuer.LegalBasis) }

// sheet is the page.
func (v aboutView) sheet() page.Sheet {
	return page.Sheet{Template: "public/about", Title: "about.title", Section: "home", Tabs: tabs("about"), Class: "guide", Public: true, View: v}
}

func (p public) about(w http.ResponseWriter, r *http.Request) error {
	c, err := p.Conversion.Currency(r.Context())
	if err != nil {
		return err
	}
	v := aboutView{Issuer: c.Issuer, Since: c.OpenedAt, Version: p.Version}
	for _, account := range c.Accounts {
		if account.Pool != "" {
			v.Custodians = append(v.Custodians, account.Custodian)
		}
	}
	return p.Show(w, r, 0, v.sheet())
}
