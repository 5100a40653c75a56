// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestTheDeskChangesEuros welcomes nobody, changes euros for a member and counts
// the till.
func TestTheDeskChangesEuros(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.signedIn("desk")
		w.reads(b.open("/comptoir"), "Comptoir du centre", `name="membre"`, "Accueillir quelqu’un")
		for _, typed := range []string{"1", "abc", "99999999", w.known["town.number"]} {
			a := b.ask("GET", "/comptoir?membre="+typed, "")
			w.reads(a, "Aucun membre n’a ce numéro", `value="`+typed+`"`)
			if a.status != http.StatusUnprocessableEntity {
				w.Errorf("%s: %d", typed, a.status)
			}
		}
		w.reads(b.open("/comptoir?membre=https://roue.example/carte/${citizen.number}"), "citizen", `name="euros"`, "/asset/desk-", "!120,00")
		for typed, advice := range map[string]string{"": "Saisissez un montant", "abc": "pas lisible", "0": "supérieur à zéro"} {
			a := b.send("/comptoir/change", "membre", w.known["citizen.number"], "euros", typed, "acte", "verifier", "moyen", "cheque")
			w.reads(a, advice, "citizen", `value="cheque" checked`)
			if a.status != http.StatusUnprocessableEntity {
				w.Errorf("%q: %d", typed, a.status)
			}
		}
		before := w.commands()
		foreseen := b.send("/comptoir/apercu", "membre", w.known["citizen.number"], "euros", "50")
		if foreseen.body != "{\"line\":\"50,00\u00a0€ → 50,00 au portefeuille, dont 0,00 offerts\",\"notes\":[\"Aucun bonus n’est proposé en ce moment.\"]}\n" {
			w.Errorf("foreseen: %s", foreseen.body)
		}
		shown := b.send("/comptoir/change", "membre", w.known["citizen.number"], "euros", "50", "acte", "verifier", "moyen", "cheque")
		w.reads(shown, "Encaisser 50,00\u00a0€", "Chèque", "Aucun bonus")
		if w.commands() != before {
			w.Error("looking changed something")
		}
		take := []string{"membre", w.known["citizen.number"], "euros", "50", "acte", "encaisser", "moyen", "cheque", "cle", shown.formKey()}
		at := w.goes(b.send("/comptoir/change", take...), "/comptoir/recu/cnv_[a-z0-9]+")
		if again := w.goes(b.send("/comptoir/change", take...), ".*"); again != at || w.available("citizen").Format() != "170.00" {
			w.Errorf("taken twice: %s and %s, %s", at, again, w.available("citizen"))
		}
		receipt := b.open(at)
		w.reads(receipt, "Crédité", "50,00", "Chèque", "Comptoir du centre", "Personne suivante", "!170,00")
		wrong := b.send(at+"/lettre", "cle", receipt.formKey(), "adresse", "nobody")
		w.reads(wrong, "mal écrite", `value="nobody"`)
		if wrong.status != http.StatusUnprocessableEntity {
			w.Errorf("%d", wrong.status)
		}
		w.goes(b.send(at+"/lettre", "cle", receipt.formKey(), "adresse", "amina@example.org"), at+`\?lettre=1`)
		w.goes(b.send(at+"/lettre", "cle", receipt.formKey(), "adresse", "amina@example.org"), at+`\?lettre=1`)
		w.later(time.Second)
		letters := w.letters()
		if len(letters) != 1 || letters[0].To != "amina@example.org" || !strings.Contains(letters[0].Text, "50,00") {
			w.Errorf("letters: %v", letters)
		}
		w.reads(b.open("/comptoir/journee?compte=229"), "180,00\u00a0€", "50,00\u00a0€", "Il manque 1,00\u00a0€", "À remettre : 230,00\u00a0€")
		w.reads(b.open("/comptoir/journee?compte=230"), "Le compte est juste")
		for _, query := range []string{"jour=hier", "jour=2099-01-01", "compte=abc"} {
			if a := b.ask("GET", "/comptoir/journee?"+query, ""); a.status != http.StatusUnprocessableEntity {
				w.Errorf("%s: %d", query, a.status)
			}
		}
		if a := b.ask("GET", "/comptoir?comptoir=gare", ""); a.status != http.StatusNotFound {
			w.Errorf("another desk: %d", a.status)
		}
		w.made("admin", "/v1/desks", `{"slug":"gare","name":"Comptoir de la gare"}`)
		w.reads(b.open("/comptoir"), "Choisissez votre comptoir", "/comptoir?comptoir=gare", "!name=\"membre\"")
		w.goes(b.send("/comptoir/change", append(take[:8], "comptoir", "gare", "cle", w.key())...), "/comptoir/recu/.*")
		w.reads(b.open("/comptoir/journee?comptoir=gare"), "Comptoir de la gare", "À remettre : 50,00")
	})
}

