// SPDX-License-Identifier: AGPL-3.0-or-later

package shop

import (
	"fmt"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/page/pagetest"
)

// TestInABrowser drives the modules of the till, of a request and of the screen
// in a real browser under the real policy.
func TestInABrowser(t *testing.T) {
	tab, stage := pagetest.NewTab(t), pagetest.NewStage(t, Room().Room)
	stage.Live("/ecran/direct")
	shown := func(path string, s page.Sheet) {
		s.Visitor = page.Visitor{Name: "Épicerie", Wallet: true}
		stage.Page(path, pagetest.Sample{Sheet: s})
	}
	shop := frame{Merchant: "Épicerie", Owner: true}
	shown("/caisse", tillView{frame: shop, MerchantID: "mer_1", Key: "0123456789abcdef", PaymentsSeq: 40, At: noon(),
		Payments: []tillPayment{{ID: "pay_7", At: noon(), Amount: money.MustParse("3.00"), MatchCode: "07"}}}.sheet())
	shown("/caisse/prq_1", requestView{ID: "prq_1", Code: "7K4P", Merchant: "Épicerie", Amount: money.MustParse("12.50"), Status: "open", CreatedAt: noon(), Now: noon(),
		ExpiresAt: noon().Add(5 * time.Minute), QR: stage.Assets.URL("mark.svg"), Key: "0123456789abcdef", Back: "/caisse", Version: 1}.sheet())
	shown("/ecran", displayView{ID: "mer_1", Merchant: "Épicerie", Number: "123\u00a0456", Seq: 40, Now: noon(),
		Last: []displayPaid{{Seq: 38, At: noon().Add(-time.Hour), Amount: money.MustParse("3.00"), MatchCode: "07", Payer: "Bruno"}}}.sheet())

	live := func(t *testing.T, path string) {
		t.Helper()
		tab.Open(t, stage.URL()+path)
		tab.Until(t, `document.querySelector("[data-signal-word]").textContent === "En direct"`)
		stage.Await(t)
	}

	t.Run("a till shows each payment once and asks for what it missed", func(t *testing.T) {
		live(t, "/caisse")
		event := func(seq int) string {
			return fmt.Sprintf(`{"topic":"merchant:mer_1/payments","seq":%d,"event":{"payment":"pay_%d","amount":"12.50","match_code":"%d","at":"2026-11-23T10:05:00Z"}}`, seq, seq, seq)
		}
		for _, seq := range []int{42, 42, 41, 40, 44} {
			stage.Say(event(seq))
		}
		codes := `Array.from(document.querySelectorAll("[data-payments] .code")).map(e => e.textContent).join()`
		tab.Until(t, codes+` === "44,42,07"`)
		tab.Until(t, `document.querySelector("[data-payments] a").pathname === "/caisse/paiements/pay_44"`)
		stage.Cut()
		if heard := stage.Await(t); heard.After["merchant:mer_1/payments"] != 44 {
			t.Errorf("after a cut the till asked with %v, want the sequence 44", heard.After)
		}
		stage.Say(event(44))
		stage.Say(event(45))
		tab.Until(t, codes+` === "45,44,42,07"`)
	})

	t.Run("a request turns green, and a cut says not to hand over the goods", func(t *testing.T) {
		live(t, "/caisse/prq_1")
		stage.Refuse(true, true)
		tab.Until(t, `document.querySelector("[data-signal-word]").textContent === "Reconnexion…"`)
		tab.Until(t, `!document.querySelector("[data-banner]").hidden && /^Hors ligne depuis \d+ s$/.test(document.querySelector("[data-signal]").textContent.trim())`)
		stage.Refuse(false, false)
		stage.Await(t)
		tab.Until(t, `document.querySelector("[data-banner]").hidden`)
		stage.Say(`{"topic":"payment-request:prq_1","seq":90,"version":2,"state":{"status":"paid","match_code":"47","paid_at":"2026-11-23T10:05:00Z"}}`)
		tab.Until(t, `!document.querySelector(".over").hidden && document.querySelector(".ask").hidden`)
		tab.Until(t, `document.querySelector("[data-field=code]").textContent === "47" && document.activeElement.textContent === "Nouvel encaissement"`)
	})

	t.Run("a screen asks, turns green, and tells once what arrived during a cut", func(t *testing.T) {
		stage.Refuse(false, false)
		live(t, "/ecran")
		visible := func(state string) string {
			return `!document.querySelector("[data-when=` + state + `]").hidden && document.querySelectorAll("[data-when]:not([hidden])").length === 1`
		}
		at := func(after time.Duration) string { return noon().Add(after).Format(time.RFC3339) }
		tab.Until(t, visible("idle"))
		stage.Say(fmt.Sprintf(`{"topic":"counter:mer_1","seq":41,"version":9,"state":{"request":{"id":"prq_9","code":"7K4P2B","amount":"1234.50","created_at":%q,"expires_at":%q}}}`, at(0), at(2*time.Minute)))
		tab.Until(t, visible("asked")+` && document.querySelector("[data-money=asked] [aria-hidden]").textContent === "1\u202f234,50" && document.querySelector("[data-code]").getAttribute("src") === "/ecran/demandes/prq_9/code.svg"`)
		tab.Until(t, `/^1:[0-5]\d$/.test(document.querySelector("[data-left]").textContent) && document.querySelector("[data-field=short]").textContent === "7K4P2B"`)
		stage.Say(`{"topic":"counter:mer_1","seq":42,"version":8,"state":{"request":null}}`) // older: not believed
		paid := func(seq int, when, name string) string {
			return fmt.Sprintf(`{"topic":"counter:mer_1/payments","seq":%d,"event":{"payment":"pay_%d","amount":"12.50","match_code":"%d","at":%q,"payer":%q}}`, seq, seq, seq, when, name)
		}
		stage.Say(paid(42, at(5*time.Second), "<b>Amina"))
		tab.Until(t, visible("paid")+` && document.querySelector("[data-field=payer]").textContent === "<b>Amina" && document.querySelector("[data-field=match]").textContent === "42" && document.body.classList.contains("paid")`)
		tab.Until(t, visible("idle")) // ten seconds later
		stage.Cut()
		if heard := stage.Await(t); heard.After["counter:mer_1/payments"] != 42 {
			t.Errorf("after a cut the screen asked with %v, want the sequence 42", heard.After)
		}
		stage.Say(paid(43, at(-10*time.Minute), "Chloé"))
		stage.Say(paid(43, at(-10*time.Minute), "Chloé"))
		tab.Until(t, `!document.querySelector("[data-missed]").hidden && document.querySelectorAll("[data-missed-list] span").length === 1 && document.querySelector("[data-missed-list]").textContent === "12,50 à 12\u00a0h\u00a050, Chloé, code 43"`)
		tab.Until(t, visible("idle")+` && Array.from(document.querySelectorAll("[data-last] .code")).map(e => e.textContent).join() === "43,42,07"`)
		tab.Until(t, `(document.querySelector("[data-seen]").click(), document.querySelector("[data-missed]").hidden)`)
	})
}
