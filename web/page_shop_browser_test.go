// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"context"
	"os/exec"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// TestACounterInABrowser pairs a screen, asks for an amount and sees it paid, in
// a real browser, with the keyboard alone.
func TestACounterInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("-short was asked for: no till is served in a browser, which takes ten seconds")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed (Debian package chromium): no till is served in a browser")
	}
	inWorld(t, func(w *world) {
		owner := w.signedIn("merchant")
		code, _ := w.invited(owner, "Comptoir")
		till := authenticator(t, path)
		screen, shut := chromedp.NewContext(till)
		t.Cleanup(shut)
		must(t, chromedp.Do(screen))
		for _, tab := range []context.Context{till, screen} { // only one has the keyboard by itself
			_, err := chromedp.Call(tab, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
			must(t, err)
		}
		_, err := chromedp.Call(till, network.SetCookie, network.SetCookieParams{Name: owner.cookie().Name, Value: owner.cookie().Value, URL: w.server.URL})
		must(t, err)
		must(t, chromedp.Do(screen, chromedp.Navigate(w.server.URL+"/ecran"), chromedp.WaitVisible(chromedp.CSS("#code:focus"))))
		must(t, chromedp.Do(screen, chromedp.KeyEvent(code+"\r"), chromedp.WaitVisible(chromedp.CSS("[data-when=idle]")), chromedp.WaitVisible(chromedp.CSS("[data-kind=live]"))))
		must(t, chromedp.Do(till, chromedp.Navigate(w.server.URL+"/caisse"), chromedp.WaitVisible(chromedp.CSS("#montant:focus")),
			chromedp.KeyEvent("12,50\r"), chromedp.WaitVisible(chromedp.CSS("[data-when=open]")), chromedp.WaitVisible(chromedp.CSS("[data-kind=live]"))))
		must(t, chromedp.Do(screen, chromedp.WaitVisible(chromedp.CSS("[data-when=asked] [data-code][src]"))))
		at, err := chromedp.Run(till, chromedp.Evaluate[string]("location.pathname"))
		must(t, err)
		w.keep("paid", w.made("citizen", "/v1/payment-requests/"+strings.TrimPrefix(at, "/caisse/")+"/payments", ""))
		must(t, chromedp.Do(screen, chromedp.WaitVisible(chromedp.CSS("[data-when=paid] [data-field=match]"))))
		must(t, chromedp.Do(till, chromedp.WaitVisible(chromedp.CSS("[data-when=paid] [data-done]:focus"))))
		onScreen, err := chromedp.Run(screen, chromedp.Text(chromedp.CSS("[data-field=match]")))
		must(t, err)
		atTill, err := chromedp.Run(till, chromedp.Text(chromedp.CSS("[data-field=code]")))
		must(t, err)
		if onScreen != w.known["paid.match_code"] || atTill != onScreen {
			t.Errorf("the screen shows %q, the till %q, the payer %q", onScreen, atTill, w.known["paid.match_code"])
		}
		must(t, chromedp.Do(till, chromedp.KeyEvent("\r"), chromedp.WaitVisible(chromedp.CSS("[data-payments] a"))))
	})
}
