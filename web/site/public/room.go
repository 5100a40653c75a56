// SPDX-License-Identifier: AGPL-3.0-or-later

package public

import (
	"embed"

	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

//go:embed *.html
var templates embed.FS

// public answers with the pages of this room.
type public struct {
	*site.Site
	figures *figures
	icons   *icons
}

// Room is the pages that anybody may read.
func Room() site.Room {
	return site.Room{Room: page.Room{Name: "public", Templates: templates}, Routes: routes}
}

func routes(s *site.Site) map[string]site.Handler {
	p := public{s, &figures{}, &icons{}}
	all := map[string]site.Handler{
		"GET /{$}":               p.home,
		"GET /fonds":             p.fund,
		"GET /comment-ca-marche": p.how,
		"GET /annuaire":          p.directory,
		"GET /chiffres":          p.numbers,
		"GET /a-propos":          p.about,
		"GET /accessibilite":     p.accessibility,
		"GET /langue/{langue}":   p.chooseLanguage,
		"GET /problemes/{code}":  p.explain,
		"GET /hors-ligne":        p.offline,
		"GET /veille.js":         p.worker,
		"GET /icone/{nom}":       p.icon,
	}
	// The page of all components exists in demonstrations only.
	if s.Demo {
		all["GET /composants"] = p.components
	}
	return all
}

// tabs are the public pages beside each other.
func tabs(here string) []page.Tab {
	all := []page.Tab{{Key: "home", Path: "/"}, {Key: "how", Path: "/comment-ca-marche"}, {Key: "directory", Path: "/annuaire"},
		{Key: "fund", Path: "/fonds"}, {Key: "numbers", Path: "/chiffres"}, {Key: "about", Path: "/a-propos"}}
	for i := range all {
		all[i].Here = all[i].Key == here
	}
	return all
}
