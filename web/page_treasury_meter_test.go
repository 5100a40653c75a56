// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"testing"
)

// TestL4TheTreasurerSaysWhatCounts reads the meter and changes what counts.
func TestL4TheTreasurerSaysWhatCounts(t *testing.T) {
	inWorld(t, func(w *world) {
		w.made("citizen", "/v1/payments", `{"to":"${shop.code}","amount":"25.00"}`)
		b := w.signedIn("treasurer")
		page := b.open("/tresorerie/acpr")
		w.reads(page, "Compteur ACPR", "25,00", "205,00", "999\u202f975,00", "<svg", "Ce qui compte")
		if m := w.shown("treasurer", "/v1/acpr"); m.text("counted", "sum_eur") != "25.00" || m.text("wide", "sum_eur") != "205.00" {
			w.Errorf("%s", m.body)
		}
		decide := []string{"changes", "1", "cle", page.formKey()}
		for range 2 {
			w.goes(b.send("/tresorerie/acpr", decide...), "/tresorerie/acpr")
		}
		w.reads(b.open("/tresorerie/acpr"), "999\u202f795,00", `id="changes" name="changes" value="1" checked`)
		for _, bad := range []string{"demain", "2099-01-01"} {
			if a := b.ask("GET", "/tresorerie/acpr?le="+bad, ""); a.status != http.StatusUnprocessableEntity {
				w.Errorf("%s: %d", bad, a.status)
			}
		}
		w.reads(b.open("/tresorerie/acpr?le=2020-01-01"), "Maintenant", "1er janvier 2020")
		second := w.signedIn("approver")
		if a := second.send("/tresorerie/acpr", "cle", w.key()); a.status != http.StatusForbidden {
			w.Errorf("an approver decides: %d", a.status)
		}
		w.forbidden("/tresorerie/acpr", "citizen", "merchant", "desk", "agent", "admin", "approver")
	})
}
