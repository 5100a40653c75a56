// SPDX-License-Identifier: AGPL-3.0-or-later

package audit

import (
	"context"
	"embed"
	"errors"
	"net/http"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/audit"
	"github.com/noria-mlc/noria/ops/job"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

//go:embed *.html
var templates embed.FS

// control answers with the pages of this room.
type control struct {
	*site.Site
	book *audit.View
}

// Room is the pages of auditors, and of treasurers who read the book.
func Room() site.Room {
	return site.Room{Room: page.Room{Name: "audit", Templates: templates}, Routes: routes, Menu: menu}
}

func routes(s *site.Site) map[string]site.Handler {
	c := control{s, audit.New(audit.Sources{Journal: s.Ledger.Journal, Conversion: s.Conversion.View, Merchant: s.Merchant, Payout: s.Payout.View})}
	return map[string]site.Handler{
		"GET /controle":                          c.home,
		"GET /controle/suivi":                    c.trace,
		"GET /controle/journal":                  c.journal,
		"GET /controle/ecritures/{id}":           c.entry,
		"GET /controle/commandes":                c.commands,
		"GET /controle/commandes/{numero}":       c.command,
		"GET /controle/exports/{forme}":          c.export,
		"POST /controle/titulaires/{numero}/nom": c.reveal,
	}
}

func reads(a access.Actor) bool { return access.Allow(a, access.JournalRead, ident.Holder{}) == nil }

func menu(a access.Actor) []page.Entry {
	if !reads(a) {
		return nil
	}
	return []page.Entry{{Section: "audit", Path: "/controle"}}
}

// visit returns who asks, and the pages of the room.
func (c control) visit(r *http.Request, here string) (access.Actor, []page.Tab, error) {
	a, err := site.Actor(r)
	if err != nil {
		return a, nil, err
	}
	if !reads(a) {
		return a, nil, access.ErrForbidden
	}
	var tabs []page.Tab
	for _, t := range []struct{ key, path string }{{"audit", "/controle"}, {"journal", "/controle/journal"}, {"commands", "/controle/commandes"}} {
		tabs = append(tabs, page.Tab{Key: "audit-" + t.key, Path: t.path, Here: t.key == here})
	}
	return a, tabs, nil
}

func sheet(template, title string, tabs []page.Tab, view any) page.Sheet {
	return page.Sheet{Template: "audit/" + template, Title: title, Section: "audit", Tabs: tabs, Class: "audit", View: view}
}

// account is an account of the book; a member's by their number.
type account struct{ Code, Number string }

// Path is where its movements are.
func (a account) Path() string { return "/controle/journal?compte=" + a.Code }

// Held says whether the account holds what a member handed in.
func (a account) Held() bool { return len(a.Code) > 13 && a.Code[:13] == "loc:reserved:" }

func (c control) account(ctx context.Context, code ledger.Account) (account, error) {
	v := account{Code: string(code)}
	id, ok := ledger.HolderOf(code)
	if !ok {
		return v, nil
	}
	h, err := c.Ledger.Holder(ctx, id)
	v.Number = h.Number
	return v, err
}

// doer is who commanded: a member by number, a job, or the program itself.
type doer struct {
	Number string
	Job    bool
}

func (c control) doer(ctx context.Context, id ident.User) (doer, error) {
	if id == job.System().ID {
		return doer{Job: true}, nil
	}
	h, err := c.Doer(ctx, id)
	return doer{Number: h.Number}, err
}

// number reads the number of the holder, "" for none.
func (c control) number(ctx context.Context, id ident.Holder) (string, error) {
	if id.IsZero() {
		return "", nil
	}
	h, err := c.Ledger.Holder(ctx, id)
	if errors.Is(err, fault.ErrMissing) {
		return "", nil
	}
	return h.Number, err
}
