// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/site"
)

// guideRoutes are the pages that explain the service itself. The page of all
// components exists in demonstrations only.
func (p *pages) guideRoutes() map[string]site.Handler {
	routes := map[string]site.Handler{
		"GET /accessibilite":    p.accessibility,
		"GET /langue/{langue}":  p.chooseLanguage,
		"GET /problemes/{code}": p.explain,
	}
	if p.Demo {
		routes["GET /composants"] = p.components
	}
	return routes
}

// components shows every component in all its states.
func (p *pages) components(w http.ResponseWriter, r *http.Request) error {
	renderer, err := p.Render(r.Context())
	if err != nil {
		return err
	}
	return renderer.Components(w, page.ComponentsView{Visitor: p.Visitor(r), At: p.Now()})
}

// accessibility says how far everybody can use the pages.
func (p *pages) accessibility(w http.ResponseWriter, r *http.Request) error {
	renderer, err := p.Render(r.Context())
	if err != nil {
		return err
	}
	return renderer.Accessibility(w, page.AccessibilityView{Visitor: p.Visitor(r)})
}

// explain tells what a refusal means; the type of a problem document leads here.
func (p *pages) explain(w http.ResponseWriter, r *http.Request) error {
	renderer, err := p.Render(r.Context())
	if err != nil {
		return err
	}
	code := r.PathValue("code")
	if _, _, known := locale.Problem(code, renderer.Lang()); !known {
		return fault.ErrMissing
	}
	return renderer.Problem(w, page.ProblemView{Visitor: p.Visitor(r), Code: code})
}

// chooseLanguage keeps the language that a visitor chose for a year, and goes
// back to the page where it was chosen.
func (p *pages) chooseLanguage(w http.ResponseWriter, r *http.Request) error {
	language := r.PathValue("langue")
	if !slices.Contains(locale.Languages(), language) {
		return fault.ErrMissing
	}
	http.SetCookie(w, &http.Cookie{Name: problem.Cookie, Value: language, Path: "/", MaxAge: 365 * 24 * 3600,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: strings.HasPrefix(p.BaseURL, "https:")})
	http.Redirect(w, r, p.CameFrom(r), http.StatusSeeOther)
	return nil
}