// TestTheDeskWelcomesAMember makes members with and without an address.
func TestTheDeskWelcomesAMember(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.signedIn("desk")
		page := b.open("/comptoir/accueil")
		bad := b.send("/comptoir/accueil", "cle", page.formKey(), "nom", " ", "adresse", "nobody")
		w.reads(bad, "Donnez un nom", "mal écrite", `value="nobody"`)
		if bad.status != http.StatusUnprocessableEntity {
			w.Errorf("%d", bad.status)
		}
		at := w.goes(b.send("/comptoir/accueil", "cle", page.formKey(), "nom", "Jeanne Riz"), `/comptoir/membres/hol_[a-z0-9]+\?accueil=1`)
		if again := w.goes(b.send("/comptoir/accueil", "cle", page.formKey(), "nom", "Jeanne Riz"), ".*"); again != at {
			w.Errorf("made twice: %s and %s", at, again)
		}
		w.reads(b.open(at), "Bienvenue", "Jeanne Riz", "code.svg")
		path := strings.TrimSuffix(at, "?accueil=1")
		if code := b.ask("GET", path+"/code.svg", ""); code.status != http.StatusOK || code.header.Get("Content-Type") != "image/svg+xml" {
			w.Errorf("the code: %d %v", code.status, code.header)
		}
		if len(w.letters()) != 0 {
			w.Error("a letter without an address")
		}
		w.goes(b.send("/comptoir/accueil", "cle", w.key(), "nom", "Paul Lin", "adresse", "paul@example.org"), ".*accueil=1")
		w.later(time.Second)
		letters := w.letters()
		if len(letters) != 1 || letters[0].To != "paul@example.org" {
			w.Fatalf("letters: %v", letters)
		}
		link := regexp.MustCompile(`/rejoindre/\S+`).FindString(letters[0].Text)
		w.reads(w.browser().open(link), "Paul Lin")
	})
}

// TestD3TheDeskReadsNoWallet refuses everybody else, and wallets to the desk.
func TestD3TheDeskReadsNoWallet(t *testing.T) {
	inWorld(t, func(w *world) {
		for _, as := range []string{"citizen", "merchant", "cashier", "agent", "mayor", "treasurer", "auditor", "admin"} {
			b := w.signedIn(as)
			for _, path := range []string{"/comptoir", "/comptoir/accueil", "/comptoir/journee", "/comptoir/membres/${citizen}", "/comptoir/membres/${citizen}/code.svg"} {
				if a := b.ask("GET", path, ""); a.status != http.StatusForbidden {
					w.Errorf("%s at %s: %d", as, path, a.status)
				}
			}
			for _, path := range []string{"/comptoir/change", "/comptoir/apercu", "/comptoir/accueil"} {
				if a := b.send(path, "membre", w.known["citizen.number"], "euros", "10", "nom", "X", "cle", w.key()); a.status != http.StatusForbidden {
					w.Errorf("%s sends %s: %d", as, path, a.status)
				}
			}
		}
		b := w.signedIn("desk")
		if a := b.ask("GET", "/portefeuille", ""); a.status != http.StatusForbidden {
			w.Errorf("the desk reads a wallet: %d", a.status)
		}
		for _, path := range []string{"/comptoir/recu/x", "/comptoir/recu/" + nobodys("cnv_"), "/comptoir/membres/x", "/comptoir/membres/" + nobodys("hol_")} {
			if a := b.ask("GET", path, ""); a.status != http.StatusNotFound {
				w.Errorf("%s: %d", path, a.status)
			}
		}
		w.goes(b.ask("GET", "/carte/${citizen.number}", ""), `/comptoir\?membre=\d{8}`)
		w.goes(w.signedIn("citizen").ask("GET", "/carte/${citizen.number}", ""), "/portefeuille")
		if a := w.browser().ask("GET", "/comptoir", ""); a.header.Get("Location") != "/connexion?suite=%2Fcomptoir" {
			w.Errorf("nobody at the desk: %d", a.status)
		}
	})
}
