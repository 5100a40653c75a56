// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/noria-mlc/noria/web/page/pagetest"
)

// TestTheDeskByKeyboardOnly changes euros at a stall with keys alone, in six acts
// (bar 7.2): number, Enter, amount, Enter, Enter; one more opens the form for the
// next person. The euros give their line while they are typed.
func TestTheDeskByKeyboardOnly(t *testing.T) {
	tab := pagetest.NewTab(t)
	inWorld(t, func(w *world) {
		w.enter(tab, "desk")
		tab.Open(t, w.server.URL+"/comptoir")
		press := func(keys string) {
			t.Helper()
			must(t, chromedp.Do(tab.Context, chromedp.KeyEvent(keys)))
		}
		focused := func(id string) {
			t.Helper()
			tab.Until(t, fmt.Sprintf(`document.activeElement.id === %q || document.activeElement.textContent.trim().startsWith(%q)`, id, id))
		}
		focused("membre")
		press(w.known["citizen.number"])
		press(kb.Enter)
		tab.Until(t, `document.querySelector("[data-line]") !== null`)
		focused("euros")
		press("50")
		tab.Until(t, `/50[,.]00/.test(document.querySelector("[data-line]").textContent) && document.querySelectorAll("[data-notes] li").length === 1`)
		press(kb.Enter)
		tab.Until(t, `document.querySelector("[name=acte][value=encaisser]") === document.activeElement`)
		press(kb.Enter)
		tab.Until(t, `location.pathname.startsWith("/comptoir/recu/") && !document.querySelector("[data-print]").hidden`)
		if got := w.available("citizen").Format(); got != "170.00" {
			t.Errorf("the wallet holds %s", got)
		}
		tab.Until(t, `document.activeElement.matches("a.main")`)
		press(kb.Enter)
		tab.Until(t, `location.pathname === "/comptoir" && document.activeElement.id === "membre"`)
	})
}

// TestACampaignInABrowser writes a campaign in its five screens, with keys alone.
func TestACampaignInABrowser(t *testing.T) {
	tab := pagetest.NewTab(t)
	inWorld(t, func(w *world) {
		w.enter(tab, "agent")
		tab.Open(t, w.server.URL+"/collectivite/brouillons/nouveau/qui")
		for _, screen := range []struct{ field, typed, step string }{{"nom", "Bonus", "combien"}, {"taux", "20", "quand"}} {
			tab.Until(t, fmt.Sprintf(`document.activeElement.id === %q`, screen.field))
			must(t, chromedp.Do(tab.Context, chromedp.KeyEvent(screen.typed), chromedp.KeyEvent(kb.Enter)))
			tab.Until(t, fmt.Sprintf(`location.pathname.endsWith("/%s")`, screen.step))
		}
		tab.Until(t, `document.activeElement.id === "debut"`)
		must(t, chromedp.Do(tab.Context, chromedp.KeyEvent("2099-01-01"), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent("2099-12-31"), chromedp.KeyEvent(kb.Enter)))
		tab.Until(t, `location.pathname.endsWith("/cout") && document.activeElement.id === "budget"`)
		must(t, chromedp.Do(tab.Context, chromedp.KeyEvent("26000"), chromedp.KeyEvent(kb.Enter)))
		tab.Until(t, `location.pathname.endsWith("/envoi")`)
		must(t, chromedp.Do(tab.Context, chromedp.Click(chromedp.CSS("form button.main"))))
		tab.Until(t, `location.pathname.startsWith("/collectivite/campagnes/cmp_") && document.querySelector("main form") === null`)
	})
}

// enter signs a tab in.
func (w *world) enter(tab pagetest.Tab, as string) {
	w.Helper()
	tab.Open(w.T, w.server.URL+"/connexion")
	signIn := fmt.Sprintf(`fetch("/connexion", { method: "POST", body: new URLSearchParams({ jeton: %q, suite: "/fonds" }) }).then((answer) => answer.ok)`, w.tokens[as])
	if ok, err := chromedp.Run(tab.Context, chromedp.Evaluate[bool](signIn, chromedp.EvalAwaitPromise)); err != nil || !ok {
		w.Fatalf("sign-in of %s: %v, %v", as, ok, err)
	}
}
