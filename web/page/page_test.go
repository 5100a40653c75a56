// SPDX-License-Identifier: AGPL-3.0-or-later

package page_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/noria-mlc/noria/web/asset"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/page/pagetest"
)

const nasty = pagetest.Nasty

func mustRenderer(t *testing.T) (*page.Renderer, *asset.Set) {
	t.Helper()
	return pagetest.Renderer(t)
}

// TestEveryPage holds the laws of pages for those that the renderer writes itself.
func TestEveryPage(t *testing.T) {
	var all []pagetest.Sample
	for _, s := range samples() {
		all = append(all, pagetest.Sample{Name: s.name, Status: s.status, Write: s.render})
	}
	pagetest.Hold(t, all)
}

// sample is one page filled with hostile texts wherever a person can write.
type sample struct {
	name   string
	status int
	render func(r *page.Renderer, w http.ResponseWriter) error
}

// samples covers every page in each of its states.
func samples() []sample {
	citizen := page.Visitor{Name: nasty, Wallet: true}
	return []sample{
		{"fault", 500, func(r *page.Renderer, w http.ResponseWriter) error {
			return r.Fault(w, page.FaultView{Visitor: citizen, Trace: nasty, Title: nasty, Advice: nasty})
		}},
	}
}

// answer renders a sample and returns what a browser would receive.
func answer(t *testing.T, r *page.Renderer, s sample) *httptest.ResponseRecorder {
	t.Helper()
	recorder := httptest.NewRecorder()
	if err := s.render(r, recorder); err != nil {
		t.Fatalf("%s: %v", s.name, err)
	}
	return recorder
}

// find returns the sample of that name.
func find(t *testing.T, name string) sample {
	t.Helper()
	for _, s := range samples() {
		if s.name == name {
			return s
		}
	}
	t.Fatalf("no sample is called %q", name)
	return sample{}
}
