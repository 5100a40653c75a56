// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/noria-mlc/noria/web/asset"
	"github.com/noria-mlc/noria/web/locale"
)

//go:embed template/*.html
var templates embed.FS

// ContentSecurityPolicy is what the pages are written for: nothing inline,
// nothing from elsewhere, no text turned into markup by a script. Whoever serves
// a page sends it with the other security headers.
const ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; report-uri " + Reports + "; report-to policy"

// Reports is where browsers tell what the policy of a page refused, and
// ReportingEndpoints the header that says so to those that do not know report-uri
// any more.
const (
	Reports            = "/signalements"
	ReportingEndpoints = `policy="` + Reports + `"`
)

// Currency is how a local currency presents itself.
type Currency struct {
	Name       string // of the currency: "La Roue"
	Unit       string // one unit: "Roue"
	UnitPlural string // several: "Roues"
	Accent     string // colour, "#rrggbb", or "" for the house's own
}

// Renderer writes the pages of one currency in one language. It is safe for
// concurrent use.
type Renderer struct {
	*locale.Speech
	assets   *asset.Set
	currency Currency
	theme    string
	manifest string
	pages    map[string]*template.Template
	voices   map[string]*Renderer // by language, this one among them
}

// Room is a folder of templates that one kind of visitor meets. Each file is a
// page, called by the room's name, a slash and its own: "citizen/home"; "part.html"
// holds what several of them share.
type Room struct {
	Name      string
	Templates fs.FS // holds "*.html"
}

// New prepares the pages of a currency, in every language; the renderer it
// returns writes the first one, see In. It returns ErrCurrency when a name is
// missing, asset.ErrColour for an accent that is not "#rrggbb", ErrAsset when
// the set lacks a file the pages ask for.
func New(assets *asset.Set, currency Currency, rooms ...Room) (*Renderer, error) {
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
	manifest, err := publishManifest(assets, currency)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"noria.css", "mark.svg", "icon.svg", "stale.js", "install.js", "fund.js", "wallet.js", "till.js", "request.js", "pay.js"} {
		if assets.URL(name) == "" {
			return nil, fmt.Errorf("%w: %s", ErrAsset, name)
		}
	}
	voices := map[string]*Renderer{}
	for _, lang := range locale.Languages() {
		speech, err := locale.NewSpeech(lang)
		if err != nil {
			return nil, fmt.Errorf("page: %w", err)
		}
		voice := &Renderer{Speech: speech, assets: assets, currency: currency, theme: theme, manifest: manifest, voices: voices}
		if voice.pages, err = voice.parse(rooms); err != nil {
			return nil, fmt.Errorf("page: %w", err)
		}
		voices[lang] = voice
	}
	return voices[locale.Languages()[0]], nil
}

// In is the renderer of another language; one that no page is written in gives
// the first of locale.Languages.
func (r *Renderer) In(lang string) *Renderer {
	if voice := r.voices[lang]; voice != nil {
		return voice
	}
	return r.voices[locale.Languages()[0]]
}

// parse reads the templates: each file that is neither the layout nor the shared
// parts is a page, and so is each file of a room.
func (r *Renderer) parse(rooms []Room) (map[string]*template.Template, error) {
	base, err := template.New("layout.html").Funcs(r.functions()).ParseFS(templates, "template/layout.html", "template/part.html", "template/component.html")
	if err != nil {
		return nil, err
	}
	pages := map[string]*template.Template{}
	own, err := fs.Sub(templates, "template")
	if err != nil {
		return nil, err
	}
	for _, room := range append([]Room{{"", own}}, rooms...) {
		files, err := fs.Glob(room.Templates, "*.html")
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			name := strings.TrimSuffix(file, ".html")
			if room.Name != "" {
				name = room.Name + "/" + name
			}
			if name == "layout" || name == "component" || file == "part.html" {
				continue
			}
			page, err := base.Clone()
			if err != nil {
				return nil, err
			}
			parts := []string{file}
			if slices.Contains(files, "part.html") {
				parts = []string{"part.html", file}
			}
			if pages[name], err = page.ParseFS(room.Templates, parts...); err != nil {
				return nil, err
			}
		}
	}
	return pages, nil
}

// Sheet is a page to show: the template that writes it, what the layout needs,
// and what its own part is filled from.
type Sheet struct {
	Template string   // "citizen/home"
	Title    string   // key of what the browser's tab says before the currency's name, or the text itself
	Section  string   // which entry of the navigation is this page's
	Tabs     []Tab    // the pages beside it in its room
	Class    string   // of the body
	Public   bool     // may be found by search engines
	Script   string   // module of the page, "" where it has none
	Imports  []string // modules to fetch beside it
	Refresh  int      // seconds after which a browser without modules asks again, 0 for never
	Visitor  Visitor
	View     any
}

// Tab is a page beside another in the same room. Its words are those of the key
// "tab." and Key. In a room of many pages each belongs to a group, whose words are
// those of "group." and Group.
type Tab struct {
	Key, Path string
	Here      bool   // it is the page shown
	Group     string // "" in a room whose pages fit on one line
}

// Group is some pages of a room under one word. Path leads to the first of them.
type Group struct {
	Key, Path string
	Here      bool // the page shown is one of them
	Tabs      []Tab
}

// Groups are the groups of the page's room in the order of their first pages, none
// where the room has no groups.
func (s Sheet) Groups() []Group {
	var all []Group
	for _, t := range s.Tabs {
		if t.Group == "" {
			continue
		}
		at := slices.IndexFunc(all, func(g Group) bool { return g.Key == t.Group })
		if at < 0 {
			at = len(all)
			all = append(all, Group{Key: t.Group, Path: t.Path})
		}
		all[at].Tabs = append(all[at].Tabs, t)
		all[at].Here = all[at].Here || t.Here
	}
	return all
}

// filled is a sheet with what is the same for every page of a currency.
type filled struct {
	Sheet
	Currency Currency
	Theme    string // address of the currency's colours
	Manifest string // address of what a phone needs to install the pages
	Lang     string // of the words
	Other    string // the other language
}

// Show fills a page and sends it with the status given, 0 being 200. Nothing is
// sent when a template fails. It returns ErrView for a template that no room has.
func (r *Renderer) Show(w http.ResponseWriter, status int, s Sheet) error {
	return r.render(w, statusOr(status, http.StatusOK), s.Template, s)
}

// render fills a page and sends it with the status given. Nothing is sent when
// a template fails.
func (r *Renderer) render(w http.ResponseWriter, status int, name string, sheet Sheet) error {
	page := r.pages[name]
	if page == nil {
		return fmt.Errorf("%w: no template %s", ErrView, name)
	}
	s := filled{Sheet: sheet, Currency: r.currency, Theme: r.theme, Manifest: r.manifest, Lang: r.Lang()}
	for _, other := range locale.Languages() {
		if other != s.Lang {
			s.Other = other
		}
	}
	if words, err := r.Say(s.Title); err == nil {
		s.Title = words
	}
	var body bytes.Buffer
	if err := page.Execute(&body, s); err != nil {
		return fmt.Errorf("page: %s: %w", name, err)
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Language", s.Lang)
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Length", strconv.Itoa(body.Len()))
	w.WriteHeader(status)
	if _, err := body.WriteTo(w); err != nil {
		return fmt.Errorf("page: %s: %w", name, err)
	}
	return nil
}

// Modules are the files that the scripts of live pages import.
func Modules(others ...string) []string {
	return append([]string{"live.js", "signal.js", "writing.js"}, others...)
}
