// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strconv"

	"github.com/noria-mlc/noria/web/asset"
	"github.com/noria-mlc/noria/web/locale"
)

//go:embed template/*.html
var templates embed.FS

// ContentSecurityPolicy is what the pages are written for: nothing inline,
// nothing from elsewhere, no text turned into markup by a script. Whoever serves
// a page sends it with the other security headers.
const ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'"

// Currency is how a local currency presents itself.
type Currency struct {
	Name       string // of the currency: "La Roue"
	Unit       string // one unit: "Roue"
	UnitPlural string // several: "Roues"
	Accent     string // colour, "#rrggbb", or "" for the house's own
}

// Renderer writes the pages of one currency. It is safe for concurrent use.
type Renderer struct {
	assets   *asset.Set
	currency Currency
	theme    string
	calendar locale.Calendar
	pages    map[string]*template.Template
}

// New prepares the pages of a currency. It returns ErrCurrency when a name is
// missing, asset.ErrColour for an accent that is not "#rrggbb", ErrAsset when
// the set lacks a file the pages ask for.
func New(assets *asset.Set, currency Currency) (*Renderer, error) {
	if currency.Name == "" || currency.Unit == "" || currency.UnitPlural == "" {
		return nil, ErrCurrency
	}
	sheet, err := asset.ThemeCSS(currency.Accent)
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	theme, err := assets.Publish("theme.css", sheet)
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	calendar, err := locale.NewCalendar()
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	r := &Renderer{assets: assets, currency: currency, theme: theme, calendar: calendar, pages: map[string]*template.Template{}}
	base, err := template.New("layout.html").Funcs(r.functions()).ParseFS(templates, "template/layout.html", "template/part.html")
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	for _, name := range []string{"fund", "wallet", "till", "request", "pay", "receipt", "signin", "fault"} {
		own, err := base.Clone()
		if err != nil {
			return nil, fmt.Errorf("page: %w", err)
		}
		if r.pages[name], err = own.ParseFS(templates, "template/"+name+".html"); err != nil {
			return nil, fmt.Errorf("page: %w", err)
		}
	}
	for _, name := range []string{"noria.css", "mark.svg", "stale.js", "fund.js", "wallet.js", "till.js", "request.js", "pay.js"} {
		if assets.URL(name) == "" {
			return nil, fmt.Errorf("%w: %s", ErrAsset, name)
		}
	}
	return r, nil
}

// sheet is what the layout is filled from, whatever the page.
type sheet struct {
	Currency Currency
	Theme    string   // address of the currency's colours
	Title    string   // what the browser's tab says, before the currency's name
	Section  string   // which entry of the navigation is this page's
	Class    string   // of the body
	Public   bool     // may be found by search engines
	Script   string   // module of the page, "" where it has none
	Imports  []string // modules to fetch beside it
	Refresh  int      // seconds after which a browser without modules asks again, 0 for never
	Visitor  Visitor
	View     any
}

// render fills a page and sends it with the status given. Nothing is sent when
// a template fails.
func (r *Renderer) render(w http.ResponseWriter, status int, name string, s sheet) error {
	s.Currency, s.Theme = r.currency, r.theme
	var body bytes.Buffer
	if err := r.pages[name].Execute(&body, s); err != nil {
		return fmt.Errorf("page: %s: %w", name, err)
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Language", "fr")
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Length", strconv.Itoa(body.Len()))
	w.WriteHeader(status)
	if _, err := body.WriteTo(w); err != nil {
		return fmt.Errorf("page: %s: %w", name, err)
	}
	return nil
}

// modules are the files that the scripts of live pages import.
func modules(others ...string) []string {
	return append([]string{"live.js", "signal.js", "writing.js"}, others...)
}
