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
			tab.Until(t, fmt.Sprintf(`document.activeElement.id === %q`, id))
		}
		focused("membre")
		press(w.known["citizen.number"])
		press(kb.Enter)
		w.arrives(tab, "[data-line]")
		focused("euros")
		press("50")
		tab.Until(t, `/50[,.]00/.test(document.querySelector("[data-line]").textContent) && document.querySelectorAll("[data-notes] li").length === 1`)
		press(kb.Enter)
		w.arrives(tab, "[name=acte][value=encaisser]")
		tab.Until(t, `document.activeElement.value === "encaisser"`)
		press(kb.Enter)
		w.arrives(tab, "[data-print]:not([hidden])")
		tab.Until(t, `location.pathname.startsWith("/comptoir/recu/")`)
		if got := w.available("citizen").Format(); got != "170.00" {
			t.Errorf("the wallet holds %s", got)
		}
		tab.Until(t, `document.activeElement.matches("a.main")`)
		press(kb.Enter)
		w.arrives(tab, "#membre")
		tab.Until(t, `location.pathname === "/comptoir" && document.activeElement.id === "membre"`)
	})
}

// TestACampaignInABrowser writes a campaign in its five screens, with keys alone.
func TestACampaignInABrowser(t *testing.T) {
	tab := pagetest.NewTab(t)
	inWorld(t, func(w *world) {
		w.enter(tab, "agent")
		tab.Open(t, w.server.URL+"/collectivite/brouillons/nouveau/qui")
		for _, screen := range []struct{ field, typed string }{{"nom", "Bonus"}, {"taux", "20"}, {"debut", "2099-01-01" + kb.Tab + "2099-12-31"}, {"budget", "26000"}} {
			w.arrives(tab, "#"+screen.field)
			tab.Until(t, fmt.Sprintf(`document.activeElement.id === %q`, screen.field))
			must(t, chromedp.Do(tab.Context, chromedp.KeyEvent(screen.typed), chromedp.KeyEvent(kb.Enter)))
		}
		w.arrives(tab, "form dl.pairs ~ p button.main")
		must(t, chromedp.Do(tab.Context, chromedp.Click(chromedp.CSS("form button.main"))))
		w.arrives(tab, ".gauge")
		tab.Until(t, `location.pathname.startsWith("/collectivite/campagnes/cmp_") && document.querySelector("main form") === null`)
	})
}

// arrives waits for something of the page that a tab goes to.
func (w *world) arrives(tab pagetest.Tab, selector string) {
	w.Helper()
	if err := chromedp.Do(tab.Context, chromedp.WaitVisible(chromedp.CSS(selector))); err != nil {
		w.Fatalf("waiting for %s: %v", selector, err)
	}
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
