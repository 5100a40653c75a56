// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// options are what the page asks the browser about a passkey.
func (a answer) options() string {
	found := regexp.MustCompile(`data-options="([^"]+)"`).FindStringSubmatch(a.body)
	if found == nil {
		return ""
	}
	return html.UnescapeString(found[1])
}

// types prepares a payment by number from the page, and returns the address of
// its intent.
func (p *payer) types(to, amount string) string {
	p.w.Helper()
	return p.w.follows(p.send("/payer", "a", p.w.say(to), "montant", amount, "cle", p.open("/payer").formKey()), "/payer/confirmation/int_")
}

// TestAPersonPaysByPasskey outside demonstrations: what is signed is what was
// shown, once, from any number of tabs, and the intent's page tells the truth
// after the answer was lost.
func TestAPersonPaysByPasskey(t *testing.T) {
	inWorld(t, func(w *world) {
		p, other := w.payer("nora"), w.payer("omar")
		w.keep("request", w.made("cashier", "/v1/payment-requests", `{"amount":"12.50"}`))
		at := p.asks("${request}") // tap one is the scan
		first, second := p.open(at), p.open(at)
		w.reads(first, "Épicerie", "Payer 12,50 Roues", "37,50", `data-passkey="get"`, "!name=\"pin\"", "!data-look")
		if clicked := p.send(at, "empreinte", first.digest()); clicked.status != http.StatusConflict {
			w.Errorf("a click: %d", clicked.status)
		}
		elsewhere := p.types("${shop.code}", "40")
		signed := p.Sign(first.options())
		wrong := p.send(elsewhere, "empreinte", p.open(elsewhere).digest(), "reponse", signed)
		w.reads(wrong, "Aucun montant n’a été débité", "40,00")
		if wrong.status != http.StatusForbidden {
			w.Errorf("the signature of another intent: %d", wrong.status)
		}
		for _, path := range []string{at, "/payer/confirmation/" + nobodys("int_")} {
			if a, b := other.ask("GET", path, ""), other.send(path, "reponse", signed); a.status != http.StatusForbidden || b.status != http.StatusForbidden {
				w.Errorf("another person's intent: %d, %d", a.status, b.status)
			}
		}
		// The answer is lost on its way; the page is asked for again. What the form
		// held besides is not read.
		w.follows(p.send(at, "reponse", signed, "montant", "1,00", "a", w.known["oven.code"]), at)
		w.reads(p.open(at), "Payé", "12,50", "Épicerie", "37,50")
		for _, again := range []answer{p.send(at, "reponse", signed), p.send(at, "reponse", p.Sign(second.options()))} {
			w.follows(again, at+"?encore=1")
		}
		w.reads(p.open(at+"?encore=1"), "n’a été débité qu’une fois")
		w.is(w.shown("cashier", "/v1/payment-requests/${request}"), "status", "paid")
		if got := w.available("nora").Format(); got != "37.50" {
			w.Errorf("%s left", got)
		}
		// Not enough is left for the other, which then ends.
		w.reads(p.open(elsewhere), "il vous manque 2,50", "!data-passkey")
		w.later(5 * time.Minute)
		late := p.send(elsewhere, "reponse", signed)
		w.reads(late, "Les cinq minutes", "Aucun montant n’a été débité", "/payer?a=${shop.code}")
		if late.status != http.StatusConflict {
			w.Errorf("%d", late.status)
		}
		w.reads(p.open(at), "Payé") // back
		proof := w.signedIn("auditor").open("/controle/suivi?reference=" + regexp.MustCompile(`pay_[0-9a-z]+`).FindString(p.open(at).body))
		w.reads(proof, "Confirmation par le payeur", "La preuve tient", "Clé d’accès")
	})
}

