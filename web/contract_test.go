// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/web/qr"
)

// TestTheContractsFields plays the scenario and looks for every field that the
// contract names.
func TestTheContractsFields(t *testing.T) {
	inBareWorld(t, func(w *world) {
		w.play()
		w.has("currency", w.shown("", "/v1/currency").at(), "name code decimals issuer")
		w.has("issuer", w.shown("", "/v1/currency").at("issuer"), "name legal_basis")
		fund := w.shown("", "/v1/fund")
		w.has("fund", fund.at(), "as_of head pools total")
		w.has("fund's head", fund.at("head"), "seq hash")
		figures := "circulation backing_eur custodians in_transit_eur redeeming_eur gap_eur coverage"
		w.has("pool", fund.at("pools", 0), "pool "+figures)
		w.has("total", fund.at("total"), figures)
		w.has("custodian", fund.at("total", "custodians", 0), "name balance_eur")
		me := w.shown("citizen", "/v1/me")
		w.has("me", me.at(), "holder roles")
		w.has("me's holder", me.at("holder"), "id kind name number wallet")
		w.is(me, "holder.id", "${citizen}", "holder.wallet", "${citizen.wallet}", "roles", "[citizen]")
		w.has("holder", w.shown("desk", "/v1/holders").at("items", 0), "id number wallet kind name")
		w.has("wallet", w.shown("citizen", "/v1/wallets/${citizen.wallet}").at(), "id holder booked reserved available version seq")
		w.has("posting", w.shown("citizen", "/v1/wallets/${citizen.wallet}/postings").at("items", 0),
			"seq entry kind at booked_on counterparty amount balance message reference")
		w.has("campaign", w.shown("agent", "/v1/campaigns/${campaign}").at(), "id status received_eur granted_eur reserved_eur remaining_eur "+
			"funder name rate budget_eur starts_on ends_on per_person_cap per_person_period minimum_eur maximum_eur eligible_kinds convention")
		w.has("report", w.shown("agent", "/v1/campaigns/${campaign}/report").at(), "campaign received_eur")
		w.has("quote", w.post("citizen", "/v1/conversions/quotes", `{"euros":"10.00"}`).at(), "euros bonus credited campaign allowance_left reasons")
		w.has("conversion", w.shown("citizen", "/v1/conversions/${cash}").at(), "id status euros bonus credited campaign reference entry")
		w.has("request", w.shown("citizen", "/v1/payment-requests/${request}").at(), "id code amount merchant status url qr expires_at payment")
		w.has("request's merchant", w.shown("citizen", "/v1/payment-requests/${request}").at("merchant"), "id name")
		w.has("payment", w.shown("citizen", "/v1/payments/${payment}").at(), "id status amount from to at entry match_code")
		w.has("redemption", w.shown("merchant", "/v1/redemptions/${redemption}").at(), "id status amount fee_eur euros")
		batch := w.shown("agent", "/v1/payout-batches/${batch}")
		w.has("batch", batch.at(), "id status digest total_eur lines collectivity period purpose")
		w.has("line", batch.at("lines", 0), "n holder amount_eur status entry")
		w.has("problem line", batch.at("lines", 1), "n holder amount_eur status problem")
		w.is(batch, "status", "executed", "paid_eur", "80.00", "returned_eur", "30.00")
		proof := w.shown("auditor", "/v1/payout-batches/${batch}/proof")
		if !strings.HasPrefix(proof.header.Get("Content-Type"), "text/csv") || !strings.Contains(proof.header.Get("Content-Disposition"), "attachment") ||
			!strings.Contains(proof.body, w.known["batch.digest"]) || !strings.Contains(proof.body, "VIR 4") {
			w.Errorf("proof: %v %s", proof.header, proof.body)
		}
		w.refused(call{as: "agent", method: "GET", path: "/v1/payout-batches/${file}/proof"}, http.StatusConflict, "batch-not-executed")
	})
}

// TestCreatedThingsAreWhereTheirLocationSays follows the Location of each answer
// of the scenario, as who made it.
func TestCreatedThingsAreWhereTheirLocationSays(t *testing.T) {
	inBareWorld(t, func(w *world) {
		for _, s := range w.play() {
			at := s.answer.header.Get("Location")
			if s.answer.status == http.StatusNoContent {
				continue
			}
			if a := w.get(s.as, at); !strings.HasPrefix(at, "/v1/") || a.status != http.StatusOK {
				w.Errorf("%s: %q as %s is answered %d %s", s.path(), at, s.as, a.status, a.body)
			}
		}
	})
}

