// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"embed"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

//go:embed *.html
var templates embed.FS

// citizen answers with the pages of this room.
type citizen struct{ *site.Site }

// Room is the pages of whoever has a wallet.
func Room() site.Room {
	return site.Room{Room: page.Room{Name: "citizen", Templates: templates}, Routes: routes, Menu: menu}
}

func routes(s *site.Site) map[string]site.Handler {
	c := citizen{s}
	return map[string]site.Handler{
		"GET /portefeuille": c.wallet,
	}
}

func menu(a access.Actor) []page.Entry {
	if site.WalletOf(a) == (ident.Holder{}) {
		return nil
	}
	return []page.Entry{{Section: "wallet", Path: "/portefeuille"}}
}
