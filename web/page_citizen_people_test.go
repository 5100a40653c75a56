// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/web/qr"
)

func TestTheHomeOfAWallet(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.signedIn("citizen")
		w.reads(b.open("/portefeuille"), `href="/payer"`, `href="/change"`, `href="/demandes"`, `href="/beneficiaires"`, "Tout l’historique", "!de bonus", "!En attente")
		w.made("citizen", "/v1/payment-requests", `{"wallet":"${citizen.wallet}","amount":"7.50","reference":"<i>Cinéma"}`)
		w.made("citizen", "/v1/conversions", `{"euros":"30.00","channel":"transfer"}`)
		w.reads(b.open("/portefeuille"), "En attente", "Demande de 7,50 Roues", "&lt;i&gt;Cinéma", "30,00\u00a0€ à virer")
		w.reads(w.signedIn("rival").open("/portefeuille"), `href="/payer"`, `href="/change"`, "!/demandes")
		w.reads(w.signedIn("agent").open("/portefeuille"), `data-wallet="${town.wallet}"`, `!href="/change"`, "!/demandes", "!/beneficiaires")
	})
}

func TestAskingSomebody(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.signedIn("citizen")
		form := b.open("/demandes")
		w.reads(form, "Vous n’avez encore rien demandé", `value="7" checked`)
		for typed, advice := range map[string]string{"": "Saisissez un montant", "abc": "pas lisible", "0": "supérieur à zéro"} {
			a := b.send("/demandes", "montant", typed, "motif", "Cinéma", "jours", "30", "cle", form.formKey())
			w.reads(a, advice, `value="Cinéma"`, `value="30" checked`)
			if a.status != http.StatusUnprocessableEntity || a.formKey() != form.formKey() {
				w.Errorf("%q: %d", typed, a.status)
			}
		}
		long := b.send("/demandes", "montant", "1", "motif", strings.Repeat("x", 71), "cle", form.formKey())
		w.reads(long, "70 caractères au plus", strings.Repeat("x", 71))
		if long.status != http.StatusUnprocessableEntity {
			w.Errorf("%d", long.status)
		}
		pairs := []string{"montant", "7,50", "motif", "Cinéma", "jours", "1", "cle", form.formKey()}
		at := w.follows(b.send("/demandes", pairs...), "/demandes/prq_")
		if again := w.follows(b.send("/demandes", pairs...), "/demandes/prq_"); again != at {
			w.Errorf("sent twice: %s and %s", at, again)
		}
		w.known["asked"] = strings.TrimPrefix(at, "/demandes/")
		w.keep("wish", w.shown("citizen2", "/v1/payment-requests/${asked}"))
		w.reads(b.open(at), "7,50", "Cinéma", w.server.URL+"/payer/${asked}", ">${wish.code}<", at+"/code.svg", `data-watch="payment-request:${asked}"`)
		picture := b.ask("GET", at+"/code.svg", "")
		want, err := qr.SVG(w.server.URL+w.say("/payer/${asked}"), "Payer citizen")
		must(w, err)
		if picture.body != want || picture.header.Get("Content-Type") != "image/svg+xml" {
			w.Errorf("the code: %v", picture.header)
		}
		for _, as := range []string{"citizen2", "rival", "cashier", "treasurer"} {
			other := w.signedIn(as)
			for _, path := range []string{at, at + "/code.svg"} {
				if a := other.ask("GET", path, ""); a.status != http.StatusForbidden {
					w.Errorf("%s at %s: %d", as, path, a.status)
				}
			}
			if a := other.send(at+"/annulation", "cle", w.key()); a.status != http.StatusForbidden {
				w.Errorf("%s cancels: %d", as, a.status)
			}
		}
		w.keep("till", w.made("cashier", "/v1/payment-requests", `{"amount":"9.00"}`))
		for _, path := range []string{"/demandes/${till}", "/demandes/" + nobodys("prq_"), "/demandes/x"} {
			if a := b.ask("GET", path, ""); a.status != http.StatusForbidden {
				w.Errorf("%s: %d", path, a.status)
			}
		}
		cancel := b.open(at).formKey()
		w.keep("paid", w.made("citizen2", "/v1/payment-requests/${asked}/payments", `{"expect_amount":"7.50"}`))
		w.reads(b.open(at), "Payée", ">${paid.match_code}<", w.say("/portefeuille/mouvements/${paid.entry}"), "!data-watch")
		late := b.send(at+"/annulation", "cle", cancel)
		w.reads(late, "déjà payée", "Payée")
		if late.status != http.StatusConflict || w.available("citizen").Format() != "127.50" {
			w.Errorf("%d, %s", late.status, w.available("citizen"))
		}
		second := w.follows(b.send("/demandes", "montant", "1", "jours", "400", "cle", b.open("/demandes").formKey()), "/demandes/prq_")
		w.follows(b.send(second+"/annulation", "cle", b.open(second).formKey()), second)
		w.reads(b.open(second), "Annulée", "ne peut plus être payée")
		third := w.follows(b.send("/demandes", "montant", "1", "cle", b.open("/demandes").formKey()), "/demandes/prq_")
		w.later(8 * 24 * time.Hour)
		b = w.signedIn("citizen")
		w.reads(b.open(third), "Expirée", "Personne n’a payé à temps")
		w.reads(b.open("/demandes"), "Payée", "Annulée", "Expirée")
	})
}

