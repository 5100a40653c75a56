// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"errors"
	"net/http"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/session"
)

// fund shows the guarantee fund to anybody, now or at the instant of "?au=".
func (p *pages) fund(w http.ResponseWriter, r *http.Request) error {
	var at time.Time
	if text := r.URL.Query().Get("au"); text != "" {
		var err error
		if at, err = time.Parse(time.RFC3339, text); err != nil {
			return fault.ErrInvalid.At("query/au", "must be an instant, RFC 3339")
		}
	}
	f, err := p.config.Conversion.Fund(r.Context(), at)
	if err != nil {
		return err
	}
	renderer, err := p.render(r.Context())
	if err != nil {
		return err
	}
	v := page.FundView{Visitor: p.visitor(r), AsOf: f.AsOf, Seq: f.Head.Seq, Hash: f.Head.Hash, Version: f.Head.Seq,
		Past: !at.IsZero(), Total: poolView("", f.Total)}
	for _, pool := range f.Pools {
		if pool.Circulation != 0 || len(pool.Custodians) > 0 {
			v.Pools = append(v.Pools, poolView(string(pool.Pool), pool.FundSums))
		}
	}
	return renderer.Fund(w, v)
}

func poolView(pool string, s conversion.FundSums) page.FundPool {
	v := page.FundPool{Pool: pool, Circulation: s.Circulation, Backing: s.Backing, InTransit: s.InTransit,
		Redeeming: s.Redeeming, Grants: s.Grants, Held: s.Held, Gap: s.Gap, Surplus: s.Surplus}
	for _, c := range s.Custodians {
		v.Custodians = append(v.Custodians, page.Custodian{Name: c.Name, Balance: c.Balance})
	}
	return v
}

func (p *pages) signIn(w http.ResponseWriter, r *http.Request) error {
	renderer, err := p.render(r.Context())
	if err != nil {
		return err
	}
	return renderer.SignIn(w, page.SignInView{Visitor: p.visitor(r), Next: r.URL.Query().Get("suite")})
}

// openSession exchanges a token for a session cookie and goes where the visitor
// wanted to go.
func (p *pages) openSession(w http.ResponseWriter, r *http.Request) error {
	opened, _, err := p.config.Session.OpenSession(r.Context(), r.PostFormValue("jeton"), p.newKey())
	if errors.Is(err, session.ErrUnauthenticated) {
		renderer, err := p.render(r.Context())
		if err != nil {
			return err
		}
		return renderer.SignIn(w, page.SignInView{Status: http.StatusUnauthorized, Next: r.PostFormValue("suite"),
			Problem: "Ce jeton n’ouvre pas de session : il est mal recopié, expiré ou révoqué."})
	}
	if err != nil {
		return err
	}
	p.config.Session.SetCookie(w, opened)
	http.Redirect(w, r, page.ReturnPath(r.PostFormValue("suite")), http.StatusSeeOther)
	return nil
}

func (p *pages) closeSession(w http.ResponseWriter, r *http.Request) error {
	caller, err := api.Caller(r.Context())
	if err == nil {
		if err := p.config.Session.CloseSession(r.Context(), caller); err != nil {
			return err
		}
	}
	p.config.Session.ClearCookie(w)
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}
