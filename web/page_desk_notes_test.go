// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"testing"
)

// TestTheDeskSellsNotesAndTakesThemBack receives, sells and exchanges notes.
func TestTheDeskSellsNotesAndTakesThemBack(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.signedIn("desk")
		w.reads(b.open("/comptoir/billets"), "Aucun billet ici", `name="membre"`)
		w.made("treasurer", "/v1/paper/prints", `{"lines":[{"series":"A","face":"5.00","quantity":100,"first_number":1}],"note":"livraison"}`)
		w.made("treasurer", "/v1/paper/transfers", `{"from":"vault","to":"desk:centre","lines":[{"series":"A","face":"5.00","quantity":20,"first_number":1}]}`)
		page := b.open("/comptoir/billets")
		w.reads(page, "Envois à recevoir", "Tout est là : recevoir 100,00")
		w.goes(b.send("/comptoir/billets/reception", "cle", w.key(), "envoi", page.hidden("envoi")), "/comptoir/billets.*")
		sale := []string{"membre", w.known["citizen.number"], "acte", "especes", "billets0", "4", "cle", w.key()}
		for _, bad := range [][]string{{"membre", "1", "billets0", "1"}, {"membre", w.known["citizen.number"], "billets0", "abc"}, {"membre", w.known["citizen.number"], "billets0", "0"}} {
			if a := b.send("/comptoir/billets", append(bad, "cle", w.key())...); a.status != http.StatusUnprocessableEntity {
				w.Errorf("%v: %d", bad, a.status)
			}
		}
		for range 2 {
			w.goes(b.send("/comptoir/billets", sale...), `/comptoir/billets\?comptoir=centre&fait=20.00`)
		}
		back := []string{"membre", w.known["citizen.number"], "acte", "euros", "billets0", "2", "cle", w.key()}
		if a := b.send("/comptoir/billets", back...); a.status != http.StatusConflict {
			w.Errorf("euros for an individual (L5): %d", a.status)
		}
		before := w.available("citizen")
		back[3] = "reprise"
		w.goes(b.send("/comptoir/billets", back...), ".*fait=10.00")
		if got := w.available("citizen") - before; got != 10_00 {
			w.Errorf("credited %s", got)
		}
		w.reads(b.open("/comptoir/billets"), "90,00")
		if a := w.signedIn("citizen").ask("GET", "/comptoir/billets", ""); a.status != http.StatusForbidden {
			w.Errorf("a citizen reads the notes of a desk: %d", a.status)
		}
	})
}
