// SPDX-License-Identifier: AGPL-3.0-or-later

package pagetest

import (
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/web/asset"
	"github.com/noria-mlc/noria/web/page"
)

// Nasty is a text that would be markup if any page forgot to escape it. Samples
// hold it wherever a person can write.
const Nasty = `"><img src=x onerror=alert(1)>'&</script>`

// Noon is an instant that reads 13 h 00 in Paris, on 23 November 2026.
func Noon() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

// Sample is one page in one of its states.
type Sample struct {
	Name   string
	Status int  // of the answer, 0 for 200
	Public bool // search engines may keep it
	Silent bool // nobody wrote anything of what it shows
	Sheet  page.Sheet
	// Write stands in for Sheet where a page is written by the renderer itself.
	Write func(*page.Renderer, http.ResponseWriter) error
}

func (s Sample) render(r *page.Renderer, w http.ResponseWriter) error {
	if s.Write != nil {
		return s.Write(r, w)
	}
	return r.Show(w, s.Status, s.Sheet)
}

// answer renders a sample and returns what a browser would receive.
func (s Sample) answer(t *testing.T, r *page.Renderer) *httptest.ResponseRecorder {
	t.Helper()
	recorder := httptest.NewRecorder()
	if err := s.render(r, recorder); err != nil {
		t.Fatalf("%s: %v", s.Name, err)
	}
	return recorder
}

// gallery is what the laws look at: the samples of a room and who writes them.
type gallery struct {
	renderer *page.Renderer
	assets   *asset.Set
	samples  []Sample
}

// Renderer returns the renderer of a currency called La Roue with the pages of
// the rooms, and the assets it names.
func Renderer(t *testing.T, rooms ...page.Room) (*page.Renderer, *asset.Set) {
	t.Helper()
	set, err := asset.Load()
	if err != nil {
		t.Fatal(err)
	}
	r, err := page.New(set, page.Currency{Name: "La Roue", Unit: "Roue", UnitPlural: "Roues"}, rooms...)
	if err != nil {
		t.Fatal(err)
	}
	return r, set
}

// Hold proves the laws of every page for the samples of a room, and lets a real
// browser and axe judge them, unless -short was given.
func Hold(t *testing.T, samples []Sample, rooms ...page.Room) {
	t.Helper()
	if len(samples) == 0 {
		t.Fatal("no sample: the laws prove nothing")
	}
	r, set := Renderer(t, rooms...)
	for i := range samples {
		if samples[i].Status == 0 {
			samples[i].Status = http.StatusOK
		}
	}
	g := &gallery{r, set, samples}
	g.laws(t)
	t.Run("every page is accessible", g.accessible)
}

// Text is what the page of a sample says in French, without its tags, with
// single spaces, and its markup.
func Text(t *testing.T, s Sample, rooms ...page.Room) (string, string) {
	t.Helper()
	r, _ := Renderer(t, rooms...)
	markup := s.answer(t, r).Body.String()
	bare := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(markup, " ")
	return strings.Join(strings.Fields(html.UnescapeString(bare)), " "), markup
}
