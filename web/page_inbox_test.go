// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/provider"
)

// secondPerson is one thing that somebody prepared: how it is made, where a second
// person finds it, and on which page it is read.
type secondPerson struct {
	make  func(w *world)
	inbox string // the page that lists it for whoever approves
	as    string // who approves it
	page  string
}

// secondPersons are the actions by which somebody approves what another one
// prepared, with one thing of each kind.
func secondPersons() map[access.Action][]secondPerson {
	asks := func(save, as, path, body string) func(*world) {
		return func(w *world) { w.keep(save, w.made(as, path, body)) }
	}
	const here = "/tresorerie/approbations"
	return map[access.Action][]secondPerson{
		access.CampaignApprove: {
			{asks("draft", "agent", "/v1/campaigns", campaign), here, "approver", here + "/campagnes/${draft}"},
			{func(w *world) {
				w.keep("campaign", w.made("agent", "/v1/campaigns", campaign))
				w.made("mayor", "/v1/campaigns/${campaign}/approvals", "")
				w.keep("amendment", w.made("agent", "/v1/campaigns/${campaign}/amendments", terms))
			}, here, "approver", "/avenants/${amendment}"},
		},
		access.BatchApprove: {{func(w *world) {
			w.made("agent", "/v1/instructions", `{"official":"${citizen2}","kind":"amount","value":"120.00","from":"2026-01-01","signed_on":"2026-01-01"}`)
			w.keep("batch", w.made("agent", "/v1/payout-batches", `{"period":"2026-03","purpose":"indemnity","lines":[{"reference":"IND-1","holder":"${citizen2}","amount_eur":"80.00"}]}`))
		}, here, "approver", here + "/lots/${batch}"}},
		access.RunApprove: {{func(w *world) {
			w.made("citizen", "/v1/payments", `{"to":"${shop.code}","amount":"40.00"}`)
			w.made("merchant", "/v1/payout-accounts", `{"iban":"FR1420041010050500013M02606","name":"Épicerie SARL"}`)
			w.made("merchant", "/v1/redemptions", `{"amount":"6.00"}`)
			w.keep("run", w.made("treasurer", "/v1/redemption-runs", `{}`))
		}, here, "approver", "/tresorerie/virements/${run}"}},
		access.RedemptionApprove: {{asks("exception", "treasurer", "/v1/redemption-exceptions", `{"holder":"${citizen}","amount":"2.00","exception":"visitor","note":"Fin de séjour"}`),
			here, "approver", "/tresorerie/reconversions/${exception}"}},
		access.PayoutAccountApprove: {{asks("payee", "treasurer", "/v1/payout-accounts", `{"wallet":"${citizen.wallet}","iban":"FR7630006000011234567890189","name":"Camille Noir"}`),
			here, "approver", "/tresorerie/comptes-de-versement/${payee}"}},
		access.DebitApprove: {{func(w *world) {
			w.made("treasurer", "/v1/debit-creditor", `{"ics":"FR72ZZZ123456","notice_days":1}`)
			w.made("citizen2", "/v1/mandates", `{"iban":"FR7630004000031234567890143","name":"BERGER SAM","rhythm":"low","euros":"20.00","low":"9000.00"}`)
			w.keep("debit-run", w.made("treasurer", "/v1/debit-runs", ""))
		}, here, "approver", "/tresorerie/prelevements/${debit-run}"}},
		access.CheckoutApprove: {{func(w *world) {
			w.oddly("odd", func(p *provider.SandboxPayment) { p.Euros = money.MustParse("25.00") })
			w.keep("decision", w.made("treasurer", "/v1/card-decisions", `{"conversion":"${odd}","deed":"credit","note":"Vu au téléphone"}`))
		}, here, "approver", "/tresorerie/cartes/${odd}"}},
		access.BankAccountApprove: {{asks("bank", "treasurer", "/v1/bank-accounts", newBank), here, "approver", "/tresorerie/comptes"}},
		access.WaiverApprove: {{func(w *world) {
			w.keep("debited", w.made("citizen2", "/v1/conversions", `{"euros":"10.00","channel":"transfer"}`))
			w.made("treasurer", "/v1/conversions/${debited}/settlements", `{"bank_reference":"VIR 4"}`)
			w.made("citizen2", "/v1/payments", `{"to":"${shop.code}","amount":"66.00"}`)
			w.made("treasurer", "/v1/conversions/${debited}/chargebacks", `{"code":"MD06","bank_reference":"REJ 4"}`)
			w.made("treasurer", "/v1/receivables/${citizen2}/waivers", `{"amount_eur":"1.00","reason":"Introuvable"}`)
		}, here, "approver", "/tresorerie/impayes/${citizen2}"}},
		access.GiftApprove: {{func(w *world) {
			w.keep("friends", w.made("desk", "/v1/holders", `{"kind":"association","name":"Les Amis"}`))
			w.made("treasurer", "/v1/gift-associations", `{"association":"${friends}","admitted":true}`)
			w.made("citizen", "/v1/holders/${citizen}/gift-choice", `{"association":"${friends}"}`)
			w.keep("gift", w.made("treasurer", "/v1/gift-rounds", `{"from":"2026-01-01","until":"`+civil.Of(w.ledger.Now()).String()+`","rate":"0.03"}`))
		}, here, "approver", "/tresorerie/dons"}},
		access.FonteApprove: {{func(w *world) {
			w.keep("friends", w.made("desk", "/v1/holders", `{"kind":"association","name":"Le Moulin"}`))
			w.made("treasurer", "/v1/fonte", demurrage)
		}, here, "approver", "/tresorerie/fonte"}},
		access.PaperWitness: {{func(w *world) {
			w.made("treasurer", "/v1/paper/prints", `{"lines":[{"series":"2026","face":"5.00","quantity":200,"first_number":1}],"note":"Livraison"}`)
			w.keep("destruction", w.made("treasurer", "/v1/paper/destructions", `{"lines":[{"series":"2026","face":"5.00","quantity":10,"first_number":191}],"note":"Usées"}`))
		}, here, "approver", "/tresorerie/billets/mouvements/${destruction}"}},
		access.RecoveryApprove: {{func(w *world) {
			w.settle("citizen", "citizen@example.org")
			w.keep("recovery", w.made("desk", "/v1/recoveries", `{"holder":"${citizen}","way":"mail","reason":"Carte d’identité vue"}`))
		}, "/administration/acces", "admin", "/administration/acces/${recovery}/approbation"}},
		access.ErasureApprove: {{func(w *world) { w.leave() }, "/administration/effacements", "admin", "/administration/effacements/${leaving}/approbation"}},
	}
}

