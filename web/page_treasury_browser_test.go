// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/provider"
	"github.com/noria-mlc/noria/web/page/pagetest"
)

// TestATreasurerSettlesByKeyboardAlone follows the treasurer from sign-in to euros
// that came, in a real browser, without a mouse.
func TestATreasurerSettlesByKeyboardAlone(t *testing.T) {
	tab := pagetest.NewTab(t)
	inWorld(t, func(w *world) {
		w.awaits("first")
		before := w.available("citizen")
		run := func(actions ...chromedp.Action[chromedp.Void]) {
			t.Helper()
			if err := chromedp.Do(tab.Context, actions...); err != nil {
				t.Fatal(err)
			}
		}
		tab.Open(t, w.server.URL+"/connexion?suite=/tresorerie")
		tab.Until(t, `(() => { for (const d of document.querySelectorAll("details")) d.open = true; document.querySelector("[name=jeton]").focus(); return true; })()`)
		run(chromedp.KeyEvent(w.tokens["treasurer"]), chromedp.KeyEvent("\r"))
		run(chromedp.WaitVisible(chromedp.CSS(".inbox a")))
		tab.Until(t, `(document.querySelector(".inbox a").focus(), true)`)
		run(chromedp.KeyEvent("\r"))
		run(chromedp.WaitVisible(chromedp.CSS("table a")))
		tab.Until(t, `(document.querySelector("table a").focus(), true)`)
		run(chromedp.KeyEvent("\r"))
		run(chromedp.WaitVisible(chromedp.CSS("#reference")))
		tab.Until(t, `(document.querySelector("#reference").focus(), true)`)
		run(chromedp.KeyEvent("VIR CLAVIER"), chromedp.KeyEvent("\r"))
		run(chromedp.WaitVisible(chromedp.CSS(`form[action$="/reprise"]`)))
		tab.Until(t, `document.body.innerText.includes("VIR CLAVIER") && document.querySelector("#reference") === null`)
		if got := w.available("citizen") - before; got != 5000 {
			t.Errorf("%s were credited", got)
		}
	})
}

// TestTheTreasuryDecidesByKeyboardAlone does what was only sent by programs so far:
// thresholds of the fund, a project, and what two persons decide together, in a real
// browser, without a mouse.
func TestTheTreasuryDecidesByKeyboardAlone(t *testing.T) {
	tab := pagetest.NewTab(t)
	inWorld(t, func(w *world) {
		w.keep("garden", w.made("desk", "/v1/holders", `{"kind":"association","name":"Jardins partagés"}`))
		w.keep("garden", w.shown("admin", "/v1/holders/${garden}"))
		w.part("thresholds of the fund", func(w *world) { keyboard{w, tab}.watches() })
		w.part("a local project", func(w *world) { keyboard{w, tab}.registers() })
		w.part("L12 a fonte of two persons", func(w *world) { keyboard{w, tab}.announces() })
		w.part("D9 an odd card of two persons", func(w *world) { keyboard{w, tab}.credits() })
	})
}

// watches sets a threshold; one that cannot be read stands beside its field.
func (k keyboard) watches() {
	k.sits("treasurer", alertsPage)
	k.types("#manque", "dix")
	k.does("main form button.main", `document.querySelector("#manque[aria-invalid=true]") !== null && document.querySelector("#manque").value === "dix"`)
	k.types("#manque", "10")
	k.types("#couverture", "98,5")
	k.types("#attente", "3")
	k.does("main form button.main", `document.querySelector("#manque").value === "10,00" && document.querySelector("#attente").value === "3" && document.querySelector("[aria-invalid=true]") === null`)
	if t := k.shown("treasurer", "/v1/fund/alerts"); t.text("thresholds", "gap_eur") != "10.00" || t.text("thresholds", "coverage") != "0.985" {
		k.Errorf("watched: %s", t.body)
	}
}

// registers adds a project, which everybody reads beside the fund.
func (k keyboard) registers() {
	k.sits("treasurer", projectsPage)
	for _, f := range []struct{ field, text string }{{"nom", "Moulin coopératif"}, {"commune", "Pernes"}, {"annee", "2025"}, {"montant", "40 000"},
		{"lien", "https://exemple.fr/moulin"}, {"phrase", "Une farine d’ici."}} {
		k.types("#"+f.field, f.text)
	}
	k.does(`main form button.main`, `document.querySelector("#nom").value === "" && document.body.innerText.includes("Moulin coopératif")`)
	k.reads(k.browser().open("/fonds"), "Moulin coopératif", "Pernes", "40\u202f000,00 €")
}

// announces prepares a fonte, which who prepared it cannot approve.
func (k keyboard) announces() {
	const at = "/tresorerie/fonte"
	k.sits("treasurer", at)
	k.types("#taux", "2")
	k.dates("#debut", k.begins().String())
	k.types("#numero", k.known["garden.number"])
	k.types("#franchise", "50")
	k.types("#preavis", "30")
	k.reaches("#pour-individual")
	k.presses(" ")
	k.does(`form[action$="/fonte"] button.main`, `document.querySelector("article h3") !== null && document.querySelector("[aria-invalid=true]") === null`)
	k.tab.Until(k.T, `document.querySelector("article form button.main") === null`)
	k.sits("approver", at)
	k.does("article form button.main", `document.querySelector("article form button.main") === null && document.querySelector("article .status") !== null`)
	rules := k.shown("treasurer", "/v1/fonte/rules")
	if n := len(rules.at("items").([]any)); n != 1 || rules.text("items", 0, "status") != "announced" || rules.text("items", 0, "rate") != "0.02" {
		k.Errorf("%d rules: %s", n, rules.body)
	}
}

// credits gives euros that came by another card to their member.
func (k keyboard) credits() {
	k.oddly("odd", func(p *provider.SandboxPayment) { p.Euros = money.MustParse("25.00") })
	before := k.available("citizen2")
	k.sits("treasurer", "/tresorerie/cartes")
	k.does(`main a[href$="`+k.known["odd"]+`"]`, `document.querySelector("#decision-credit") !== null`)
	k.reaches("[name=decision]")
	k.presses(kb.ArrowDown)
	k.tab.Until(k.T, `document.querySelector("#decision-returned").checked`)
	k.presses(kb.ArrowUp)
	k.types("#numero", k.known["citizen2.number"])
	k.types("#motif", "La carte de son frère")
	k.does(`main form button.main`, `document.querySelector("#numero") === null && document.querySelector("form[action$='/decision'] button.main") === null`)
	if got := k.available("citizen2"); got != before {
		k.Errorf("a proposal gave %s", got-before)
	}
	k.sits("approver", "/tresorerie/cartes/"+k.known["odd"])
	k.does(`form[action$="/decision"] button.main`, `location.pathname === "/tresorerie/cartes"`)
	if got := k.available("citizen2") - before; got != 25_00 {
		k.Errorf("%s was credited", got)
	}
}
