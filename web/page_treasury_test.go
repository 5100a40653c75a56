// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"testing"
)

// awaits has citizen ask for a conversion of 50.00 by transfer.
func (w *world) awaits(name string) {
	w.Helper()
	w.keep(name, w.made("citizen", "/v1/conversions", `{"euros":"50.00","channel":"transfer"}`))
}

func TestTheTreasurerSettlesCancelsAndTakesBack(t *testing.T) {
	inWorld(t, func(w *world) {
		w.awaits("first")
		w.awaits("second")
		b := w.signedIn("treasurer")
		w.reads(b.open("/tresorerie"), "Changes par virement, euros attendus", "100,00 €", "100,00\u00a0%")
		w.reads(b.open("/tresorerie/attendus"), "${first.reference}", "${second.reference}", "${citizen.number}", "!>citizen<")
		at := "/tresorerie/attendus/${first}"
		page := b.open(at)
		key := page.formKey()
		w.reads(page, "citizen", "50,00", `action="/tresorerie/attendus/${first}/reglement"`)

		before := w.available("citizen")
		for _, c := range []struct{ reference, date, words string }{
			{"", "", "Saisissez la référence de la banque."}, {"VIR 7", "2099-01-01", "Indiquez un jour passé"}, {"VIR 7", "hier", "Indiquez un jour passé"}, {"VIR 7", "2001-01-01", "Une information est incorrecte"},
		} {
			a := b.send(at+"/reglement", "cle", key, "reference", c.reference, "date", c.date)
			w.reads(a, c.words)
			if a.status != http.StatusUnprocessableEntity {
				w.Errorf("%q %q: %d", c.reference, c.date, a.status)
			}
		}
		if a := b.send(at+"/annulation", "cle", key); a.status != http.StatusUnprocessableEntity {
			w.Errorf("a cancellation without a reason: %d", a.status)
		}
		for range 2 { // pressed twice
			a := b.send(at+"/reglement", "cle", key, "reference", "VIR 7", "date", "")
			if a.status != http.StatusSeeOther || a.header.Get("Location") != w.say(at) {
				w.Fatalf("%d %s", a.status, a.body)
			}
		}
		if got := w.available("citizen") - before; got != 5000 {
			w.Errorf("%s more after two presses", got)
		}
		again := b.send(at+"/reglement", "cle", "another-key-of-a-form", "reference", "VIR 8")
		w.reads(again, "Aucun montant n’a été débité")
		if again.status != http.StatusConflict {
			w.Errorf("settled twice: %d", again.status)
		}

		w.reads(b.open(at), "Restera", "170,00", "VIR 7", "Reprendre 50,00")
		if a := b.send(at+"/reprise", "cle", key+"r", "motif", ""); a.status != http.StatusUnprocessableEntity {
			w.Errorf("taken back without a reason: %d", a.status)
		}
		if a := b.send(at+"/reprise", "cle", "a-key-for-taking-back", "motif", "Virement rejeté"); a.status != http.StatusSeeOther {
			w.Errorf("%d %s", a.status, a.body)
		}
		w.reads(b.open(at), "Virement rejeté", "Écriture de reprise")
		if w.available("citizen") != before {
			w.Error("the units are still there")
		}

		if a := b.send("/tresorerie/attendus/${second}/annulation", "cle", "a-key-for-giving-up", "motif", "Doublon"); a.status != http.StatusSeeOther {
			w.Errorf("%d %s", a.status, a.body)
		}
		w.reads(b.open("/tresorerie/attendus?etat=cancelled"), "${second.reference}")
		w.reads(b.open("/tresorerie/attendus/${second}"), "Doublon")

		for as, status := range map[string]int{"citizen": 403, "desk": 403, "auditor": 403, "merchant": 403, "admin": 403} {
			other := w.signedIn(as)
			if a := other.ask("GET", "/tresorerie", ""); a.status != status {
				w.Errorf("%s: %d", as, a.status)
			}
			if a := other.send(at+"/reprise", "cle", "a-key-of-sixteen-or-more", "motif", "x"); a.status != status {
				w.Errorf("%s takes back: %d", as, a.status)
			}
		}
		if a := w.browser().ask("GET", "/tresorerie/attendus", ""); a.status != http.StatusSeeOther {
			w.Errorf("signed out: %d", a.status)
		}
	})
}

