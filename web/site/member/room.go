// SPDX-License-Identifier: AGPL-3.0-or-later

package member

import (
	"embed"

	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

//go:embed *.html
var templates embed.FS

// member answers with the pages of this room.
type member struct{ *site.Site }

// Room is the pages of belonging to the association.
func Room() site.Room {
	return site.Room{Room: page.Room{Name: "member", Templates: templates}, Routes: routes}
}

func routes(s *site.Site) map[string]site.Handler {
	m := member{s}
	return map[string]site.Handler{
		"GET /adhesion":           m.membership,
		"POST /adhesion":          m.pay,
		"GET /comptoir/adhesion":  m.counter,
		"POST /comptoir/adhesion": m.taken,
		"GET /don":                m.gift,
		"POST /don":               m.choose,
	}
}
