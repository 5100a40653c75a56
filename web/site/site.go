// SPDX-License-Identifier: AGPL-3.0-or-later

package site

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"sync/atomic"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/check"
	"github.com/noria-mlc/noria/ops/job"
	"github.com/noria-mlc/noria/ops/observe"
	"github.com/noria-mlc/noria/ops/push"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/asset"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/session"
)

// Config is what the pages are made of.
type Config struct {
	api.Services
	Identity *identity.Service
	Metrics  *observe.Metrics
	Push     *push.Service  // hints to browsers; nil where there are none
	Accent   string         // colour of the currency on pages, "#rrggbb"; the house's own where empty
	Proxies  []netip.Prefix // servers in front whose X-Forwarded-For is believed; those of this machine where nil
	Demo     bool           // this is a demonstration: it shows the page of components
	Engine   Engine
}

// Engine is what runs the service, for the page that says how it fares. Each may be
// nil: the page then leaves it out.
type Engine struct {
	Jobs     *job.Runner
	Keeper   *check.Keeper
	Database *db.DB
}

// Site answers browsers. Each handler asks the services that the API asks, as
// the person signed in.
type Site struct {
	Config
	assets   *asset.Set
	rooms    []Room
	renderer atomic.Pointer[page.Renderer]
}

// Handler answers with a page, or returns the refusal to show.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Room is the pages of one kind of visitor.
type Room struct {
	page.Room                                 // its name and its templates
	Routes    func(*Site) map[string]Handler  // by pattern, "GET /caisse"
	Menu      func(access.Actor) []page.Entry // what the navigation offers an actor; nil for nothing
	Uploads   map[string]int64                // bytes that a pattern takes where a form is not enough
}

// formLimit is how many bytes a form may have.
const formLimit = 16 << 10

// New prepares the pages of the rooms.
func New(c Config, assets *asset.Set, rooms ...Room) *Site {
	return &Site{Config: c, assets: assets, rooms: rooms}
}

// Register adds the routes of every room to mux.
func (s *Site) Register(mux *http.ServeMux) {
	for _, room := range s.rooms {
		for pattern, h := range room.Routes(s) {
			limit := int64(formLimit)
			if room.Uploads[pattern] > 0 {
				limit = room.Uploads[pattern]
			}
			mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
				r.Body = http.MaxBytesReader(w, r.Body, limit)
				s.forget(w, r)
				if err := h(w, r); err != nil {
					s.Fail(w, r, err)
				}
			})
		}
	}
}

// Patterns lists the routes of every room, as "GET /caisse".
func (s *Site) Patterns() []string {
	var all []string
	for _, room := range s.rooms {
		all = slices.AppendSeq(all, maps.Keys(room.Routes(s)))
	}
	return all
}

// forget takes a cookie that does not hold any more from the browser, so that
// public pages are live again for somebody whose session ended.
func (s *Site) forget(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		return
	}
	if _, err := Actor(r); !errors.Is(err, session.ErrUnauthenticated) {
		return
	}
	if text, err := s.Session.FromRequest(r); err == nil && text != "" {
		s.Session.ClearCookie(w)
	}
}

// Render returns the renderer of the currency, in the language of the request.
// Until the currency is open its pages bear the house's name.
func (s *Site) Render(ctx context.Context) (*page.Renderer, error) {
	if r := s.renderer.Load(); r != nil {
		return r.In(problem.Speaks(ctx)), nil
	}
	c, err := s.Conversion.Currency(ctx)
	if errors.Is(err, conversion.ErrNotOpen) {
		return s.house(ctx)
	}
	if err != nil {
		return nil, err
	}
	r, err := page.New(s.assets, page.Currency{Name: c.Name, Unit: c.Unit.Singular, UnitPlural: c.Unit.Plural, Accent: s.Accent}, s.templates()...)
	if err != nil {
		return nil, err
	}
	s.renderer.Store(r)
	return r.In(problem.Speaks(ctx)), nil
}

// house returns a renderer that knows no currency and asks for none.
func (s *Site) house(ctx context.Context) (*page.Renderer, error) {
	r, err := page.New(s.assets, page.Currency{Name: "Noria", Unit: "unité", UnitPlural: "unités"}, s.templates()...)
	if err != nil {
		return nil, err
	}
	return r.In(problem.Speaks(ctx)), nil
}

func (s *Site) templates() []page.Room {
	var rooms []page.Room
	for _, room := range s.rooms {
		if room.Templates != nil {
			rooms = append(rooms, room.Room)
		}
	}
	return rooms
}

// Show sends a page to whoever asks, with the status given, 0 being 200.
func (s *Site) Show(w http.ResponseWriter, r *http.Request, status int, sheet page.Sheet) error {
	renderer, err := s.Render(r.Context())
	if err != nil {
		return err
	}
	sheet.Visitor = s.Visitor(r)
	return renderer.Show(w, status, sheet)
}

// ShowAs is Show to somebody whom the request does not know yet, since it has
// just signed them in.
func (s *Site) ShowAs(w http.ResponseWriter, r *http.Request, who page.Visitor, status int, sheet page.Sheet) error {
	renderer, err := s.Render(r.Context())
	if err != nil {
		return err
	}
	sheet.Visitor = who
	return renderer.Show(w, status, sheet)
}

// Say is the text of a key in the language of the request.
func (s *Site) Say(r *http.Request, key string, places ...any) (string, error) {
	renderer, err := s.Render(r.Context())
	if err != nil {
		return "", err
	}
	return renderer.Say(key, places...)
}

// Visitor says what the navigation shows to whoever is signed in.
func (s *Site) Visitor(r *http.Request) page.Visitor {
	a, err := Actor(r)
	if err != nil {
		return page.Visitor{}
	}
	h, err := s.Ledger.Holder(r.Context(), a.Holder)
	if err != nil {
		return page.Visitor{}
	}
	v := page.Visitor{Name: h.Name, Wallet: WalletOf(a) != (ident.Holder{})}
	v.Menu = s.Menu(a)
	return v
}

// Menu is what the navigation offers an actor.
func (s *Site) Menu(a access.Actor) []page.Entry {
	var menu []page.Entry
	for _, room := range s.rooms {
		if room.Menu != nil {
			menu = append(menu, room.Menu(a)...)
		}
	}
	return menu
}

// Actor returns who is signed in, or session.ErrUnauthenticated.
func Actor(r *http.Request) (access.Actor, error) {
	c, err := api.Caller(r.Context())
	return c.Actor, err
}

// WalletOf returns the holder whose wallet is the actor's to look at and to use:
// their own, or that of the organisation they act for. Whoever may read every
// wallet has none by that.
func WalletOf(a access.Actor) ident.Holder {
	for _, g := range a.Grants {
		if access.ScopeOf(g.Role, access.WalletRead) == access.Own && access.Allow(a, access.WalletRead, a.Holder) == nil {
			return a.Holder
		}
	}
	for _, g := range a.Grants {
		if access.ScopeOf(g.Role, access.WalletRead) == access.Organisation && access.Allow(a, access.WalletRead, g.Organisation) == nil {
			return g.Organisation
		}
	}
	return ident.Holder{}
}

// Assets are the files that pages name.
func (s *Site) Assets() *asset.Set { return s.assets }

// Now is the instant of the books.
func (s *Site) Now() time.Time { return s.Ledger.Now() }

// Origin returns the scheme and host of a base URL.
func Origin(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return base
	}
	return u.Scheme + "://" + u.Host
}
