// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"testing"
)

// runs makes a campaign of the town that was approved and paid.
func (w *world) runs(name, received string) {
	w.Helper()
	w.keep(name, w.made("agent", "/v1/campaigns", campaign))
	w.made("mayor", "/v1/campaigns/${"+name+"}/approvals", "")
	w.made("treasurer", "/v1/campaigns/${"+name+"}/fundings", `{"amount_eur":"`+received+`","bank_reference":"VIR `+name+`"}`)
}

// keptFrom checks that each of these people is refused by a page and its form.
func (w *world) keptFrom(path string, people ...string) {
	w.Helper()
	for _, as := range people {
		b := w.signedIn(as)
		if a := b.ask(http.MethodGet, path, ""); a.status != http.StatusForbidden {
			w.Errorf("%s looks at %s: %d", as, path, a.status)
		}
		if a := b.send(path, "cle", w.key()); a.status != http.StatusForbidden {
			w.Errorf("%s sends %s: %d", as, path, a.status)
		}
	}
}

// TestP12ACampaignIsPausedResumedAndClosed goes through the turns as those who may
// take them, and sends the rest of the budget back.
func TestP12ACampaignIsPausedResumedAndClosed(t *testing.T) {
	inWorld(t, func(w *world) {
		w.runs("bonus", "300.00")
		agent, mayor, treasurer := w.signedIn("agent"), w.signedIn("mayor"), w.signedIn("treasurer")
		at, page := "/campagnes/${bonus}", "/collectivite/campagnes/${bonus}"
		w.reads(agent.open(page), "Suspendre la campagne", "!Clore la campagne", "Proposer un avenant", "par personne et par mois", "Délibération 1", "dans la limite des euros déjà versés", "Aucun avenant")
		w.reads(mayor.open(page), "Suspendre la campagne", "Clore la campagne", "!Proposer un avenant")
		w.reads(treasurer.open("/tresorerie/approbations/campagnes/${bonus}"), "Suspendre la campagne", "Budget reçu", "300,00")
		w.reads(treasurer.open("/tresorerie/campagnes"), "10 pour 12", "Active")

		form := agent.open(at + "/pause")
		w.reads(form, "Plus aucun bonus", "Suspendre maintenant")
		for range 2 { // pressed twice
			w.follows(agent.send(at+"/pause", "cle", form.formKey()), w.say(page))
		}
		w.reads(agent.open(page), "Suspendue", "!Suspendre la campagne", "!Reprendre la campagne")
		if a := agent.send(at+"/pause", "cle", w.key()); a.status != http.StatusConflict {
			w.Errorf("paused twice: %d", a.status)
		}
		w.reads(w.signedIn("citizen").open("/change?montant=50"), "Le bonus est suspendu pour le moment")
		w.keptFrom(at+"/reprise", "agent", "treasurer", "auditor", "citizen", "admin", "desk")
		w.follows(mayor.send(at+"/reprise", "cle", w.key()), w.say(page))
		if a := mayor.send(at+"/reprise", "cle", w.key()); a.status != http.StatusConflict {
			w.Errorf("resumed twice: %d", a.status)
		}

		back := "/tresorerie/campagnes/${bonus}/restitution"
		w.reads(treasurer.open(back), "Rien n’est à rendre")
		if a := treasurer.send(back, "cle", w.key(), "montant", "300.00", "reference", "RET 1"); a.status != http.StatusConflict {
			w.Errorf("the budget of an open campaign goes back: %d", a.status)
		}
		w.reads(mayor.open(at+"/cloture"), "pour de bon", "300,00")
		w.follows(mayor.send(at+"/cloture", "cle", w.key()), w.say(page))
		w.reads(mayor.open(page), "Terminée", "À rendre au financeur", "!Suspendre la campagne", "!Rendre le budget")
		w.keptFrom(back, "agent", "mayor", "approver", "auditor", "citizen")
		form = treasurer.open(back)
		w.reads(form, "300,00", "À rendre")
		if a := treasurer.send(back, "cle", form.formKey(), "montant", "300.00", "reference", ""); a.status != http.StatusUnprocessableEntity {
			w.Errorf("returned without a reference: %d", a.status)
		}
		if a := treasurer.send(back, "cle", w.key(), "montant", "299.00", "reference", "RET 1"); a.status != http.StatusConflict {
			w.Errorf("another amount than that shown: %d", a.status)
		}
		for range 2 {
			w.follows(treasurer.send(back, "cle", form.formKey(), "montant", "300.00", "reference", "RET 1"), w.say("/tresorerie/approbations/campagnes/${bonus}"))
		}
		w.reads(agent.open(page), "Rendu au financeur", "!À rendre au financeur")
	})
}

