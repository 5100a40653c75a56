// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"maps"

	"github.com/noria-mlc/noria/web/site"
	"github.com/noria-mlc/noria/web/site/citizen"
	"github.com/noria-mlc/noria/web/site/shop"
)

// pages are the pages that have no room of their own yet.
type pages struct {
	*site.Site
	Server *Server
}

// rooms lists the rooms of the site.
func (p *pages) rooms() []site.Room {
	return []site.Room{citizen.Room(), shop.Room(), {Routes: p.routes}}
}

func (p *pages) routes(*site.Site) map[string]site.Handler {
	routes := map[string]site.Handler{
		"GET /{$}":         p.fund,
		"GET /fonds":       p.fund,
		"GET /payer/{id}":  p.pay,
		"POST /payer/{id}": p.paid,
	}
	maps.Copy(routes, p.identityRoutes())
	maps.Copy(routes, p.accountRoutes())
	maps.Copy(routes, p.guideRoutes())
	return routes
}