// TestLaRoue follows ten euros of the contract's own example: bonus, payment,
// statement.
func TestLaRoue(t *testing.T) {
	inWorld(t, func(w *world) {
		w.keep("campaign", w.made("agent", "/v1/campaigns", campaign))
		w.refused(call{as: "mayor", method: "POST", path: "/v1/campaigns/${shop}/approvals"}, 422, "invalid")
		w.is(w.made("mayor", "/v1/campaigns/${campaign}/approvals", ""), "status", "active", "received_eur", "0.00")
		w.is(w.made("treasurer", "/v1/campaigns/${campaign}/fundings", `{"amount_eur":"300.00","bank_reference":"VIR 1"}`), "received_eur", "300.00", "remaining_eur", "300.00")
		w.is(w.post("citizen", "/v1/conversions/quotes", `{"euros":"10.00"}`), "euros", "10.00", "bonus", "2.00", "credited", "12.00",
			"campaign", "${campaign}", "allowance_left", "198.00", "reasons", "[]")
		w.keep("ten", w.made("desk", "/v1/conversions", `{"wallet":"${citizen.wallet}","euros":"10.00","channel":"desk"}`))
		w.is(w.shown("citizen", "/v1/conversions/${ten}"), "status", "settled", "bonus", "2.00", "credited", "12.00")
		w.is(w.shown("agent", "/v1/campaigns/${campaign}"), "granted_eur", "2.00", "remaining_eur", "298.00")
		w.keep("paid", w.made("citizen", "/v1/payments", `{"to":"${shop.code}","amount":"12.00","message":"Pain"}`))
		items := w.shown("citizen", "/v1/wallets/${citizen.wallet}/postings")
		for i, want := range []struct{ kind, amount, balance, counterparty string }{
			{"payment", "-12.00", "120.00", "merchant"}, {"conversion", "2.00", "132.00", "La Roue"}, {"conversion", "10.00", "130.00", "La Roue"},
		} {
			got := []string{items.text("items", i, "kind"), items.text("items", i, "amount"), items.text("items", i, "balance"), items.text("items", i, "counterparty")}
			if strings.Join(got, " ") != strings.Join([]string{want.kind, want.amount, want.balance, want.counterparty}, " ") {
				w.Errorf("movement %d is %v, want %v", i, got, want)
			}
		}
		w.is(w.shown("merchant", "/v1/payments/${paid}"), "message", "Pain", "from", "${citizen.wallet}", "match_code", "${paid.match_code}")
		w.is(w.shown("", "/v1/fund"), "total.circulation", "192.00", "total.backing_eur", "192.00", "total.gap_eur", "0.00", "total.coverage", "1.0000")
	})
}

// TestATransferIsAwaited asks for a conversion by transfer, scans its code, and
// lets its time pass.
func TestATransferIsAwaited(t *testing.T) {
	inWorld(t, func(w *world) {
		a := w.keep("awaited", w.made("citizen", "/v1/conversions", `{"euros":"30.00","channel":"transfer"}`))
		epc := "BCD\n002\n1\nSCT\nAGRIFRPP\nAssociation La Roue\nFR7630006000011234567890189\nEUR30.00\n\n\n" + w.known["awaited.reference"]
		w.is(a, "status", "awaiting_euros", "pay.epc", epc, "pay.iban", "FR7630006000011234567890189", "pay.name", "Association La Roue")
		if picture, err := qr.SVGMaxVersion(epc, "Virement "+w.known["awaited.reference"], qr.MaxVersionEPC); err != nil || a.text("pay", "qr") != picture {
			w.Errorf("the picture does not say the payload: %v", err)
		}
		if a.text("expires_at") == "" || a.at("entry") != nil {
			w.Errorf("awaited: %s", a.body)
		}
		w.refused(call{as: "treasurer", method: "POST", path: "/v1/conversions/${awaited}/settlements", body: `{"bank_reference":"VIR 2","received_eur":"29.99"}`}, 409, "amount-differs")
		w.refused(call{as: "treasurer", method: "POST", path: "/v1/conversions/${awaited}/reversals", body: `{}`}, 409, "conversion-awaiting")
		w.refused(call{as: "citizen", method: "POST", path: "/v1/conversions", body: `{"euros":"30.00","channel":"debit"}`}, 409, "channel-unavailable")
		w.later(15 * 24 * time.Hour)
		w.is(w.shown("citizen", "/v1/conversions/${awaited}"), "status", "expired")
		w.refused(call{as: "treasurer", method: "POST", path: "/v1/conversions/${awaited}/settlements", body: `{"bank_reference":"VIR 2"}`}, 409, "conversion-expired")
		if got := w.available("citizen").Format(); got != "120.00" {
			w.Errorf("%s left", got)
		}
	})
}

