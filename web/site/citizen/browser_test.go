// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"fmt"
	"testing"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/page/pagetest"
)

// TestInABrowser drives the module of the wallet in a real browser under the real
// policy.
func TestInABrowser(t *testing.T) {
	tab, stage := pagetest.NewTab(t), pagetest.NewStage(t, Room().Room)
	wallet := walletView{ID: "wal_1", Holder: "Amina", Booked: money.MustParse("1.00"), Available: money.MustParse("1.00"), Version: 3, At: pagetest.Noon()}.sheet()
	wallet.Visitor = page.Visitor{Name: "Amina", Wallet: true}
	stage.Page("/portefeuille", pagetest.Sample{Sheet: wallet})
	stage.Data("/v1/wallets/wal_1/postings", `{"items":[{"seq":9,"entry":"ent_1","kind":"payment","at":"2026-11-01T00:30:00.123456Z","counterparty":"<img src=x onerror=alert(1)>","amount":"-1234.50","balance":"44.80","message":"neuf"}]}`)

	t.Run("a wallet shows the newest state and never an older one", func(t *testing.T) {
		tab.Open(t, stage.URL()+"/portefeuille")
		tab.Until(t, `document.querySelector("[data-signal-word]").textContent === "En direct"`)
		stage.Await(t)
		state := func(version int, booked string) string {
			return fmt.Sprintf(`{"topic":"wallet:wal_1","seq":%d,"version":%d,"state":{"booked":%q,"reserved":"0.00","available":%q}}`, 80+version, version, booked, booked)
		}
		stage.Say(state(4, "1044.80"))
		tab.Until(t, `document.querySelector("[data-money=booked]").textContent === "1\u202f044,801044 Roues 80"`)
		tab.Until(t, `document.querySelector("[data-postings] .who").textContent === "<img src=x onerror=alert(1)>"`)
		tab.Until(t, `document.querySelector("[data-postings] td.sum").textContent === "\u22121\u202f234,50"`)
		tab.Until(t, `document.querySelector("[data-postings] time").textContent === "1er nov."`)
		tab.Until(t, `(() => { const figure = document.querySelector("[data-money=booked]"); window.shown = [];
			new MutationObserver(() => window.shown.push(figure.textContent)).observe(figure, { subtree: true, childList: true, characterData: true }); return true; })()`)
		stage.Say(state(2, "9.00"))
		stage.Say(state(5, "44.80"))
		tab.Until(t, `document.querySelector("[data-money=booked]").textContent === "44,8044 Roues 80"`)
		stage.Say(state(3, "9.00"))
		stage.Say(`{"topic":"fund","seq":99,"version":99,"state":{}}`)
		stage.Say(state(6, "45.00"))
		tab.Until(t, `document.querySelector("[data-money=booked]").textContent === "45,0045 Roues"`)
		tab.Until(t, `window.shown.join(" | ") === "44,8044 Roues 80 | 45,0045 Roues"`)
	})

	t.Run("in English the scripts write as the page does", func(t *testing.T) {
		tab.Open(t, stage.URL()+"/en/portefeuille")
		tab.Until(t, `document.querySelector("[data-signal-word]").textContent === "Live"`)
		stage.Await(t)
		stage.Say(`{"topic":"wallet:wal_1","seq":84,"version":4,"state":{"booked":"1044.80","reserved":"0.00","available":"-1.05"}}`)
		tab.Until(t, `document.querySelector("[data-money=booked]").textContent === "1,044.801044 Roues 80"`)
		tab.Until(t, `document.querySelector("[data-money=available]").textContent === "\u22121.05minus 1 Roues 05"`)
		tab.Until(t, `document.querySelector("[data-postings] td.sum").textContent === "\u22121,234.50"`)
		tab.Until(t, `document.querySelector("[data-postings] .when").textContent === "1 Nov01:30"`)
		tab.Until(t, `document.querySelector("[data-postings] td.left").getAttribute("data-label") === "balance"`)
	})

}
