// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ops/job"
)

// collects lets the association collect direct debits, told of a day before.
func (w *world) collects() {
	w.Helper()
	w.made("treasurer", "/v1/debit-creditor", `{"ics":"FR72ZZZ123456","notice_days":1}`)
}

// signing is the form of a mandate, with changes.
func (w *world) signing(changes ...string) []string {
	form := map[string]string{"montant": "40", "rythme": "once", "jour": "", "seuil": "", "iban": "fr76 3000 4000 0312 3456 7890 143", "titulaire": "NOIR CAMILLE", "accord": "oui", "cle": w.key()}
	for i := 0; i < len(changes); i += 2 {
		form[changes[i]] = changes[i+1]
	}
	var pairs []string
	for name, value := range form {
		pairs = append(pairs, name, value)
	}
	return pairs
}

func TestS1AMemberSignsAMandate(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.signedIn("citizen")
		w.reads(b.open("/prelevements"), "L’association ne prélève pas encore", "!name=\"iban\"")
		w.reads(b.open("/change"), `value="standing"`, `!value="debit"`)
		w.collects()
		w.withBonus()
		w.settle("citizen", "citizen@example.org")
		w.reads(b.open("/change"), `value="debit"`)
		w.follows(b.send("/change", "montant", "40", "voie", "debit", "cle", w.key()), "/prelevements?montant=40")
		w.reads(b.open("/prelevements?montant=40"), "48,00", "dont 8,00 offerts par town", "Association La Roue", "FR72ZZZ123456", "huit semaines", "au plus tard la veille")
		before := w.commands()
		for _, c := range []struct{ field, value, words string }{
			{"montant", "", "Saisissez un montant"}, {"montant", "0", "supérieur à zéro"}, {"montant", "abc", "pas lisible"},
			{"iban", "FR7630004000031234567890144", "Cet IBAN n’est pas juste"}, {"titulaire", "", "Écrivez le nom du titulaire"}, {"accord", "", "Cochez cette case"},
		} {
			a := b.send("/prelevements", w.signing(c.field, c.value)...)
			w.reads(a, c.words, `name="iban"`)
			if a.status != http.StatusUnprocessableEntity {
				w.Errorf("%s %q: %d", c.field, c.value, a.status)
			}
		}
		for _, day := range []string{"", "0", "29", "x"} {
			w.reads(b.send("/prelevements", w.signing("rythme", "monthly", "jour", day)...), "Donnez un jour de 1 à 28", "NOIR CAMILLE")
		}
		w.reads(b.send("/prelevements", w.signing("rythme", "low", "seuil", "x")...), "pas lisible")
		if w.commands() != before {
			w.Error("a form that was refused did something")
		}
		form := w.signing("rythme", "monthly", "jour", "12")
		at := w.follows(b.send("/prelevements", form...), "/prelevements/mdt_")
		if again := w.follows(b.send("/prelevements", form...), "/prelevements/mdt_"); again != at {
			w.Errorf("the form sent twice signs twice: %s and %s", at, again)
		}
		page := b.open(at)
		w.reads(page, "40,00", "ROUE-", "FR72ZZZ123456", "FR76 •••• 0143", "!30004000", "NOIR CAMILLE", "En cours", "Annoncé", "le 12 de chaque mois")
		var words string
		must(w, w.ledger.Reader().QueryRowContext(w.Context(), `SELECT words FROM letters WHERE template = 'debit'`).Scan(&words))
		for _, part := range []string{"40,00", "ROUE-", "FR72ZZZ123456", "0143", at} {
			if !strings.Contains(words, part) {
				w.Errorf("S2: the letter does not say %q: %s", part, words)
			}
		}
		for as, status := range map[string]int{"citizen2": 403, "rival": 403, "cashier": 403, "desk": 403, "treasurer": 403} {
			other := w.signedIn(as)
			if a := other.ask("GET", at, ""); a.status != status {
				w.Errorf("%s reads it: %d", as, a.status)
			}
			for _, path := range []string{at, at + "/revocation"} {
				if a := other.send(path, "montant", "5", "jour", "3", "cle", w.key()); a.status != status {
					w.Errorf("%s at %s: %d", as, path, a.status)
				}
			}
		}
		w.reads(b.send(at, "montant", "0", "jour", "3", "cle", w.key()), "supérieur à zéro")
		w.follows(b.send(at, "montant", "25,50", "jour", "3", "cle", w.key()), at)
		w.reads(b.open(at), "25,50", "le 3 de chaque mois", "40,00") // what was told stays
		key := w.key()
		for range 2 {
			w.follows(b.send(at+"/revocation", "cle", key), at)
		}
		w.reads(b.open(at), "Annulé", "Plus rien ne sera prélevé", "!/revocation")
		late := b.send(at, "montant", "10", "jour", "3", "cle", w.key())
		w.reads(late, "Ce mandat de prélèvement n’est plus valable", "Aucun montant n’a été débité")
		if late.status != http.StatusConflict {
			w.Errorf("a revoked mandate is changed: %d", late.status)
		}
		once := w.follows(b.send("/prelevements", w.signing()...), "/prelevements/mdt_")
		w.reads(b.open(once), "une seule fois", "!Enregistrer")
		if a := b.send(once, "montant", "10", "cle", w.key()); a.status != http.StatusConflict {
			w.Errorf("a mandate of one debit is changed: %d", a.status)
		}
	})
}

