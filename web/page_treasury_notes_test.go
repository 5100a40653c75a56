// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"strings"
	"testing"
)

// notes is the beginning of names of fields of notes of 5.00, series A.
const (
	fiveCount = "billets-41-500"
	fiveFirst = "premier-41-500"
)

// TestD9NotesGoFromPrintToDesk prints notes, sends them, receives them short and
// destroys some, in pages.
func TestD9NotesGoFromPrintToDesk(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.signedIn("treasurer")
		w.reads(b.open("/tresorerie/billets"), "Aucun billet pour l’instant", "Enregistrer une impression", "Rien n’est dû entre les deux fonds")
		w.reads(b.open("/tresorerie/billets/envoi"), "Aucun billet pour l’instant")
		print := "/tresorerie/billets/impression"
		for _, bad := range [][]string{{"motif", "BL 1"}, {"serie-0", "A", "valeur-0", "5", "nombre-0", "100", "premier-0", "1"},
			{"motif", "BL 1", "serie-0", "A", "valeur-0", "5", "nombre-0", "cent", "premier-0", "1"}, {"motif", "BL 1", "serie-0", "A", "valeur-0", "5", "nombre-0", "100"}} {
			if a := b.send(print, append(bad, "cle", w.key())...); a.status != http.StatusUnprocessableEntity {
				w.Errorf("%v: %d", bad, a.status)
			}
		}
		run := []string{"motif", "BL 1", "serie-0", "A", "valeur-0", "5,00", "nombre-0", "1 00", "premier-0", "1", "cle", w.key()}
		at := w.goes(b.send(print, run...), "/tresorerie/billets/mouvements/ppm_[a-z0-9]+")
		w.goes(b.send(print, run...), at)
		w.reads(b.open(at), "Impression", "1–100", "500,00", "BL 1")
		run[len(run)-1] = w.key()
		again := b.send(print, run...)
		w.reads(again, "ont déjà été imprimés", "Aucun montant n’a été débité", `value="BL 1"`)
		if again.status != http.StatusConflict {
			w.Errorf("printed twice: %d", again.status)
		}

		send := "/tresorerie/billets/envoi"
		for _, bad := range [][]string{{"depuis", "vault", "vers", "desk:centre"}, {"depuis", "vault", "vers", "desk:centre", fiveCount, "-4"}, {"depuis", "vault", "vers", "vault", fiveCount, "4", fiveFirst, "1"}} {
			if a := b.send(send, append(bad, "cle", w.key())...); a.status != http.StatusUnprocessableEntity {
				w.Errorf("%v: %d", bad, a.status)
			}
		}
		w.reads(b.send(send, "depuis", "vault", "vers", "desk:centre", fiveCount, "40", "cle", w.key()), "il faut leurs numéros", `value="40"`)
		sent := []string{"depuis", "vault", "vers", "desk:centre", fiveCount, "40", fiveFirst, "21", "cle", w.key()}
		at = w.goes(b.send(send, sent...), "/tresorerie/billets/mouvements/ppm_[a-z0-9]+")
		w.goes(b.send(send, sent...), at)
		w.reads(b.open(at), "une autre personne doit les recevoir", "21–60", "!Vous avez vu")
		if a := b.send(at+"/reception", "recu-0", "40", "cle", w.key()); a.status != http.StatusConflict {
			w.Errorf("received by the sender: %d", a.status)
		}
		w.reads(b.open("/tresorerie/billets"), "En attente", "À recevoir", "1–20, 61–100", "21–60")
		if a := w.signedIn("approver").ask("GET", "/tresorerie/billets/envoi", ""); a.status != http.StatusForbidden {
			w.Errorf("an approver sends notes: %d", a.status)
		}

		d := w.signedIn("desk")
		page := d.open("/comptoir/billets")
		w.reads(page, "Envois à recevoir", "21–60")
		sentID := page.hidden("envoi")
		receive := []string{"envoi", sentID, "recu-0-" + sentID, "37", "cle", w.key()}
		if a := d.send("/comptoir/billets/reception", receive...); a.status != http.StatusUnprocessableEntity {
			w.Errorf("missing notes without a word: %d", a.status)
		}
		receive = append(receive, "motif-"+sentID, "pli ouvert")
		for range 2 {
			w.goes(d.send("/comptoir/billets/reception", receive...), "/comptoir/billets.*")
		}
		w.reads(b.open(at), "Il en manquait", "pli ouvert", "Reçu")
		w.reads(b.open("/tresorerie/billets"), "Perdus", "58–60", "!En attente")

		// notes return to the vault, and are destroyed before two witnesses
		if a := d.send("/comptoir/billets/renvoi", "comptoir", "centre", "cle", w.key()); a.status != http.StatusUnprocessableEntity {
			w.Errorf("nothing sent back: %d", a.status)
		}
		w.goes(d.send("/comptoir/billets/renvoi", "comptoir", "centre", fiveCount, "7", "cle", w.key()), "/comptoir/billets.*")
		at = linked(b.open("/tresorerie/billets"), "/tresorerie/billets/mouvements/ppm_")
		w.reads(b.send(at+"/reception", "recu-0", "huit", "cle", w.key()), "Un nombre de 0 à 7", `value="huit"`)
		w.reads(b.send(at+"/reception", "recu-0", "6", "cle", w.key()), "dites ce qui s’est passé")
		w.goes(b.send(at+"/reception", "recu-0", "7", "cle", w.key()), at)
		burn := []string{fiveCount, "7", "motif", "PV 1", "cle", w.key()}
		at = w.goes(b.send("/tresorerie/billets/destruction", burn...), "/tresorerie/billets/mouvements/ppm_[a-z0-9]+")
		w.reads(b.open(at), "une autre personne doit signer", "Renoncer")
		if a := b.send(at+"/signature", "cle", w.key()); a.status != http.StatusConflict {
			w.Errorf("one witness twice: %d", a.status)
		}
		w.goes(b.send(at+"/reprise", "cle", w.key()), at)
		second := w.signedIn("approver")
		if a := second.send(at+"/signature", "cle", w.key()); a.status != http.StatusConflict {
			w.Errorf("signed after it was recalled: %d", a.status)
		}
		burn[len(burn)-1] = w.key()
		at = w.goes(b.send("/tresorerie/billets/destruction", burn...), "/tresorerie/billets/mouvements/ppm_[a-z0-9]+")
		key := w.key()
		for range 2 {
			w.goes(second.send(at+"/signature", "cle", key), at)
		}
		w.reads(b.open(at), "Signée par deux témoins")

		lost := []string{"quoi", "find", "depuis", "vault", fiveCount, "3", fiveFirst, "58", "motif", "tiroir", "cle", w.key()}
		w.goes(b.send("/tresorerie/billets/pertes", lost...), "/tresorerie/billets/mouvements/ppm_[a-z0-9]+")
		w.reads(b.open("/tresorerie/billets"), "Détruits", "!Perdus")
		w.reads(b.open("/tresorerie/billets/mouvements"), "Billets retrouvés", "Destruction", "Abandonnée", "Impression")
		for path, status := range map[string]int{"/tresorerie/billets/mouvements/x": 404, "/tresorerie/billets/mouvements/" + nobodys("ppm_"): 404, "/tresorerie/billets/comptages/" + nobodys("ppc_"): 404} {
			if a := b.ask("GET", path, ""); a.status != status {
				w.Errorf("%s: %d", path, a.status)
			}
		}
		w.forbidden("/tresorerie/billets", "citizen", "merchant", "cashier", "desk", "agent", "admin")
	})
}

