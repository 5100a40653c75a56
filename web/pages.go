// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"github.com/noria-mlc/noria/web/site"
	"github.com/noria-mlc/noria/web/site/account"
	"github.com/noria-mlc/noria/web/site/admin"
	"github.com/noria-mlc/noria/web/site/audit"
	"github.com/noria-mlc/noria/web/site/citizen"
	"github.com/noria-mlc/noria/web/site/desk"
	"github.com/noria-mlc/noria/web/site/public"
	"github.com/noria-mlc/noria/web/site/shop"
	"github.com/noria-mlc/noria/web/site/town"
	"github.com/noria-mlc/noria/web/site/treasury"
)

// pages are the pages that have no room of their own yet.
type pages struct {
	*site.Site
	Server *Server
}

// rooms lists the rooms of the site.
func (p *pages) rooms() []site.Room {
	return []site.Room{public.Room(), citizen.Room(), shop.Room(), desk.Room(), town.Room(), treasury.Room(), audit.Room(), admin.Room(), account.Room(), {Routes: p.routes}}
}

func (p *pages) routes(*site.Site) map[string]site.Handler {
	return map[string]site.Handler{
		"GET /payer/{id}":  p.pay,
		"POST /payer/{id}": p.paid,
	}
}
