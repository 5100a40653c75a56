// SPDX-License-Identifier: AGPL-3.0-or-later

package page_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/asset"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/page/pagetest"
)

const nasty = pagetest.Nasty

func noon() time.Time { return pagetest.Noon() }

func mustRenderer(t *testing.T) (*page.Renderer, *asset.Set) {
	t.Helper()
	return pagetest.Renderer(t)
}

// TestEveryPage holds the laws of pages for those that the renderer writes itself.
func TestEveryPage(t *testing.T) {
	var all []pagetest.Sample
	for _, s := range samples() {
		all = append(all, pagetest.Sample{Name: s.name, Status: s.status, Write: s.render,
			Silent: s.name == "pay signed out"})
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
	m := money.MustParse
	citizen := page.Visitor{Name: nasty, Wallet: true}
	pay := func(v page.Visitor, status string, available money.Amount, refusal *page.Refusal) func(*page.Renderer, http.ResponseWriter) error {
		return func(r *page.Renderer, w http.ResponseWriter) error {
			return r.Pay(w, page.PayView{Visitor: v, ID: "prq_1", Code: "7K4P", Merchant: nasty, Amount: m("12.50"), Reference: nasty, Status: status,
				CreatedAt: noon(), ExpiresAt: noon().Add(102 * time.Second), Now: noon(), Key: nasty, Available: available, Refusal: refusal})
		}
	}
	refusal := &page.Refusal{Title: nasty, Advice: nasty, Moved: page.MovedNo}
	return []sample{
		{"pay", 200, pay(citizen, "open", m("57.30"), nil)},
		{"pay refused", 200, pay(citizen, "open", m("57.30"), refusal)},
		{"pay without enough", 200, pay(citizen, "open", m("3.10"), nil)},
		{"pay signed out", 200, pay(page.Visitor{}, "open", 0, nil)},
		{"pay paid", 200, pay(citizen, "paid", 0, nil)},
		{"pay expired", 200, pay(citizen, "expired", 0, nil)},
		{"pay cancelled", 200, pay(citizen, "cancelled", 0, nil)},
		{"receipt", 200, func(r *page.Renderer, w http.ResponseWriter) error {
			return r.Receipt(w, page.ReceiptView{Visitor: citizen, Payment: "pay_1", Merchant: nasty, Amount: m("12.50"), Reference: nasty, At: noon(), MatchCode: "47", Balance: m("44.80"), Replayed: true})
		}},
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