// TestARequestIsPaidOnce asks for a payment, scans its code, pays it, and pays
// it again.
func TestARequestIsPaidOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		a := w.keep("request", w.made("cashier", "/v1/payment-requests", `{"amount":"12.50","reference":"Panier"}`))
		url := w.server.URL + "/payer/" + w.known["request"]
		picture, err := qr.SVG(url, "Payer Épicerie")
		must(w, err)
		w.is(a, "status", "open", "url", url, "qr", picture, "merchant.id", "${shop}", "merchant.name", "Épicerie")
		if svg := w.shown("citizen", "/v1/payment-requests/${request}/qr.svg"); svg.body != picture || svg.header.Get("Content-Type") != "image/svg+xml" {
			w.Errorf("%v %s", svg.header, svg.body)
		}
		w.refused(call{as: "citizen", method: "POST", path: "/v1/payment-requests/${request}/payments", body: `{"expect_amount":"12.51"}`}, 409, "request-amount-differs")
		w.keep("paid", w.made("citizen", "/v1/payment-requests/${request}/payments", ""))
		w.refused(call{as: "citizen", method: "POST", path: "/v1/payment-requests/${request}/payments"}, 409, "request-already-paid")
		w.refused(call{as: "citizen2", method: "POST", path: "/v1/payment-requests/${request}/payments"}, 409, "request-already-paid")
		w.refused(call{as: "cashier", method: "POST", path: "/v1/payment-requests/${request}/cancellations"}, 409, "request-already-paid")
		w.is(w.shown("cashier", "/v1/payment-requests/${request}"), "status", "paid", "payment", "${paid}", "match_code", "${paid.match_code}", "paid_at", "${paid.at}")
		w.keep("late", w.made("cashier", "/v1/payment-requests", `{"amount":"1.00","expires_in":30}`))
		w.later(30 * time.Second)
		w.is(w.shown("citizen", "/v1/payment-requests/${late}"), "status", "expired")
		w.refused(call{as: "citizen", method: "POST", path: "/v1/payment-requests/${late}/payments"}, 409, "request-expired")
		if got := w.available("merchant").Format(); got != "12.50" {
			w.Errorf("the shop has %s", got)
		}
	})
}

// TestThePastOfTheFund asks for the fund as it stood before a conversion.
func TestThePastOfTheFund(t *testing.T) {
	inWorld(t, func(w *world) {
		now := w.shown("", "/v1/fund")
		at := now.text("as_of")
		w.later(time.Minute)
		w.made("desk", "/v1/conversions", `{"wallet":"${citizen.wallet}","euros":"5.00","channel":"desk"}`)
		w.is(w.shown("", "/v1/fund"), "total.circulation", "185.00")
		past := w.shown("", "/v1/fund?at="+at)
		w.is(past, "total.circulation", "180.00", "as_of", at, "head.seq", now.text("head", "seq"), "head.hash", now.text("head", "hash"))
		w.is(w.shown("", "/v1/fund?at=2020-01-01T00:00:00Z"), "total.circulation", "0.00", "head.seq", "0")
		w.is(w.shown("", "/v1/fund?at=2020-01-01T00:00:00%2B01:00"), "as_of", "2019-12-31T23:00:00Z")
	})
}

// TestTwoPersons lets one person try to do both halves of what needs two (D9).
func TestTwoPersons(t *testing.T) {
	inWorld(t, func(w *world) {
		u := w.made("admin", "/v1/users", `{"holder":"${citizen2}","grants":[{"role":"collectivity_agent","organisation":"${town}"},
			{"role":"collectivity_approver","organisation":"${town}"}]}`)
		w.known["both.user"] = u.text("id")
		w.issue("both", "both.user")
		w.keep("campaign", w.made("both", "/v1/campaigns", campaign))
		w.refused(call{as: "both", method: "POST", path: "/v1/campaigns/${campaign}/approvals"}, 409, "same-person")
		w.keep("batch", w.made("both", "/v1/payout-batches", `{"period":"2026-03","purpose":"subsidy","lines":[{"reference":"S-1","holder":"${citizen}","amount_eur":"1.00"}]}`))
		w.refused(call{as: "both", method: "POST", path: "/v1/payout-batches/${batch}/approvals", body: `{"digest":"${batch.digest}"}`}, 409, "same-person")
		w.refused(call{as: "mayor", method: "POST", path: "/v1/payout-batches/${batch}/approvals", body: `{"digest":"` + strings.Repeat("0", 64) + `"}`}, 409, "digest-changed")
		w.is(w.made("mayor", "/v1/payout-batches/${batch}/approvals", `{"digest":"${batch.digest}"}`), "status", "approved")
	})
}
