// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/web/qr"
)

// twice sends a form twice, as a double click does, and returns both answers.
func (b *browser) twice(path string, pairs ...string) [2]answer {
	b.w.Helper()
	return [2]answer{b.send(path, pairs...), b.send(path, pairs...)}
}

// forbidden checks that everybody named is refused a page, in the words of a
// right that is missing.
func (w *world) forbidden(path string, people ...string) {
	w.Helper()
	for _, as := range people {
		if a := w.signedIn(as).ask("GET", path, ""); a.status != http.StatusForbidden {
			w.Errorf("%s at %s: %d", as, path, a.status)
		}
	}
}

// TestADayOfAShop: a cashier sees today only, the owner any day (D3, U13).
func TestADayOfAShop(t *testing.T) {
	inWorld(t, func(w *world) {
		today := w.ledger.Now().Format(time.DateOnly)
		w.keep("first", w.made("citizen", "/v1/payments", `{"to":"${shop.code}","amount":"12.50"}`))
		w.keep("second", w.made("citizen2", "/v1/payments", `{"to":"${merchant.number}","amount":"3.00"}`))
		w.made("merchant", "/v1/payments/${second}/refunds", `{"amount":"1.00"}`)
		cashier, owner := w.signedIn("cashier"), w.signedIn("merchant")
		for _, b := range []*browser{cashier, owner} {
			w.reads(b.open("/caisse/journee"), "Épicerie", "14,50", "15,50", "2 paiements", "1 remboursement", "${first.match_code}", "Heure par heure", "Télécharger (CSV)")
		}
		file := cashier.open("/caisse/journee/csv")
		lines := strings.Split(strings.TrimSpace(strings.TrimPrefix(file.body, "\ufeff")), "\n")
		if len(lines) != 4 || lines[0] != "jour;heure;nature;montant;code;numéro" || !strings.HasPrefix(file.header.Get("Content-Type"), "text/csv") ||
			!strings.Contains(lines[1], w.say(";Paiement;12,50;${first.match_code};${first}")) || !strings.Contains(lines[3], ";Remboursement;-1,00;") {
			w.Errorf("%v\n%s", file.header, file.body)
		}
		if !strings.Contains(file.header.Get("Content-Disposition"), ".csv") {
			w.Errorf("%v", file.header)
		}
		w.later(24 * time.Hour)
		cashier, owner = w.signedIn("cashier"), w.signedIn("merchant") // sessions end after twelve hours
		w.reads(cashier.open("/caisse/journee"), "Aucun paiement ce jour-là")
		w.reads(owner.open("/caisse/journee?jour="+today), "14,50", "Jour suivant")
		for _, path := range []string{"/caisse/journee?jour=" + today, "/caisse/journee/csv?jour=" + today, "/caisse/paiements/" + w.known["first"]} {
			if a := cashier.ask("GET", path, ""); a.status != http.StatusForbidden {
				w.Errorf("a cashier at %s: %d", path, a.status)
			}
		}
		for _, bad := range []string{"hier", "2026-02-30"} {
			if a := owner.ask("GET", "/caisse/journee?jour="+bad, ""); a.status != http.StatusUnprocessableEntity {
				w.Errorf("%s: %d", bad, a.status)
			}
		}
		w.forbidden("/caisse/journee", "citizen", "auditor", "treasurer", "admin")
	})
}

// TestARefundFromTheReceipt goes back to the payer, never above the payment, once
// for a form, and not by a cashier.
func TestARefundFromTheReceipt(t *testing.T) {
	inWorld(t, func(w *world) {
		w.keep("paid", w.made("citizen", "/v1/payments", `{"to":"${shop.code}","amount":"12.50","message":"<b>Pain</b>"}`))
		at := w.say("/caisse/paiements/${paid}")
		owner, cashier := w.signedIn("merchant"), w.signedIn("cashier")
		w.reads(cashier.open(at), "12,50", "${paid.match_code}", "!remboursement\"", "!citizen<")
		page := owner.open(at)
		w.reads(page, "12,50", "&lt;b&gt;Pain&lt;/b&gt;", at+"/remboursement", `value="12,50"`)
		for typed, advice := range map[string]string{"": "Saisissez un montant", "0": "supérieur à zéro", "x": "pas lisible"} {
			a := owner.send(at+"/remboursement", "montant", typed, "cle", page.formKey())
			w.reads(a, advice)
			if a.status != http.StatusUnprocessableEntity || a.formKey() != page.formKey() {
				w.Errorf("%q: %d", typed, a.status)
			}
		}
		above := owner.send(at+"/remboursement", "montant", "12,51", "cle", page.formKey())
		w.reads(above, "Aucun montant n’a été débité", `value="12,51"`)
		if above.status != http.StatusConflict {
			w.Errorf("above the payment: %d", above.status)
		}
		for _, a := range owner.twice(at+"/remboursement", "montant", "2,50", "cle", page.formKey()) {
			if a.status != http.StatusSeeOther || a.header.Get("Location") != at {
				w.Errorf("%d %s", a.status, a.body)
			}
		}
		if got := w.available("citizen").Format(); got != "110.00" {
			w.Errorf("the payer has %s", got)
		}
		w.reads(owner.open(at), "Remboursé en partie", "10,00")
		for as, status := range map[string]int{"cashier": 403, "citizen": 403, "rival": 403, "treasurer": 403} {
			if a := w.signedIn(as).send(at+"/remboursement", "montant", "1", "cle", "a-key-of-sixteen-or-more"); a.status != status {
				w.Errorf("%s gives back: %d", as, a.status)
			}
		}
		w.forbidden(at, "citizen", "rival", "auditor")
		w.forbidden("/caisse/paiements/"+nobodys("pay_"), "cashier", "merchant")
		if a := owner.ask("GET", "/caisse/paiements/x", ""); a.status != http.StatusNotFound {
			w.Errorf("no payment: %d", a.status)
		}
	})
}

