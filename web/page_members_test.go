// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
)

// TestP11AYearOfDues goes through the pages of members, desks and treasurers: the
// rates, dues in units and at a desk, the till brought to the bank, and one taken
// back with a reason.
func TestP11AYearOfDues(t *testing.T) {
	inWorld(t, func(w *world) {
		treasurer, member, desk := w.signedIn("treasurer"), w.signedIn("citizen"), w.signedIn("desk")
		club := w.made("admin", "/v1/holders", `{"kind":"association","name":"Association La Roue"}`)
		w.keep("club", club)
		w.known["club.number"] = club.text("number")
		year := w.ledger.Now().Format("2006")
		w.reads(treasurer.open("/tresorerie/adhesions"), "Les cotisations enregistrées apparaîtront ici", "!Cotisations en caisse")
		w.follows(treasurer.send("/tresorerie/adhesions/cotisations", "cle", w.key(), "cette-individual", "12"), "/tresorerie/adhesions")
		w.follows(treasurer.send("/tresorerie/adhesions", "cle", w.key(), "actif", "1", "depense", "1", "pour-individual", "1", "grace", "30", "rappel", "0", "association", w.known["club.number"]), "/tresorerie/adhesions")
		w.reads(treasurer.open("/tresorerie/adhesions"), "Une adhésion à jour est demandée")

		// A member pays in units, from the page, once.
		before := w.available("citizen")
		w.reads(member.open("/adhesion"), "12,00")
		pay := []string{"annee", year, "cle", w.key()}
		for range 2 {
			w.follows(member.send("/adhesion", pay...), "/adhesion")
		}
		if got := before - w.available("citizen"); got != 12_00 {
			w.Errorf("%s was paid", got)
		}
		w.reads(member.open("/adhesion"), "à jour jusqu’au 31 décembre "+year)
		if a := member.send("/adhesion", "annee", "1999", "cle", w.key()); a.status != http.StatusConflict {
			w.Errorf("a year long gone: %d", a.status)
		}

		// A desk takes euros; they lie in its till until they are brought to the bank.
		taken := []string{"numero", w.known["citizen2.number"], "montant", "15", "comptoir", "centre", "annee", year, "cle", w.key()}
		if a := desk.send("/comptoir/adhesion", taken...); a.status != http.StatusSeeOther {
			w.Fatalf("%d %s", a.status, a.body)
		}
		page := treasurer.open("/tresorerie/adhesions")
		w.reads(page, "Cotisations en caisse", "Comptoir du centre (15,00 €)", "en euros, à un comptoir", "!>citizen2<")
		due := page.link("/tresorerie/adhesions/due_")
		bring := []string{"compte", "eur:dues:centre", "depot-montant", "10", "depot-reference", "DEPOT 1", "depot-date", "", "cle", w.key()}
		for _, bad := range [][]string{{"depot-montant", ""}, {"depot-reference", ""}, {"depot-date", "2099-01-01"}} {
			wrong := append([]string{}, bring...)
			for i := 0; i < len(wrong); i += 2 {
				if wrong[i] == bad[0] {
					wrong[i+1] = bad[1]
				}
			}
			if a := treasurer.send("/tresorerie/adhesions/caisses", wrong...); a.status != http.StatusUnprocessableEntity {
				w.Errorf("%v: %d", bad, a.status)
			}
		}
		for range 2 {
			w.follows(treasurer.send("/tresorerie/adhesions/caisses", bring...), "/tresorerie/adhesions")
		}
		w.reads(treasurer.open("/tresorerie/adhesions"), "Comptoir du centre (5,00 €)")
		more := append(append([]string{}, bring[:2]...), "depot-montant", "6", "depot-reference", "DEPOT 2", "cle", w.key())
		if a := treasurer.send("/tresorerie/adhesions/caisses", more...); a.status != http.StatusConflict {
			w.Errorf("more than the till holds: %d", a.status)
		}
		if a := treasurer.send("/tresorerie/adhesions/caisses", "compte", "eur:desk:centre", "depot-montant", "1", "depot-reference", "DEPOT 3", "cle", w.key()); a.status != http.StatusConflict && a.status != http.StatusUnprocessableEntity {
			w.Errorf("the till of changes: %d", a.status)
		}

		// What went to the bank cannot be given back from the till; dues in units can.
		w.reads(treasurer.open(due), "Annuler cette cotisation", "citizen2", "15,00")
		if a := treasurer.send(due+"/annulation", "cle", w.key(), "motif", ""); a.status != http.StatusUnprocessableEntity {
			w.Errorf("without a reason: %d", a.status)
		}
		if a := treasurer.send(due+"/annulation", "cle", w.key(), "motif", "Erreur"); a.status != http.StatusConflict {
			w.Errorf("the euros are gone: %d", a.status)
		}
		units := strings.Split(page.body, due)[1]
		units = answer{body: units}.link("/tresorerie/adhesions/due_")
		undo := []string{"cle", w.key(), "motif", "Réglée deux fois"}
		for range 2 {
			w.follows(treasurer.send(units+"/annulation", undo...), units)
		}
		w.reads(treasurer.open(units), "Réglée deux fois", "annulée", "!Annuler cette cotisation")
		if got := w.available("citizen"); got != before {
			w.Errorf("%s after the cancellation, had %s", got, before)
		}
		w.reads(member.open("/adhesion"), "12,00", "!à jour jusqu’au 31 décembre")
		if a := treasurer.send(units+"/annulation", "cle", w.key(), "motif", "Encore"); a.status != http.StatusConflict {
			w.Errorf("cancelled again: %d", a.status)
		}
		for who, b := range map[string]*browser{"a member": member, "a desk": desk} {
			if a, c := b.ask("GET", due, ""), b.send(due+"/annulation", "cle", w.key(), "motif", "x"); a.status != http.StatusForbidden || c.status != http.StatusForbidden {
				w.Errorf("%s: %d, %d", who, a.status, c.status)
			}
		}
		for _, path := range []string{"/tresorerie/adhesions/x", "/tresorerie/adhesions/" + nobodys("due_")} {
			if a := treasurer.ask("GET", path, ""); a.status != http.StatusNotFound {
				w.Errorf("%s: %d", path, a.status)
			}
		}
	})
}

