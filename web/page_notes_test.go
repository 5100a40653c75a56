// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"testing"
	"time"
)

// printed puts notes of 5.00 into the vault.
func (w *world) printed() {
	w.Helper()
	w.made("treasurer", "/v1/paper/prints", `{"lines":[{"series":"A","face":"5.00","quantity":100,"first_number":1}],"note":"livraison"}`)
}

// TestAMemberDrawsNotes asks for notes without a script, outside demonstrations:
// the units are held once, for what was shown, until a desk hands the notes over
// or the member gives it up.
func TestAMemberDrawsNotes(t *testing.T) {
	inWorld(t, func(w *world) {
		p, other := w.payer("nora"), w.payer("omar")
		w.reads(p.open("/billets"), "Il n’y a pas encore de billets")
		w.printed()
		w.reads(p.open("/billets"), "Disponible", "50,00", `name="`+fiveCount+`"`, `value="centre" checked`, "Rien n’est demandé")
		for _, bad := range [][]string{{"comptoir", "centre"}, {"comptoir", "centre", fiveCount, "abc"}, {"comptoir", "lune", fiveCount, "1"}, {"comptoir", "centre", fiveCount, "-1"}} {
			if a := p.send("/billets", append(bad, "cle", w.key())...); a.status != http.StatusUnprocessableEntity {
				w.Errorf("%v: %d", bad, a.status)
			}
		}
		wish := []string{"comptoir", "centre", fiveCount, "3", "cle", p.open("/billets").formKey()}
		at := w.follows(p.send("/billets", wish...), "/payer/confirmation/int_")
		if again := w.follows(p.send("/billets", wish...), "/payer/confirmation/int_"); again != at {
			w.Errorf("the form sent twice made %s and %s", at, again)
		}
		first := p.open(at)
		w.reads(first, "Vous demandez des billets auprès de", "Comptoir du centre", "3 × 5,00", "15,00", "Mettre de côté", "35,00", `data-passkey="get"`, "!data-look")
		if a := other.ask("GET", at, ""); a.status != http.StatusForbidden {
			w.Errorf("somebody else's recap: %d", a.status)
		}
		if a := p.send(at, "empreinte", first.digest()); a.status != http.StatusConflict {
			w.Errorf("a click: %d", a.status)
		}
		// More notes are another wish: the signature of one is nothing to the other.
		more := w.follows(p.send("/billets", "comptoir", "centre", fiveCount, "4", "cle", w.key()), "/payer/confirmation/int_")
		signed := p.Sign(first.options())
		if a := p.send(more, "empreinte", p.open(more).digest(), "reponse", signed); a.status != http.StatusForbidden {
			w.Errorf("the signature of fewer notes: %d", a.status)
		}
		for range 2 { // a double click; what the form holds besides is not read
			w.follows(p.send(at, "reponse", signed, fiveCount, "9", "comptoir", "gare"), at)
		}
		if got := w.available("nora"); got != 35_00 {
			w.Errorf("%s is free", got)
		}
		drawn := w.follows(p.ask("GET", at, ""), "/billets/ppm_")
		w.reads(p.open(drawn), "À retirer", "15,00", "3 × 5,00", "Comptoir du centre", "votre numéro de membre", "Annuler cette demande")
		w.reads(p.open("/portefeuille"), "en billets à retirer", drawn)
		w.reads(p.open("/billets"), "À retirer", drawn)
		for who, b := range map[string]*browser{"another member": other.browser, "the treasurer": w.signedIn("treasurer")} {
			want := map[string]int{"another member": http.StatusNotFound, "the treasurer": http.StatusForbidden}[who]
			if a, c := b.ask("GET", drawn, ""), b.send(drawn+"/annulation", "cle", w.key()); a.status != want || c.status != want {
				w.Errorf("%s: %d, %d", who, a.status, c.status)
			}
		}
		for _, path := range []string{"/billets/x", "/billets/" + nobodys("ppm_")} {
			if a := p.ask("GET", path, ""); a.status != http.StatusNotFound {
				w.Errorf("%s: %d", path, a.status)
			}
		}
		// Given up, once: the units are free again.
		for _, a := range p.twice(drawn+"/annulation", "cle", w.key()) {
			w.follows(a, drawn)
		}
		w.reads(p.open(drawn), "Demande annulée", "!Annuler cette demande")
		if a := p.send(drawn+"/annulation", "cle", w.key()); a.status != http.StatusConflict {
			w.Errorf("given up again: %d", a.status)
		}
		w.follows(p.send(at, "reponse", signed), at+"?encore=1")
		if got := w.available("nora"); got != 50_00 {
			w.Errorf("%s is free after it was given up", got)
		}
		// Five minutes later the other recap is over.
		late := p.Sign(p.open(more).options())
		w.later(5 * time.Minute)
		a := p.send(more, "reponse", late)
		w.reads(a, "Les cinq minutes", `href="/billets"`)
		if a.status != http.StatusConflict || w.available("nora") != 50_00 {
			w.Errorf("late: %d", a.status)
		}
	})
}

// TestNotesAreHandedOverOnce goes on at the desk, and shows the member the end.
func TestNotesAreHandedOverOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		b, desk := w.signedIn("citizen"), w.signedIn("desk")
		w.printed()
		w.made("treasurer", "/v1/paper/transfers", `{"from":"vault","to":"desk:centre","lines":[{"series":"A","face":"5.00","quantity":20,"first_number":1}]}`)
		page := desk.open("/comptoir/billets")
		w.goes(desk.send("/comptoir/billets/reception", "cle", w.key(), "envoi", page.hidden("envoi"), "recu-0-"+page.hidden("envoi"), "20"), "/comptoir/billets.*")
		at := w.follows(b.send("/billets", "comptoir", "centre", fiveCount, "2", "cle", w.key()), "/payer/confirmation/int_")
		w.follows(b.send(at, "empreinte", b.open(at).digest()), at)
		drawn := w.follows(b.ask("GET", at, ""), "/billets/ppm_")
		page = desk.open("/comptoir/billets")
		w.reads(page, "Billets demandés", "Remettre 10,00", "${citizen.number}")
		over := []string{"comptoir", "centre", "demande", page.hidden("demande"), "cle", w.key()}
		for _, a := range desk.twice("/comptoir/billets/remise", over...) {
			w.goes(a, `/comptoir/billets/recu/ppm_[a-z0-9]+`)
		}
		w.reads(b.open(drawn), "Billets remis", "vous ont été remis", "!Annuler cette demande")
		late := b.send(drawn+"/annulation", "cle", w.key())
		w.reads(late, "Billets remis", "Aucun montant")
		if late.status != http.StatusConflict {
			w.Errorf("given up after the notes: %d", late.status)
		}
		// A page signs nobody's notes out but through its recap.
		if a := w.payer("nora").send("/v1/paper/withdrawals"); a.status == http.StatusCreated {
			w.Errorf("without a recap: %d", a.status)
		}
	})
}
