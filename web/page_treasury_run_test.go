// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestD9TransfersArePreparedApprovedAndSent walks a redemption to the bank in
// pages: one person prepares, another approves the very content, the file leaves
// once and is the same again, and the bank's line settles it.
func TestD9TransfersArePreparedApprovedAndSent(t *testing.T) {
	inWorld(t, func(w *world) {
		w.made("desk", "/v1/conversions", `{"wallet":"${citizen.wallet}","euros":"80.00","channel":"desk"}`)
		w.made("citizen", "/v1/payments", `{"to":"${shop.code}","amount":"60.00"}`)
		w.made("merchant", "/v1/payout-accounts", `{"wallet":"${merchant.wallet}","iban":"FR1420041010050500013M02606","name":"Épicerie SARL"}`)
		w.made("merchant", "/v1/redemptions", `{"amount":"40.00"}`)
		b := w.signedIn("treasurer")
		w.reads(b.open("/tresorerie/virements"), "37,90", "Reconversions en attente de virement", "Aucun virement groupé")
		for _, bad := range []string{"hier", "2020-01-01"} {
			a := b.send("/tresorerie/virements", "cle", w.key(), "date", bad)
			w.reads(a, "Donnez un jour à venir", `value="`+bad+`"`)
			if a.status != http.StatusUnprocessableEntity {
				w.Errorf("%s: %d", bad, a.status)
			}
		}
		key := w.key()
		at := w.goes(b.send("/tresorerie/virements", "cle", key), "/tresorerie/virements/rrn_[a-z0-9]+")
		w.goes(b.send("/tresorerie/virements", "cle", key), at)
		page := b.open(at)
		w.reads(page, "À approuver", "37,90", "Épicerie SARL", "!20041010050500013", "Abandonner")
		if a := b.send(at, "cle", w.key(), "empreinte", digestOf(page)); a.status != http.StatusForbidden {
			w.Errorf("the treasurer approves: %d", a.status)
		}
		if a := b.send(at+"/fichier", "cle", w.key(), "version", "09"); a.status != http.StatusConflict {
			w.Errorf("the file of a draft: %d", a.status)
		}
		second := w.signedIn("approver")
		wrong := second.send(at, "cle", w.key(), "empreinte", strings.Repeat("0", 64))
		w.reads(wrong, "Aucun montant n’a été débité")
		if wrong.status != http.StatusConflict {
			w.Errorf("another content is approved: %d", wrong.status)
		}
		w.goes(second.send(at, "cle", w.key(), "empreinte", digestOf(second.open(at))), at)
		file := b.send(at+"/fichier", "cle", w.key(), "version", "09")
		if file.status != http.StatusOK || !strings.Contains(file.header.Get("Content-Disposition"), "attachment") || !strings.Contains(file.body, "FR1420041010050500013M02606") {
			w.Errorf("the file: %d %s", file.status, file.header)
		}
		if again := b.send(at+"/fichier", "cle", w.key(), "version", "09"); again.body != file.body {
			w.Error("the file given out again is another one")
		}
		w.reads(b.open(at), "Envoyé à la banque", "octet pour octet", "!Abandonner")
		missing := b.send(at+"/reglement", "cle", w.key())
		w.reads(missing, "Pour tout ce qui reste", "37,90")
		if missing.status != http.StatusUnprocessableEntity {
			w.Errorf("no reference: %d", missing.status)
		}
		w.goes(b.send(at+"/reglement", "cle", w.key(), "reference", "VIR GROUPE 1"), at)
		w.reads(b.open(at), "Réglée</td>", "!La banque a débité")
		for path, status := range map[string]int{"/tresorerie/virements/x": 404, "/tresorerie/virements/" + nobodys("rrn_"): 404} {
			if a := b.ask("GET", path, ""); a.status != status {
				w.Errorf("%s: %d", path, a.status)
			}
		}
		for _, as := range []string{"citizen", "merchant", "cashier", "desk", "agent", "admin"} {
			if a := w.signedIn(as).ask("GET", at, ""); a.status != http.StatusForbidden {
				w.Errorf("%s reads a run: %d", as, a.status)
			}
		}
	})
}

// digestOf is the digest that a page asks to approve.
func digestOf(a answer) string {
	_, after, _ := strings.Cut(a.body, `name="empreinte" value="`)
	digest, _, _ := strings.Cut(after, `"`)
	return digest
}