// TestD9WhatAwaitsASecondPersonIsInTheirInbox makes one thing of every kind that a
// second person approves: whoever approves finds it in the inbox, before what was
// prepared by others, and may read it. A right to approve that no inbox knows fails
// here, and so does one that is given to nobody.
func TestD9WhatAwaitsASecondPersonIsInTheirInbox(t *testing.T) {
	things := secondPersons()
	for _, action := range access.Actions() {
		if strings.HasSuffix(string(action), ".approve") && things[action] == nil {
			t.Errorf("%s is in no inbox", action)
		}
	}
	inWorld(t, func(w *world) {
		w.reads(w.signedIn("approver").open("/tresorerie/approbations"), "Rien n’attend de seconde personne")
		for action, list := range things {
			for _, thing := range list {
				if access.Allow(w.actors[thing.as], action, ident.Holder{}) != nil {
					t.Errorf("%s may not %s", thing.as, action)
				}
				before := w.signedIn(thing.as).open(thing.inbox).body
				thing.make(w)
				page, link := w.signedIn(thing.as).open(thing.inbox), w.say(`"`+thing.page+`"`)
				if strings.Count(page.body, link) <= strings.Count(before, link) {
					t.Errorf("%s: %s is not listed in %s", action, link, page.body)
				}
				if thing.inbox != "/tresorerie/approbations" {
					continue // what is approved in the list itself has no page of its own
				}
				if a := w.signedIn(thing.as).ask(http.MethodGet, thing.page, ""); a.status != http.StatusOK || !strings.Contains(a.body, `method="post"`) {
					t.Errorf("%s reads %s: %d", thing.as, thing.page, a.status)
				}
				w.reads(w.signedIn("treasurer").open(thing.inbox), `"`+thing.page+`"`)
			}
		}
		w.reads(w.signedIn("treasurer").open("/tresorerie/approbations"), "Préparé par vous")
	})
}

