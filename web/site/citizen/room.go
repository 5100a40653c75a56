// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"embed"
	"net/http"

	"github.com/noria-mlc/noria/ledger"
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
		"GET /portefeuille":                    c.wallet,
		"GET /portefeuille/historique":         c.history,
		"GET /portefeuille/historique.csv":     c.historyFile,
		"GET /portefeuille/mouvements/{entry}": c.movement,
		"GET /change":                          c.change,
		"POST /change":                         c.convert,
		"GET /change/{id}":                     c.order,
		"GET /change/{id}/code.svg":            c.orderCode,
		"POST /change/{id}/annulation":         c.cancelOrder,
		"GET /prelevements":                    c.mandates,
		"POST /prelevements":                   c.sign,
		"GET /prelevements/{id}":               c.mandate,
		"POST /prelevements/{id}":              c.amend,
		"POST /prelevements/{id}/revocation":   c.revoke,
		"GET /virement-permanent":              c.standing,
		"POST /virement-permanent":             c.makeStanding,
		"GET /virement-permanent/code.svg":     c.standingCode,
		"GET /beneficiaires":                   c.beneficiaries,
		"POST /beneficiaires":                  c.saveBeneficiary,
		"POST /beneficiaires/{handle}/nom":     c.renameBeneficiary,
		"POST /beneficiaires/{handle}/retrait": c.removeBeneficiary,
		"GET /demandes":                        c.requests,
		"POST /demandes":                       c.ask,
		"GET /demandes/{id}":                   c.request,
		"GET /demandes/{id}/code.svg":          c.requestCode,
		"POST /demandes/{id}/annulation":       c.withdraw,
		"GET /billets":                         c.notes,
		"POST /billets":                        c.askNotes,
		"GET /billets/{id}":                    c.note,
		"POST /billets/{id}/annulation":        c.renounce,
	}
}

func menu(a access.Actor) []page.Entry {
	if !a.Has(access.Citizen) && !a.Has(access.MerchantOwner) { // a town reads its wallet, and works elsewhere
		return nil
	}
	return []page.Entry{{Section: "wallet", Path: "/portefeuille"}}
}

// owner is who is signed in, and whose wallet they look at.
type owner struct {
	access.Actor
	ID     ident.Holder
	Wallet ident.Wallet
}

// may says whether the owner may take an action on the wallet's affairs.
func (o owner) may(action access.Action) bool { return access.Allow(o.Actor, action, o.ID) == nil }

// owner returns whose wallet the visitor looks at, session.ErrUnauthenticated or
// access.ErrForbidden.
func (c citizen) owner(r *http.Request) (owner, error) {
	a, err := site.Actor(r)
	if err != nil {
		return owner{}, err
	}
	id := site.WalletOf(a)
	if id.IsZero() {
		return owner{}, access.ErrForbidden
	}
	return owner{a, id, ident.WalletOf(id)}, nil
}

// present shows a page of this room, with the pages beside it that the owner may
// use.
func (c citizen) present(w http.ResponseWriter, r *http.Request, status int, o owner, tab string, sheet page.Sheet) error {
	sheet.Section = "wallet"
	for _, t := range []struct {
		key, path string
		action    access.Action
	}{
		{"wallet", "/portefeuille", access.WalletRead},
		{"change", "/change", access.ConversionTransfer},
		{"requests", "/demandes", access.RequestAsk},
		{"notes", "/billets", access.PaperAsk},
		{"beneficiaries", "/beneficiaires", access.BeneficiaryRead},
		{"history", "/portefeuille/historique", access.WalletRead},
	} {
		if o.may(t.action) {
			sheet.Tabs = append(sheet.Tabs, page.Tab{Key: t.key, Path: t.path, Here: t.key == tab})
		}
	}
	return c.Show(w, r, status, sheet)
}

// namer gives the displayed name of the other side of a movement, "" where there
// is none; it reads each holder once (rule D1: nothing but the name).
func (c citizen) namer(r *http.Request, own ident.Holder) func(ledger.Account) (string, error) {
	known := map[ident.Holder]string{}
	return func(a ledger.Account) (string, error) {
		other, ok := ledger.HolderOf(a)
		if !ok || other == own {
			return "", nil
		}
		if name, ok := known[other]; ok {
			return name, nil
		}
		h, err := c.Ledger.Holder(r.Context(), other)
		known[other] = h.Name
		return h.Name, err
	}
}
