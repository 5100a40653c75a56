// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/noria-mlc/noria/web/page/pagetest"
	"github.com/noria-mlc/noria/web/session"
)

// TestTheCurrencyOpensWithoutScripts goes from the link of the first administrator to
// an open currency in a real browser that runs no script.
func TestTheCurrencyOpensWithoutScripts(t *testing.T) {
	tab := pagetest.NewTab(t)
	w := new(beginning).build(t)
	issued, _, err := w.session.Bootstrap(w.Context(), session.NewSecret())
	must(t, err)
	run := func(actions ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		must(t, chromedp.Do(tab.Context, actions...))
	}
	run()
	if _, err := chromedp.Call(tab.Context, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	run(chromedp.Navigate(w.server.URL+"/connexion"), chromedp.Click(chromedp.CSS("summary")),
		chromedp.SendKeys(chromedp.CSS("#jeton"), issued.Text+"\r"), chromedp.WaitVisible(chromedp.CSS(`form[action="/administration/monnaie"]`)))
	for _, typed := range [][2]string{{"nom", "La Roue"}, {"unite", "Roue"}, {"unites", "Roues"}, {"code", "ROUE"}, {"emetteur", "Association La Roue"}, {"rna", "W842000000"},
		{"banque", "La Nef"}, {"iban", "FR7630006000011234567890189"}, {"bic", "AGRIFRPP"}} {
		run(chromedp.SendKeys(chromedp.CSS("#"+typed[0]), typed[1]))
	}
	run(chromedp.Click(chromedp.CSS(`form[action="/administration/monnaie"] button.main`)), chromedp.WaitVisible(chromedp.CSS(".inbox")))
	if c, err := w.conversion.Currency(w.Context()); err != nil || c.Name != "La Roue" || len(c.Accounts) != 1 {
		t.Errorf("%+v, %v", c, err)
	}
}
