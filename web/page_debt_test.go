// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/ops/job"
)

// bought has citizen2 change euros by transfer with the bonus of a campaign.
func (w *world) bought(name, euros string) {
	w.Helper()
	w.keep(name, w.made("citizen2", "/v1/conversions", `{"euros":"`+euros+`","channel":"transfer"}`))
	w.made("treasurer", "/v1/conversions/${"+name+"}/settlements", `{"bank_reference":"VIR `+name+`"}`)
}

// TestG6AReturnedPaymentIsSeenBookedToldAndGivenUp goes from the line of the bank to
// what a member owes, through the pages of the treasury, the letter and the wallet.
func TestG6AReturnedPaymentIsSeenBookedToldAndGivenUp(t *testing.T) {
	inWorld(t, func(w *world) {
		w.settle("citizen2", "citizen2@example.org")
		w.runs("bonus", "300.00")
		w.bought("debited", "50.00")
		spent := w.available("citizen2") - 48_00
		w.made("citizen2", "/v1/payments", `{"to":"${merchant.wallet}","amount":"`+spent.Format()+`"}`)
		w.letters()
		b := w.signedIn("treasurer")
		w.reads(b.open("/tresorerie/impayes"), "Personne ne doit rien", "La banque a repris un paiement")
		w.reads(b.open("/tresorerie/attendus/${debited}"), "/tresorerie/retours/${debited}")
		bad := b.ask(http.MethodGet, "/tresorerie/retours?reference=ROUE-AAAAAA-A", "")
		w.reads(bad, "Aucun change n’a cette référence")
		if bad.status != http.StatusUnprocessableEntity {
			w.Errorf("no such reference: %d", bad.status)
		}
		at := w.follows(b.ask(http.MethodGet, w.say("/tresorerie/retours?reference=${debited.reference}"), ""), w.say("/tresorerie/retours/${debited}"))
		form := b.open(at)
		w.reads(form, "citizen2", "Euros repris par la banque", "−50,00", "48,00", "Bonus rendu à la campagne", "10,00", "Reste dû par le membre", "12,00", "Reprendre 48,00")
		for _, c := range []struct{ code, reference, date, words string }{
			{"MD", "REJ 1", "", "quatre caractères"}, {"MD06", "", "", "Saisissez la référence"}, {"MD06", "REJ 1", "2099-01-01", "Indiquez un jour passé"}} {
			a := b.send(at, "cle", w.key(), "code", c.code, "reference", c.reference, "date", c.date)
			w.reads(a, c.words)
			if a.status != http.StatusUnprocessableEntity {
				w.Errorf("%+v: %d", c, a.status)
			}
		}
		if len(w.letters()) > 0 {
			w.Error("a refused return was written about")
		}
		for range 2 { // pressed twice
			w.follows(b.send(at, "cle", form.formKey(), "code", "md06", "reference", "REJ 1"), w.say("/tresorerie/impayes/${citizen2}"))
		}
		letters := w.letters()
		if len(letters) != 1 || letters[0].To != "citizen2@example.org" || !strings.Contains(letters[0].Text, "Unités reprises : 48,00") ||
			!strings.Contains(letters[0].Text, "Reste dû : 12,00 €") || !strings.Contains(letters[0].Text, w.say("${debited.reference}")) {
			w.Errorf("letters: %+v", letters)
		}
		if a := b.send(at, "cle", w.key(), "code", "MD06", "reference", "REJ 2"); a.status != http.StatusConflict {
			w.Errorf("returned twice: %d", a.status)
		}
		w.reads(w.signedIn("citizen2").open("/portefeuille"), "Repris par votre banque", "Change de 50,00", "48,00", "Vous devez encore 12,00")
		w.reads(w.signedIn("citizen").open("/portefeuille"), "!Repris par votre banque")
		w.reads(b.open("/tresorerie/impayes"), "${citizen2.number}", "12,00", "/tresorerie/impayes/${citizen2}")
		w.reads(b.open("/tresorerie"), "Impayés après un retour de la banque", "12,00")
		w.reads(w.browser().open("/fonds"), "Dû par des membres", "Couverture, une fois ces sommes payées")
		w.reads(b.open("/tresorerie/fonds"), "Dû par des membres")
		w.reads(b.open("/tresorerie/attendus/${debited}"), "Repris par la banque", "MD06")

		debt := "/tresorerie/impayes/${citizen2}"
		if a := b.send(debt+"/abandon", "cle", w.key(), "montant", "99", "motif", "Introuvable"); a.status != http.StatusConflict {
			w.Errorf("more than is owed: %d", a.status)
		}
		if a := b.send(debt+"/abandon", "cle", w.key(), "montant", "", "motif", ""); a.status != http.StatusUnprocessableEntity {
			w.Errorf("an empty waiver: %d", a.status)
		}
		w.follows(b.send(debt+"/abandon", "cle", w.key(), "montant", "12", "motif", "Introuvable"), w.say(debt))
		own := b.open(debt)
		w.reads(w.signedIn("citizen2").open("/compte/regards"), "Ce que vous devez après un retour de votre banque")
		w.reads(own, "Abandon à approuver", "Introuvable", "!Abandonner 12,00")
		second := w.signedIn("approver")
		page := second.open(debt)
		w.reads(page, "Abandonner 12,00")
		if a := b.send(debt+"/abandon/approbation", "cle", w.key(), "abandon", page.hidden("abandon")); a.status != http.StatusForbidden {
			w.Errorf("a treasurer approves: %d", a.status)
		}
		for range 2 {
			w.follows(second.send(debt+"/abandon/approbation", "cle", page.formKey(), "abandon", page.hidden("abandon")), w.say(debt))
		}
		w.reads(w.signedIn("citizen2").open("/portefeuille"), "vous ne devez rien")
		for _, path := range []string{"/tresorerie/impayes", debt, "/tresorerie/retours", "/tresorerie/boucles"} {
			for _, as := range []string{"citizen", "citizen2", "desk", "agent", "admin", "auditor"} {
				if a := w.signedIn(as).ask(http.MethodGet, w.say(path), ""); a.status != http.StatusForbidden {
					w.Errorf("%s reads %s: %d", as, path, a.status)
				}
			}
		}
		w.keptFrom(at, "approver", "auditor", "citizen")
	})
}

