// SPDX-License-Identifier: AGPL-3.0-or-later

package admin

import (
	"embed"
	"net/http"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

//go:embed *.html
var templates embed.FS

// office answers with the pages of this room.
type office struct{ *site.Site }

// Room is the pages of administrators.
func Room() site.Room {
	return site.Room{Room: page.Room{Name: "admin", Templates: templates}, Routes: routes, Menu: menu}
}

func routes(s *site.Site) map[string]site.Handler {
	o := office{s}
	return map[string]site.Handler{
		"GET /administration":                                         o.overview,
		"GET /administration/monnaie":                                 o.opening,
		"POST /administration/monnaie":                                o.open,
		"GET /administration/membres":                                 o.members,
		"POST /administration/membres":                                o.letIn,
		"GET /administration/membres/{id}":                            o.person,
		"POST /administration/membres/{id}/roles":                     o.give,
		"POST /administration/membres/{id}/roles/retrait":             o.withdraw,
		"POST /administration/membres/{id}/fermeture":                 o.disable,
		"POST /administration/membres/{id}/reouverture":               o.enable,
		"POST /administration/membres/{id}/invitation":                o.invite,
		"POST /administration/membres/{id}/effacement":                o.askErasure,
		"POST /administration/membres/{id}/jetons/{jeton}/revocation": o.revoke,
		"GET /administration/acces":                                   o.recoveries,
		"POST /administration/acces":                                  o.openCase,
		"POST /administration/acces/{id}/approbation":                 o.approveCase,
		"POST /administration/acces/{id}/annulation":                  o.cancelCase,
		"GET /administration/effacements":                             o.erasures,
		"POST /administration/effacements/{id}/approbation":           o.approveErasure,
		"POST /administration/effacements/{id}/annulation":            o.cancelErasure,
		"GET /administration/lieux":                                   o.places,
		"POST /administration/lieux/comptoirs":                        o.openDesk,
		"POST /administration/lieux/commerces":                        o.openShop,
		"GET /administration/reglages":                                o.settings,
		"POST /administration/reglages":                               o.set,
		"GET /administration/sante":                                   o.health,
		"POST /administration/sante/{tache}":                          o.run,
	}
}

// keeps says whether the room is the actor's.
func keeps(a access.Actor) bool {
	return access.Allow(a, access.UserRead, ident.Holder{}) == nil
}

func menu(a access.Actor) []page.Entry {
	if !keeps(a) {
		return nil
	}
	return []page.Entry{{Section: "office", Path: "/administration"}}
}

// visit returns who asks, and the pages that are theirs.
func (o office) visit(r *http.Request, here string) (access.Actor, []page.Tab, error) {
	a, err := site.Actor(r)
	if err != nil {
		return a, nil, err
	}
	if !keeps(a) {
		return a, nil, access.ErrForbidden
	}
	return a, tabs(here), nil
}

func tabs(here string) []page.Tab {
	list := []page.Tab{{Key: "office", Path: "/administration"}, {Key: "office-members", Path: "/administration/membres"},
		{Key: "office-access", Path: "/administration/acces"}, {Key: "office-erasures", Path: "/administration/effacements"},
		{Key: "office-places", Path: "/administration/lieux"}, {Key: "office-settings", Path: "/administration/reglages"},
		{Key: "office-health", Path: "/administration/sante"}}
	for i := range list {
		list[i].Here = list[i].Key == here
	}
	return list
}

func sheet(template, title string, tabs []page.Tab, view any) page.Sheet {
	return page.Sheet{Template: "admin/" + template, Title: title, Section: "office", Tabs: tabs, Class: "office", View: view}
}

// pathID reads an id of the path, or returns fault.ErrMissing.
func pathID[T any, P interface {
	*T
	UnmarshalText([]byte) error
}](r *http.Request, name string) (T, error) {
	var id T
	if P(&id).UnmarshalText([]byte(r.PathValue(name))) != nil {
		return id, fault.ErrMissing
	}
	return id, nil
}

// wrong gives the words beside each field that a refusal names: family and the end
// of its pointer make the key. Pointers are those of the services.
func (o office) wrong(r *http.Request, err error, family string, keys map[string]string) (map[string]string, error) {
	f := fault.As(err)
	if f == nil {
		return nil, nil
	}
	found := map[string]string{}
	for _, at := range f.Fields {
		key, ok := keys[at.Pointer]
		if !ok {
			continue
		}
		words, err := o.Say(r, family+key)
		if err != nil {
			return nil, err
		}
		found[key] = words
	}
	return found, nil
}