func TestTheTreasurerPaysRedemptionsAndMovesEuros(t *testing.T) {
	inWorld(t, func(w *world) {
		w.awaits("bought")
		w.made("treasurer", "/v1/conversions/${bought}/settlements", `{"bank_reference":"VIR 1"}`)
		w.made("citizen", "/v1/payments", `{"to":"${merchant.wallet}","amount":"60.00"}`)
		w.keep("paid", w.made("merchant", "/v1/redemptions", `{"amount":"20.00"}`))
		w.keep("refused", w.made("merchant", "/v1/redemptions", `{"amount":"10.00"}`))
		b := w.signedIn("treasurer")
		w.reads(b.open("/tresorerie/reconversions"), "merchant", "18,90 €", "9,40 €")
		at := "/tresorerie/reconversions/${paid}"
		key := b.open(at).formKey()
		if a := b.send(at+"/reglement", "cle", key); a.status != http.StatusUnprocessableEntity {
			w.Errorf("paid without a reference: %d", a.status)
		}
		for range 2 {
			if a := b.send(at+"/reglement", "cle", key, "reference", "VIR SORTI 1"); a.status != http.StatusSeeOther {
				w.Fatalf("%d %s", a.status, a.body)
			}
		}
		w.reads(b.open(at), "VIR SORTI 1", "!VIR SORTI 2")
		if a := b.send("/tresorerie/reconversions/${refused}/refus", "cle", "a-key-for-refusing-it", "motif", ""); a.status != http.StatusUnprocessableEntity {
			w.Errorf("refused without a reason: %d", a.status)
		}
		if a := b.send("/tresorerie/reconversions/${refused}/refus", "cle", "a-key-for-refusing-it", "motif", "IBAN inconnu"); a.status != http.StatusSeeOther {
			w.Errorf("%d %s", a.status, a.body)
		}
		if got := w.available("merchant").Format(); got != "40.00" {
			w.Errorf("the merchant can spend %s", got)
		}

		w.reads(b.open("/tresorerie/fonds"), "Commission de reconversion", "&#43;1,10 €", "1,10\u00a0€ sont au-dessus", "La Nef")
		form := b.open("/tresorerie/fonds/virement")
		move := func(amount, reference, key string) answer {
			return b.send("/tresorerie/fonds/virement", "cle", key, "compte", "eur:bank:guarantee:digital:la-nef", "vers", "eur:bank:operating", "montant", amount, "reference", reference)
		}
		short := move("1,11", "VIR 3", "a-key-that-is-refused")
		w.reads(short, `value="VIR 3"`, `value="1,11"`, "Aucun montant n’a été débité")
		if short.status != http.StatusConflict {
			w.Errorf("G1: euros that the fund owes left it: %d", short.status)
		}
		for _, amount := range []string{"", "0", "un euro"} {
			if a := move(amount, "VIR 3", "a-key-that-is-refused"); a.status != http.StatusUnprocessableEntity {
				w.Errorf("%q: %d", amount, a.status)
			}
		}
		for range 2 {
			if a := move("1,10", "VIR 4", form.formKey()); a.status != http.StatusSeeOther {
				w.Errorf("%d %s", a.status, a.body)
			}
		}
		w.reads(b.open("/tresorerie/fonds"), "Sortie vers un autre compte", "−1,10 €", "Au centime près")
		w.reads(b.open("/tresorerie/fonds?le=2001-01-01"), "0,00")
		for _, bad := range []string{"?le=demain", "?le=2099-01-01", "?le=2020-01-01&a=25:99"} {
			if a := b.ask("GET", "/tresorerie/fonds"+bad, ""); a.status != http.StatusUnprocessableEntity {
				w.Errorf("%s: %d", bad, a.status)
			}
		}
	})
}

