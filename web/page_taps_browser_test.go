// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/noria-mlc/noria/web/page/pagetest"
)

// errand is a role's main task, from where it starts to what shows that it is
// done.
type errand struct {
	name, as, from string
	most           int // taps of the bar (7.2); fields that are typed into are not taps
	hand           func(h *hand)
	done           string
}

// TestTheTapsOfEachRole does the main task of each role on a phone four times
// slower than this machine, and counts what the hand does. How long it took is
// told, and judged by nobody.
func TestTheTapsOfEachRole(t *testing.T) {
	tab := pagetest.NewTab(t)
	inWorld(t, func(w *world) {
		must(t, chromedp.Do(tab.Context))
		_, err := chromedp.Call(tab.Context, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 360, Height: 740, DeviceScaleFactor: 1, Mobile: true})
		must(t, err)
		_, err = chromedp.Call(tab.Context, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 4})
		must(t, err)
		w.withBonus()
		w.made("merchant", "/v1/payout-accounts", `{"iban":"FR14 2004 1010 0505 0001 3M02 606","name":"Épicerie SARL"}`)
		w.later(49 * time.Hour) // a fresh account waits (D10)
		w.keep("asked", w.made("cashier", "/v1/payment-requests", `{"amount":"12.50"}`))
		w.keep("sold", w.made("citizen", "/v1/payments", `{"to":"${shop.code}","amount":"40.00"}`))
		for _, e := range errands(w) {
			w.part(e.name, func(w *world) { w.fulfils(tab, e) })
		}
	})
}

func errands(w *world) []errand {
	return []errand{
		{"a payment asked by a code", "citizen", w.say("/payer/${asked}"), 2, func(h *hand) { h.confirms() }, "body.receipt .match"},
		{"a payment by number", "citizen", "/portefeuille", 3, func(h *hand) {
			h.taps(`.do a[href="/payer"]`)
			h.types("#a", w.known["shop.code"])
			h.types("#montant", "2,50")
			h.taps("[data-entry] button.main")
			h.confirms()
		}, "body.receipt .match"},
		{"a change of euros", "citizen", "/portefeuille", 4, func(h *hand) {
			h.taps(`.do a[href="/change"]`)
			h.taps("[data-chip='50.00']")
			h.until(`document.querySelector("[name=vu]").value === "60.00"`)
			h.taps("[data-button]")
		}, "[data-watch]"},
		{"a lost phone", "", "/connexion", 2, func(h *hand) {
			h.taps(`a[href="/bloquer"]`)
			h.types("#adresse", "nora@example.org")
			h.taps("main form button.main")
		}, `main a[href="/retrouver"]`},
		{"an amount asked for at the till", "cashier", "/caisse", 1, func(h *hand) {
			h.types("#montant", "12,50")
			h.taps("form.collect button.main")
		}, "[data-when=open]"},
		{"the day's total", "merchant", "/caisse", 1, func(h *hand) { h.taps(`a[href^="/caisse/journee"]`) }, "[data-print]:not([hidden])"},
		{"a refund", "merchant", "/caisse", 3, func(h *hand) {
			h.taps(w.say(`a[href$="/caisse/paiements/${sold}"]`))
			h.taps("details.refund summary")
			h.taps("details.refund button.main")
			h.until(`document.querySelector("details.refund") === null`)
		}, "main dl"},
		{"a redemption", "merchant", "/caisse", 4, func(h *hand) {
			h.taps(`a[href^="/caisse/reconversion"]`)
			h.types("#montant", "5")
			h.taps("form.collect button.main")
			h.confirms()
		}, "ol.steps"},
		{"a trace", "auditor", "/controle", 2, func(h *hand) {
			h.types("main form.narrow input", w.known["sold"])
			h.taps("main form.narrow button.main")
		}, `a[href^="/controle/ecritures/"]`},
		{"a collectivité's payment", "agent", "/collectivite", 5, func(h *hand) {
			h.taps(`a[href="/collectivite/paiements"]`)
			h.types("#beneficiaire", w.shown("merchant", "/v1/me").text("holder", "number"))
			h.types("#piece", "F-2026-1")
			h.types("#montant", "100")
			h.attaches("#pdf", "%PDF-1.7\n%%EOF\n")
			h.taps(`form[action="/collectivite/paiements"] button.main`)
		}, `a[href$="/piece.pdf"]`},
		{"a redemption run", "treasurer", "/tresorerie", 4, func(h *hand) {
			h.taps(`.inbox a[href^="/tresorerie/reconversions"]`)
			h.taps(`a[href^="/tresorerie/virements"]`)
			h.taps(`form[action="/tresorerie/virements"] button.main`)
		}, "code"},
	}
}

// hand is what a person does on a page.
type hand struct {
	w     *world
	tab   pagetest.Tab
	count int
}

// taps something that is in sight.
func (h *hand) taps(selector string) {
	h.w.Helper()
	h.count++
	h.w.arrives(h.tab, selector)
	must(h.w, chromedp.Do(h.tab.Context, chromedp.Click(chromedp.CSS(selector))))
}

// types into a field, in place of what stands in it.
func (h *hand) types(selector, text string) {
	h.w.Helper()
	h.w.arrives(h.tab, selector)
	must(h.w, chromedp.Do(h.tab.Context, chromedp.SendKeys(chromedp.CSS(selector), text)))
}

// confirms what a page asks to look at. It does so as soon as the page takes it:
// a second tap of the page before is nobody's confirmation.
func (h *hand) confirms() {
	h.w.Helper()
	const button = `form[action^="/payer/confirmation/"] button`
	h.w.arrives(h.tab, button)
	h.until(`performance.now() > 600`)
	h.taps(button)
}

// attaches a file: one tap opens the list of files, another takes one.
func (h *hand) attaches(selector, content string) {
	h.w.Helper()
	h.count += 2
	path := filepath.Join(h.w.TempDir(), "facture.pdf")
	must(h.w, os.WriteFile(path, []byte(content), 0o600))
	must(h.w, chromedp.Do(h.tab.Context, chromedp.SetUploadFiles(chromedp.CSS(selector), []string{path})))
}

func (h *hand) until(condition string) {
	h.w.Helper()
	h.tab.Until(h.w.T, condition)
}

// fulfils an errand and counts its taps.
func (w *world) fulfils(tab pagetest.Tab, e errand) {
	w.Helper()
	if e.as != "" {
		w.enter(tab, e.as)
	} else {
		_, err := chromedp.Call(tab.Context, network.ClearBrowserCookies, cdp.Empty{})
		must(w, err)
	}
	limited, stop := context.WithTimeout(tab.Context, 2*patience)
	defer stop()
	h := &hand{w: w, tab: pagetest.Tab{Context: limited}}
	defer func() {
		if w.Failed() {
			w.Logf("after %d taps: %s", h.count, text(w.T, tab.Context, `location.pathname + " " + document.body.innerText`))
		}
	}()
	begun := time.Now()
	tab.Open(w.T, w.server.URL+e.from)
	e.hand(h)
	w.arrives(h.tab, e.done)
	w.Logf("%d taps, %d ms without a person's thought", h.count, time.Since(begun).Milliseconds())
	if h.count > e.most {
		w.Errorf("%d taps, the bar is %d", h.count, e.most)
	}
}