// TestP12AnAlertIsClosedWithAWord shows a chain with its entries and files it.
func TestP12AnAlertIsClosedWithAWord(t *testing.T) {
	inWorld(t, func(w *world) {
		w.runs("bonus", "300.00")
		w.bought("changed", "50.00")
		w.made("citizen2", "/v1/payments", `{"to":"${merchant.wallet}","amount":"60.00"}`)
		w.keep("back", w.made("merchant", "/v1/redemptions", `{"amount":"60.00"}`))
		b := w.signedIn("treasurer")
		w.reads(b.open("/tresorerie/boucles"), "Aucune alerte")
		_, err := w.conversion.WatchLoops(w.Context(), job.System(), 30)
		must(w, err)
		w.reads(b.open("/tresorerie"), "Alertes de circuits à regarder")
		page := b.open("/tresorerie/boucles")
		w.reads(page, `href="/tresorerie/attendus/`, `href="/controle/ecritures/`)
		if seen := w.signedIn("approver").open("/tresorerie/boucles"); strings.Contains(seen.body, `href="/tresorerie/attendus/`) || strings.Contains(seen.body, `href="/controle/`) || !strings.Contains(seen.body, `href="/tresorerie/reconversions/`) {
			t.Error("an approver is led to what an approver may not read")
		}
		w.reads(page, "En entier", "${citizen2.number}", "merchant", "/tresorerie/attendus/${changed}", "/tresorerie/reconversions/${back}", "/controle/ecritures/ent_")
		pairs := []string{"rang", "0", "reconversion", page.hidden("reconversion"), "change", page.hidden("change"), "paiement", page.hidden("paiement")}
		empty := b.send("/tresorerie/boucles", append(pairs, "cle", w.key(), "mot-0", "")...)
		w.reads(empty, "Écrivez un mot")
		if empty.status != http.StatusUnprocessableEntity {
			w.Errorf("closed without a word: %d", empty.status)
		}
		if a := w.signedIn("approver").send("/tresorerie/boucles", append(pairs, "cle", w.key(), "mot-0", "Vu")...); a.status != http.StatusForbidden {
			w.Errorf("an approver closes: %d", a.status)
		}
		for range 2 {
			w.follows(b.send("/tresorerie/boucles", append(pairs, "cle", page.formKey(), "mot-0", "Facture <b>vue")...), "/tresorerie/boucles")
		}
		if a := b.send("/tresorerie/boucles", append(pairs, "cle", w.key(), "mot-0", "Encore")...); a.status != http.StatusConflict {
			w.Errorf("closed twice: %d", a.status)
		}
		w.reads(b.open("/tresorerie/boucles"), "Aucune alerte")
		w.reads(b.open("/tresorerie/boucles?toutes=1"), "Facture &lt;b&gt;vue", "Classée")
	})
}

