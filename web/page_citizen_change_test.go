// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// withBonus opens the campaign of the town, with money in it.
func (w *world) withBonus() {
	w.Helper()
	w.keep("campaign", w.made("agent", "/v1/campaigns", campaign))
	w.made("mayor", "/v1/campaigns/${campaign}/approvals", "")
	w.made("treasurer", "/v1/campaigns/${campaign}/fundings", `{"amount_eur":"300.00","bank_reference":"VIR 1"}`)
}

// hidden is the value of a hidden field of a page's form.
func (a answer) hidden(name string) string {
	found := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(a.body)
	if found == nil {
		return ""
	}
	return found[1]
}

// follows fails the test unless an answer leads on, and returns where to.
func (w *world) follows(a answer, prefix string) string {
	w.Helper()
	at := a.header.Get("Location")
	if a.status != http.StatusSeeOther || !strings.HasPrefix(at, prefix) {
		w.Fatalf("%d to %q, want %s…: %s", a.status, at, prefix, a.body)
	}
	return at
}

func TestP12ChangingEurosSaysWhatItGives(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.signedIn("citizen")
		w.reads(b.open("/change?montant=50"), "50,00", "Aucune campagne de bonus n’est ouverte aujourd’hui", "Changer 50,00")
		w.withBonus()
		for typed, advice := range map[string]string{"": "Saisissez un montant", "abc": "pas lisible", "0": "supérieur à zéro", "1.234": "de deux façons", "999999999": "trop grand"} {
			a := b.send("/change", "montant", typed, "cle", w.key(), "voie", "transfer")
			if typed == "999999999" {
				a = b.ask("GET", "/change?montant=999999999", "")
			}
			w.reads(a, advice, `value="`+typed+`"`)
			if a.status != http.StatusUnprocessableEntity {
				w.Errorf("%q: %d", typed, a.status)
			}
		}
		if a := b.ask("GET", "/change?montant=abc", ""); a.status != http.StatusUnprocessableEntity {
			w.Errorf("an address that is no amount: %d", a.status)
		}
		// Without what it gives having been seen, it is shown first.
		form := b.open("/change")
		w.follows(b.send("/change", "montant", "50", "cle", form.formKey(), "voie", "transfer"), "/change?montant=50")
		shown := b.open("/change?montant=50")
		w.reads(shown, "60,00", "dont 10,00 offerts par town", "Il vous restera 190,00\u00a0€ de bonus ce mois-ci", `name="vu" value="60.00"`, `name="pour" value="50.00"`, `value="transfer" checked`)
		w.follows(b.send("/change", "montant", "55", "cle", shown.formKey(), "pour", "50.00", "vu", "60.00"), "/change?montant=55")
		before := w.commands()
		pairs := []string{"montant", "50", "cle", shown.formKey(), "voie", "transfer", "pour", shown.hidden("pour"), "vu", shown.hidden("vu")}
		at := w.follows(b.send("/change", pairs...), "/change/cnv_")
		if again := w.follows(b.send("/change", pairs...), "/change/cnv_"); again != at || w.commands() != before+1 {
			w.Errorf("sent twice: %s and %s, %d commands", at, again, w.commands()-before)
		}
		w.reads(b.open("/portefeuille"), at, "50,00\u00a0€ à virer", "Il vous reste 190,00\u00a0€ de bonus ce mois-ci, offerts par town")
	})
}

// TestP12AnotherBonusIsShownBeforeItIsTaken changes euros from three tabs: the
// last one promises what the others took.
func TestP12AnotherBonusIsShownBeforeItIsTaken(t *testing.T) {
	inWorld(t, func(w *world) {
		w.withBonus()
		b := w.signedIn("citizen")
		first, second, third := b.open("/change?montant=500"), b.open("/change?montant=500"), b.open("/change?montant=500")
		w.reads(third, "600,00")
		send := func(page answer) answer {
			return b.send("/change", "montant", "500", "cle", page.formKey(), "voie", "transfer", "pour", page.hidden("pour"), "vu", page.hidden("vu"))
		}
		w.follows(send(first), "/change/cnv_")
		w.follows(send(second), "/change/cnv_")
		before := w.commands()
		late := send(third)
		w.reads(late, "Le bonus a changé entre-temps", "Aucun montant n’a été débité", `name="vu" value="500.00"`, "déjà reçu tout votre bonus de la période, 200,00")
		if late.status != http.StatusConflict || w.commands() != before || late.formKey() == third.formKey() {
			w.Fatalf("%d, key %s", late.status, late.formKey())
		}
		w.follows(send(late), "/change/cnv_")
	})
}

