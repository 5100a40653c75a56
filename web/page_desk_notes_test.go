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
		w.reads(b.open("/comptoir/billets"), "Aucun billet ici")
		w.made("treasurer", "/v1/paper/prints", `{"lines":[{"series":"A","face":"5.00","quantity":100,"first_number":1}],"note":"livraison"}`)
		w.made("treasurer", "/v1/paper/transfers", `{"from":"vault","to":"desk:centre","lines":[{"series":"A","face":"5.00","quantity":20,"first_number":1}]}`)
		page := b.open("/comptoir/billets")
		w.reads(page, "Envois à recevoir", "Recevoir cet envoi de 100,00")
		w.goes(b.send("/comptoir/billets/reception", "cle", w.key(), "envoi", page.hidden("envoi"), "recu-0-"+page.hidden("envoi"), "20"), "/comptoir/billets.*")
		sale := []string{"membre", w.known["citizen.number"], "acte", "especes", fiveCount, "4", "cle", w.key()}
		for _, bad := range [][]string{{"membre", "1", fiveCount, "1"}, {"membre", w.known["citizen.number"], fiveCount, "abc"}, {"membre", w.known["citizen.number"], fiveCount, "0"}} {
			if a := b.send("/comptoir/billets", append(bad, "cle", w.key())...); a.status != http.StatusUnprocessableEntity {
				w.Errorf("%v: %d", bad, a.status)
			}
		}
		slip := w.goes(b.send("/comptoir/billets", sale...), `/comptoir/billets/recu/ppm_[a-z0-9]+`)
		w.goes(b.send("/comptoir/billets", sale...), slip)
		w.reads(b.open(slip), "Billets vendus", "20,00", "Espèces", "${citizen.number}", "ne peut pas les rendre contre des euros", "Une autre personne peut annuler")
		if a := b.send(slip+"/annulation", "cle", w.key()); a.status != http.StatusConflict {
			w.Errorf("undone by the seller: %d", a.status)
		}
		back := []string{"membre", w.known["citizen.number"], "acte", "euros", fiveCount, "2", "cle", w.key()}
		if a := b.send("/comptoir/billets", back...); a.status != http.StatusConflict {
			w.Errorf("euros for an individual (L5): %d", a.status)
		}
		before := w.available("citizen")
		back[3] = "reprise"
		w.reads(b.open("/comptoir/billets"), "Un particulier ne récupère jamais d’euros")
		w.reads(b.open(w.goes(b.send("/comptoir/billets", back...), `/comptoir/billets/recu/ppm_[a-z0-9]+`)), "Billets repris", "portefeuille numérique")
		if got := w.available("citizen") - before; got != 10_00 {
			w.Errorf("credited %s", got)
		}
		w.reads(b.open("/comptoir/billets"), "90,00")
		// a member asks for notes, and the desk hands them over
		w.made("citizen", "/v1/paper/withdrawals", `{"holder":"${citizen}","lines":[{"series":"A","face":"5.00","quantity":2}]}`)
		page = b.open("/comptoir/billets")
		w.reads(page, "Billets demandés", "Remettre 10,00")
		over := []string{"comptoir", "centre", "demande", page.hidden("demande"), "cle", w.key()}
		at := w.goes(b.send("/comptoir/billets/remise", over...), `/comptoir/billets/recu/ppm_[a-z0-9]+`)
		w.goes(b.send("/comptoir/billets/remise", over...), at)
		w.reads(b.open(at), "Billets remis")
		over[len(over)-1] = w.key()
		if a := b.send("/comptoir/billets/remise", over...); a.status != http.StatusConflict {
			w.Errorf("handed over twice: %d", a.status)
		}

		// a professional gets euros for notes, for the commission (L10)
		redeem := []string{"membre", w.known["merchant.number"], "acte", "euros", fiveCount, "2", "cle", w.key()}
		w.reads(b.open(w.goes(b.send("/comptoir/billets", redeem...), `/comptoir/billets/recu/ppm_[a-z0-9]+`)), "contre des euros", "commission déduite")
		for _, path := range []string{"/comptoir/billets/recu/x", "/comptoir/billets/recu/" + nobodys("ppm_"), "/comptoir/billets/recu/" + w.moved()} {
			if a := b.ask("GET", path, ""); a.status != http.StatusNotFound {
				w.Errorf("%s: %d", path, a.status)
			}
		}
		if a := w.signedIn("citizen").ask("GET", "/comptoir/billets", ""); a.status != http.StatusForbidden {
			w.Errorf("a citizen reads the notes of a desk: %d", a.status)
		}
	})
}

// moved is a movement of notes that was nobody's.
func (w *world) moved() string {
	w.Helper()
	return w.made("treasurer", "/v1/paper/write-offs", `{"kind":"loss","place":"desk:centre","lines":[{"series":"A","face":"5.00","quantity":1}],"note":"vol"}`).text("id")
}