// TestP12AnAmendmentIsReadAndApprovedByAnother proposes other terms in pages (D9).
func TestP12AnAmendmentIsReadAndApprovedByAnother(t *testing.T) {
	inWorld(t, func(w *world) {
		w.runs("bonus", "300.00")
		agent, mayor := w.signedIn("agent"), w.signedIn("mayor")
		at, page := "/campagnes/${bonus}/avenant", "/collectivite/campagnes/${bonus}"
		form := agent.open(at)
		w.reads(form, `value="2036-12-31"`, "Conditions en vigueur", `value="200,00"`)
		terms := func(pairs ...string) []string {
			return append([]string{"fin", "2037-12-31", "budget", "3000", "plafond", "200", "foyer", "300", "payeur", "", "minimum", "1", "maximum", "500", "motif", "Avenant 1"}, pairs...)
		}
		for _, c := range []struct {
			field, value, words string
		}{{"budget", "", "au-dessous de ce qui est versé"}, {"budget", "abc", "pas lisible"}, {"budget", "100", "au-dessous de ce qui est versé"}, {"fin", "demain", "Donnez un jour à venir"},
			{"fin", "2001-01-01", "Donnez un jour à venir"}, {"maximum", "0,50", "ne peut pas être au-dessous du minimum"}, {"motif", "", "Donnez un motif"}} {
			pairs := terms("cle", w.key())
			for i := 0; i < len(pairs); i += 2 {
				if pairs[i] == c.field {
					pairs[i+1] = c.value
				}
			}
			a := agent.send(at, pairs...)
			w.reads(a, c.words, `value="300"`)
			if a.status != http.StatusUnprocessableEntity {
				w.Errorf("%s %q: %d", c.field, c.value, a.status)
			}
		}
		same := agent.send(at, "fin", "2036-12-31", "budget", "2000", "plafond", "200", "foyer", "400", "payeur", "300", "minimum", "1", "maximum", "500", "motif", "Rien", "cle", w.key())
		w.reads(same, "Rien ne change")
		for range 2 {
			w.follows(agent.send(at, terms("cle", form.formKey())...), w.say(page))
		}
		shown := agent.open(page)
		w.reads(shown, "Avenant 1", "À approuver", "par foyer et par mois")
		amendment := w.shown("agent", "/v1/campaigns/${bonus}/amendments").text("items", 0, "id")
		look := "/avenants/" + amendment
		w.reads(agent.open(look), "une autre personne doit l’approuver", "!Approuver cet avenant")
		if a := agent.send(look+"/approbation", "cle", w.key()); a.status != http.StatusForbidden {
			w.Errorf("the agent approves: %d", a.status)
		}
		if a := agent.send(at, terms("cle", w.key())...); a.status != http.StatusConflict {
			w.Errorf("a second proposal: %d", a.status)
		}
		for _, as := range []string{"citizen", "desk", "auditor", "admin", "merchant"} {
			if a := w.signedIn(as).ask(http.MethodGet, look, ""); a.status != http.StatusForbidden {
				w.Errorf("%s reads the amendment: %d", as, a.status)
			}
		}
		w.reads(w.signedIn("approver").open("/tresorerie/approbations"), look, "10 pour 12")
		w.reads(mayor.open("/collectivite"), look)
		w.reads(mayor.open(look), "Avenant 1", "3\u202f000,00", "Approuver cet avenant")
		for range 2 {
			w.follows(mayor.send(look+"/approbation", "cle", "the-key-of-an-approval"), w.say(page))
		}
		w.reads(mayor.open(page), "Approuvé", "31 décembre 2037", "3\u202f000,00")
		if a := mayor.send(look+"/retrait", "cle", w.key()); a.status != http.StatusConflict {
			w.Errorf("withdrawn after the approval: %d", a.status)
		}
		w.keptFrom(at, "mayor", "approver", "auditor", "citizen")
	})
}