// TestL10ARedemptionIsQuotedFirst shows the fee before anything is asked, and
// asks once.
func TestL10ARedemptionIsQuotedFirst(t *testing.T) {
	inWorld(t, func(w *world) {
		w.made("citizen", "/v1/payments", `{"to":"${shop.code}","amount":"100.00"}`)
		b := w.signedIn("merchant")
		w.reads(b.open("/caisse/reconversion"), "100,00", "Aucune reconversion pour l’instant")
		page := b.open("/caisse/reconversion")
		for typed, advice := range map[string]string{"100,01": "dépasse ce qui est disponible", "x": "pas lisible", "0": "supérieur à zéro", "": "Saisissez un montant"} {
			a := b.send("/caisse/reconversion", "montant", typed, "cle", page.formKey())
			w.reads(a, advice, "Aucune reconversion pour l’instant")
			if a.status != http.StatusUnprocessableEntity {
				w.Errorf("%q: %d", typed, a.status)
			}
		}
		asked := b.twice("/caisse/reconversion", "montant", "40", "cle", page.formKey())
		at := w.follows(asked[0], "/payer/confirmation/int_")
		if again := asked[1].header.Get("Location"); again != at {
			w.Errorf("a double click leads to %s and %s", at, again)
		}
		w.reads(b.open(at), "Association La Roue", "2,10", "37,90", "60,00", "Aucun compte bancaire", "Confirmer et recevoir 37,90\u00a0€")
		w.reads(b.open("/caisse/reconversion"), "100,00", "Aucune reconversion pour l’instant")
		for range 2 {
			b.press(at)
		}
		if a := b.ask("GET", at, ""); a.status != http.StatusSeeOther || a.header.Get("Location") != "/caisse/reconversion" {
			w.Errorf("once done: %d %v", a.status, a.header)
		}
		w.reads(b.open("/caisse/reconversion"), "60,00", "37,90", "Demandée", "en cours :")
		w.reads(b.open("/caisse/commerce"), "60,00", "37,90", "Épicerie", "Aujourd’hui")
		for _, path := range []string{"/caisse/reconversion", "/caisse/commerce", "/caisse/affiche", "/caisse/affiche/panne", "/caisse/affiche/code.svg", "/caisse/ecrans", "/caisse/compte-bancaire"} {
			w.forbidden(path, "cashier", "citizen", "treasurer")
		}
		if a := w.signedIn("cashier").send("/caisse/reconversion", "montant", "1", "cle", "a-key-of-sixteen-or-more"); a.status != http.StatusForbidden {
			w.Errorf("a cashier redeems: %d", a.status)
		}
	})
}

// TestWhatAShopPrints leads to paying the shop.
func TestWhatAShopPrints(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.signedIn("merchant")
		shop := w.shown("merchant", "/v1/merchants/${shop}")
		number := shop.text("number")
		w.reads(b.open("/caisse/affiche"), "Ici, vous payez en Roues", number[:3]+"\u00a0"+number[3:], "printed a4")
		w.reads(b.open("/caisse/affiche?format=a6"), "printed a6")
		w.reads(b.open("/caisse/affiche/panne"), "Feuille de panne", number[:3]+"\u00a0"+number[3:])
		picture := b.ask("GET", "/caisse/affiche/code.svg", "")
		want, err := qr.SVG(w.server.URL+"/payer?a="+shop.text("code"), "Payer Épicerie")
		must(w, err)
		if picture.body != want {
			w.Errorf("%d %s", picture.status, picture.body)
		}
		w.made("citizen", "/v1/payments", `{"to":"`+number+`","amount":"1.00"}`)
		w.reads(b.open("/caisse"), "1,00")
	})
}

// TestSeveralShopsOfOneOwner keeps them apart.
func TestSeveralShopsOfOneOwner(t *testing.T) {
	inWorld(t, func(w *world) {
		w.keep("stall", w.made("admin", "/v1/merchants", `{"holder":"${merchant}","name":"Étal"}`))
		b := w.signedIn("cashier")
		page := b.open("/caisse?commerce=" + w.known["stall.code"])
		w.reads(page, "Étal", `data-till="${stall}"`, `name="commerce" value="${stall.code}"`, "Autre commerce")
		w.reads(b.open("/caisse"), `data-till="${shop}"`)
		at := b.send("/caisse", "montant", "5", "cle", page.formKey(), "commerce", w.known["stall.code"]).header.Get("Location")
		w.reads(b.open(at), "Étal", "/caisse?commerce=${stall.code}")
		w.made("citizen", "/v1/payment-requests/"+strings.TrimPrefix(at, "/caisse/")+"/payments", "")
		w.reads(b.open("/caisse/journee?commerce="+w.known["stall.code"]), "Par commerce", "1 paiement<", "5,00")
		w.reads(b.open("/caisse/journee?commerce="+w.known["shop.code"]), "0 paiement<")
		if a := b.ask("GET", "/caisse?commerce=AAAAAAAA", ""); a.status != http.StatusForbidden {
			w.Errorf("another's shop: %d", a.status)
		}
	})
}
