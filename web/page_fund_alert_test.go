// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/alert"
	"github.com/noria-mlc/noria/ops/job"
)

const alertsPage = "/tresorerie/fonds/alertes"

// lacks takes euros out of the fund, below the door that refuses a gap.
func (w *world) lacks(amount string) {
	w.Helper()
	_, err := w.ledger.Execute(w.Context(), ledger.Command{Actor: w.actors["treasurer"], Action: access.EurosMove, Key: w.key(), Input: amount}, func(tx *ledger.Tx) (ident.Ref, error) {
		if err := tx.Open(ledger.Operating); err != nil {
			return ident.Ref{}, err
		}
		_, err := tx.Post(ledger.Draft{Kind: ledger.KindTransfer, Postings: []ledger.Posting{{Debit: ledger.Operating, Credit: ledger.Desk("centre"), Amount: money.MustParse(amount)}}})
		return ident.Ref{}, err
	})
	must(w, err)
}

// wroteNone checks that no command of a family was executed since.
func (w *world) wroteNone(before int64, family string) {
	w.Helper()
	for _, action := range w.since(before) {
		if strings.HasPrefix(action, family) {
			w.Errorf("%s was executed", action)
		}
	}
}

// looksAtTheFund runs the hourly job, with the letters of the program.
func (w *world) looksAtTheFund() int {
	w.Helper()
	tell, err := w.identity.FundNotice(w.Context())
	must(w, err)
	told, err := alert.New(w.ledger).Look(w.Context(), job.System(), tell)
	must(w, err)
	return told
}

// TestG1G6WhatIsWatchedIsDecidedAndACrossingIsShown sets thresholds in the page,
// crosses all three, and reads what is told in pages and letters.
func TestG1G6WhatIsWatchedIsDecidedAndACrossingIsShown(t *testing.T) {
	inWorld(t, func(w *world) {
		w.settle("treasurer", "tresor@exemple.fr")
		w.letters()
		b := w.signedIn("treasurer")
		page := b.open(alertsPage)
		w.reads(page, "Rien n’est surveillé", "Non surveillé", `action="`+alertsPage+`"`)
		set := []string{"manque", "10", "couverture", "98,5 %", "attente", "1", "revision", page.hidden("revision"), "cle", page.formKey()}
		before := w.commands()
		for range 2 { // pressed twice
			w.goes(b.send(alertsPage, set...), alertsPage)
		}
		if n := w.commands() - before; n != 1 {
			w.Errorf("%d commands", n)
		}
		w.reads(b.open(alertsPage), "Aucun seuil n’est franchi", "98,5\u00a0%", `value="10,00"`, `value="98,50"`, `value="1"`, "Dans les limites")
		w.reads(b.open("/tresorerie"), "!Seuils d’alerte du fonds franchis")

		w.awaits("slow")
		w.later(48 * time.Hour) // two days by the calendar, whatever the hour
		w.lacks("12.34")
		b = w.signedIn("treasurer")
		w.reads(b.open(alertsPage), "Un seuil au moins est franchi", "Il manque 12,34\u00a0€ au fonds", "au-delà de 10,00\u00a0€", "en dessous de 98,5\u00a0%", "attendus depuis 2\u00a0jours", "dans l’heure",
			`href="/tresorerie/attendus"`, "!Les trésoriers ont été prévenus")
		w.reads(b.open("/tresorerie"), `<a href="`+alertsPage+`"><b class="count">3</b>`, "Seuils d’alerte du fonds franchis")
		w.letters() // of the conversion
		if told := w.looksAtTheFund(); told != 3 {
			w.Errorf("%d told", told)
		}
		var all strings.Builder
		letters := w.letters()
		for _, l := range letters {
			all.WriteString(l.Text)
		}
		for _, words := range []string{"Il manque 12,34\u00a0€", "attendus depuis 2\u00a0jours\u00a0: vous avez demandé à être prévenu au-delà de 1.", "98,5\u00a0%", "Seuils d’alerte", "/tresorerie/fonds\n"} {
			if len(letters) != 3 || !strings.Contains(all.String(), words) {
				w.Errorf("%d letters do not say %q:\n%s", len(letters), words, all.String())
			}
		}
		w.reads(b.open(alertsPage), "Les trésoriers ont été prévenus par lettre le", "!dans l’heure")

		w.reads(w.signedIn("approver").open(alertsPage), "Il manque 12,34", "!<form method=\"post\" action=\""+alertsPage, "!/tresorerie/attendus\">Voir")
		w.reads(w.signedIn("approver").open("/tresorerie"), "Seuils d’alerte du fonds franchis")
		w.reads(w.signedIn("auditor").open("/controle"), `href="`+alertsPage+`"`)
		w.reads(w.signedIn("auditor").open(alertsPage), "Il manque 12,34", "!<form method=\"post\" action=\""+alertsPage, "!Voir ce qui explique")

		w.goes(b.send(alertsPage, "manque", " ", "couverture", "", "attente", "", "revision", b.open(alertsPage).hidden("revision"), "cle", w.key()), alertsPage)
		w.reads(b.open(alertsPage), "Rien n’est surveillé")
		w.reads(b.open("/tresorerie"), "!Seuils d’alerte du fonds franchis")
	})
}

