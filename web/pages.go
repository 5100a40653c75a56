// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"maps"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
	"github.com/noria-mlc/noria/web/site/citizen"
	"github.com/noria-mlc/noria/web/site/desk"
	"github.com/noria-mlc/noria/web/site/town"
)

// pages are the pages that have no room of their own yet.
type pages struct {
	*site.Site
	Server *Server
}

// rooms lists the rooms of the site.
func (p *pages) rooms() []site.Room {
	return []site.Room{citizen.Room(), desk.Room(), town.Room(), {Routes: p.routes, Menu: p.menu}}
}

func (p *pages) routes(*site.Site) map[string]site.Handler {
	routes := map[string]site.Handler{
		"GET /{$}":                     p.fund,
		"GET /fonds":                   p.fund,
		"GET /caisse":                  p.till,
		"POST /caisse":                 p.ask,
		"GET /caisse/{id}":             p.request,
		"POST /caisse/{id}/annulation": p.withdraw,
		"GET /caisse/{id}/code.svg":    p.code,
		"GET /payer/{id}":              p.pay,
		"POST /payer/{id}":             p.paid,
	}
	maps.Copy(routes, p.identityRoutes())
	maps.Copy(routes, p.accountRoutes())
	maps.Copy(routes, p.guideRoutes())
	return routes
}

func (p *pages) menu(a access.Actor) []page.Entry {
	var menu []page.Entry
	if tills(a) {
		menu = append(menu, page.Entry{Section: "till", Path: "/caisse"})
	}
	return menu
}
