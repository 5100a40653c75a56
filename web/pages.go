// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/session"
)

// pages answers browsers. Each handler asks the services that the API asks, as
// the person signed in.
type pages struct {
	*Server
	renderer atomic.Pointer[page.Renderer]
}

// handler answers with a page, or returns the refusal to show.
type handler func(w http.ResponseWriter, r *http.Request) error

func (p *pages) register(mux *http.ServeMux) {
	routes := map[string]handler{
		"GET /{$}":                     p.fund,
		"GET /fonds":                   p.fund,
		"GET /portefeuille":            p.wallet,
		"GET /caisse":                  p.till,
		"POST /caisse":                 p.ask,
		"GET /caisse/{id}":             p.request,
		"POST /caisse/{id}/annulation": p.withdraw,
		"GET /caisse/{id}/code.svg":    p.code,
		"GET /payer/{id}":              p.pay,
		"POST /payer/{id}":             p.paid,
	}
	maps.Copy(routes, p.identityRoutes())
	maps.Copy(routes, p.accountRoutes())
	maps.Copy(routes, p.guideRoutes())
	for pattern, h := range routes {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			r.Body = http.MaxBytesReader(w, r.Body, 16<<10)
			p.forget(w, r)
			if err := h(w, r); err != nil {
				p.fail(w, r, err)
			}
		})
	}
}

// forget takes a cookie that does not hold any more from the browser, so that
// public pages are live again for somebody whose session ended.
func (p *pages) forget(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		return
	}
	if _, err := actor(r); !errors.Is(err, session.ErrUnauthenticated) {
		return
	}
	if text, err := p.config.Session.FromRequest(r); err == nil && text != "" {
		p.config.Session.ClearCookie(w)
	}
}

// render returns the renderer of the currency, in the language of the request. Until the currency is open its
// pages bear the house's name.
func (p *pages) render(ctx context.Context) (*page.Renderer, error) {
	if r := p.renderer.Load(); r != nil {
		return r.In(problem.Speaks(ctx)), nil
	}
	c, err := p.config.Conversion.Currency(ctx)
	if errors.Is(err, conversion.ErrNotOpen) {
		return p.house(ctx)
	}
	if err != nil {
		return nil, err
	}
	r, err := page.New(p.assets, page.Currency{Name: c.Name, Unit: c.Unit.Singular, UnitPlural: c.Unit.Plural, Accent: p.config.Accent})
	if err != nil {
		return nil, err
	}
	p.renderer.Store(r)
	return r.In(problem.Speaks(ctx)), nil
}

// house returns a renderer that knows no currency and asks for none.
func (p *pages) house(ctx context.Context) (*page.Renderer, error) {
	r, err := page.New(p.assets, page.Currency{Name: "Noria", Unit: "unité", UnitPlural: "unités"})
	if err != nil {
		return nil, err
	}
	return r.In(problem.Speaks(ctx)), nil
}

// fail shows a refusal. Somebody who is not signed in is sent to sign in first,
// and comes back.
func (p *pages) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, session.ErrUnauthenticated) && r.Method == http.MethodGet {
		http.Redirect(w, r, "/connexion?suite="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	p.refuse(w, r, problem.Of(r.Context(), p.log, err))
}

// refuse shows a problem document as a page.
func (p *pages) refuse(w http.ResponseWriter, r *http.Request, d *problem.Document) {
	d.Headers(w.Header())
	renderer, err := p.render(r.Context())
	if err != nil { // the refusal has to be shown without the book
		renderer, err = p.house(r.Context())
	}
	if err == nil {
		err = renderer.Fault(w, page.FaultView{Visitor: p.visitor(r), Status: d.Status, Code: d.Code,
			Moved: page.Moved(d.MoneyMoved), Trace: d.TraceID})
	}
	if err != nil {
		p.log.Error("fault page", "trace", d.TraceID, "error", err)
		http.Error(w, d.Title, d.Status)
	}
}

// actor returns who is signed in, or session.ErrUnauthenticated.
func actor(r *http.Request) (access.Actor, error) {
	c, err := api.Caller(r.Context())
	return c.Actor, err
}

// visitor says what the navigation shows to whoever is signed in.
func (p *pages) visitor(r *http.Request) page.Visitor {
	a, err := actor(r)
	if err != nil {
		return page.Visitor{}
	}
	h, err := p.config.Ledger.Holder(r.Context(), a.Holder)
	if err != nil {
		return page.Visitor{}
	}
	return page.Visitor{Name: h.Name, Wallet: walletOf(a) != (ident.Holder{}), Till: tills(a)}
}

// walletOf returns the holder whose wallet the actor looks at: their own, or
// that of the organisation they own.
func walletOf(a access.Actor) ident.Holder {
	if access.Allow(a, access.WalletRead, a.Holder) == nil {
		return a.Holder
	}
	for _, g := range a.Grants {
		if access.Allow(a, access.WalletRead, g.Organisation) == nil {
			return g.Organisation
		}
	}
	return ident.Holder{}
}

// formKey returns the idempotency key that the server put into a form.
func formKey(r *http.Request) string { return r.PostFormValue("cle") }

// newKey makes the idempotency key of a form: a form sent twice is one wish.
func (p *pages) newKey() string {
	return ident.Ref{Prefix: "page_", Bits: p.config.Ledger.NewID()}.String()
}

func (p *pages) now() time.Time { return p.config.Ledger.Now() }
