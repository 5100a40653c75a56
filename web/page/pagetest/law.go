// SPDX-License-Identifier: AGPL-3.0-or-later

package pagetest

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/web/asset"
	"github.com/noria-mlc/noria/web/page"
)

// laws are the tests that hold for every page in every state.
func (g *gallery) laws(t *testing.T) {
	t.Run("headers", g.headers)
	t.Run("nothing a person wrote is markup", g.markup)
	t.Run("every language", g.languages)
	t.Run("words only", g.bare)
	t.Run("policy", g.policy)
	t.Run("structure", g.structure)
	t.Run("weight", g.weight)
	t.Run("imports", g.imports)
}

func (g *gallery) headers(t *testing.T) {
	for _, s := range g.samples {
		got := s.answer(t, g.renderer)
		if got.Code != s.Status {
			t.Errorf("%s: status %d, want %d", s.Name, got.Code, s.Status)
		}
		for key, want := range map[string]string{
			"Content-Type":   "text/html; charset=utf-8",
			"Cache-Control":  "no-store",
			"Content-Length": strconv.Itoa(got.Body.Len()),
		} {
			if value := got.Header().Get(key); value != want {
				t.Errorf("%s: %s is %q, want %q", s.Name, key, value, want)
			}
		}
	}
}

func (g *gallery) markup(t *testing.T) {
	for _, s := range g.samples {
		html := s.answer(t, g.renderer).Body.String()
		if strings.Contains(html, "<img src=x") || strings.Contains(html, Nasty) || strings.Contains(html, "ZgotmplZ") {
			t.Errorf("%s lets markup through", s.Name)
		}
		if !strings.Contains(html, "onerror=alert(1)") && !s.Silent {
			t.Errorf("%s does not show the hostile text at all: the sample proves nothing", s.Name)
		}
	}
}

// TestEveryPageSpeaksEachLanguage: the language is said, the words are its own,
// and the way to the other is there.
func (g *gallery) languages(t *testing.T) {
	for lang, other := range map[string]string{"fr": "en", "en": "fr"} {
		foreign := map[string]string{"fr": "Skip to the content", "en": "Aller au contenu"}[lang]
		for _, s := range g.samples {
			got := s.answer(t, g.renderer.In(lang))
			html := got.Body.String()
			if got.Header().Get("Content-Language") != lang || !strings.Contains(html, `<html lang="`+lang+`"`) {
				t.Errorf("%s: another language than %s", s.Name, lang)
			}
			if !strings.Contains(html, `href="/langue/`+other+`"`) || strings.Contains(html, foreign) || strings.Contains(html, "%!") {
				t.Errorf("%s in %s: no way to %s, words of it, or a place not filled", s.Name, lang, other)
			}
		}
	}
	if g.renderer.In("oc").Lang() != "fr" {
		t.Error("another language is not French")
	}
}

// policy proves that the pages live under ContentSecurityPolicy: nothing
// inline, nothing from another host.
func (g *gallery) policy(t *testing.T) {
	script := regexp.MustCompile(`<script\b([^>]*)>([^<]*)</script>`)
	value := regexp.MustCompile(`="[^"]*"`)
	tag := regexp.MustCompile(`<[a-z][^>]*>`)
	handler := regexp.MustCompile(`\s(style|on[a-z]+)=`)
	outside := regexp.MustCompile(`(href|src|action)="([a-z]+:|//)`)
	chosen := regexp.MustCompile(`<a href="https://[^"]*" rel="noreferrer noopener">`)
	if strings.Contains(page.ContentSecurityPolicy, "unsafe") || !strings.Contains(page.ContentSecurityPolicy, "require-trusted-types-for 'script'") {
		t.Errorf("the policy is %s", page.ContentSecurityPolicy)
	}
	for _, s := range g.samples {
		html := s.answer(t, g.renderer).Body.String()
		for _, found := range script.FindAllStringSubmatch(html, -1) {
			if !strings.Contains(found[1], `src="/asset/`) || strings.TrimSpace(found[2]) != "" {
				t.Errorf("%s holds an inline script: %s", s.Name, found[0])
			}
		}
		if strings.Contains(html, "<style") {
			t.Errorf("%s holds an inline sheet", s.Name)
		}
		// Attribute values are taken out first: what people wrote may look like one.
		for _, found := range tag.FindAllString(value.ReplaceAllString(html, `=""`), -1) {
			if handler.MatchString(found) {
				t.Errorf("%s holds an inline handler or style: %s", s.Name, found)
			}
		}
		// A telephone number is no host: the browser asks nobody for it.
		// A link that somebody chooses to follow asks nothing before, and says where it
		// leads; the other host does not learn from where.
		html = chosen.ReplaceAllString(html, "<a>")
		if found := outside.FindString(strings.ReplaceAll(html, `href="tel:`, `href="`)); found != "" {
			t.Errorf("%s names another host: %s", s.Name, found)
		}
	}
}

