// SPDX-License-Identifier: AGPL-3.0-or-later

package account

import (
	"embed"

	"github.com/noria-mlc/noria/web/identity"
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
		"GET /connexion":                 p.signIn,
		"POST /connexion":                p.openSession,
		"POST /connexion/mot-de-passe":   p.givePassword,
		"POST /connexion/code":           p.giveCode,
		"POST /connexion/cle":            p.givePasskey,
		"POST /deconnexion":              p.closeSession,
		"GET /connexion/identite":        p.depart,
		"GET " + identity.IssuerPath:     p.arrive,
		"GET /compte/identite":           p.departToLink,
		"POST /compte/identite":          p.link,
		"POST /compte/identite/retrait":  p.unlink,
		"GET /rejoindre":                 p.join,
		"POST /rejoindre":                p.askToJoin,
		"GET /rejoindre/{lien}":          p.invitation,
		"POST /rejoindre/{lien}":         p.accept,
		"POST /rejoindre/{lien}/cle":     p.acceptPasskey,
		"GET /compte":                    p.account,
		"POST /compte/adresse":           p.giveAddress,
		"POST /compte/cle":               p.addPasskey,
		"POST /compte/cle/{id}/retrait":  p.removePasskey,
		"GET /compte/mot-de-passe":       p.choosePassword,
		"POST /compte/mot-de-passe":      p.setPassword,
		"POST /compte/secours":           p.renewRecovery,
		"POST /compte/sessions/{id}/fin": p.endSession,
		"POST /compte/sessions/fin":      p.endOthers,

		"GET /bloquer":                               p.block,
		"POST /bloquer":                              p.askToBlock,
		"GET /bloquer/{lien}":                        p.blocking,
		"POST /bloquer/{lien}":                       p.blocked,
		"POST /compte/blocage":                       p.blockOwn,
		"GET /retrouver":                             p.regain,
		"POST /retrouver":                            p.giveCase,
		"GET /retrouver/{code}":                      p.recovering,
		"POST /retrouver/{code}":                     p.recover,
		"POST /retrouver/{code}/cle":                 p.recoverPasskey,
		"POST /compte/recuperations/{id}/annulation": p.cancelCase,

		"GET /compte/adresse/nouvelle":  p.newAddress,
		"POST /compte/adresse/nouvelle": p.askAddress,
		"POST /compte/langue":           p.setLanguage,
		"GET /adresse/{lien}":           p.addressLink,
		"POST /adresse/{lien}":          p.moveAddress,
		"GET /adresse/annuler/{lien}":   p.undoLink,
		"POST /adresse/annuler/{lien}":  p.undoAddress,

		"GET /compte/jetons":                      p.tokens,
		"POST /compte/jetons":                     p.makeToken,
		"POST /compte/jetons/{id}/revocation":     p.revokeToken,
		"GET /compte/regards":                     p.looks,
		"GET /compte/donnees":                     p.data,
		"GET /compte/donnees/archive":             p.archive,
		"POST /compte/effacement":                 p.erase,
		"POST /compte/effacement/{id}/annulation": p.keep,

		"GET /compte/notifications":               p.notifications,
		"POST /compte/notifications":              p.subscribe,
		"POST /compte/notifications/{id}/retrait": p.unsubscribe,
	}
}