// TestAMandateAsksForAProof signs with a session whose proof is old.
func TestAMandateAsksForAProof(t *testing.T) {
	inWorld(t, func(w *world) {
		w.collects()
		b := w.proved("citizen")
		w.reads(b.open("/prelevements"), `name="iban"`)
		w.later(20 * time.Minute)
		w.reads(b.open("/prelevements"), "prouvez d’abord que c’est bien vous", "!name=\"iban\"")
		before := w.commands()
		w.follows(b.send("/prelevements", w.signing()...), "/connexion?suite=%2Fprelevements")
		if w.commands() != before {
			w.Error("a mandate was signed without a proof")
		}
	})
}

// TestD9DebitsArePreparedApprovedCollectedAndReturned walks two debits through
// pages: one stays, the other comes back after its units were spent (G6, S4).
func TestD9DebitsArePreparedApprovedCollectedAndReturned(t *testing.T) {
	inWorld(t, func(w *world) {
		b, second := w.signedIn("treasurer"), w.signedIn("approver")
		w.reads(b.open("/tresorerie/prelevements"), "enregistrez l’identifiant créancier", "Aucune remise", "Personne ne doit rien")
		if a := b.send("/tresorerie/prelevements", "cle", w.key()); a.status != http.StatusConflict {
			w.Errorf("a run without a creditor: %d", a.status)
		}
		w.collects()
		stays := w.follows(w.signedIn("citizen").send("/prelevements", w.signing("montant", "30")...), "/prelevements/mdt_")
		returns := w.follows(w.signedIn("citizen2").send("/prelevements", w.signing()...), "/prelevements/mdt_")
		w.reads(b.open("/tresorerie/prelevements"), "70,00", "présenter maintenant\u00a0: 2")
		w.reads(b.open("/tresorerie/mandats"), "FR76 •••• 0143", "${citizen.number}", "!NOIR CAMILLE")
		key := w.key()
		at := w.goes(b.send("/tresorerie/prelevements", "cle", key), "/tresorerie/prelevements/drn_[a-z0-9]+")
		w.goes(b.send("/tresorerie/prelevements", "cle", key), at)
		page := b.open(at)
		w.reads(page, "À approuver", "70,00", "NOIR CAMILLE", "!30004000", "ponctuel", "En préparation")
		if a := b.send(at, "cle", w.key(), "empreinte", digestOf(page)); a.status != http.StatusForbidden {
			w.Errorf("the treasurer approves: %d", a.status)
		}
		if a := b.send(at+"/fichier", "cle", w.key(), "version", "08"); a.status != http.StatusConflict {
			w.Errorf("the file of a draft: %d", a.status)
		}
		if a := second.send(at, "cle", w.key(), "empreinte", strings.Repeat("0", 64)); a.status != http.StatusConflict {
			w.Errorf("another content is approved: %d", a.status)
		}
		w.goes(second.send(at, "cle", w.key(), "empreinte", digestOf(second.open(at))), at)
		file := b.send(at+"/fichier", "cle", w.key(), "version", "08")
		if file.status != http.StatusOK || !strings.Contains(file.header.Get("Content-Disposition"), "attachment") || !strings.Contains(file.body, "pain.008.001.08") || !strings.Contains(file.body, "FR7630004000031234567890143") {
			w.Errorf("the file: %d %s", file.status, file.header)
		}
		if again := b.send(at+"/fichier", "cle", w.key(), "version", "08"); again.body != file.body {
			w.Error("the file given out again is another one")
		}
		w.enrol(person{"treasurer2", ledger.Individual, access.Treasurer, ""})
		if again := w.signedIn("treasurer2").send(at+"/fichier", "cle", w.key(), "version", "08"); again.body != file.body {
			w.Errorf("the file given out to another treasurer is another one: %d", again.status)
		}
		w.reads(w.signedIn("citizen").open(stays), "Présenté à la banque")
		missing := b.send(at+"/encaissement", "cle", w.key())
		w.reads(missing, "Saisissez la référence de la banque", "70,00")
		if missing.status != http.StatusUnprocessableEntity {
			w.Errorf("no reference: %d", missing.status)
		}
		key = w.key()
		for range 2 {
			w.goes(b.send(at+"/encaissement", "cle", key, "reference", "REMISE 1"), at)
		}
		w.reads(b.open(at), "Crédité", "!/encaissement")
		if got := w.available("citizen").Format() + " " + w.available("citizen2").Format(); got != "150.00 100.00" {
			w.Errorf("credited twice, or not: %s", got)
		}
		w.made("citizen2", "/v1/payments", `{"to":"${shop.code}","amount":"90.00"}`)
		line := ""
		for _, found := range regexp.MustCompile(`/tresorerie/prelevement/deb_[a-z0-9]+`).FindAllString(b.open(at).body, -1) {
			if strings.Contains(b.open(found).body, w.say("${citizen2.number}")) {
				line = found
			}
		}
		w.reads(b.open(line), "40,00", "Les unités créditées sont reprises", "!Créditer le portefeuille")
		for _, code := range []string{"", "ZZ99"} {
			a := b.send(line+"/rejet", "cle", w.key(), "code", code)
			w.reads(a, "Choisissez le motif que donne la banque")
			if a.status != http.StatusUnprocessableEntity {
				w.Errorf("reason %q: %d", code, a.status)
			}
		}
		key = w.key()
		for range 2 {
			w.goes(b.send(line+"/rejet", "cle", key, "code", "MD06", "retour", "REJ 1"), line)
		}
		w.reads(b.open(line), "Revenu impayé", "a demandé le remboursement", "Suspendu", "Reste dû", "30,00")
		w.reads(b.open("/tresorerie/prelevements"), "${citizen2.number}", "30,00")
		w.reads(w.signedIn("citizen2").open(returns), "Revenu impayé", "Suspendu", "a demandé le remboursement")
		w.reads(w.signedIn("citizen2").open("/compte/regards"), "Un de vos mandats de prélèvement")
		if late := b.send(line+"/rejet", "cle", w.key(), "code", "AM04"); late.status != http.StatusConflict {
			w.Errorf("returned again: %d", late.status)
		}
		mandate := "/tresorerie/mandats/" + strings.TrimPrefix(returns, "/prelevements/")
		w.goes(b.send(mandate+"/reprise", "cle", w.key()), mandate)
		w.reads(b.open(mandate), "En cours")
		w.goes(b.send(mandate+"/revocation", "cle", w.key()), mandate)
		if a := b.send(mandate+"/reprise", "cle", w.key()); a.status != http.StatusConflict {
			w.Errorf("a revoked mandate is resumed: %d", a.status)
		}
		for _, path := range []string{at, line, mandate, "/tresorerie/prelevements", "/tresorerie/mandats", "/tresorerie/cartes"} {
			for _, as := range []string{"citizen", "merchant", "cashier", "desk", "agent", "admin"} {
				if a := w.signedIn(as).ask("GET", path, ""); a.status != http.StatusForbidden {
					w.Errorf("%s reads %s: %d", as, path, a.status)
				}
			}
		}
		for path, status := range map[string]int{line: 403, mandate: 403, "/tresorerie/mandats": 403, at: 200, "/tresorerie/cartes": 200} {
			if a := second.ask("GET", path, ""); a.status != status {
				w.Errorf("the approver reads %s: %d", path, a.status)
			}
		}
		w.reads(b.open("/tresorerie/cartes"), "Rien à vérifier")
	})
}

