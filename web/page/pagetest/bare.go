// SPDX-License-Identifier: AGPL-3.0-or-later

package pagetest

import (
	"html"
	"regexp"
	"strings"
	"testing"
)

// bare holds what only a programmer writes. A value that was printed as it lies in
// memory stands on a page as well as any word does: a template renders it, no type
// forbids it, and only an eye would see it.
type bare struct {
	words []*regexp.Regexp
	gone  *regexp.Regexp // what no reader sees: comments and the bodies of scripts and drawings
	said  *regexp.Regexp // attributes that are read aloud or shown
	tag   *regexp.Regexp
}

func newBare() bare {
	b := bare{
		gone: regexp.MustCompile(`(?s)<!--.*?-->|<script\b.*?</script>|<svg\b.*?</svg>`),
		said: regexp.MustCompile(`\s(?:aria-label|alt|title|placeholder|content|value)="([^"]*)"`),
		tag:  regexp.MustCompile(`<[^>]*>`),
	}
	for _, word := range []string{
		`\{[^}]*\}`,        // a struct, or a place of the words that nothing filled
		`%![a-zA-Z(]`,      // a format and what it was given do not fit
		`<nil>`, `\bmap\[`, // no value; a map
		`\[\]`, `\[[^\]]* [^\]]*\]`, // a list
		`0001-01-01`, `\b1/1/0001\b`, `1er janvier 1\b`, // an instant that never was
		`\bNaN\b`, `\bundefined\b`, `\[object \w+\]`, // what a script could not say
		`0x[0-9a-f]{8,}`, // where something lies in memory
	} {
		b.words = append(b.words, regexp.MustCompile(word))
	}
	return b
}

// found is what a page shows of it, each once.
func (b bare) found(markup string) []string {
	markup = b.gone.ReplaceAllString(markup, "")
	var shown strings.Builder
	for _, attribute := range b.said.FindAllStringSubmatch(markup, -1) {
		shown.WriteString(attribute[1] + "\n")
	}
	shown.WriteString(b.tag.ReplaceAllString(markup, "\n"))
	text := html.UnescapeString(shown.String())
	var found []string
	for _, word := range b.words {
		if hit := word.FindString(text); hit != "" {
			found = append(found, hit)
		}
	}
	return found
}

// bare proves that a page says words, in each language, and nothing that only a
// programmer would write.
func (g *gallery) bare(t *testing.T) {
	b := newBare()
	for _, lang := range []string{"fr", "en"} {
		for _, s := range g.samples {
			for _, hit := range b.found(s.answer(t, g.renderer.In(lang)).Body.String()) {
				t.Errorf("%s in %s shows what only a programmer writes: %q", s.Name, lang, hit)
			}
		}
	}
}

// Words checks that a page that a server answered says nothing that only a
// programmer would write.
func Words(t *testing.T, name, markup string) {
	t.Helper()
	if found := newBare().found(markup); len(found) > 0 {
		t.Errorf("%s shows what only a programmer writes: %q", name, found)
	}
}
