// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"strings"
	"testing"

	devtools "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	"github.com/noria-mlc/noria/web/page/pagetest"
)

// TestAHintIsAskedForByKeyboard in a real browser, under the policy of the pages.
// The browser's maker cannot be reached from here: the address that it would give
// is put in its place, everything else is real. The worker's answers to a push and
// to a touch are looked at with the browser's parts put in their place, since a
// browser without a screen shows no notification.
func TestAHintIsAskedForByKeyboard(t *testing.T) {
	tab := pagetest.NewTab(t)
	inWorld(t, func(w *world) {
		site := strings.Replace(w.server.URL, "127.0.0.1", "localhost", 1)
		_, err := chromedp.CallBrowser(tab.Context, devtools.SetPermission, devtools.SetPermissionParams{Origin: site,
			Permission: &devtools.PermissionDescriptor{Name: "notifications"}, Setting: devtools.PermissionSettingGranted})
		must(t, err)
		run := func(actions ...chromedp.Action[chromedp.Void]) {
			t.Helper()
			must(t, chromedp.Do(tab.Context, actions...))
		}
		tab.Open(t, site+"/connexion?suite=/compte/notifications")
		run(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("details").forEach((d) => (d.open = true))`),
			chromedp.SendKeys(chromedp.CSS(`[name=jeton]`), w.tokens["citizen"]), chromedp.Submit(chromedp.CSS(`[name=jeton]`)))
		tab.Until(t, `document.querySelector("[data-push]:not([hidden])") !== null`)
		run(chromedp.Evaluate[chromedp.Void](`void (PushManager.prototype.subscribe = async (o) => ({ endpoint: "https://web.push.apple.com/" + o.applicationServerKey.length }))`),
			chromedp.Evaluate[chromedp.Void](`document.querySelector("[data-push] button").focus()`), chromedp.KeyEvent("\r"))
		tab.Until(t, `document.querySelectorAll("[data-push-device]").length === 1`)

		worker := w.browser().open("/veille.js").body
		did, err := chromedp.Run(tab.Context, chromedp.Evaluate[string](`(async () => {
			const did = [], on = {}, waited = [];
			const self = { addEventListener: (name, f) => { on[name] = f; },
				registration: { showNotification: async (title, o) => did.push("shows", title, o.body, o.tag) },
				clients: { matchAll: async () => [], openWindow: async (path) => did.push("opens", path) } };
			`+worker+`
			on.push({ waitUntil: (p) => waited.push(p) });
			on.notificationclick({ waitUntil: (p) => waited.push(p), notification: { close: () => did.push("closes") } });
			await Promise.all(waited);
			return did.join("|");
		})()`, chromedp.EvalAwaitPromise))
		must(t, err)
		if want := "shows|Il y a du nouveau dans votre portefeuille|Touchez pour l’ouvrir.|noria|closes|opens|/portefeuille"; did != want {
			t.Errorf("the worker %s", did)
		}
		run(chromedp.Click(chromedp.CSS(`[data-push-device] button`)))
		tab.Until(t, `document.querySelectorAll("[data-push-device]").length === 0`)
	})
}
