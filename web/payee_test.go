// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/job"
)

// TestD10WhoActsForAHolderIsWrittenTo changes the account of a bakery, whose
// owner proved an address, and looks at the letters and at who may read the number.
func TestD10WhoActsForAHolderIsWrittenTo(t *testing.T) {
	inWorld(t, func(w *world) {
		for _, who := range []string{"rival", "merchant", "mayor"} {
			w.proveAddress(who)
		}
		set := func(as, iban string) answer {
			return w.made(as, "/v1/payout-accounts", `{"wallet":"${bakery.wallet}","iban":"`+iban+`","name":"Fournil SARL"}`)
		}
		first := set("rival", "FR14 2004 1010 0505 0001 3M02 606")
		w.is(first, "status", "effective", "iban", "FR14 •••• 2606")
		if strings.Contains(first.body, "SARL") {
			w.Errorf("the answer, which is kept, names somebody: %s", first.body)
		}
		w.is(set("rival", "FR7630006000011234567890189"), "status", "delayed")
		w.keep("proposed", set("treasurer", "FR14 2004 1010 0505 0001 3M02 606"))
		w.is(w.made("approver", "/v1/payout-accounts/${proposed}/approvals", `{"iban":"FR1420041010050500013M02606"}`), "status", "delayed")
		letters := w.letters()
		if len(letters) != 4 {
			w.Fatalf("%d letters", len(letters))
		}
		for i, end := range []string{"2606", "0189", "2606", "2606"} {
			if letters[i].To != "rival@example.org" || !strings.Contains(letters[i].Text, end) || strings.Contains(letters[i].Text, "FR14") {
				w.Errorf("letter %d to %s: %s", i, letters[i].To, letters[i].Text)
			}
		}
		list := w.shown("rival", "/v1/payout-accounts?wallet=${bakery.wallet}")
		if !strings.Contains(list.body, `"iban":"FR1420041010050500013M02606"`) || !strings.Contains(list.body, "Fournil SARL") {
			w.Errorf("the owner reads %s", list.body)
		}
		w.refused(call{as: "merchant", method: "GET", path: "/v1/payout-accounts?wallet=${bakery.wallet}"}, 403, "forbidden")
		w.refused(call{as: "cashier", method: "POST", path: "/v1/payout-accounts", body: `{"wallet":"${merchant.wallet}","iban":"FR1420041010050500013M02606","name":"X"}`}, 403, "forbidden")
		w.refused(call{as: "merchant", method: "POST", path: "/v1/payout-accounts", body: `{"iban":"FR1420041010050500013M02607","name":"X"}`}, 422, "invalid")
	})
}

// TestAFileIsGivenOutAgain fetches the file of a run twice.
func TestAFileIsGivenOutAgain(t *testing.T) {
	inWorld(t, func(w *world) {
		w.made("citizen", "/v1/payments", `{"to":"${shop.code}","amount":"20.00"}`)
		w.made("merchant", "/v1/payout-accounts", `{"iban":"FR1420041010050500013M02606","name":"Épicerie"}`)
		w.made("merchant", "/v1/redemptions", `{"amount":"20.00"}`)
		w.keep("run", w.made("treasurer", "/v1/redemption-runs", `{}`))
		w.refused(call{as: "treasurer", method: "GET", path: "/v1/redemption-runs/${run}/pain.001"}, 409, "run-not-approved")
		w.refused(call{as: "approver", method: "POST", path: "/v1/redemption-runs/${run}/approvals", body: `{"digest":"` + strings.Repeat("0", 64) + `"}`}, 409, "digest-changed")
		w.made("approver", "/v1/redemption-runs/${run}/approvals", `{"digest":"${run.digest}"}`)
		w.refused(call{as: "treasurer", method: "GET", path: "/v1/redemption-runs/${run}/pain.001?version=08"}, 422, "invalid")
		first := w.shown("treasurer", "/v1/redemption-runs/${run}/pain.001?version=03")
		w.later(time.Hour)
		again := w.shown("treasurer", "/v1/redemption-runs/${run}/pain.001?version=03")
		if first.body != again.body || first.header.Get("Noria-Already-Exported") != "" || again.header.Get("Noria-Already-Exported") != "true" ||
			first.header.Get("Noria-Exported-At") == "" || first.header.Get("Noria-Exported-At") != again.header.Get("Noria-Exported-At") {
			w.Errorf("%v, then %v", first.header, again.header)
		}
		if !strings.Contains(first.body, "pain.001.001.03") || !strings.HasPrefix(first.header.Get("Content-Type"), "application/xml") {
			w.Errorf("%s", first.body)
		}
		w.refused(call{as: "treasurer", method: "POST", path: "/v1/redemption-runs/${run}/cancellations"}, 409, "run-exported")
	})
}

// proveAddress gives somebody an address, as joining would.
func (w *world) proveAddress(who string) {
	w.Helper()
	_, err := w.ledger.Execute(w.Context(), ledger.Command{Actor: job.System(), Action: access.IdentityJoin, Key: w.key()}, func(tx *ledger.Tx) (ident.Ref, error) {
		_, err := tx.Exec(`INSERT INTO identities (user_id, email, password, totp, totp_step, created_at) VALUES ($1, $2, '', NULL, 0, 0)`, w.actors[who].ID, who+"@example.org")
		return ident.Ref{}, err
	})
	must(w, err)
}