// TestL6AnExceptionIsApprovedOnItsPage lets an individual be paid by two people.
func TestL6AnExceptionIsApprovedOnItsPage(t *testing.T) {
	inWorld(t, func(w *world) {
		w.keep("exception", w.made("treasurer", "/v1/redemption-exceptions", `{"holder":"${citizen}","amount":"2.00","exception":"visitor","note":"Fin de séjour"}`))
		const at = "/tresorerie/reconversions/${exception}"
		treasurer, approver := w.signedIn("treasurer"), w.signedIn("approver")
		w.reads(treasurer.open(at), "Visiteur de passage", "Fin de séjour", "accord attendu", "!/approbation\"")
		if a := treasurer.send(at+"/approbation", "cle", w.key()); a.status != http.StatusForbidden {
			t.Errorf("a treasurer: %d", a.status)
		}
		approve := []string{"cle", approver.open(at).formKey()}
		for range 2 {
			w.follows(approver.send(at+"/approbation", approve...), w.say(at))
		}
		w.reads(approver.open(at), "Visiteur de passage", "!accord attendu", "!/approbation\"")
		w.reads(approver.send(at+"/approbation", "cle", w.key()), "<h1>")
		if a := approver.send("/tresorerie/reconversions/"+nobodys("red_")+"/approbation", "cle", w.key()); a.status != http.StatusNotFound {
			t.Errorf("no redemption: %d", a.status)
		}
	})
}

// TestD9APayoutAccountIsApprovedByWhoeverReadItsNumber approves what staff wrote.
func TestD9APayoutAccountIsApprovedByWhoeverReadItsNumber(t *testing.T) {
	inWorld(t, func(w *world) {
		w.keep("payee", w.made("treasurer", "/v1/payout-accounts", `{"wallet":"${citizen.wallet}","iban":"FR7630006000011234567890189","name":"Camille Noir"}`))
		const at = "/tresorerie/comptes-de-versement/${payee}"
		treasurer, approver := w.signedIn("treasurer"), w.signedIn("approver")
		w.reads(treasurer.open(at), "Attend une seconde personne", "Camille Noir", "!FR7630006000011234567890189")
		if a := treasurer.send(at, "iban", "FR7630006000011234567890189", "cle", w.key()); a.status != http.StatusForbidden {
			t.Errorf("a treasurer: %d", a.status)
		}
		w.reads(approver.open(at), "IBAN lu sur le relevé", "!FR7630006000011234567890189", "!30006000011234567890")
		for typed, words := range map[string]string{"": "Recopiez l’IBAN", "FR1420041010050500013M02606": "Ce n’est pas le numéro saisi", "abc": "Ce n’est pas le numéro saisi"} {
			a := approver.send(at, "iban", typed, "cle", w.key())
			if w.reads(a, words, typed); a.status != http.StatusUnprocessableEntity {
				t.Errorf("%q: %d", typed, a.status)
			}
		}
		approve := []string{"iban", "fr76 3000 6000 0112 3456 7890 189", "cle", w.key()}
		for range 2 {
			w.follows(approver.send(at, approve...), w.say(at))
		}
		w.reads(approver.open(at), "En service", "!IBAN lu sur le relevé")
		w.reads(approver.open("/tresorerie/approbations"), "!${payee}")
		if a := approver.send(at, "iban", "FR7630006000011234567890189", "cle", w.key()); a.status != http.StatusConflict {
			t.Errorf("approved again: %d", a.status)
		}
		for _, path := range []string{"/tresorerie/comptes-de-versement/x", "/tresorerie/comptes-de-versement/" + nobodys("pac_")} {
			if a := approver.ask(http.MethodGet, path, ""); a.status != http.StatusNotFound {
				t.Errorf("%s: %d", path, a.status)
			}
		}
		if a := w.signedIn("citizen").ask(http.MethodGet, at, ""); a.status != http.StatusForbidden {
			t.Errorf("a citizen: %d", a.status)
		}
	})
}
