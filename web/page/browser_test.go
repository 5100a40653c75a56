// SPDX-License-Identifier: AGPL-3.0-or-later

package page_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/page/pagetest"
)

// TestInABrowser drives the live pages in a real browser under the real policy.
func TestInABrowser(t *testing.T) { livePages(t, tab{pagetest.NewTab(t)}) }

// livePages drives the real modules against a stand-in for the live endpoint.
func livePages(t *testing.T, tab tab) {
	stage := newStage(t)

	t.Run("a till shows each payment once and asks for what it missed", func(t *testing.T) {
		tab.open(t, stage.URL()+"/caisse")
		tab.until(t, `document.querySelector("[data-signal-word]").textContent === "En direct"`)
		stage.Await(t)
		event := func(seq int) string {
			return fmt.Sprintf(`{"topic":"merchant:mer_1/payments","seq":%d,"event":{"payment":"pay_%d","amount":"12.50","match_code":"%d","at":"2026-11-23T10:05:00Z"}}`, seq, seq, seq)
		}
		for _, seq := range []int{42, 42, 41, 40, 44} {
			stage.Say(event(seq))
		}
		codes := `Array.from(document.querySelectorAll("[data-payments] .code")).map(e => e.textContent).join()`
		tab.until(t, codes+` === "44,42,07"`)
		stage.Cut()
		if heard := stage.Await(t); heard.After["merchant:mer_1/payments"] != 44 {
			t.Errorf("after a cut the till asked with %v, want the sequence 44", heard.After)
		}
		stage.Say(event(44))
		stage.Say(event(45))
		tab.until(t, codes+` === "45,44,42,07"`)
	})

	t.Run("a request turns green, and a cut says not to hand over the goods", func(t *testing.T) {
		tab.open(t, stage.URL()+"/caisse/prq_1")
		tab.until(t, `document.querySelector("[data-signal-word]").textContent === "En direct"`)
		stage.Await(t)
		stage.Refuse(true, true)
		tab.until(t, `document.querySelector("[data-signal-word]").textContent === "Reconnexion…"`)
		tab.until(t, `!document.querySelector("[data-banner]").hidden && /^Hors ligne depuis \d+ s$/.test(document.querySelector("[data-signal]").textContent.trim())`)
		stage.Refuse(false, false)
		stage.Await(t)
		tab.until(t, `document.querySelector("[data-banner]").hidden`)
		stage.Say(`{"topic":"payment-request:prq_1","seq":90,"version":2,"state":{"status":"paid","match_code":"47","paid_at":"2026-11-23T10:05:00Z"}}`)
		tab.until(t, `!document.querySelector(".over").hidden && document.querySelector(".ask").hidden`)
		tab.until(t, `document.querySelector("[data-field=code]").textContent === "47" && document.activeElement.textContent === "Nouvel encaissement"`)
	})
}

// tab is one browser page.
type tab struct{ pagetest.Tab }

func (b tab) open(t *testing.T, url string)        { t.Helper(); b.Open(t, url) }
func (b tab) until(t *testing.T, condition string) { t.Helper(); b.Until(t, condition) }

func newStage(t *testing.T) *pagetest.Stage {
	t.Helper()
	m := money.MustParse
	shop := page.Visitor{Name: "Épicerie", Wallet: true, Till: true}
	s := pagetest.NewStage(t)
	s.Page("/caisse", pagetest.Sample{Write: func(r *page.Renderer, w http.ResponseWriter) error {
		return r.Till(w, page.TillView{Visitor: shop, MerchantID: "mer_1", Merchant: "Épicerie", Key: "0123456789abcdef", PaymentsSeq: 40, At: noon(),
			Payments: []page.TillPayment{{At: noon(), Amount: m("3.00"), MatchCode: "07"}}})
	}})
	s.Page("/caisse/prq_1", pagetest.Sample{Write: func(r *page.Renderer, w http.ResponseWriter) error {
		return r.Request(w, page.RequestView{Visitor: shop, ID: "prq_1", Code: "7K4P", Merchant: "Épicerie", Amount: m("12.50"), Status: "open", CreatedAt: noon(), Now: noon(),
			ExpiresAt: noon().Add(5 * time.Minute), QR: s.Assets.URL("mark.svg"), Key: "0123456789abcdef", Version: 1})
	}})
	return s
}