// TestTheContractOfAPersonsRequest: no merchant, the payee's name, and the same
// refusals as everywhere.
func TestTheContractOfAPersonsRequest(t *testing.T) {
	inWorld(t, func(w *world) {
		w.keep("wish", w.made("citizen", "/v1/payment-requests", `{"wallet":"${citizen.wallet}","amount":"7.50","expires_in":2592000}`))
		read := w.shown("citizen2", "/v1/payment-requests/${wish}")
		w.is(read, "payee", "citizen", "status", "open", "amount", "7.50", "url", w.server.URL+w.say("/payer/${wish}"))
		if strings.Contains(read.body, `"merchant"`) || strings.Contains(read.body, w.known["citizen.number"]) {
			w.Errorf("%s", read.body)
		}
		w.reads(w.signedIn("citizen2").open("/payer/${wish}"), "citizen", "7,50", "Continuer")
		for _, c := range []struct {
			as, body string
			status   int
			code     string
		}{
			{"citizen2", `{"wallet":"${citizen.wallet}","amount":"1.00"}`, 403, "forbidden"},
			{"cashier", `{"wallet":"${merchant.wallet}","amount":"1.00"}`, 403, "forbidden"},
			{"citizen", `{"amount":"1.00"}`, 403, "forbidden"},
			{"citizen", `{"wallet":"${citizen.wallet}","merchant":"${shop}","amount":"1.00"}`, 422, "invalid"},
			{"citizen", `{"wallet":"${citizen.wallet}","amount":"1.00","expires_in":2592001}`, 422, "invalid"},
			{"cashier", `{"amount":"1.00","expires_in":86401}`, 422, "invalid"},
		} {
			w.refused(call{as: c.as, method: "POST", path: "/v1/payment-requests", body: c.body}, c.status, c.code)
		}
		w.refused(call{as: "citizen", method: "POST", path: "/v1/payment-requests/${wish}/payments"}, 409, "same-wallet")
		w.refused(call{as: "citizen2", method: "POST", path: "/v1/payment-requests/${wish}/cancellations"}, 403, "forbidden")
		w.is(w.made("citizen", "/v1/payment-requests/${wish}/cancellations", ""), "status", "cancelled", "payee", "citizen")
		for range 29 {
			w.made("citizen", "/v1/payment-requests", `{"wallet":"${citizen.wallet}","amount":"1.00"}`)
		}
		w.made("citizen", "/v1/payment-requests", `{"wallet":"${citizen.wallet}","amount":"1.00"}`)
		w.refused(call{as: "citizen", method: "POST", path: "/v1/payment-requests", body: `{"wallet":"${citizen.wallet}","amount":"1.00"}`}, 429, "requests-too-many")
		b := w.signedIn("citizen")
		a := b.send("/demandes", "montant", "1", "motif", "Pain", "cle", b.open("/demandes").formKey())
		w.reads(a, "Vous avez déjà beaucoup de demandes", "Aucun montant n’a été débité", `value="Pain"`, "Demandes plus anciennes")
		if a.status != http.StatusTooManyRequests {
			w.Errorf("%d", a.status)
		}
		older := b.open("/demandes?avant=" + strings.Split(strings.SplitN(a.body, "/demandes?avant=", 2)[1], `"`)[0])
		if n := strings.Count(older.body, `href="/demandes/prq_`); n != 11 {
			w.Errorf("the second page lists %d", n)
		}
	})
}

