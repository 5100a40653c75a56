// SPDX-License-Identifier: AGPL-3.0-or-later

package shop

import (
	"embed"
	"net/http"
	"slices"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

//go:embed *.html
var templates embed.FS

// shop answers with the pages of this room.
type shop struct{ *site.Site }

// Room is the pages of a shop and of the screen at its counter.
func Room() site.Room {
	return site.Room{Room: page.Room{Name: "shop", Templates: templates}, Routes: routes, Menu: menu}
}

func routes(s *site.Site) map[string]site.Handler {
	c := shop{s}
	return map[string]site.Handler{
		"GET /caisse":                               c.till,
		"POST /caisse":                              c.ask,
		"GET /caisse/{id}":                          c.request,
		"POST /caisse/{id}/annulation":              c.withdraw,
		"GET /caisse/{id}/{picture}":                c.requestCode,
		"GET /caisse/journee":                       c.day,
		"GET /caisse/journee/csv":                   c.dayCSV,
		"GET /caisse/paiements/{id}":                c.payment,
		"POST /caisse/paiements/{id}/remboursement": c.refund,
		"GET /caisse/commerce":                      c.overview,
		"GET /caisse/reconversion":                  c.redeem,
		"POST /caisse/reconversion":                 c.redeemed,
		"GET /caisse/compte-bancaire":               c.bank,
		"POST /caisse/compte-bancaire":              c.setBank,
		"GET /caisse/ecrans":                        c.screens,
		"POST /caisse/ecrans":                       c.invite,
		"POST /caisse/ecrans/{id}/retrait":          c.revoke,
		"GET /caisse/affiche":                       c.poster,
		"GET /caisse/affiche/code.svg":              c.posterCode,
		"GET /caisse/affiche/panne":                 c.outage,
		"GET /ecran":                                c.display,
		"POST /ecran":                               c.pair,
		"GET /ecran/code.svg":                       c.displayCode,
		"GET /ecran/demandes/{id}/code.svg":         c.displayRequestCode,
	}
}

func menu(a access.Actor) []page.Entry {
	if !tills(a) {
		return nil
	}
	return []page.Entry{{Section: "till", Path: "/caisse"}}
}

// tills says whether the actor may ask for payments anywhere.
func tills(a access.Actor) bool {
	return slices.ContainsFunc(a.Grants, func(g access.Grant) bool {
		return access.Allow(a, access.RequestCreate, g.Organisation) == nil
	})
}

// stand is where somebody stands: one of the shops they work for.
type stand struct {
	actor access.Actor
	merchant.Merchant
	all []merchant.Merchant
}

// stand returns the shop that a request names by its code in "commerce", or the
// first of the visitor's. It returns ErrForbidden for a shop of somebody else.
func (c shop) stand(r *http.Request) (stand, error) {
	a, err := site.Actor(r)
	if err != nil {
		return stand{}, err
	}
	if !tills(a) {
		return stand{}, access.ErrForbidden
	}
	all, err := c.Merchant.All(r.Context(), a)
	if err != nil {
		return stand{}, err
	}
	if len(all) == 0 {
		return stand{}, merchant.ErrWhichMerchant
	}
	s := stand{actor: a, Merchant: all[0], all: all}
	if code := r.FormValue("commerce"); code != "" {
		i := slices.IndexFunc(all, func(m merchant.Merchant) bool { return m.Code == code })
		if i < 0 {
			return stand{}, access.ErrForbidden
		}
		s.Merchant = all[i]
	}
	return s, nil
}

// owned is stand for what only those see who may see what the shop holds.
func (c shop) owned(r *http.Request) (stand, error) {
	s, err := c.stand(r)
	if err != nil {
		return s, err
	}
	return s, access.Allow(s.actor, access.WalletRead, s.Holder)
}
