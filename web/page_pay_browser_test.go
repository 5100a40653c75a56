// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"context"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestPayingInABrowser pays with the authenticator of a real browser what a
// shop's code asks: after the scan one press, and the finger. Then without
// scripts, with the PIN of a device that was bound in the same way.
func TestPayingInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("-short was asked for: nothing is paid in a browser, which takes ten seconds")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed (Debian package chromium): nothing is paid in a browser")
	}
	inWorld(t, func(w *world) {
		b := w.browser()
		b.send("/rejoindre", "nom", "Nora Petit", "adresse", "nora@example.org")
		w.later(time.Second)
		at := regexp.MustCompile(`/rejoindre/\S+`).FindString(w.letters()[0].Text)
		ctx := authenticator(t, path)
		site := strings.Replace(w.server.URL, "127.0.0.1", "localhost", 1)
		run := func(actions ...chromedp.Action[chromedp.Void]) {
			t.Helper()
			if err := chromedp.Do(ctx, actions...); err != nil {
				t.Fatal(err)
			}
		}
		seen := func(selector string) chromedp.Action[chromedp.Void] {
			return chromedp.WaitVisible(chromedp.CSS(selector))
		}
		press := chromedp.CSS(`form[data-passkey]:not([hidden]) button`)
		run(chromedp.Navigate(site+at), chromedp.Click(press), seen(".codes"))
		run(chromedp.Navigate(site+"/portefeuille"), seen("[data-wallet]"))
		w.known["nora.wallet"] = text(t, ctx, `document.querySelector("[data-wallet]").getAttribute("data-wallet")`)
		w.made("desk", "/v1/conversions", `{"wallet":"${nora.wallet}","euros":"50.00","channel":"desk"}`)

		// Signed out, the code leads to sign in and back. Then: one tap.
		run(chromedp.Click(chromedp.CSS(`form[action="/deconnexion"] button`)), seen(`a[href="/connexion"]`))
		w.keep("request", w.made("cashier", "/v1/payment-requests", `{"amount":"12.50"}`))
		run(chromedp.Navigate(site+w.say("/payer/${request}")), chromedp.Click(press))
		run(seen(`form[action^="/payer/confirmation/"][data-passkey]:not([hidden]) button`), seen("[data-countdown]:not([hidden])"))
		run(chromedp.Click(press), seen("body.receipt .match"))
		if code := text(t, ctx, `document.querySelector(".match b").textContent`); code != w.shown("merchant", "/v1/payments/"+w.shown("cashier", "/v1/payment-requests/${request}").text("payment")).text("match_code") {
			t.Errorf("the receipt shows %q", code)
		}
		// Back and reload show the receipt and no form.
		run(chromedp.Reload(), seen("body.receipt .match"))
		if left := text(t, ctx, `String(document.querySelectorAll("form[action^='/payer']").length)`); left != "0" {
			t.Errorf("%s forms stand after the payment", left)
		}

		// Without scripts: bind the device, then pay by number and PIN.
		_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		must(t, err)
		run(chromedp.Navigate(site+"/compte/appareils"), seen("#encore"), chromedp.SendKeys(chromedp.CSS("#pin"), "472915"), chromedp.SendKeys(chromedp.CSS("#encore"), "472915\r"), seen(`form[action$="/retrait"]`))
		run(chromedp.Navigate(site+w.say("/payer?a=${shop.code}")), seen("#montant"), chromedp.SendKeys(chromedp.CSS("#montant"), "2,50\r"), seen("details"))
		run(chromedp.Click(chromedp.CSS("summary")), seen("#pin"), chromedp.SendKeys(chromedp.CSS("#pin"), "472915\r"), seen("body.receipt .match"))
		_, err = chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: false})
		must(t, err)
		if said := text(t, ctx, `document.querySelector("main").textContent`); !strings.Contains(said, "35.00") || !strings.Contains(said, "2.50") {
			t.Errorf("the receipt says %s", said)
		}
	})
}

// text evaluates an expression that is a text.
func text(t *testing.T, ctx context.Context, expression string) string {
	t.Helper()
	got, err := chromedp.Run(ctx, chromedp.Evaluate[string](expression))
	must(t, err)
	return got
}
