// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/job"
	"github.com/noria-mlc/noria/ops/provider"
)

// wish is one command of the scenario: a route, what its {id} stands for, and a
// body. What is answered is kept under save.
type wish struct {
	as, route, id, body, save string
	query                     string
	csv                       bool

	key    string
	answer answer
}

func (s *wish) path() string {
	return strings.Replace(s.route, "{id}", "${"+s.id+"}", 1) + s.query
}

func (s *wish) call() call {
	c := call{as: s.as, method: http.MethodPost, path: s.path(), body: s.body, key: s.key}
	if s.csv {
		c.header = map[string]string{"Content-Type": "text/csv"}
	}
	return c
}

// scenario is a life of the currency that goes through every command of the
// API, once at least, from the opening on.
func scenario() []wish {
	return []wish{
		{as: "admin", route: "/v1/currency", body: currency},
		{as: "admin", route: "/v1/desks", body: `{"slug":"centre","name":"Comptoir du centre"}`},
		{as: "desk", route: "/v1/holders", body: `{"kind":"association","name":"Les Amis"}`, save: "friends"},
		{as: "admin", route: "/v1/users", body: `{"holder":"${friends}","grants":[{"role":"merchant_owner","organisation":"${friends}"}]}`, save: "user"},
		{as: "admin", route: "/v1/users/{id}/grants", id: "citizen2.user", body: `{"role":"cashier","organisation":"${bakery}"}`},
		{as: "admin", route: "/v1/users/{id}/grants/withdrawals", id: "citizen2.user", body: `{"role":"cashier","organisation":"${bakery}"}`},
		{as: "admin", route: "/v1/users/{id}/disablings", id: "user"},
		{as: "admin", route: "/v1/users/{id}/enablings", id: "user"},
		{as: "admin", route: "/v1/users/{id}/invitations", id: "citizen2.user", body: `{"email":"citizen2@example.org"}`},
		{as: "desk", route: "/v1/recoveries", body: `{"holder":"${citizen}","way":"mail","reason":"Carte d’identité vue"}`, save: "recovery"},
		{as: "admin", route: "/v1/recoveries/{id}/approvals", id: "recovery"},
		{as: "desk", route: "/v1/recoveries/{id}/cancellations", id: "recovery"},
		{as: "admin", route: "/v1/erasures/{id}/approvals", id: "leaving"},
		{as: "admin", route: "/v1/users/{id}/erasures", id: "citizen2.user", save: "erasure"},
		{as: "admin", route: "/v1/erasures/{id}/cancellations", id: "erasure"},
		{as: "merchant", route: "/v1/tokens", body: `{"label":"caisse","scopes":["requests"],"expires_in":3600}`, save: "token"},
		{as: "admin", route: "/v1/merchants", body: `{"holder":"${merchant}","name":"Épicerie"}`, save: "shop"},
		{as: "admin", route: "/v1/merchants", body: `{"holder":"${bakery}","name":"Fournil"}`, save: "oven"},
		{as: "merchant", route: "/v1/merchants/{id}/listing", id: "shop", body: `{"category":"food","town":"Avignon","address":"3, rue des Teinturiers","about":"Paniers"}`},
		{as: "agent", route: "/v1/campaigns", body: campaign, save: "campaign"},
		{as: "approver", route: "/v1/campaigns/{id}/approvals", id: "campaign"},
		{as: "treasurer", route: "/v1/campaigns/{id}/fundings", id: "campaign", body: `{"amount_eur":"1000.00","bank_reference":"VIR 1"}`},
		{as: "agent", route: "/v1/campaigns/{id}/pauses", id: "campaign"},
		{as: "approver", route: "/v1/campaigns/{id}/resumptions", id: "campaign"},
		{as: "agent", route: "/v1/campaigns/{id}/amendments", id: "campaign", body: terms, save: "amendment"},
		{as: "approver", route: "/v1/amendments/{id}/approvals", id: "amendment"},
		{as: "agent", route: "/v1/campaigns/{id}/amendments", id: "campaign", body: otherTerms, save: "mistaken"},
		{as: "agent", route: "/v1/amendments/{id}/withdrawals", id: "mistaken"},
		{as: "agent", route: "/v1/campaigns", body: campaign, save: "ended"},
		{as: "approver", route: "/v1/campaigns/{id}/approvals", id: "ended"},
		{as: "treasurer", route: "/v1/campaigns/{id}/fundings", id: "ended", body: `{"amount_eur":"10.00","bank_reference":"VIR 8"}`},
		{as: "approver", route: "/v1/campaigns/{id}/closings", id: "ended"},
		{as: "treasurer", route: "/v1/campaigns/{id}/returns", id: "ended", body: `{"amount_eur":"10.00","bank_reference":"VIR 9"}`},
		{as: "desk", route: "/v1/conversions", body: `{"wallet":"${citizen.wallet}","euros":"100.00","channel":"desk","desk":"centre"}`, save: "cash"},
		{as: "citizen", route: "/v1/conversions", body: `{"euros":"50.00","channel":"transfer"}`, save: "transfer"},
		{as: "treasurer", route: "/v1/conversions/{id}/settlements", id: "transfer", body: `{"bank_reference":"VIR 2","received_eur":"50.00"}`},
		{as: "treasurer", route: "/v1/conversions/{id}/reversals", id: "transfer", body: `{"reason":"rejet"}`},
		{as: "citizen2", route: "/v1/conversions", body: `{"euros":"10.00","channel":"transfer"}`, save: "debited"},
		{as: "treasurer", route: "/v1/conversions/{id}/settlements", id: "debited", body: `{"bank_reference":"VIR 4"}`},
		{as: "citizen2", route: "/v1/payments", body: `{"to":"${shop.code}","amount":"10.00"}`, save: "spent"},
		{as: "treasurer", route: "/v1/conversions/{id}/chargebacks", id: "debited", body: `{"code":"MD06","bank_reference":"REJ 4"}`},
		{as: "treasurer", route: "/v1/receivables/{id}/waivers", id: "citizen2", body: `{"amount_eur":"1.00","reason":"Introuvable"}`, save: "waiver"},
		{as: "approver", route: "/v1/waivers/{id}/approvals", id: "waiver"},
		{as: "citizen", route: "/v1/conversions", body: `{"euros":"20.00","channel":"transfer"}`, save: "awaited"},
		{as: "citizen", route: "/v1/conversions/{id}/cancellations", id: "awaited"},
		{as: "cashier", route: "/v1/payment-requests", body: `{"amount":"12.50","reference":"Panier","expires_in":600}`, save: "request"},
		{as: "citizen", route: "/v1/payment-requests/{id}/payments", id: "request", body: `{"expect_amount":"12.50"}`, save: "receipt"},
		{as: "merchant", route: "/v1/payment-requests", body: `{"merchant":"${shop}","amount":"3.00"}`, save: "withdrawn"},
		{as: "cashier", route: "/v1/payment-requests/{id}/cancellations", id: "withdrawn"},
		{as: "citizen", route: "/v1/payments", body: `{"to":"${shop.code}","amount":"40.00","message":"Cagette"}`, save: "payment"},
		{as: "citizen", route: "/v1/intents", body: `{"kind":"payment","to":"${shop.code}","amount":"2.00"}`, save: "intent"},
		{as: "citizen", route: "/v1/intents/{id}/confirmations", id: "intent", body: `{"digest":"${intent.digest}"}`},
		{as: "merchant", route: "/v1/payments/{id}/refunds", id: "payment", body: `{"amount":"4.00"}`, save: "refund"},
		{as: "merchant", route: "/v1/redemptions", body: `{"amount":"20.00"}`, save: "redemption"},
		{as: "treasurer", route: "/v1/redemptions/{id}/settlements", id: "redemption", body: `{"bank_reference":"VIR 3"}`},
		{as: "merchant", route: "/v1/redemptions", body: `{"wallet":"${merchant.wallet}","amount":"5.00"}`, save: "doubtful"},
		{as: "treasurer", route: "/v1/redemptions/{id}/refusals", id: "doubtful", body: `{"reason":"IBAN inconnu"}`},
		{as: "treasurer", route: "/v1/settings", body: `{"commissions":{"professional":{"rate":"0.05","minimum_eur":"0.10","fixed_eur":"0.05"}},"transfer_days":14}`},
		{as: "merchant", route: "/v1/payout-accounts", body: `{"iban":"FR14 2004 1010 0505 0001 3M02 606","name":"Épicerie SARL"}`},
		{as: "treasurer", route: "/v1/payout-accounts", body: `{"wallet":"${citizen.wallet}","iban":"FR7630006000011234567890189","name":"Camille Noir"}`, save: "payee"},
		{as: "approver", route: "/v1/payout-accounts/{id}/approvals", id: "payee", body: `{"iban":"FR76 3000 6000 0112 3456 7890 189"}`},
		{as: "merchant", route: "/v1/redemptions", body: `{"amount":"6.00"}`, save: "first"},
		{as: "treasurer", route: "/v1/redemption-exceptions", body: `{"holder":"${citizen}","amount":"2.00","exception":"visitor","note":"Fin de séjour"}`, save: "exception"},
		{as: "approver", route: "/v1/redemptions/{id}/approvals", id: "exception"},
		{as: "treasurer", route: "/v1/redemption-runs", body: `{"redemptions":["${exception}"]}`, save: "given-up"},
		{as: "treasurer", route: "/v1/redemption-runs/{id}/cancellations", id: "given-up"},
		{as: "treasurer", route: "/v1/redemption-runs", body: `{}`, save: "run"},
		{as: "approver", route: "/v1/redemption-runs/{id}/approvals", id: "run", body: `{"digest":"${run.digest}"}`},
		{as: "treasurer", route: "/v1/redemption-runs/{id}/settlements", id: "run", body: `{"bank_reference":"VIR 31","paid_eur":"7.65"}`},
		{as: "treasurer", route: "/v1/redemptions/{id}/returns", id: "first", body: `{"code":"AC04","bank_reference":"RET 1","then":"new-account"}`},
		{as: "treasurer", route: "/v1/fund/transfers", body: `{"from":"eur:desk:centre","to":"eur:bank:guarantee:digital:la-nef","amount_eur":"60.00","bank_reference":"REMISE 1"}`},
		{as: "agent", route: "/v1/instructions", body: `{"official":"${citizen2}","kind":"amount","value":"120.00","from":"2026-01-01","signed_on":"2026-01-01"}`, save: "instruction"},
		{as: "agent", route: "/v1/instructions", body: `{"official":"${citizen}","collectivity":"${town}","kind":"share","value":"0.25","from":"2026-01-01","until":"2032-01-01","signed_on":"2026-01-01"}`, save: "revoked"},
		{as: "agent", route: "/v1/instructions/{id}/revocations", id: "revoked"},
		{as: "agent", route: "/v1/payout-batches", body: `{"period":"2026-03","purpose":"indemnity","lines":[
			{"reference":"IND-1","holder":"${citizen2}","amount_eur":"80.00"},{"reference":"IND-2","holder":"${citizen.number}","amount_eur":"30.00"}]}`, save: "batch"},
		{as: "mayor", route: "/v1/payout-batches/{id}/approvals", id: "batch", body: `{"digest":"${batch.digest}"}`},
		{as: "treasurer", route: "/v1/payout-batches/{id}/fundings", id: "batch", body: `{"amount_eur":"110.00","bank_reference":"VIR 4","received_on":"2026-03-02"}`},
		{as: "agent", route: "/v1/payout-batches", query: "?period=2026-04&purpose=subsidy", csv: true, body: "reference;holder;amount_eur\nS-1;${friends};12,00\n", save: "file"},
		{as: "merchant", route: "/v1/tokens/{id}/revocations", id: "token"},
		{as: "treasurer", route: "/v1/paper/prints", body: `{"lines":[{"series":"2026","face":"5.00","quantity":200,"first_number":1}],"note":"Livraison"}`},
		{as: "treasurer", route: "/v1/paper/transfers", body: `{"from":"vault","to":"desk:centre","lines":[{"series":"2026","face":"5.00","quantity":100,"first_number":1}]}`, save: "carried"},
		{as: "desk", route: "/v1/paper/moves/{id}/receipts", id: "carried", body: `{"received":[99],"note":"Une déchirée"}`},
		{as: "desk", route: "/v1/paper/sales", body: `{"holder":"${citizen}","lines":[` + fives(4) + `]}`, save: "sale"},
		{as: "desk", route: "/v1/paper/sales", body: `{"holder":"${citizen}","lines":[` + fives(1) + `]}`, save: "mistake"},
		{as: "treasurer", route: "/v1/paper/moves/{id}/undoings", id: "mistake"},
		{as: "desk", route: "/v1/paper/deposits", body: `{"holder":"${citizen}","lines":[` + fives(2) + `]}`, save: "deposit"},
		{as: "treasurer", route: "/v1/paper/settlements", body: `{"to":"digital","amount_eur":"10.00","bank_reference":"VIR 41"}`},
		{as: "citizen", route: "/v1/intents", body: `{"kind":"notes","notes":{"desk":"centre","lines":[` + fives(1) + `]}}`, save: "intent-notes"},
		{as: "citizen", route: "/v1/intents/{id}/confirmations", id: "intent-notes", body: `{"digest":"${intent-notes.digest}"}`},
		{as: "citizen", route: "/v1/paper/withdrawals", body: `{"holder":"${citizen}","lines":[` + fives(1) + `]}`, save: "withdrawal"},
		{as: "desk", route: "/v1/paper/moves/{id}/handovers", id: "withdrawal"},
		{as: "citizen", route: "/v1/paper/withdrawals", body: `{"holder":"${citizen}","lines":[` + fives(1) + `]}`, save: "renounced"},
		{as: "citizen", route: "/v1/paper/moves/{id}/renouncements", id: "renounced"},
		{as: "treasurer", route: "/v1/paper/destructions", body: `{"lines":[{"series":"2026","face":"5.00","quantity":10,"first_number":191}],"note":"Usées"}`, save: "destruction"},
		{as: "approver", route: "/v1/paper/moves/{id}/signatures", id: "destruction"},
		{as: "desk", route: "/v1/paper/counts", body: `{"lines":[{"series":"2026","face":"5.00","counted":95}]}`, save: "count"},
		{as: "treasurer", route: "/v1/paper/counts/{id}/explanations", id: "count", body: `{"note":"Recomptés","book":false}`},
		{as: "treasurer", route: "/v1/paper/write-offs", body: `{"kind":"gone","place":"vault","lines":[` + fives(1) + `],"note":"Lavé en machine"}`},
		{as: "treasurer", route: "/v1/paper/remittances", body: `{"amount_eur":"20.00","whole":true,"bank_reference":"REMISE 2"}`},
		{as: "treasurer", route: "/v1/debit-creditor", body: `{"ics":"FR72ZZZ123456","notice_days":1}`},
		{as: "citizen2", route: "/v1/mandates", body: `{"iban":"FR7630004000031234567890143","name":"BERGER SAM","rhythm":"low","euros":"20.00","low":"9000.00"}`, save: "mandate"},
		{as: "citizen2", route: "/v1/mandates/{id}/amendments", id: "mandate", body: `{"euros":"25.00","low":"8000.00"}`},
		{as: "treasurer", route: "/v1/debit-runs", save: "debit-given-up"},
		{as: "treasurer", route: "/v1/debit-runs/{id}/cancellations", id: "debit-given-up"},
		{as: "treasurer", route: "/v1/debit-runs", save: "debit-run"},
		{as: "approver", route: "/v1/debit-runs/{id}/approvals", id: "debit-run", body: `{"digest":"${debit-run.digest}"}`},
		{as: "treasurer", route: "/v1/debits/{id}/collections", id: "debit", body: `{"bank_reference":"PRLV 1"}`},
		{as: "treasurer", route: "/v1/debits/{id}/returns", id: "debit", body: `{"code":"AC06","bank_reference":"REJ 1"}`},
		{as: "treasurer", route: "/v1/mandates/{id}/resumptions", id: "mandate"},
		{as: "citizen2", route: "/v1/mandates/{id}/revocations", id: "mandate"},
		{as: "citizen", route: "/v1/standing-references", body: `{}`, save: "standing"},
		{as: "treasurer", route: "/v1/standing-payments", body: `{"reference":"${standing.reference}","received_eur":"15.00","bank_reference":"VIR P 1"}`},
		{as: "desk", route: "/v1/paper/sales", body: `{"holder":"${citizen}","lines":[` + fives(1) + `]}`},
		{as: "treasurer", route: "/v1/paper/remittances", body: `{"amount_eur":"4.00","whole":true,"bank_reference":"REMISE 3"}`},
		{as: "treasurer", route: "/v1/paper/differences", body: `{"way":"found","amount_eur":"1.00","bank_reference":"REMISE 4","note":"Fond de caisse"}`},
		{as: "treasurer", route: "/v1/paper/destructions", body: `{"lines":[{"series":"2026","face":"5.00","quantity":1,"first_number":190}],"note":"Erreur"}`, save: "recalled"},
		{as: "treasurer", route: "/v1/paper/moves/{id}/recalls", id: "recalled"},
		{as: "treasurer", route: "/v1/acpr/settings", body: `{"conversions":true,"redemptions":false}`},
		{as: "desk", route: "/v1/holders/{id}/residence", id: "citizen2", body: `{"household":"foyer 12","commune":"84007"}`},
		{as: "treasurer", route: "/v1/settings/bonus-wait", body: `{"days":30}`},
		{as: "treasurer", route: "/v1/loops/closings", body: `{"redemption":"${loop.redemption}","conversion":"${loop.conversion}","payment":"${loop.payment}","note":"Facture vue"}`},
		{as: "treasurer", route: "/v1/membership", body: `{"on":false,"grace_days":30,"may_spend":true,"reminder_days":15,"kinds":["individual"],"account":"${friends}"}`},
		{as: "treasurer", route: "/v1/dues/rates", body: `{"year":${year},"rates":[{"kind":"individual","amount":"12.00"}]}`},
		{as: "desk", route: "/v1/dues", body: `{"holder":"${citizen}","year":${year},"way":"desk","desk":"centre","amount":"15.00"}`, save: "dues"},
		{as: "treasurer", route: "/v1/dues/{id}/cancellations", id: "dues", body: `{"reason":"Erreur de saisie"}`},
		{as: "citizen", route: "/v1/dues", body: `{"holder":"${citizen}","year":${year},"way":"units"}`},
		{as: "treasurer", route: "/v1/gift-associations", body: `{"association":"${friends}","admitted":true}`},
		{as: "citizen", route: "/v1/holders/{id}/gift-choice", id: "citizen", body: `{"association":"${friends}"}`},
		{as: "treasurer", route: "/v1/gift-rounds", body: `{"from":"2026-01-01","until":"${today}","rate":"0.03"}`, save: "gifts"},
		{as: "treasurer", route: "/v1/gift-rounds/{id}/cancellations", id: "gifts"},
		{as: "treasurer", route: "/v1/gift-rounds", body: `{"from":"2026-01-01","until":"${today}","rate":"0.03"}`, save: "gift"},
		{as: "approver", route: "/v1/gift-rounds/{id}/approvals", id: "gift"},
		{as: "treasurer", route: "/v1/gift-rounds/{id}/settlements", id: "gift", body: `{"bank_reference":"VIR DONS"}`},
		{as: "treasurer", route: "/v1/fund/alerts", body: `{"revision":0,"gap_eur":"100.00","coverage":"0.98","awaited_days":10}`},
		{as: "treasurer", route: "/v1/projects", body: `{"name":"Moulin coopératif","commune":"Pernes","year":2025,"amount_eur":"40000.00","link":"https://exemple.fr/moulin","about":"Une farine d’ici."}`, save: "project"},
		{as: "treasurer", route: "/v1/projects/{id}/revisions", id: "project", body: `{"revision":1,"name":"Moulin coopératif","commune":"Pernes","year":2025,"amount_eur":"45000.00","about":"Une farine d’ici."}`},
		{as: "treasurer", route: "/v1/projects", body: `{"name":"Crèche","commune":"Apt","year":2020,"amount_eur":"9000.00","about":"Ouverte à tous."}`, save: "project-over"},
		{as: "treasurer", route: "/v1/projects/{id}/withdrawals", id: "project-over"},
		{as: "treasurer", route: "/v1/fonte", body: demurrage, save: "fonte-over"},
		{as: "approver", route: "/v1/fonte/{id}/approvals", id: "fonte-over"},
		{as: "treasurer", route: "/v1/fonte/{id}/ends", id: "fonte-over"},
		{as: "treasurer", route: "/v1/fonte", body: demurrage, save: "fonte"},
		{as: "treasurer", route: "/v1/card-decisions", body: `{"conversion":"${odd-card}","deed":"returned","note":"Rendu le 12"}`, save: "card-mistake"},
		{as: "treasurer", route: "/v1/card-decisions/{id}/withdrawals", id: "card-mistake"},
		{as: "treasurer", route: "/v1/card-decisions", body: `{"conversion":"${odd-card}","deed":"credit","holder":"${citizen2}","note":"Payé par son frère"}`, save: "card-decision"},
		{as: "approver", route: "/v1/card-decisions/{id}/approvals", id: "card-decision"},
		{as: "treasurer", route: "/v1/bank-accounts", body: newBank, save: "bank-mistake"},
		{as: "treasurer", route: "/v1/bank-account-changes/{id}/withdrawals", id: "bank-mistake"},
		{as: "treasurer", route: "/v1/bank-accounts", body: newBank, save: "bank"},
		{as: "approver", route: "/v1/bank-account-changes/{id}/approvals", id: "bank"},
		{as: "treasurer", route: "/v1/bank-accounts/closings", body: `{"account":"eur:bank:guarantee:digital:credit-agricole","note":"Fin de convention"}`, save: "bank-closing"},
	}
}