func TestD2BeneficiariesByExactNumber(t *testing.T) {
	inWorld(t, func(w *world) {
		w.made("citizen", "/v1/payments", `{"to":"${shop.code}","amount":"3.00"}`)
		b := w.signedIn("citizen")
		form := b.open("/beneficiaires")
		w.reads(form, "Votre liste est vide", "Déjà payés", "Épicerie", "/payer?a=${shop.code}")
		said := map[string]bool{}
		for _, unknown := range []string{"12345678", "citizen2", "AAAAAAAA", "${rival.user}", "é"} {
			a := b.send("/beneficiaires", "numero", w.say(unknown), "nom", "Ami", "cle", w.key())
			w.reads(a, "ne correspond à personne", `value="Ami"`)
			if a.status != http.StatusUnprocessableEntity {
				w.Errorf("%s: %d", unknown, a.status)
			}
			said[strings.Split(strings.SplitN(a.body, `id="numero-faute"`, 2)[1], "</strong>")[0]] = true
		}
		if len(said) != 1 {
			w.Errorf("refused in %d ways", len(said))
		}
		w.reads(b.send("/beneficiaires", "numero", w.known["citizen.number"], "cle", w.key()), "C’est votre propre numéro")
		w.reads(b.send("/beneficiaires", "numero", w.known["citizen2.number"], "nom", strings.Repeat("x", 61), "cle", w.key()), "60 caractères au plus")
		pairs := []string{"numero", w.known["citizen2.number"], "nom", "<b>Bob", "cle", form.formKey()}
		for range 2 {
			w.follows(b.send("/beneficiaires", pairs...), "/beneficiaires")
		}
		w.follows(b.send("/beneficiaires", "numero", strings.ToLower(w.known["shop.code"]), "cle", w.key()), "/beneficiaires")
		list := b.open("/beneficiaires")
		w.reads(list, "&lt;b&gt;Bob", "citizen2", "/payer?a=${citizen2.number}", "Épicerie", "!Déjà payés", "!Votre liste est vide")
		at := w.say("/beneficiaires/${citizen2.number}")
		long := b.send(at+"/nom", "nom", strings.Repeat("y", 61), "cle", w.key())
		w.reads(long, "60 caractères au plus", strings.Repeat("y", 61))
		if long.status != http.StatusUnprocessableEntity {
			w.Errorf("%d", long.status)
		}
		w.follows(b.send(at+"/nom", "nom", "Bobby", "cle", w.key()), "/beneficiaires")
		w.reads(b.open("/beneficiaires"), "Bobby", "!&lt;b&gt;Bob")
		w.reads(w.signedIn("citizen2").open("/beneficiaires"), "Votre liste est vide")
		w.follows(w.signedIn("citizen2").send(w.say("/beneficiaires/${shop.code}/retrait"), "cle", w.key()), "/beneficiaires") // nobody's but their own
		for range 2 {
			w.follows(b.send(at+"/retrait", "cle", "a-key-of-the-form-sent-twice"), "/beneficiaires")
		}
		w.reads(b.open("/beneficiaires"), "!Bobby", "Épicerie")
		var last answer
		for range 20 {
			last = b.send("/beneficiaires", "numero", "12345678", "cle", w.key())
		}
		w.reads(last, "Trop de numéros ont été essayés")
		if last.status != http.StatusTooManyRequests || last.header.Get("Retry-After") == "" {
			w.Errorf("%d %v", last.status, last.header)
		}
	})
}
