// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/noria-mlc/noria/web/page/pagetest"
)

// TestALostNetworkIsSaidAndNothingPrivateIsKept in a real browser: it opens a
// wallet, loses its network, is shown the page that says so, and has kept nothing
// else.
func TestALostNetworkIsSaidAndNothingPrivateIsKept(t *testing.T) {
	tab := pagetest.NewTab(t)
	inWorld(t, func(w *world) {
		site := strings.Replace(w.server.URL, "127.0.0.1", "localhost", 1)
		tab.Open(t, site+"/connexion?suite=/portefeuille")
		for _, act := range []chromedp.Action[chromedp.Void]{
			chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("details").forEach((d) => (d.open = true))`),
			chromedp.SendKeys(chromedp.CSS(`[name=jeton]`), w.tokens["citizen"]), chromedp.Submit(chromedp.CSS(`[name=jeton]`)),
		} {
			must(t, chromedp.Do(tab.Context, act))
		}
		tab.Until(t, `document.querySelector("[data-wallet]") !== null`)
		tab.Until(t, `window.ready || (navigator.serviceWorker.ready.then(() => (window.ready = true)), false)`)
		w.server.Close() // what a lost network and a lost server have in common
		_ = chromedp.Do(tab.Context, chromedp.Navigate(site+"/portefeuille"))
		tab.Until(t, `["Hors ligne", "Offline"].includes(document.querySelector("h1").textContent)`)
		tab.Until(t, `window.kept || (caches.keys().then((names) => Promise.all(names.map((n) => caches.open(n).then((c) => c.keys())))).then((all) =>
			(window.kept = all.flat().map((r) => new URL(r.url).pathname).sort().join(" "))), false)`)
		kept, err := chromedp.Run(tab.Context, chromedp.Evaluate[string](`window.kept`))
		must(t, err)
		for _, path := range strings.Fields(kept) {
			if path != "/hors-ligne" && !strings.HasPrefix(path, "/asset/") {
				t.Errorf("the browser kept %s", path)
			}
		}
		stored, err := chromedp.Run(tab.Context, chromedp.Evaluate[int](`localStorage.length + sessionStorage.length`))
		must(t, err)
		if stored != 0 {
			t.Errorf("%d things lie in the browser's storage", stored)
		}
	})
}
