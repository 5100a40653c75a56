// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ops/fonte"
	"github.com/noria-mlc/noria/ops/job"
)

// begins is the first day of a month that leaves a notice of 30 days.
func (w *world) begins() civil.Date {
	day := civil.Of(w.ledger.Now()) + 31
	for !(fonte.RuleTerms{Period: fonte.Month, FirstDay: day}).Begins() {
		day++
	}
	return day
}

// melting is the form of a rule, with other values for some of its fields.
func (w *world) melting(key string, changes ...string) []string {
	w.Helper()
	return append([]string{"cle", key, "taux", "2", "periode", "month", "debut", w.begins().String(), "numero", w.say("${garden.number}"),
		"franchise", "50", "preavis", "30", "pour-individual", "1", "pour-professional", "1"}, changes...)
}

// TestL12ARuleIsPreparedApprovedToldTakenAndEnded goes from the treasurer's form to
// the letter, the wallet, the movement and the end, through the pages.
func TestL12ARuleIsPreparedApprovedToldTakenAndEnded(t *testing.T) {
	inWorld(t, func(w *world) {
		const at = "/tresorerie/fonte"
		w.settle("citizen", "citizen@example.org")
		w.letters()
		w.keep("garden", w.made("desk", "/v1/holders", `{"kind":"association","name":"Jardins <b>partagés"}`))
		w.keep("garden", w.shown("admin", "/v1/holders/${garden}"))
		b := w.signedIn("treasurer")
		w.reads(b.open(at), "Aucune fonte n’est votée", "Aucune règle de fonte", "Préparer une règle")
		w.reads(w.browser().open("/comment-ca-marche"), "!La fonte")
		w.reads(w.signedIn("citizen").open("/portefeuille"), "!Fonte de")

		before := w.commands()
		for _, c := range []struct{ field, value, words string }{
			{"taux", "0", "de 0,01 à 10"}, {"taux", "10,01", "de 0,01 à 10"}, {"taux", "deux", "de 0,01 à 10"},
			{"debut", "", "premier jour d’un mois"}, {"debut", "2036-05-02", "premier jour d’un mois"}, {"periode", "week", "période"},
			{"numero", "12345678", "pas le numéro d’une association"}, {"numero", w.say("${citizen.number}"), "pas le numéro d’une association"},
			{"franchise", "1,234", "de deux façons"}, {"franchise", "-1", ""}, {"preavis", "29", "Au moins 30"}, {"preavis", "367", "de 0 à 366"}, {"preavis", "", "de 0 à 366"}} {
			a := b.send(at, w.melting(w.key(), c.field, c.value)...)
			if w.reads(a, c.words); a.status != http.StatusUnprocessableEntity {
				w.Errorf("%+v: %d", c, a.status)
			}
		}
		a := b.send(at, w.melting(w.key(), "pour-individual", "", "pour-professional", "")...)
		if w.reads(a, "Choisissez au moins un type de compte", `value="50"`); a.status != http.StatusUnprocessableEntity {
			w.Errorf("nobody is concerned: %d", a.status)
		}
		a = b.send(at, w.melting(w.key(), "preavis", "366")...)
		if w.reads(a, "préavis de cette fonte est trop court"); a.status != http.StatusConflict {
			w.Errorf("too short a notice: %d", a.status)
		}
		if after := w.commands(); after != before {
			w.Errorf("%d commands were executed", after-before)
		}

		key := b.open(at).formKey()
		for range 2 { // pressed twice
			w.follows(b.send(at, w.melting(key)...), at)
		}
		rules := w.shown("treasurer", "/v1/fonte/rules")
		w.known["rule"] = rules.text("items", 0, "id")
		if n := len(rules.at("items").([]any)); n != 1 || rules.text("items", 0, "status") != "draft" {
			w.Errorf("%d rules: %s", n, rules.body)
		}
		w.reads(b.open(at), "à approuver", "Vous avez préparé ceci", "!Approuver cette règle", "Jardins &lt;b&gt;partagés", "Retirer ce projet")
		if a := b.send(w.say(at+"/${rule}"), "cle", w.key(), "suite", "approbation"); a.status != http.StatusForbidden {
			w.Errorf("a treasurer approves: %d", a.status)
		}
		second := w.signedIn("approver")
		page := second.open(at)
		w.reads(page, "Approuver cette règle", "!Préparer une règle")
		w.reads(second.open("/tresorerie/approbations"), "2\u00a0% par mois, à partir du", `href="/tresorerie/fonte"`)
		for range 2 {
			w.follows(second.send(w.say(at+"/${rule}"), "cle", page.value("cle"), "suite", "approbation"), at)
		}
		if a := second.send(w.say(at+"/${rule}"), "cle", w.key(), "suite", "approbation"); a.status != http.StatusConflict {
			w.Errorf("approved again: %d", a.status)
		}
		if a := second.send(w.say(at+"/${rule}"), "cle", w.key(), "suite", "autre"); a.status != http.StatusNotFound {
			w.Errorf("something else: %d", a.status)
		}
		w.reads(b.open(at), "annoncée", "!Vous avez préparé ceci")
		w.reads(w.browser().open("/comment-ca-marche"), "La fonte", "par mois", "Jardins &lt;b&gt;partagés", "50,00")
		w.reads(w.signedIn("citizen").open("/portefeuille"), "Fonte de", "par mois", "Première fois")

		service := fonte.New(w.ledger)
		tell, err := w.identity.FonteNotice(w.Context())
		must(w, err)
		for range 2 {
			_, err = service.Notify(w.Context(), job.System(), tell)
			must(w, err)
		}
		letters := w.letters()
		if len(letters) != 1 || letters[0].To != "citizen@example.org" {
			w.Fatalf("letters: %+v", letters)
		}
		for _, words := range []string{"une fonte à partir du", "à la fin de chaque mois", "iront à Jardins <b>partagés", "Les 50,00 premières unités", "La première fois aura lieu", "/comment-ca-marche"} {
			if !strings.Contains(letters[0].Subject+letters[0].Text, words) {
				w.Errorf("the letter does not say %q: %s", words, letters[0].Text)
			}
		}

		held := w.available("citizen")
		over := w.begins() // a month that is a notice away: the next one is a period later
		w.later((fonte.RuleTerms{Period: fonte.Month, FirstDay: over}).FirstTaking().End().Sub(w.ledger.Now()) + 1e9)
		for range 2 {
			_, err = service.Take(w.Context(), job.System())
			must(w, err)
		}
		if left := w.available("citizen"); left != held-1_40 || w.available("garden") != 1_60 { // 2 % of 70.00 and of 10.00
			w.Errorf("%s are left of %s, the garden has %s", left, held, w.available("garden"))
		}
		for _, name := range []string{"citizen", "treasurer"} {
			w.issue(name, name+".user") // what they had is too old by now
		}
		c := w.signedIn("citizen")
		w.reads(c.open("/portefeuille"), "Prochaine fois", "−1,40")
		moves, err := w.ledger.Statement(w.Context(), ledger.Wallet(w.holder("citizen")), 0, 0, 1)
		must(w, err)
		w.reads(c.open("/portefeuille/mouvements/"+moves[0].Entry.String()), "selon la règle votée", "−1,40")
		b = w.signedIn("treasurer")
		w.reads(b.open(at), "en vigueur", "1,60", "portefeuilles\u00a0: 2")
		w.follows(b.send(w.say(at+"/${rule}"), "cle", w.key(), "suite", "fin"), at)
		w.reads(b.open(at), "terminée", "Arrêtée par", "!Arrêter maintenant")
		w.reads(w.browser().open("/comment-ca-marche"), "!La fonte")
		w.reads(c.open("/portefeuille"), "!Fonte de")
		if a := b.send(w.say(at+"/${rule}"), "cle", w.key(), "suite", "fin"); a.status != http.StatusConflict {
			w.Errorf("ended twice: %d", a.status)
		}
		w.forbidden(at, "citizen")
	})
}