func (g *gallery) structure(t *testing.T) {
	for _, s := range g.samples {
		html := s.answer(t, g.renderer).Body.String()
		for part, want := range map[string]int{"<h1": 1, "<main": 1, `<html lang="fr"`: 1, `rel="manifest"`: 1, "<title>": 1, `href="#contenu"`: 1, `id="contenu"`: 1, `name="viewport"`: 1} {
			if got := strings.Count(html, part); got != want {
				t.Errorf("%s: %d × %s, want %d", s.Name, got, part, want)
			}
		}
		labelled(t, s.Name, html)
		unique(t, s.Name, html)
		for _, tag := range regexp.MustCompile(`<img\b[^>]*>`).FindAllString(html, -1) {
			if !strings.Contains(tag, " alt=") || !strings.Contains(tag, " width=") {
				t.Errorf("%s: %s has no alternative text or no size", s.Name, tag)
			}
		}
		for _, tag := range regexp.MustCompile(`<svg\b[^>]*>`).FindAllString(html, -1) {
			if !strings.Contains(tag, `aria-hidden="true"`) {
				t.Errorf("%s: a drawing speaks: %s", s.Name, tag)
			}
		}
		if indexed := !strings.Contains(html, `content="noindex"`); indexed != s.Public {
			t.Errorf("%s: may be indexed = %v", s.Name, indexed)
		}
	}
}

// labelled checks that every field a person fills has a label.
func labelled(t *testing.T, name, html string) {
	t.Helper()
	id := regexp.MustCompile(`\sid="([^"]*)"`)
	for _, tag := range regexp.MustCompile(`<input\b[^>]*>`).FindAllString(html, -1) {
		if strings.Contains(tag, `type="hidden"`) {
			continue
		}
		found := id.FindStringSubmatch(tag)
		if found == nil || !strings.Contains(html, `<label for="`+found[1]+`"`) {
			t.Errorf("%s: a field without a label: %s", name, tag)
		}
	}
}

// unique checks that no id is given twice and that references point at one.
func unique(t *testing.T, name, html string) {
	t.Helper()
	ids := map[string]bool{}
	for _, found := range regexp.MustCompile(`\sid="([^"]*)"`).FindAllStringSubmatch(html, -1) {
		if ids[found[1]] {
			t.Errorf("%s: the id %q is given twice", name, found[1])
		}
		ids[found[1]] = true
	}
	for _, found := range regexp.MustCompile(`\s(?:aria-describedby|aria-labelledby|for)="([^"]*)"`).FindAllStringSubmatch(html, -1) {
		for _, reference := range strings.Fields(found[1]) {
			if !ids[reference] && !strings.Contains(found[1], "onerror") {
				t.Errorf("%s: %q points at nothing", name, reference)
			}
		}
	}
}

// weight follows every address of an asset, and holds
// the budget of the bar, section 8: a first visit weighs at most 40 kB
// compressed, scripts at most 15 kB.
func (g *gallery) weight(t *testing.T) {
	address := regexp.MustCompile(`(?:href|src)="(/asset/[^"]*)"`)
	for _, s := range g.samples {
		html := s.answer(t, g.renderer).Body.Bytes()
		total, scripts := packed(t, html), 0
		seen := map[string]bool{}
		for _, found := range address.FindAllSubmatch(html, -1) {
			url := string(found[1])
			if seen[url] {
				continue
			}
			seen[url] = true
			weight := fetched(t, g.assets, url)
			total += weight
			if strings.HasSuffix(url, ".js") {
				scripts += weight
			}
		}
		if total > 40_000 || scripts > 15_000 {
			t.Errorf("%s weighs %d bytes, of which scripts %d; at most 40 000 and 15 000", s.Name, total, scripts)
		}
		if len(seen) < 3 {
			t.Errorf("%s asks for %d assets: the sheets and the mark are missing", s.Name, len(seen))
		}
	}
}

// imports proves that no module waits for another
// to be read: what a page's module imports stands in the page's head.
func (g *gallery) imports(t *testing.T) {
	module := regexp.MustCompile(`<script type="module" src="(/asset/[^"]*)"`)
	statement := regexp.MustCompile(`from\s+"\./([^"]*)"`)
	for _, s := range g.samples {
		html := s.answer(t, g.renderer).Body.String()
		found := module.FindStringSubmatch(html)
		if found == nil {
			continue
		}
		recorder := httptest.NewRecorder()
		g.assets.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, found[1], nil))
		for _, imported := range statement.FindAllStringSubmatch(recorder.Body.String(), -1) {
			if !strings.Contains(html, `<link rel="modulepreload" href="`+asset.Prefix+imported[1]+`"`) {
				t.Errorf("%s does not fetch %s beside its module", s.Name, imported[1])
			}
		}
	}
}

func packed(t *testing.T, body []byte) int {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}

func fetched(t *testing.T, set *asset.Set, url string) int {
	t.Helper()
	request := httptest.NewRequest(http.MethodGet, url, nil)
	request.Header.Set("Accept-Encoding", "gzip")
	recorder := httptest.NewRecorder()
	set.ServeHTTP(recorder, request)
	if recorder.Code != http.StatusOK {
		t.Errorf("%s: status %d", url, recorder.Code)
	}
	return recorder.Body.Len()
}