// TestAPersonPaysByPIN binds the device first, without a script; five wrong PINs
// lock it until another is chosen after a fresh proof.
func TestAPersonPaysByPIN(t *testing.T) {
	inWorld(t, func(w *world) {
		p, other := w.payer("nora"), w.payer("omar")
		at := p.types("${shop.code}", "5")
		w.reads(p.open("/compte/appareils?suite="+at), "Relier cet appareil", `name="suite" value="`+at+`"`, "Aucun appareil relié")
		for _, c := range [][3]string{{"472915", "472916", "ne sont pas les mêmes"}, {"123456", "123456", "sans suite"}, {"", "", "sans suite"}} {
			a := p.send("/compte/appareils", "pin", c[0], "encore", c[1], "suite", at)
			w.reads(a, c[2], `value="`+at+`"`, "!472915")
			if a.status != http.StatusUnprocessableEntity {
				w.Errorf("%v: %d", c, a.status)
			}
		}
		for _, a := range p.twice("/compte/appareils", "pin", "472915", "encore", "472915", "suite", at) {
			w.follows(a, at)
		}
		list := p.open("/compte/appareils")
		id := regexp.MustCompile(`dev_[0-9a-z]+`).FindString(list.body)
		w.reads(list, "(cet appareil)", "Changer le code", "/compte/appareils/"+id+"/retrait")
		if strings.Count(list.body, "/retrait\"") != 1 {
			w.Error("the form sent twice bound two devices")
		}
		page := p.open(at)
		w.reads(page, `name="pin"`, "Payer 5,00 Roues")
		for i := range 5 {
			a := p.send(at, "empreinte", page.digest(), "pin", fmt.Sprintf("90817%d", i))
			w.reads(a, "Aucun montant n’a été débité")
			if a.status != http.StatusForbidden {
				w.Errorf("a wrong PIN: %d", a.status)
			}
			if i == 4 {
				w.reads(p.open(at), "bloqué après cinq essais", "!name=\"pin\"")
			} else {
				w.reads(a, `name="pin"`, `id="pin-faute"`)
			}
		}
		locked := p.send(at, "empreinte", page.digest(), "pin", "472915")
		if locked.status != http.StatusForbidden || w.available("nora").Format() != "50.00" {
			w.Errorf("a locked device: %d", locked.status)
		}
		w.reads(p.open("/compte/appareils"), "Bloqué après cinq essais", "Après cinq codes faux")
		if a := other.send("/compte/appareils/"+id+"/code", "pin", "385017", "encore", "385017"); a.status != http.StatusForbidden {
			w.Errorf("another person's device: %d", a.status)
		}
		w.follows(other.send("/compte/appareils/"+id+"/retrait", "x", "y"), "/compte/appareils") // as if it were gone
		w.reads(p.open("/compte/appareils"), id)
		w.follows(p.send("/compte/appareils/"+id+"/code", "pin", "385017", "encore", "385017", "suite", at), at)
		w.follows(p.send(at, "empreinte", page.digest(), "pin", "385017"), at)
		w.reads(p.open(at), "Payé", "5,00", "45,00")
		w.later(6 * time.Minute)
		w.reads(p.open("/compte/appareils"), "dernier paiement confirmé", "!name=\"pin\"", "Confirmer que c’est moi")
		w.follows(p.send("/compte/appareils/"+id+"/code", "pin", "472915", "encore", "472915"), "/connexion?suite=")
		w.follows(p.send("/compte/appareils/"+id+"/retrait", "x", "y"), "/compte/appareils") // a lost one, without a fresh proof
		w.reads(p.open("/compte/appareils"), "Aucun appareil relié")
		w.reads(p.open(p.types("${shop.code}", "1")), "!name=\"pin\"")
	})
}