// link is the first address of a page that begins so.
func (a answer) link(prefix string) string {
	_, after, found := strings.Cut(a.body, `href="`+prefix)
	if !found {
		return ""
	}
	rest, _, _ := strings.Cut(after, `"`)
	return prefix + rest
}

// TestTheGiftGoesWhereMembersChose goes through the pages: an association is
// admitted, a member chooses it and changes euros, the round is computed by one
// person, approved by another, and given with the bank's transfer.
func TestTheGiftGoesWhereMembersChose(t *testing.T) {
	inWorld(t, func(w *world) {
		treasurer, member := w.signedIn("treasurer"), w.signedIn("citizen")
		club := w.made("admin", "/v1/holders", `{"kind":"association","name":"Jardins partagés"}`)
		w.keep("garden", club)
		w.known["garden.number"] = club.text("number")
		w.reads(member.open("/don"), "apparaîtront ici")
		if a := treasurer.send("/tresorerie/dons/associations", "cle", w.key(), "numero", w.known["citizen.number"]); a.status != http.StatusUnprocessableEntity {
			w.Errorf("a person as an association: %d", a.status)
		}
		w.follows(treasurer.send("/tresorerie/dons/associations", "cle", w.key(), "numero", w.known["garden.number"]), "/tresorerie/dons")
		w.reads(member.open("/don"), "Jardins partagés")
		w.follows(member.send("/don", "association", w.known["garden"], "cle", w.key()), "/don")
		w.reads(member.open("/don"), "Vous soutenez", "Jardins partagés", "montré à personne")
		w.later(24 * time.Hour)
		w.made("desk", "/v1/conversions", `{"wallet":"${citizen.wallet}","euros":"100.00","channel":"desk"}`)
		today := w.ledger.Now().In(time.UTC).Format("2006-01-02")
		w.later(24 * time.Hour)
		treasurer = w.signedIn("treasurer")
		approver := w.signedIn("approver")
		for _, bad := range [][]string{{"du", "hier", "au", today, "taux", "3"}, {"du", today, "au", "2099-01-01", "taux", "3"}, {"du", today, "au", today, "taux", "11"}, {"du", today, "au", today, "taux", "x"}} {
			if a := treasurer.send("/tresorerie/dons", append(bad, "cle", w.key())...); a.status != http.StatusUnprocessableEntity {
				w.Errorf("%v: %d", bad, a.status)
			}
		}
		round := []string{"du", today, "au", today, "taux", "3", "cle", w.key()}
		for range 2 {
			w.follows(treasurer.send("/tresorerie/dons", round...), "/tresorerie/dons")
		}
		page := treasurer.open("/tresorerie/dons")
		w.reads(page, "Jardins partagés", "3,00", "100,00\u00a0€ changés", "!citizen<")
		at := "/tresorerie/dons/" + regexpRound(page.body)
		w.reads(approver.open("/tresorerie/dons"), "Approuver ces dons")
		if a := treasurer.send(at, "cle", w.key(), "suite", "approbation"); a.status != http.StatusForbidden {
			w.Errorf("approved by who computed it: %d", a.status)
		}
		if a := treasurer.send(at, "cle", w.key(), "suite", "versement", "reference", "VIR DON", "compte", "eur:bank:guarantee:digital:la-nef"); a.status != http.StatusConflict {
			w.Errorf("given before: %d", a.status)
		}
		for range 2 {
			w.follows(approver.send(at, "cle", "approval-of-gifts-1", "suite", "approbation"), "/tresorerie/dons")
		}
		// The operating account has to hold what is given.
		give := []string{"cle", w.key(), "suite", "versement", "reference", "VIR DON", "compte", "eur:bank:guarantee:digital:la-nef"}
		for range 2 {
			w.follows(treasurer.send(at, give...), "/tresorerie/dons")
		}
		w.reads(treasurer.open("/tresorerie/dons"), "VIR DON", "versée")
		if got := w.available("garden"); got != 3_00 {
			w.Errorf("the association has %s", got)
		}
		b, err := w.ledger.Balance(t.Context(), w.ledger.Reader(), ledger.Guarantee(ledger.Digital, "la-nef"))
		if err != nil || b.Amount != 3_00 {
			w.Errorf("the fund received %s, %v", b.Amount, err)
		}
		if a := w.signedIn("citizen").ask("GET", "/tresorerie/dons", ""); a.status != http.StatusForbidden {
			w.Errorf("a member reads rounds: %d", a.status)
		}
	})
}

