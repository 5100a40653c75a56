// SPDX-License-Identifier: AGPL-3.0-or-later

package pay

import (
	"embed"

	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

//go:embed *.html
var templates embed.FS

// pay answers with the pages of this room.
type pay struct{ *site.Site }

// Room is the pages of paying and confirming.
func Room() site.Room {
	return site.Room{Room: page.Room{Name: "pay", Templates: templates}, Routes: routes}
}

func routes(s *site.Site) map[string]site.Handler {
	c := pay{s}
	return map[string]site.Handler{
		"GET /payer":                          c.entry,
		"POST /payer":                         c.prepare,
		"GET /payer/{id}":                     c.asked,
		"POST /payer/{id}":                    c.accept,
		"GET /payer/confirmation/{intent}":    c.intent,
		"POST /payer/confirmation/{intent}":   c.confirm,
		"GET /compte/appareils":               c.devices,
		"POST /compte/appareils":              c.bind,
		"POST /compte/appareils/{id}/code":    c.setPIN,
		"POST /compte/appareils/{id}/retrait": c.unbind,
	}
}
