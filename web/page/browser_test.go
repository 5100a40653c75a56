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

	t.Run("where upgrades fail the event stream takes over", func(t *testing.T) {
		stage.Refuse(true, false)
		tab.open(t, stage.URL()+"/fonds")
		tab.until(t, `document.querySelector("[data-signal-word]").textContent === "En direct"`)
		stage.Await(t)
		pool := `{"pool":"paper","circulation":"1000.00","backing_eur":"1000.00","custodians":[{"name":"<b>La Nef","balance_eur":"949.99"}],"in_transit_eur":"0.00","redeeming_eur":"0.00","gap_eur":"50.01"}`
		stage.Say(`{"topic":"fund","seq":90,"version":7,"state":{"as_of":"2026-11-01T10:05:00Z","head":{"seq":90,"hash":"abcdef0123456789ff"},"pools":[` + pool + `],"total":` + pool + `}}`)
		tab.until(t, `document.querySelector("[data-headline] .figure").textContent.indexOf("94,99") === 0`)
		tab.until(t, `!document.querySelector("[data-headline] .warning").hidden && document.querySelector("[data-grants]").hidden && document.querySelector("[data-pool=paper] [data-custodians] th").textContent === "<b>La Nef"`)
		tab.until(t, `document.querySelector("[data-field=day]").textContent === "1er novembre 2026"`)
	})

	t.Run("a public page asks where the session of its visitor has ended", func(t *testing.T) {
		stage.Refusal.Store(http.StatusUnauthorized)
		stage.Refuse(true, true)
		tab.open(t, stage.URL()+"/fonds")
		tab.until(t, `document.querySelector("[data-signal-word]").textContent === "Actualisé toutes les 5 s"`)
		tab.until(t, `document.querySelector("[data-headline] .figure").textContent.indexOf("100,05") === 0`)
		tab.until(t, `document.querySelector("[data-field=grants-paid]").textContent === "25\u202f628,00" && !document.querySelector("[data-grants]").hidden`)
		tab.until(t, `document.querySelector("[data-pool=total] [data-field=surplus]").textContent === "+2,00" && document.querySelector("[data-pool=total] [data-row=redeeming]").hidden`)
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
	s.Page("/fonds", pagetest.Sample{Write: func(r *page.Renderer, w http.ResponseWriter) error {
		return r.Fund(w, page.FundView{AsOf: noon(), Pools: []page.FundPool{{Pool: "paper"}}})
	}})
	s.Data("/v1/fund", `{"as_of":"2026-11-01T10:05:00Z","head":{"seq":91,"hash":"abcdef0123456789ff"},"pools":[],"total":{"circulation":"3387.00","backing_eur":"3387.00",`+
		`"custodians":[],"in_transit_eur":"1660.00","redeeming_eur":"0.00","grants_eur":"25628.00","held_eur":"0.00","gap_eur":"0.00","surplus_eur":"2.00","coverage":"1.0005"}}`)
	return s
}