// TestWhoRevokedIsNotDebited ends a mandate between the run and its file.
func TestWhoRevokedIsNotDebited(t *testing.T) {
	inWorld(t, func(w *world) {
		w.collects()
		citizen, b := w.signedIn("citizen"), w.signedIn("treasurer")
		mandate := w.follows(citizen.send("/prelevements", w.signing()...), "/prelevements/mdt_")
		at := w.goes(b.send("/tresorerie/prelevements", "cle", w.key()), "/tresorerie/prelevements/drn_[a-z0-9]+")
		second := w.signedIn("approver")
		w.goes(second.send(at, "cle", w.key(), "empreinte", digestOf(second.open(at))), at)
		w.follows(citizen.send(mandate+"/revocation", "cle", w.key()), mandate)
		w.reads(b.open(at), "Un mandat de cette remise ne vaut plus")
		refused := b.send(at+"/fichier", "cle", w.key(), "version", "08")
		w.reads(refused, "Ce mandat de prélèvement n’est plus valable")
		if refused.status != http.StatusConflict {
			w.Errorf("the file leaves: %d", refused.status)
		}
		w.goes(b.send(at+"/annulation", "cle", w.key()), at)
		w.reads(b.open(at), "Abandonnée")
		if n, err := w.debit.Plan(w.Context(), job.System()); n != 0 || err != nil {
			w.Errorf("told of %d debits: %v", n, err)
		}
	})
}

