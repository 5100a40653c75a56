// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/noria-mlc/noria/web/page/pagetest"
)

// TestACitizenChangesEurosByKeyboard goes from the wallet to the units in it with
// the keys alone: the amount gives its preview while one types, the order waits
// and tells by itself that the euros came.
func TestACitizenChangesEurosByKeyboard(t *testing.T) {
	tab := pagetest.NewTab(t)
	inWorld(t, func(w *world) {
		w.withBonus()
		cookie := w.signedIn("citizen").cookie()
		do := func(actions ...chromedp.Action[chromedp.Void]) {
			t.Helper()
			must(t, chromedp.Do(tab.Context, actions...))
		}
		do()
		_, err := chromedp.Call(tab.Context, network.SetCookie, network.SetCookieParams{Name: cookie.Name, Value: cookie.Value, URL: w.server.URL})
		must(t, err)
		press := func(selector, keys string) {
			t.Helper()
			do(chromedp.Focus(chromedp.CSS(selector)), chromedp.KeyEvent(keys))
		}
		tab.Open(t, w.server.URL+"/portefeuille")
		press(`.do a[href="/change"]`, "\r")
		do(chromedp.WaitVisible(chromedp.CSS("[data-change]")))
		press("#montant", "50")
		tab.Until(t, `document.querySelector("[data-credited]").textContent.replace(".", ",") === "60,00"`)
		tab.Until(t, `document.querySelector("[data-bonus]").textContent.indexOf("town") > 0 && !document.querySelector("[data-left]").hidden`)
		press("#montant", "0000")
		tab.Until(t, `document.querySelector("[data-preview]").hidden || document.querySelectorAll("[data-why] li").length > 0`)
		do(chromedp.Focus(chromedp.CSS("[data-chip='50.00']")), chromedp.KeyEvent("\r"))
		tab.Until(t, `document.querySelector("[name=vu]").value === "60.00" && location.search === ""`)
		press("[data-button]", "\r")
		do(chromedp.WaitVisible(chromedp.CSS("[data-watch]")))
		tab.Until(t, `document.querySelector("[data-signal]").getAttribute("data-kind") === "live"`)
		tab.Until(t, `document.querySelectorAll("[data-copy]").length >= 4`)
		at, err := chromedp.Run(tab.Context, chromedp.Evaluate[string](`location.pathname`))
		must(t, err)
		w.known["order"] = strings.TrimPrefix(at, "/change/")
		w.made("treasurer", "/v1/conversions/${order}/settlements", `{"bank_reference":"VIR 9"}`)
		do(chromedp.WaitVisible(chromedp.CSS(".status.done")))
		if got := w.available("citizen").Format(); got != "180.00" {
			t.Errorf("%s available", got)
		}
	})
}

// TestAMemberAsksForNotesByKeyboardAlone asks for notes, reads what will be put
// aside, confirms it, and gives it up again, without a mouse.
func TestAMemberAsksForNotesByKeyboardAlone(t *testing.T) {
	tab := pagetest.NewTab(t)
	inWorld(t, func(w *world) {
		w.printed()
		k, before := keyboard{w, tab}, w.available("citizen")
		k.sits("citizen", "/portefeuille")
		k.does(`nav a[href="/billets"]`, `document.querySelector("main form.stack") !== null`)
		k.does(`main form.stack button.main`, `document.querySelector("main .problem") !== null`)
		k.types(`[name="`+fiveCount+`"]`, "3")
		k.does(`main form.stack button.main`, `location.pathname.startsWith("/payer/confirmation/int_")`)
		k.tab.Until(t, `/15[,.]00/.test(document.body.innerText)`)
		if got := w.available("citizen"); got != before {
			t.Errorf("%s was put aside before it was confirmed", before-got)
		}
		k.tab.Until(t, `performance.now() > 700`) // a press before the eye could see the page counts for nothing
		k.does(`form[data-look] button.main`, `location.pathname.startsWith("/billets/ppm_")`)
		if got := before - w.available("citizen"); got != 15_00 {
			t.Errorf("%s is put aside", got)
		}
		k.does(`form[action$="/annulation"] button`, `document.querySelector("form[action$='/annulation']") === null`)
		if got := w.available("citizen"); got != before {
			t.Errorf("%s is free again of %s", got, before)
		}
	})
}
