// SPDX-License-Identifier: AGPL-3.0-or-later

package account

import (
	"embed"

	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

//go:embed *.html
var templates embed.FS

// account answers with the pages of this room.
type account struct{ *site.Site }

// Room is the pages of joining, of signing in and of one's own account.
func Room() site.Room {
	return site.Room{Room: page.Room{Name: "account", Templates: templates}, Routes: routes}
}

func routes(s *site.Site) map[string]site.Handler {
	p := account{s}
	return map[string]site.Handler{
		"GET /connexion":                          p.signIn,
		"POST /connexion":                         p.openSession,
		"POST /connexion/mot-de-passe":            p.givePassword,
		"POST /connexion/code":                    p.giveCode,
		"POST /connexion/cle":                     p.givePasskey,
		"POST /deconnexion":                       p.closeSession,
		"GET /rejoindre":                          p.join,
		"POST /rejoindre":                         p.askToJoin,
		"GET /rejoindre/{lien}":                   p.invitation,
		"POST /rejoindre/{lien}":                  p.accept,
		"POST /rejoindre/{lien}/cle":              p.acceptPasskey,
		"GET /compte":                             p.account,
		"POST /compte/adresse":                    p.giveAddress,
		"POST /compte/cle":                        p.addPasskey,
		"POST /compte/cle/{id}/retrait":           p.removePasskey,
		"GET /compte/mot-de-passe":                p.choosePassword,
		"POST /compte/mot-de-passe":               p.setPassword,
		"POST /compte/secours":                    p.renewRecovery,
		"POST /compte/sessions/{id}/fin":          p.endSession,
		"GET /compte/notifications":               p.notifications,
		"POST /compte/notifications":              p.subscribe,
		"POST /compte/notifications/{id}/retrait": p.unsubscribe,
		"POST /compte/sessions/fin":               p.endOthers,
	}
}
