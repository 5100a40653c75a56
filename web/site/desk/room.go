// SPDX-License-Identifier: AGPL-3.0-or-later

package desk

import (
	"embed"
	"errors"
	"net/http"
	"strings"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

//go:embed *.html
var templates embed.FS

// desk answers with the pages of this room.
type desk struct{ *site.Site }

// Room is the pages of exchange desks.
func Room() site.Room {
	return site.Room{Room: page.Room{Name: "desk", Templates: templates}, Routes: routes, Menu: menu}
}

func routes(s *site.Site) map[string]site.Handler {
	d := desk{s}
	return map[string]site.Handler{
		"GET /comptoir":                               d.counter,
		"POST /comptoir/change":                       d.change,
		"POST /comptoir/apercu":                       d.preview,
		"GET /comptoir/recu/{id}":                     d.receipt,
		"POST /comptoir/recu/{id}/lettre":             d.letter,
		"GET /comptoir/accueil":                       d.welcome,
		"POST /comptoir/accueil":                      d.welcomed,
		"GET /comptoir/membres/{id}":                  d.card,
		"GET /comptoir/membres/{id}/code.svg":         d.code,
		"GET /comptoir/billets":                       d.notes,
		"POST /comptoir/billets":                      d.handed,
		"POST /comptoir/billets/reception":            d.received,
		"POST /comptoir/billets/remise":               d.handedOver,
		"GET /comptoir/billets/comptage":              d.noteForm("comptage"),
		"POST /comptoir/billets/comptage":             d.counted,
		"GET /comptoir/billets/renvoi":                d.noteForm("renvoi"),
		"POST /comptoir/billets/renvoi":               d.sentBack,
		"GET /comptoir/billets/recu/{id}":             d.slip,
		"POST /comptoir/billets/recu/{id}/annulation": d.undone,
		"GET /comptoir/journee":                       d.day,
		"GET /carte/{numero}":                         d.scanned,
		"GET /comptoir/membres/{id}/domicile":         d.home,
		"POST /comptoir/membres/{id}/domicile":        d.settled,
	}
}

func menu(a access.Actor) []page.Entry {
	if !serves(a) {
		return nil
	}
	return []page.Entry{{Section: "desk", Path: "/comptoir"}}
}

// serves says whether the actor changes euros at a desk.
func serves(a access.Actor) bool {
	return access.Allow(a, access.ConversionDesk, ident.Holder{}) == nil
}

// agent returns the visitor, who must serve at a desk.
func agent(r *http.Request) (access.Actor, error) {
	a, err := site.Actor(r)
	if err == nil && !serves(a) {
		err = access.ErrForbidden
	}
	return a, err
}

// tabs are the pages of the room, for the desk that is served.
func tabs(here, slug string) []page.Tab {
	query := ""
	if slug != "" {
		query = "?comptoir=" + slug
	}
	list := []page.Tab{{Key: "desk-change", Path: "/comptoir" + query}, {Key: "desk-welcome", Path: "/comptoir/accueil" + query},
		{Key: "desk-notes", Path: "/comptoir/billets" + query}, {Key: "desk-dues", Path: "/comptoir/adhesion"}, {Key: "desk-day", Path: "/comptoir/journee" + query},
		{Key: "office-access", Path: "/administration/acces"}}
	for i := range list {
		list[i].Here = list[i].Key == here
	}
	return list
}

// at returns the desk that the request names, the only one where it names none,
// and all of them. Where one has to be chosen the first is empty.
func (d desk) at(r *http.Request) (conversion.Desk, []conversion.Desk, error) {
	c, err := d.Conversion.Currency(r.Context())
	if err != nil {
		return conversion.Desk{}, nil, err
	}
	if len(c.Desks) == 0 {
		return conversion.Desk{}, nil, conversion.ErrDeskMissing
	}
	slug := r.FormValue("comptoir")
	for _, known := range c.Desks {
		if known.Slug == slug || slug == "" && len(c.Desks) == 1 {
			return known, c.Desks, nil
		}
	}
	if slug != "" {
		return conversion.Desk{}, nil, fault.ErrMissing
	}
	return conversion.Desk{}, c.Desks, nil
}

// member finds who a number, or what the code of a card says, stands for. The
// second value says whether there is such a member; a collectivité is none.
func (d desk) member(r *http.Request, typed string) (ledger.Holder, bool, error) {
	h, err := d.Ledger.HolderByNumber(r.Context(), number(typed))
	if errors.Is(err, fault.ErrMissing) || err == nil && h.Kind == ledger.Collectivity {
		return ledger.Holder{}, false, nil
	}
	if err != nil {
		return ledger.Holder{}, false, err
	}
	a, err := agent(r)
	if err == nil {
		err = d.People.Looked(r.Context(), a, h.ID, "identity")
	}
	return h, err == nil, err
}

// number takes the member's number out of what was typed or read from a card.
func number(typed string) string {
	typed = typed[strings.LastIndexByte(typed, '/')+1:]
	return strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' {
			return c
		}
		return -1
	}, typed)
}