// TestP12WhereSomebodyLivesIsNotedAndLookedAt notes a household at a desk (D8), after
// which its ceiling holds for both who live there.
func TestP12WhereSomebodyLivesIsNotedAndLookedAt(t *testing.T) {
	inWorld(t, func(w *world) {
		w.keep("bonus", w.made("agent", "/v1/campaigns", strings.Replace(campaign, `"per_person_period"`, `"household_cap":"10.00","per_person_period"`, 1)))
		w.made("mayor", "/v1/campaigns/${bonus}/approvals", "")
		w.made("treasurer", "/v1/campaigns/${bonus}/fundings", `{"amount_eur":"300.00","bank_reference":"VIR 1"}`)
		at := "/comptoir/membres/${citizen}/domicile"
		b := w.signedIn("desk")
		w.reads(b.open("/comptoir/membres/${citizen}"), at)
		form := b.open(at)
		wrong := b.send(at, "cle", w.key(), "foyer", strings.Repeat("x", 61), "commune", "Avignon")
		w.reads(wrong, "Soixante caractères", "code INSEE de cinq")
		if wrong.status != http.StatusUnprocessableEntity {
			w.Errorf("%d", wrong.status)
		}
		for range 2 {
			w.follows(b.send(at, "cle", form.formKey(), "foyer", "Puits 3", "commune", "84007"), w.say(at))
		}
		w.reads(b.open(at), `value="Puits 3"`, `value="84007"`)
		admin := w.signedIn("admin")
		w.reads(admin.open("/administration/membres/${citizen2.user}"), "/comptoir/membres/${citizen2}/domicile")
		w.follows(admin.send("/comptoir/membres/${citizen2}/domicile", "cle", w.key(), "foyer", "Puits 3", "commune", ""), w.say("/comptoir/membres/${citizen2}/domicile"))
		w.reads(w.signedIn("citizen").open("/compte/regards"), "Votre foyer et votre commune")
		w.keptFrom(at, "citizen", "citizen2", "treasurer", "agent", "auditor", "merchant")

		w.made("treasurer", "/v1/conversions/${"+w.asks("citizen2", "50.00")+"}/settlements", `{"bank_reference":"VIR 2"}`)
		w.reads(w.signedIn("citizen").open("/change?montant=50"), "Votre foyer a reçu tout le bonus prévu pour un foyer, soit 10,00")
	})
}

// asks has somebody ask for a change by transfer, and returns its name.
func (w *world) asks(as, euros string) string {
	w.Helper()
	w.keep("asked-for", w.made(as, "/v1/conversions", `{"euros":"`+euros+`","channel":"transfer"}`))
	return "asked-for"
}

// TestP12AWaitingBonusIsToldToTheShop sets a wait as the treasurer; the shop reads
// how much is held until when.
func TestP12AWaitingBonusIsToldToTheShop(t *testing.T) {
	inWorld(t, func(w *world) {
		w.runs("bonus", "300.00")
		b := w.signedIn("treasurer")
		form := b.open("/tresorerie/reglages")
		w.reads(form, "Délai avant de reconvertir un bonus", `name="attente"`)
		for _, days := range []string{"", "-1", "367", "trois", "1,5"} {
			a := b.send("/tresorerie/reglages/attente", "cle", w.key(), "attente", days)
			w.reads(a, "Donnez un nombre de jours")
			if a.status != http.StatusUnprocessableEntity {
				w.Errorf("%q: %d", days, a.status)
			}
		}
		for range 2 {
			w.follows(b.send("/tresorerie/reglages/attente", "cle", "the-key-of-a-long-wait", "attente", "30"), "/tresorerie/reglages")
		}
		w.reads(b.open("/tresorerie/reglages"), `value="30"`)
		if a := w.signedIn("approver").send("/tresorerie/reglages/attente", "cle", w.key(), "attente", "1"); a.status != http.StatusForbidden {
			w.Errorf("an approver decides: %d", a.status)
		}
		w.bought("changed", "50.00")
		all := w.available("citizen2") // the bonus is the last in
		w.made("citizen2", "/v1/payments", `{"to":"${merchant.wallet}","amount":"`+all.Format()+`"}`)
		shop := w.signedIn("merchant")
		w.reads(shop.open("/caisse/reconversion"), "Vous pouvez reconvertir", "10,00 Roues à partir du", "bonus récent")
		a := shop.send("/caisse/reconversion", "cle", w.key(), "montant", all.Format())
		w.reads(a, "au plus aujourd’hui")
		if a.status != http.StatusUnprocessableEntity {
			w.Errorf("a waiting bonus is redeemed: %d", a.status)
		}
		w.follows(shop.send("/caisse/reconversion", "cle", w.key(), "montant", "50"), "/payer/confirmation/")
	})
}
