// SPDX-License-Identifier: AGPL-3.0-or-later

package public

import (
	"net/http"
	"slices"
	"strings"

	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/problem"
)

// components shows every component in all its states.
func (p public) components(w http.ResponseWriter, r *http.Request) error {
	renderer, err := p.Render(r.Context())
	if err != nil {
		return err
	}
	return p.Show(w, r, 0, componentsView{At: p.Now(), Speech: renderer.Speech}.sheet())
}

// accessibility says how far everybody can use the pages.
func (p public) accessibility(w http.ResponseWriter, r *http.Request) error {
	return p.Show(w, r, 0, accessSheet())
}

// explain tells what a refusal means; the type of a problem document leads here.
func (p public) explain(w http.ResponseWriter, r *http.Request) error {
	v, known := problemOf(r.PathValue("code"), problem.Speaks(r.Context()))
	if !known {
		return fault.ErrMissing
	}
	return p.Show(w, r, 0, v.sheet())
}

// chooseLanguage keeps the language that a visitor chose for a year, and goes
// back to the page where it was chosen.
func (p public) chooseLanguage(w http.ResponseWriter, r *http.Request) error {
	language := r.PathValue("langue")
	if !slices.Contains(locale.Languages(), language) {
		return fault.ErrMissing
	}
	secure := strings.HasPrefix(p.BaseURL, "https:")
	http.SetCookie(w, &http.Cookie{Name: problem.Cookie(secure), Value: language, Path: "/", MaxAge: 365 * 24 * 3600,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: secure})
	http.Redirect(w, r, p.CameFrom(r), http.StatusSeeOther)
	return nil
}