// TestG1ThresholdsThatCannotBeAreRefusedInPlace keeps what was typed and writes
// nothing; whoever may not decide is refused, whatever they send.
func TestG1ThresholdsThatCannotBeAreRefusedInPlace(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.signedIn("treasurer")
		before := w.commands()
		for _, c := range []struct{ gap, coverage, days, words string }{
			{"-1", "98", "3", "aria-invalid"}, {"cent", "", "", "aria-invalid"}, {"", "0", "", "Un pourcentage au-dessus de 0"}, {"", "100,01", "", "Un pourcentage au-dessus de 0"}, {"", "98,123", "", "Un pourcentage au-dessus de 0"},
			{"", "", "0", "Un nombre de jours, de 1 à 366"}, {"", "", "367", "Un nombre de jours, de 1 à 366"}, {"", "", "trois", "Un nombre de jours, de 1 à 366"},
		} {
			a := b.send(alertsPage, "manque", c.gap, "couverture", c.coverage, "attente", c.days, "cle", "the-key-of-this-form-1")
			w.reads(a, c.words, `value="the-key-of-this-form-1"`)
			for _, typed := range []string{c.gap, c.coverage, c.days} {
				if typed != "" && !strings.Contains(a.body, `value="`+typed+`"`) {
					w.Errorf("%q is not kept", typed)
				}
			}
			if a.status != http.StatusUnprocessableEntity {
				w.Errorf("%+v: %d", c, a.status)
			}
		}
		for _, as := range []string{"approver", "auditor", "citizen", "desk", "merchant", "admin", "agent"} {
			for _, days := range []string{"3", "trois"} {
				if a := w.signedIn(as).send(alertsPage, "attente", days, "cle", w.key()); a.status != http.StatusForbidden {
					w.Errorf("%s decides: %d", as, a.status)
				}
			}
		}
		w.forbidden(alertsPage, "citizen", "merchant", "desk", "agent", "admin")
		w.wroteNone(before, "alert.")
		w.goes(b.send(alertsPage, "attente", "3", "revision", "0", "cle", "the-key-of-this-form-1"), alertsPage)
		other := b.send(alertsPage, "attente", "4", "revision", "0", "cle", "the-key-of-this-form-1")
		w.reads(other, `value="4"`)
		if other.status != http.StatusConflict && other.status != http.StatusUnprocessableEntity {
			w.Errorf("another wish under one key: %d", other.status)
		}
	})
}

// TestG1OfTwoTreasurersTheSecondIsTold has two of them decide from the same page:
// nothing is overwritten, and the second sends again what they have seen compared.
func TestG1OfTwoTreasurersTheSecondIsTold(t *testing.T) {
	inWorld(t, func(w *world) {
		first, second := w.signedIn("treasurer"), w.signedIn("treasurer")
		seen := second.open(alertsPage)
		w.goes(first.send(alertsPage, "manque", "10", "revision", first.open(alertsPage).hidden("revision"), "cle", w.key()), alertsPage)
		late := second.send(alertsPage, "manque", "500", "revision", seen.hidden("revision"), "cle", seen.formKey())
		if w.reads(late, "Ces seuils ont changé entre-temps", "ce que vous aviez saisi", `value="500"`, "10,00"); late.status != http.StatusConflict {
			t.Errorf("%d", late.status)
		}
		w.reads(first.open(alertsPage), `value="10,00"`)
		for _, revision := range []string{"", "x", "-1", "99"} {
			if a := second.send(alertsPage, "manque", "500", "revision", revision, "cle", w.key()); a.status != http.StatusConflict {
				t.Errorf("revision %q: %d", revision, a.status)
			}
		}
		w.goes(second.send(alertsPage, "manque", "500", "revision", late.hidden("revision"), "cle", late.formKey()), alertsPage)
		w.reads(first.open(alertsPage), `value="500,00"`)

		at := w.shown("treasurer", "/v1/fund/alerts")
		if got := fmt.Sprint(at.at("revision")); got != "2" {
			t.Errorf("revision %s", got)
		}
		w.refused(call{as: "treasurer", method: "POST", path: "/v1/fund/alerts", body: `{"revision":1,"gap_eur":"1.00"}`}, http.StatusConflict, "thresholds-changed")
		w.refused(call{as: "treasurer", method: "POST", path: "/v1/fund/alerts", body: `{"gap_eur":"1.00"}`}, http.StatusUnprocessableEntity, "invalid")
		w.made("treasurer", "/v1/fund/alerts", `{"revision":2,"gap_eur":"1.00"}`)
	})
}