func TestTheOrderPage(t *testing.T) {
	inWorld(t, func(w *world) {
		w.withBonus()
		b := w.signedIn("citizen")
		order := func() string {
			page := b.open("/change?montant=50")
			return w.follows(b.send("/change", "montant", "50", "cle", page.formKey(), "voie", "transfer", "pour", page.hidden("pour"), "vu", page.hidden("vu")), "/change/cnv_")
		}
		at := order()
		page := b.open(at)
		w.keep("order", w.shown("citizen", "/v1/conversions/"+strings.TrimPrefix(at, "/change/")))
		w.reads(page, "Association La Roue", "FR76 3000 6000 0112 3456 7890 189", `data-copy="FR7630006000011234567890189"`, "${order.reference}", "50,00",
			`data-watch="wallet:${citizen.wallet}"`, `data-status="awaiting_euros"`, at+"/code.svg", "En attente de vos euros", `http-equiv="refresh"`)
		code := b.ask("GET", at+"/code.svg", "")
		if code.status != http.StatusOK || code.header.Get("Content-Type") != "image/svg+xml" || !strings.Contains(code.body, w.say("${order.reference}")) {
			w.Errorf("the code: %d %v", code.status, code.header)
		}
		for as, status := range map[string]int{"citizen2": 403, "rival": 403, "cashier": 403, "mayor": 403} {
			other := w.signedIn(as)
			for _, path := range []string{at, at + "/code.svg"} {
				if a := other.ask("GET", path, ""); a.status != status {
					w.Errorf("%s at %s: %d", as, path, a.status)
				}
			}
			if a := other.send(at+"/annulation", "cle", w.key()); a.status != status {
				w.Errorf("%s cancels: %d", as, a.status)
			}
		}
		if a := b.ask("GET", "/change/"+nobodys("cnv_"), ""); a.status != http.StatusForbidden {
			w.Errorf("nobody's order: %d", a.status)
		}
		if a := b.ask("GET", "/change/cnv_x", ""); a.status != http.StatusNotFound {
			w.Errorf("no order: %d", a.status)
		}
		w.made("treasurer", "/v1/conversions/${order}/settlements", `{"bank_reference":"VIR 77"}`)
		settled := b.open(at)
		w.reads(settled, "Crédité", "Votre portefeuille est crédité", "/portefeuille/mouvements/ent_", "!data-watch", "!/code.svg", "!http-equiv")
		if a := b.ask("GET", at+"/code.svg", ""); a.status != http.StatusNotFound {
			w.Errorf("a code of what is settled: %d", a.status)
		}
		late := b.send(at+"/annulation", "cle", page.formKey())
		w.reads(late, "Crédité", "Aucun montant n’a été débité")
		if late.status != http.StatusConflict {
			w.Errorf("cancelled too late: %d", late.status)
		}
		second := order()
		key := b.open(second).formKey()
		for range 2 {
			w.follows(b.send(second+"/annulation", "cle", key), second)
		}
		w.reads(b.open(second), "Annulé", "rien n’a été débité")
		if got := w.available("citizen").Format(); got != "180.00" {
			w.Errorf("%s available", got)
		}
	})
}

// TestWhoMayNotChangeEuros keeps those out who have no euros to change.
func TestWhoMayNotChangeEuros(t *testing.T) {
	inWorld(t, func(w *world) {
		for _, as := range []string{"cashier", "desk", "agent", "mayor", "treasurer", "auditor", "admin"} {
			b := w.signedIn(as)
			for _, path := range []string{"/change", "/demandes", "/beneficiaires"} {
				if a := b.ask("GET", path, ""); a.status != http.StatusForbidden {
					w.Errorf("%s at %s: %d", as, path, a.status)
				}
				if a := b.send(path, "montant", "1", "cle", w.key()); a.status != http.StatusForbidden {
					w.Errorf("%s sends to %s: %d", as, path, a.status)
				}
			}
		}
		w.reads(w.signedIn("rival").open("/change?montant=10"), "10,00")
		if a := w.browser().ask("GET", "/change?montant=10", ""); a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/connexion?suite=%2Fchange") {
			w.Errorf("nobody: %d %s", a.status, a.header.Get("Location"))
		}
	})
}
