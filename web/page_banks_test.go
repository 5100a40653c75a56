// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"strings"
	"testing"
)

const banksPage = "/tresorerie/comptes"

// TestG2ADedicatedAccountIsOpenedInThePage opens one by two people, finds it in the
// public fund, and closes it again.
func TestG2ADedicatedAccountIsOpenedInThePage(t *testing.T) {
	inWorld(t, func(w *world) {
		treasurer, approver := w.signedIn("treasurer"), w.signedIn("approver")
		form := func(pairs ...string) []string {
			all := []string{"unites", "digital", "banque", "Crédit Agricole", "iban", "FR76 3000 4000 0312 3456 7890 143", "bic", "", "titulaire", "Association La Roue", "raison", "Convention"}
			return append(append(all, pairs...), "cle", w.key())
		}
		w.reads(treasurer.open(banksPage), "La Nef", "Crédit Municipal", "Compte courant", "Ouvrir un compte dédié")
		for why, c := range map[string]struct {
			name, value, words string
			status             int
		}{
			"no key":        {"iban", "FR7630004000031234567890144", "Cet IBAN n’est pas juste", 422},
			"a French key":  {"iban", "FR7630004000031234567890142", "Cet IBAN n’est pas juste", 422},
			"no bank":       {"banque", "", "Donnez le nom de la banque", 422},
			"no BIC":        {"bic", "NEF", "8 ou 11", 422},
			"no holder":     {"titulaire", " ", "nom exact du titulaire", 422},
			"no reason":     {"raison", "", "Dites pourquoi", 422},
			"other units":   {"unites", "gold", "Donnez le nom de la banque", 422},
			"the same IBAN": {"iban", "DE89370400440532013000", "Ce compte existe déjà", 409},
		} {
			a := treasurer.send(banksPage, form(c.name, c.value)...)
			if w.reads(a, c.words, strings.TrimPrefix(c.value, "gold")); a.status != c.status {
				t.Errorf("%s: %d", why, a.status)
			}
		}
		if a := approver.send(banksPage, form()...); a.status != http.StatusForbidden {
			t.Errorf("an approver proposes: %d", a.status)
		}
		wish := form()
		for range 2 {
			w.follows(treasurer.send(banksPage, wish...), banksPage)
		}
		page := treasurer.open(banksPage)
		w.reads(page, "En attente d’une seconde personne", "FR7630004000031234567890143", "une autre personne doit l’approuver", "!value=\"approuver\"")
		w.reads(approver.open("/tresorerie/approbations"), "Comptes dédiés à ouvrir ou à fermer", "Crédit Agricole")
		action := func() string {
			_, rest, _ := strings.Cut(approver.open(banksPage).body, `action="`+banksPage+`/bac_`)
			id, _, _ := strings.Cut(rest, `"`)
			return banksPage + "/bac_" + id
		}
		at := action()
		if a := treasurer.send(at, "acte", "approuver", "cle", w.key()); a.status != http.StatusForbidden {
			t.Errorf("a treasurer approves: %d", a.status)
		}
		approve := []string{"acte", "approuver", "cle", w.key()}
		for range 2 {
			w.follows(approver.send(at, approve...), banksPage)
		}
		w.reads(w.browser().open("/fonds"), "Crédit Agricole")
		if a := w.get("", "/v1/fund"); !strings.Contains(a.body, `{"name":"Crédit Agricole","balance_eur":"0.00"}`) {
			t.Errorf("the fund: %s", a.body)
		}
		w.made("treasurer", "/v1/fund/transfers", `{"from":"eur:desk:centre","to":"eur:bank:guarantee:digital:credit-agricole","amount_eur":"60.00","bank_reference":"REMISE 1"}`)
		const closing = banksPage + "/fermeture"
		if a := treasurer.send(closing, "compte", "eur:bank:guarantee:digital:credit-agricole", "motif", "Fin", "cle", w.key()); a.status != http.StatusConflict {
			t.Errorf("it holds euros: %d", a.status)
		}
		if a := treasurer.send(closing, "compte", "eur:bank:guarantee:digital:credit-agricole", "motif", "", "cle", w.key()); a.status != http.StatusUnprocessableEntity {
			t.Errorf("no reason: %d", a.status)
		}
		w.made("treasurer", "/v1/fund/transfers", `{"from":"eur:bank:guarantee:digital:credit-agricole","to":"eur:bank:guarantee:digital:la-nef","amount_eur":"60.00","bank_reference":"RETOUR 1"}`)
		w.follows(treasurer.send(closing, "compte", "eur:bank:guarantee:digital:credit-agricole", "motif", "Fin", "cle", w.key()), banksPage)
		w.follows(approver.send(action(), "acte", "approuver", "cle", w.key()), banksPage)
		w.reads(treasurer.open(banksPage), "fermé le")
		w.reads(w.browser().open("/fonds"), "!Crédit Agricole")
		for _, as := range []string{"citizen", "desk", "admin", "auditor"} {
			if a := w.signedIn(as).ask(http.MethodGet, banksPage, ""); a.status != http.StatusForbidden {
				t.Errorf("%s: %d", as, a.status)
			}
		}
		if a := approver.send(banksPage+"/"+nobodys("bac_"), "acte", "approuver", "cle", w.key()); a.status != http.StatusNotFound {
			t.Errorf("no proposal: %d", a.status)
		}
	})
}
