// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"testing"

	"github.com/chromedp/chromedp"

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