// TestG2TheTreasurerSettlesBetweenTheFunds remits a till that lacks euros, has
// them made good, and settles what exchanges left.
func TestG2TheTreasurerSettlesBetweenTheFunds(t *testing.T) {
	inWorld(t, func(w *world) {
		w.stockedDesk()
		w.made("desk", "/v1/paper/sales", `{"holder":"${citizen}","lines":[{"series":"A","face":"5.00","quantity":10}]}`)
		w.made("desk", "/v1/paper/deposits", `{"holder":"${citizen}","lines":[{"series":"A","face":"5.00","quantity":6}]}`)
		b := w.signedIn("treasurer")
		w.reads(b.open("/tresorerie/billets"), "50,00 €", "30,00 €", "Le fonds des billets doit ces euros au fonds numérique")
		remit := "/tresorerie/billets/remise"
		w.reads(b.open(remit), "50,00 €", "Toute la caisse a été remise")
		for _, bad := range [][]string{{"montant", "45", "comptoir", "centre"}, {"montant", "beaucoup", "reference", "REM 1", "comptoir", "centre"}, {"montant", "45", "reference", "REM 1", "date", "2099-01-01", "comptoir", "centre"}} {
			if a := b.send(remit, append(bad, "cle", w.key())...); a.status != http.StatusUnprocessableEntity {
				w.Errorf("%v: %d", bad, a.status)
			}
		}
		if a := b.send(remit, "comptoir", "centre", "montant", "60", "reference", "REM 1", "cle", w.key()); a.status != http.StatusConflict {
			w.Errorf("more than the till: %d", a.status)
		}
		brought := []string{"comptoir", "centre", "montant", "45", "reference", "REM 1", "vide", "1", "cle", w.key()}
		for range 2 {
			next := w.goes(b.send(remit, brought...), `/tresorerie/billets\?remis=45.00&ecart=5.00&trop=0.00`)
			w.reads(b.open(next), "Remise de 45,00", "Il manquait 5,00", "il manque 5,00")
		}
		gap := "/tresorerie/billets/remise/centre/ecart"
		w.reads(b.send(gap, "quoi", "found", "montant", "5", "reference", "", "motif", "", "cle", w.key()), "Saisissez la référence", "Dites pourquoi")
		if a := b.send(gap, "quoi", "covered", "montant", "5,01", "reference", "VIR 9", "motif", "caisse", "cle", w.key()); a.status != http.StatusConflict {
			w.Errorf("more than lacks: %d", a.status)
		}
		if a := b.send(gap, "quoi", "kept", "montant", "5", "motif", "caisse", "cle", w.key()); a.status != http.StatusConflict {
			w.Errorf("kept what lacks: %d", a.status)
		}
		w.goes(b.send(gap, "quoi", "covered", "montant", "5", "reference", "VIR 9", "motif", "caisse", "cle", w.key()), remit)
		w.reads(b.open("/tresorerie/billets"), "!il manque 5,00")

		settle := "/tresorerie/billets/reglement"
		w.reads(b.open(settle), "30,00", `name="vers" value="digital"`)
		for _, bad := range [][]string{{"montant", "30"}, {"montant", "0", "reference", "VIR 10"}} {
			if a := b.send(settle, append(bad, "vers", "digital", "cle", w.key())...); a.status != http.StatusUnprocessableEntity {
				w.Errorf("%v: %d", bad, a.status)
			}
		}
		if a := b.send(settle, "vers", "paper", "montant", "30", "reference", "VIR 10", "cle", w.key()); a.status != http.StatusConflict {
			w.Errorf("the other way round: %d", a.status)
		}
		done := []string{"vers", "digital", "montant", "30,00", "reference", "VIR 10", "cle", w.key()}
		for range 2 {
			w.goes(b.send(settle, done...), "/tresorerie/billets")
		}
		w.reads(b.open("/tresorerie/billets"), "Rien n’est dû entre les deux fonds")
		second := w.signedIn("approver")
		for _, path := range []string{remit, settle} {
			if a := second.ask("GET", path, ""); a.status != http.StatusForbidden {
				w.Errorf("an approver moves euros at %s: %d", path, a.status)
			}
		}
	})
}

