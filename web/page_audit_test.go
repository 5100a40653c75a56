// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// TestAReferenceLeadsToItsPostings holds the bar of section 7.2: two acts from a
// reference to the whole way of a payment.
func TestAReferenceLeadsToItsPostings(t *testing.T) {
	inWorld(t, func(w *world) {
		w.awaits("bought")
		w.made("treasurer", "/v1/conversions/${bought}/settlements", `{"bank_reference":"VIR 77"}`)
		w.keep("request", w.made("cashier", "/v1/payment-requests", `{"amount":"12.50","reference":"Panier"}`))
		w.keep("paid", w.made("citizen", "/v1/payment-requests/${request}/payments", ""))
		w.made("merchant", "/v1/payments/${paid}/refunds", `{"amount":"2.50"}`)
		w.keep("redeemed", w.made("merchant", "/v1/redemptions", `{"amount":"5.00"}`))
		b := w.signedIn("auditor")
		before := w.commands()
		w.reads(b.open("/controle"), `name="reference"`, "Journal pour hledger")
		for reference, texts := range map[string][]string{
			"${bought}":           {"change d’euros", "conversion.transfer", "conversion.settle", "VIR 77", "eur:backing:digital"},
			"${bought.reference}": {"${bought}", "conversion.settle"},
			"VIR%2077":            {"${bought}", "conversion.settle"},
			"${paid}":             {"demande de paiement", "request.create", "Panier", "payment.refund", "Remboursement", "12,50", "2,50"},
			"${paid.entry}":       {"demande de paiement"},
			"${request}":          {"12,50"},
			"${redeemed}":         {"redemption.request", "Retenu", "5,00"},
			"1":                   {"Écriture n°\u00a01"},
			"${citizen.number}":   {"Voir les mouvements", "Voir le nom"},
		} {
			a := b.open("/controle/suivi?reference=" + reference)
			w.reads(a, texts...)
			w.reads(a, "!>citizen<", "!>merchant<") // D1, D8: members by number
		}
		unknown := b.ask("GET", "/controle/suivi?reference=ROUE-000000-0", "")
		w.reads(unknown, "Rien n’est connu sous cette référence", `value="ROUE-000000-0"`)
		if unknown.status != http.StatusNotFound {
			w.Errorf("%d", unknown.status)
		}
		w.reads(b.open("/controle/ecritures/${paid.entry}"), "Conforme", "!Non conforme", "payment.create", "Corrigée ou remboursée par")
		if w.commands() != before {
			w.Error("reading wrote something")
		}
		name := b.send("/controle/titulaires/" + w.known["citizen.number"] + "/nom")
		w.reads(name, "citizen")
		for _, path := range []string{"/controle/ecritures/ent_x", "/controle/ecritures/" + nobodys("ent_"), "/controle/commandes/0", "/controle/commandes/x", "/controle/exports/xlsx"} {
			if a := b.ask("GET", path, ""); a.status != http.StatusNotFound {
				w.Errorf("%s: %d", path, a.status)
			}
		}
	})
}

func TestTheJournalAndTheTrailAreBrowsed(t *testing.T) {
	inWorld(t, func(w *world) {
		for range 31 {
			w.made("citizen", "/v1/payments", `{"to":"${merchant.wallet}","amount":"0.50"}`)
		}
		b := w.signedIn("auditor")
		for _, list := range []string{"/controle/journal?genre=payment", "/controle/commandes?action=payment.create"} {
			first := b.open(list)
			older := regexp.MustCompile(`href="(/controle/[^"]*avant=[^"]*)"`).FindStringSubmatch(first.body)
			if older == nil {
				w.Fatalf("%s has no older page: %s", list, first.body)
			}
			second := b.open(strings.ReplaceAll(older[1], "&amp;", "&"))
			w.reads(second, "apres=", "Plus récentes")
			newer := regexp.MustCompile(`href="(/controle/[^"]*apres=[^"]*)"`).FindStringSubmatch(second.body)
			if back := b.open(strings.ReplaceAll(newer[1], "&amp;", "&")); strings.Count(back.body, "<li><p>")+strings.Count(back.body, "<code>payment.create") != 30 {
				w.Errorf("%s: back to the newest: %s", list, back.body)
			}
		}
		w.reads(b.open("/controle/journal?titulaire=${citizen.number}"), "Portefeuille n°\u00a0${citizen.number}", "−0,50", "Portefeuille n°\u00a0${merchant.number}")
		w.reads(b.open("/controle/journal?titulaire=00000000"), "Aucun membre n’a ce numéro")
		w.reads(b.open("/controle/journal?du=2099-01-01"), "Rien sur cette page")
		for _, bad := range []string{"/controle/journal?genre=vol", "/controle/journal?du=hier", "/controle/journal?avant=x", "/controle/journal?compte=eur:loin", "/controle/commandes?action=rien", "/controle/commandes?apres=-1"} {
			if a := b.ask("GET", bad, ""); a.status != http.StatusUnprocessableEntity {
				w.Errorf("%s: %d", bad, a.status)
			}
		}
		file := b.open("/controle/exports/hledger")
		if !strings.Contains(file.body, "account liabilities:eur:backing:digital") || !strings.Contains(file.header.Get("Content-Disposition"), "journal.hledger") || strings.Contains(file.body, "citizen") {
			w.Errorf("%v", file.header)
		}
		if lines := strings.Count(b.open("/controle/exports/mouvements").body, "\n"); lines != 33 {
			w.Errorf("%d movements, want 33", lines)
		}
		for _, as := range []string{"citizen", "merchant", "desk", "approver", "agent", "admin"} {
			other := w.signedIn(as)
			for _, path := range []string{"/controle", "/controle/journal", "/controle/commandes", "/controle/commandes/1", "/controle/suivi?reference=1", "/controle/exports/hledger"} {
				if a := other.ask("GET", path, ""); a.status != http.StatusForbidden {
					w.Errorf("%s at %s: %d", as, path, a.status)
				}
			}
			if a := other.send("/controle/titulaires/" + w.known["citizen.number"] + "/nom"); a.status != http.StatusForbidden {
				w.Errorf("%s learns a name: %d", as, a.status)
			}
		}
	})
}