// regexpRound is the id of the first round on a page.
func regexpRound(body string) string {
	_, after, _ := strings.Cut(body, `action="/tresorerie/dons/gft_`)
	id, _, _ := strings.Cut(after, `"`)
	return "gft_" + id
}

// TestL9TheBorderSaysThatAMembershipHasEnded before anything is typed, with the way
// to the dues; when they are paid, euros are changed again.
func TestL9TheBorderSaysThatAMembershipHasEnded(t *testing.T) {
	inWorld(t, func(w *world) {
		club := w.made("admin", "/v1/holders", `{"kind":"association","name":"Association La Roue"}`)
		w.made("treasurer", "/v1/membership", `{"on":true,"grace_days":0,"may_spend":true,"reminder_days":0,"kinds":["individual"],"account":"`+club.text("id")+`"}`)
		member := w.signedIn("citizen")
		w.reads(member.open("/change?montant=10"), "!Régler ma cotisation")
		w.later(25 * time.Hour) // the day on which the condition began is over
		year := civil.Of(w.ledger.Now()).String()[:4]
		w.made("treasurer", "/v1/dues/rates", `{"year":`+year+`,"rates":[{"kind":"individual","amount":"12.00"}]}`)
		member = w.signedIn("citizen")
		page := member.open("/change?montant=10")
		w.reads(page, "Votre adhésion n’est plus à jour", `<a href="/adhesion">Régler ma cotisation</a>`)
		before := w.commands()
		wish := []string{"montant", "10", "voie", "transfer", "pour", page.hidden("pour"), "vu", page.hidden("vu"), "cle", page.formKey()}
		a := member.send("/change", wish...)
		w.reads(a, "L’adhésion n’est plus à jour", "Aucun montant n’a été débité", `<a href="/adhesion">Régler ma cotisation</a>`)
		if a.status != http.StatusConflict || w.commands() != before {
			w.Errorf("changed without dues: %d", a.status)
		}
		w.follows(member.send("/adhesion", "cle", w.key(), "annee", year), "/adhesion")
		w.reads(member.open("/change?montant=10"), "!Régler ma cotisation")
		w.follows(member.send("/change", wish...), "/change/cnv_")
	})
}