func TestAStandingOrderHasItsReference(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.signedIn("citizen")
		w.follows(b.send("/change", "montant", "20", "voie", "standing", "cle", w.key()), "/virement-permanent?montant=20")
		before := w.commands()
		w.reads(b.open("/virement-permanent?montant=20"), "Créer ma référence", "!code.svg")
		if a := b.ask("GET", "/virement-permanent/code.svg?montant=20.00", ""); a.status != http.StatusNotFound {
			w.Errorf("a code of no reference: %d", a.status)
		}
		if w.commands() != before {
			w.Error("looking made a reference")
		}
		for range 2 {
			w.follows(b.send("/virement-permanent", "montant", "20", "cle", w.key()), "/virement-permanent?montant=20")
		}
		w.keep("standing", w.shown("citizen", "/v1/standing-references"))
		w.reads(b.open("/virement-permanent?montant=20"), "${standing.reference}", "Association La Roue", "/virement-permanent/code.svg?montant=20.00", "FR76 3000 6000")
		w.reads(b.open("/virement-permanent"), "${standing.reference}", "!code.svg")
		code := b.ask("GET", "/virement-permanent/code.svg?montant=20.00", "")
		if code.status != http.StatusOK || code.header.Get("Content-Type") != "image/svg+xml" || !strings.Contains(code.body, w.say("${standing.reference}")) {
			w.Errorf("the code: %d %v", code.status, code.header)
		}
		bad := b.ask("GET", "/virement-permanent?montant=abc", "")
		w.reads(bad, "pas lisible", `value="abc"`)
		if bad.status != http.StatusUnprocessableEntity {
			w.Errorf("an amount that is none: %d", bad.status)
		}
		w.made("treasurer", "/v1/standing-payments", `{"reference":"${standing.reference}","received_eur":"20.00","bank_reference":"VIR P 1"}`)
		if got := w.available("citizen").Format(); got != "140.00" {
			w.Errorf("%s available", got)
		}
		for _, as := range []string{"cashier", "desk", "treasurer", "agent"} {
			for _, path := range []string{"/virement-permanent", "/virement-permanent/code.svg?montant=20.00", "/prelevements"} {
				if a := w.signedIn(as).ask("GET", path, ""); a.status != http.StatusForbidden {
					w.Errorf("%s at %s: %d", as, path, a.status)
				}
			}
		}
	})
}

func TestWhoCollectsIsASetting(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.signedIn("treasurer")
		w.reads(b.open("/tresorerie/reglages"), "Prélèvements SEPA", `name="preavis"`, `value="14"`)
		for _, c := range []struct{ ics, days, words string }{
			{"FR00ZZZ123456", "14", "Cet identifiant n’est pas juste"}, {"FR72ZZZ123456", "15", "Un nombre de 1 à 14"}, {"FR72ZZZ123456", "x", "Un nombre de 1 à 14"},
		} {
			a := b.send("/tresorerie/reglages/prelevement", "ics", c.ics, "preavis", c.days, "cle", w.key())
			w.reads(a, c.words, c.ics)
			if a.status != http.StatusUnprocessableEntity {
				w.Errorf("%+v: %d", c, a.status)
			}
		}
		w.follows(b.send("/tresorerie/reglages/prelevement", "ics", "fr72 zzz 123456", "preavis", "7", "compte", "eur:bank:guarantee:digital:la-nef", "cle", w.key()), "/tresorerie/reglages")
		w.reads(b.open("/tresorerie/reglages"), `value="FR72ZZZ123456"`, `value="7"`, "identifiant FR72ZZZ123456, préavis de 7 jours")
		for _, as := range []string{"approver", "citizen", "admin"} {
			if a := w.signedIn(as).send("/tresorerie/reglages/prelevement", "ics", "FR72ZZZ123456", "preavis", "7", "cle", w.key()); a.status != http.StatusForbidden {
				w.Errorf("%s sets who collects: %d", as, a.status)
			}
		}
	})
}