// TestEaseIsOneButton lets a small payment to a known payee pass after the
// treasurers decided so, not before anybody could read it.
func TestEaseIsOneButton(t *testing.T) {
	inWorld(t, func(w *world) {
		treasurer := w.signedIn("treasurer")
		form := treasurer.open("/tresorerie/reglages")
		w.reads(form, "Petits paiements", `name="par-paiement"`)
		keys := regexp.MustCompile(`name="cle" value="([^"]+)"`).FindAllStringSubmatch(form.body, -1)
		set := func(payment, row, total string) answer {
			return treasurer.send("/tresorerie/reglages/petits-paiements", "par-paiement", payment, "de-suite", row, "en-tout", total, "cle", keys[1][1])
		}
		for _, c := range [][4]string{{"15,01", "3", "50", "15,00 au plus"}, {"15", "4", "50", "Un nombre de 0 à 3"}, {"15", "3", "x", "pas lisible"}} {
			a := set(c[0], c[1], c[2])
			w.reads(a, c[3])
			if a.status != http.StatusUnprocessableEntity {
				w.Errorf("%v: %d", c, a.status)
			}
		}
		for range 2 {
			w.follows(set("10", "1", "30"), "/tresorerie/reglages")
		}
		w.reads(treasurer.open("/tresorerie/reglages"), `value="10,00"`, `value="30,00"`, "10,00 au plus par paiement, 1 de suite, 30,00 en tout")
		if a := w.signedIn("approver").send("/tresorerie/reglages/petits-paiements", "par-paiement", "1", "de-suite", "1", "en-tout", "1", "cle", w.key()); a.status != http.StatusForbidden {
			w.Errorf("an approver: %d", a.status)
		}
		p := w.payer("nora")
		known := p.types("${shop.code}", "3")
		w.reads(p.open(known), "!data-look")
		w.follows(p.send(known, "reponse", p.Sign(p.open(known).options())), known)
		at := p.types("${shop.code}", "4")
		page := p.open(at)
		w.reads(page, "data-look", "Payer 4,00 Roues", "!data-passkey", "!name=\"pin\"")
		w.later(time.Second)
		w.follows(p.send(at, "empreinte", page.digest()), at)
		w.reads(p.open(at), "Payé", "4,00", "43,00")
		w.reads(p.open(p.types("${shop.code}", "4")), "!data-look", "data-passkey") // one in a row
	})
}

// TestD10TheBankAccountOfAShop says where the euros go: at once the first time,
// after 48 hours later on.
func TestD10TheBankAccountOfAShop(t *testing.T) {
	inWorld(t, func(w *world) {
		w.made("citizen", "/v1/payments", `{"to":"${shop.code}","amount":"50.00"}`)
		b := w.signedIn("merchant")
		page := b.open("/caisse/compte-bancaire")
		w.reads(page, "Indiquer votre compte bancaire", "48\u00a0heures")
		for _, c := range [][3]string{{"FR14", "Épicerie", "IBAN n’est pas lisible"}, {"FR1420041010050500013M02606", "", "exactement comme sur votre RIB"}} {
			a := b.send("/caisse/compte-bancaire", "iban", c[0], "titulaire", c[1], "cle", page.formKey())
			w.reads(a, c[2], `value="`+c[0]+`"`)
			if a.status != http.StatusUnprocessableEntity {
				w.Errorf("%v: %d %s", c, a.status, a.body)
			}
		}
		for _, a := range b.twice("/caisse/compte-bancaire", "iban", "fr14 2004 1010 0505 0001 3m02 606", "titulaire", "Épicerie SARL", "cle", page.formKey()) {
			w.follows(a, "/caisse/compte-bancaire")
		}
		listed := b.open("/caisse/compte-bancaire")
		w.reads(listed, "FR14 •••• 2606", "Utilisé pour les versements", "Épicerie SARL", "!FR142004")
		redeems := func() answer {
			return b.open(w.follows(b.send("/caisse/reconversion", "montant", "20", "cle", b.open("/caisse/reconversion").formKey()), "/payer/confirmation/int_"))
		}
		w.reads(redeems(), "sur FR14 •••• 2606", "!rien n’y est versé")
		w.follows(b.send("/caisse/compte-bancaire", "iban", "FR7630006000011234567890189", "titulaire", "Épicerie SARL", "cle", listed.formKey()), "/caisse/compte-bancaire")
		w.reads(b.open("/caisse/compte-bancaire"), "À partir du", "Remplacé", "FR76 •••• 0189")
		w.reads(redeems(), "sur FR76 •••• 0189", "rien n’y est versé avant le")
		for as, status := range map[string]int{"cashier": 403, "citizen": 403, "treasurer": 403} {
			if a := w.signedIn(as).send("/caisse/compte-bancaire", "iban", "FR7630006000011234567890189", "titulaire", "É", "cle", w.key()); a.status != status {
				w.Errorf("%s: %d", as, a.status)
			}
		}
	})
}