// TestACountIsExplainedByTheTreasurer counts at the desk and explains the
// difference.
func TestACountIsExplainedByTheTreasurer(t *testing.T) {
	inWorld(t, func(w *world) {
		w.stockedDesk()
		d, b := w.signedIn("desk"), w.signedIn("treasurer")
		if a := d.send("/comptoir/billets/comptage", "comptoir", "centre", fiveCount, "x", "cle", w.key()); a.status != http.StatusUnprocessableEntity {
			w.Errorf("no number: %d", a.status)
		}
		w.reads(d.open(w.goes(d.send("/comptoir/billets/comptage", "comptoir", "centre", fiveCount, "98", "cle", w.key()), "/comptoir/billets.*")), "10,00")
		w.reads(b.open("/tresorerie/billets"), "Comptages à expliquer", "−10,00")
		at := linked(b.open("/tresorerie/billets/comptages?etat=open"), "/tresorerie/billets/comptages/ppc_")
		w.reads(b.open(at), "Expliquer l’écart", "98")
		if a := b.send(at, "suite", "livre", "cle", w.key()); a.status != http.StatusUnprocessableEntity {
			w.Errorf("without a reason: %d", a.status)
		}
		explain := []string{"suite", "livre", "motif", "billets collés", "cle", w.key()}
		for range 2 {
			w.goes(b.send(at, explain...), at)
		}
		w.reads(b.open(at), "Expliqué", "billets collés", "!Clore ce comptage")
		w.reads(b.open("/tresorerie/billets"), "Perdus", "!Comptages à expliquer")
		if a := b.send(at, "suite", "erreur", "motif", "x", "cle", w.key()); a.status != http.StatusConflict {
			w.Errorf("explained twice: %d", a.status)
		}
		if a := w.signedIn("approver").send(at, "suite", "erreur", "motif", "x", "cle", w.key()); a.status != http.StatusForbidden {
			w.Errorf("an approver explains: %d", a.status)
		}
	})
}

// linked is the first address with a beginning that a page leads to.
func linked(a answer, beginning string) string {
	_, after, _ := strings.Cut(a.body, `href="`+beginning)
	rest, _, _ := strings.Cut(after, `"`)
	return beginning + rest
}

// stockedDesk prints 100 notes of 5.00 and brings them to the desk.
func (w *world) stockedDesk() {
	w.Helper()
	lines := `"lines":[{"series":"A","face":"5.00","quantity":100,"first_number":1}]`
	w.made("treasurer", "/v1/paper/prints", `{`+lines+`,"note":"livraison"}`)
	w.keep("sent", w.made("treasurer", "/v1/paper/transfers", `{"from":"vault","to":"desk:centre",`+lines+`}`))
	w.made("desk", "/v1/paper/moves/${sent}/receipts", `{}`)
}