func TestTheTreasurersDecideAndItIsKept(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.signedIn("treasurer")
		page := b.open("/tresorerie/reglages")
		w.reads(page, `value="5,00"`, "à l’ouverture", `value="14"`)
		fields := []string{"cle", page.formKey(), "jours", "20", "taux-professional", "4,5", "minimum-professional", "0,50", "fixe-professional", "0", "taux-association", "2", "minimum-association", "0",
			"fixe-association", "0", "taux-collectivity", "0", "minimum-collectivity", "0", "fixe-collectivity", "0"}
		for i, bad := range map[int]string{3: "91", 5: "101", 7: "rien", 9: ""} {
			changed := append([]string{}, fields...)
			changed[i] = bad
			a := b.send("/tresorerie/reglages", changed...)
			w.reads(a, `aria-invalid="true"`)
			if a.status != http.StatusUnprocessableEntity {
				w.Errorf("%s: %d", bad, a.status)
			}
		}
		for range 2 {
			if a := b.send("/tresorerie/reglages", fields...); a.status != http.StatusSeeOther {
				w.Fatalf("%d %s", a.status, a.body)
			}
		}
		w.reads(b.open("/tresorerie/reglages"), `value="4,50"`, `value="20"`, "délai d’un virement, en jours\u00a0: 20", "délai d’un virement, en jours\u00a0: 14", "treasurer")
		if a := w.signedIn("approver").ask("GET", "/tresorerie/reglages", ""); a.status != http.StatusForbidden {
			w.Errorf("the approver reads the settings: %d", a.status)
		}
		if a := w.signedIn("approver").send("/tresorerie/reglages", fields...); a.status != http.StatusForbidden {
			w.Errorf("the approver decides: %d", a.status)
		}
	})
}

func TestD9TheSecondPersonApproves(t *testing.T) {
	inWorld(t, func(w *world) {
		w.keep("campaign", w.made("treasurer", "/v1/campaigns", `{"funder":"${town}","name":"Printemps","rate":"0.20","budget_eur":"100.00","starts_on":"2026-01-01","ends_on":"2099-12-31"}`))
		w.keep("batch", w.made("agent", "/v1/payout-batches", `{"collectivity":"${town}","period":"2026-03","purpose":"subsidy","lines":[{"reference":"S1","holder":"${citizen}","amount_eur":"30.00"}]}`))
		b, keeper := w.signedIn("approver"), w.signedIn("treasurer")
		w.reads(b.open("/tresorerie/approbations"), "Printemps", "Subventions 2026-03", "30,00 €")
		campaign, batch := "/tresorerie/approbations/campagnes/${campaign}", "/tresorerie/approbations/lots/${batch}"
		w.reads(keeper.open(campaign), "!>Approuver<")
		if a := keeper.send(campaign, "cle", "a-key-of-sixteen-or-more"); a.status != http.StatusForbidden {
			w.Errorf("the treasurer approves: %d", a.status)
		}
		page := b.open(campaign)
		w.reads(page, ">Approuver<", "20,00\u00a0%", "town", "Aucun plafond par personne.", "treasurer")
		for range 2 {
			if a := b.send(campaign, "cle", page.formKey()); a.status != http.StatusSeeOther {
				w.Fatalf("%d %s", a.status, a.body)
			}
		}
		w.reads(b.open(campaign), "Active", "!>Approuver<")
		page = b.open(batch)
		w.reads(page, "${batch.digest}", ">Approuver<")
		if a := b.send(batch, "cle", page.formKey(), "empreinte", "00"); a.status != http.StatusConflict {
			w.Errorf("another content than was read: %d", a.status)
		}
		if a := b.send(batch, "cle", "a-key-for-this-batch", "empreinte", w.known["batch.digest"]); a.status != http.StatusSeeOther {
			w.Fatalf("%d %s", a.status, a.body)
		}
		w.reads(keeper.open("/tresorerie"), "Lots approuvés", "30,00 €")
		w.reads(keeper.open(batch), "Reste à recevoir", "30,00")
		if a := keeper.send(batch+"/versement", "cle", "a-key-for-this-money", "montant", "30", "reference", ""); a.status != http.StatusUnprocessableEntity {
			w.Errorf("%d", a.status)
		}
		for range 2 {
			if a := keeper.send(batch+"/versement", "cle", "a-key-for-this-money", "montant", "30", "reference", "VIR TOWN"); a.status != http.StatusSeeOther {
				w.Fatalf("%d %s", a.status, a.body)
			}
		}
		w.reads(keeper.open(batch), "Euros reçus")
		if a := keeper.send(campaign+"/versement", "cle", "a-key-for-more-money", "montant", "100,01", "reference", "VIR 9"); a.status != http.StatusConflict {
			w.Errorf("more than the budget: %d", a.status)
		}
	})
}