// newBank is a compte dédié that can be opened.
const newBank = `{"account":"eur:bank:guarantee:digital:credit-agricole","custodian":"Crédit Agricole","iban":"FR76 3000 4000 0312 3456 7890 143","holder_name":"Association La Roue","note":"Convention du 3 mars"}`

// demurrage is a rule that begins late enough whenever the tests run.
const demurrage = `{"rate":"0.02","period":"half-year","first_day":"2036-07-01","receiver":"${friends}","kinds":["individual","professional"],"exempt":"50.00","notice_days":60}`

// fives is a line of that many notes of 5.00.
func fives(quantity int) string {
	return fmt.Sprintf(`{"series":"2026","face":"5.00","quantity":%d}`, quantity)
}

const campaign = `{"name":"10 pour 12","rate":"0.20","budget_eur":"2000.00","starts_on":"2026-01-01","ends_on":"2036-12-31","per_person_cap":"200.00",
	"household_cap":"400.00","payer_cap":"300.00","per_person_period":"month","minimum_eur":"1.00","maximum_eur":"500.00","eligible_kinds":["individual"],"when_exhausted":"partial",
	"convention":{"reference":"Délibération 1","date":"2026-01-01"}}`

// terms and otherTerms are what amendments propose.
const (
	terms = `{"terms":{"budget_eur":"3000.00","ends_on":"2036-12-31","per_person_cap":"200.00","household_cap":"300.00","payer_cap":"0.00",
		"minimum_eur":"1.00","maximum_eur":"500.00"},"reason":"Avenant 1"}`
	otherTerms = `{"terms":{"budget_eur":"4000.00","ends_on":"2036-12-31","per_person_cap":"200.00","household_cap":"300.00","payer_cap":"0.00",
		"minimum_eur":"1.00","maximum_eur":"500.00"},"reason":"Avenant 2"}`
)

// play lives the scenario; at its end the officials have been paid, so that
// every state has moved on.
func (w *world) play() []wish {
	w.Helper()
	wishes := scenario()
	w.known["year"], w.known["today"] = civil.Of(w.ledger.Now()).String()[:4], civil.Of(w.ledger.Now()).String()
	w.settle("citizen", "citizen@example.org")
	w.leave()
	for i := range wishes {
		s := &wishes[i]
		if s.id == "run" && strings.HasSuffix(s.route, "/settlements") {
			w.shown("treasurer", "/v1/redemption-runs/${run}/pain.001") // what is sent can be settled
		}
		if s.id == "debit" && w.known["debit"] == "" {
			w.shown("treasurer", "/v1/debit-runs/${debit-run}/pain.008") // what is sent can be collected
			w.known["debit"] = w.shown("treasurer", "/v1/debit-runs/${debit-run}").text("items", 0, "id")
		}
		if s.route == "/v1/loops/closings" {
			w.watch()
		}
		if s.route == "/v1/card-decisions" && w.known["odd-card"] == "" {
			w.oddly("odd-card", func(p *provider.SandboxPayment) { p.Euros = money.MustParse("25.00") })
		}
		s.key = w.key()
		s.answer = w.do(s.call())
		if want := http.StatusCreated; s.answer.status != want && s.answer.status != http.StatusNoContent {
			w.Fatalf("POST %s as %s: %d %s", s.path(), s.as, s.answer.status, s.answer.body)
		}
		if s.save != "" {
			w.keep(s.save, s.answer)
		}
	}
	if _, err := w.payout.ExecuteDue(w.Context(), job.System()); err != nil {
		w.Fatal(err)
	}
	return wishes
}

// watch looks for loops, and keeps the parts of one that was found.
func (w *world) watch() {
	w.Helper()
	_, err := w.conversion.WatchLoops(w.Context(), job.System(), 30)
	must(w, err)
	found := w.shown("treasurer", "/v1/loops")
	for _, part := range []string{"redemption", "conversion", "payment"} {
		w.known["loop."+part] = found.text("items", 0, part)
	}
}
