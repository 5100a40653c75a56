// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/session"
)

// byCookie asks the API as a page does, with the cookie of a browser.
func (b *browser) byCookie(method, path, body string) answer {
	b.w.Helper()
	client := *b.w.client
	client.Jar = b.jar
	before := b.w.client
	b.w.client = &client
	defer func() { b.w.client = before }()
	return b.w.do(call{method: method, path: path, body: body, header: map[string]string{"Sec-Fetch-Site": "same-origin"}})
}

// TestASVS731AnOldSessionOnlyReads keeps a citizen signed in on a device for weeks:
// pages are read, and whatever changes something of theirs, or commits them, asks
// for a proof first and does nothing.
func TestASVS731AnOldSessionOnlyReads(t *testing.T) {
	inWorld(t, func(w *world) {
		w.collects()
		b := w.proved("citizen")
		for _, path := range []string{"/beneficiaires", "/don", "/adhesion", "/compte/donnees", "/prelevements"} {
			w.reads(b.open(path), "!/connexion?suite=")
		}
		kept := strings.Replace(w.follows(b.send("/beneficiaires", "numero", w.known["shop.code"], "nom", "Le pain", "cle", w.key()), "/beneficiaires"), "/beneficiaires", "", 1)
		if kept != "" {
			w.Errorf("a beneficiary led to %q", kept)
		}
		mandate := w.follows(b.send("/prelevements", w.signing("rythme", "monthly", "jour", "12")...), "/prelevements/mdt_")

		w.later(29 * 24 * time.Hour)
		w.reads(b.open("/portefeuille"), "120,00")
		w.reads(b.open("/portefeuille/historique"), "Se déconnecter")
		for _, path := range []string{"/beneficiaires", "/compte/donnees", "/prelevements", mandate} {
			w.reads(b.open(path), "/connexion?suite="+url.QueryEscape(path), "Confirmer que c’est moi")
		}
		before := w.commands()
		for _, c := range []struct{ path, back, form string }{
			{"/beneficiaires", "/beneficiaires", "numero=" + w.known["oven.code"] + "&nom=Le+pain"},
			{"/beneficiaires/" + w.known["shop.code"] + "/nom", "/beneficiaires", "nom=EDF"},
			{"/prelevements", "/prelevements", ""},
			{mandate, mandate, "montant=90&jour=1"},
			{"/don", "/don", "association="},
			{"/adhesion", "/adhesion", "annee=2026"},
			{"/compte/jetons", "/compte/jetons", "nom=x&usage=all&duree=30"},
			{"/compte/effacement", "/compte/donnees", ""},
			{"/compte/appareils", "/compte/appareils", "pin=492817&encore=492817"},
			{"/compte/secours", "/compte", ""},
			{"/compte/mot-de-passe", "/compte", ""},
		} {
			form := []string{"cle", w.key()}
			values, err := url.ParseQuery(c.form)
			must(w, err)
			for name := range values {
				form = append(form, name, values.Get(name))
			}
			if c.path == "/prelevements" {
				form = w.signing()
			}
			a := b.send(c.path, form...)
			if to, _ := url.QueryUnescape(a.header.Get("Location")); a.status != http.StatusSeeOther || to != "/connexion?suite="+c.back {
				w.Errorf("%s in an old session: %d %q", c.path, a.status, to)
			}
		}
		if a := b.ask(http.MethodGet, "/compte/donnees/archive", ""); a.status != http.StatusSeeOther || strings.Contains(a.body, "PK") {
			w.Errorf("all of somebody's data in an old session: %d", a.status)
		}
		if w.commands() != before {
			w.Errorf("an old session did %d things", w.commands()-before)
		}
		// What only takes something back needs no proof: a lost device must not hold anybody up.
		w.follows(b.send(mandate+"/revocation", "cle", w.key()), mandate)
		w.follows(b.send("/beneficiaires/"+w.known["shop.code"]+"/retrait", "cle", w.key()), "/beneficiaires")
		w.reads(w.proved("citizen").open("/beneficiaires"), "!Le pain", `name="numero"`)
	})
}

// TestASVS753TheCookieLeadsNoFurtherInTheAPI asks every route that changes something
// with the cookie of an old session.
func TestASVS753TheCookieLeadsNoFurtherInTheAPI(t *testing.T) {
	inWorld(t, func(w *world) {
		free := []string{
			"/v1/conversions", "/v1/conversions/quotes", "/v1/conversions/{id}/cancellations", "/v1/erasures/{id}/cancellations",
			"/v1/instructions/{id}/revocations", "/v1/intents", "/v1/intents/{id}/confirmations", "/v1/mandates/{id}/revocations",
			"/v1/paper/withdrawals", "/v1/payment-requests", "/v1/payment-requests/{id}/cancellations", "/v1/payment-requests/{id}/payments",
			"/v1/payments", "/v1/payments/{id}/refunds", "/v1/recoveries/{id}/cancellations", "/v1/redemptions", "/v1/tokens/{id}/revocations",
		}
		b, treasurer := w.proved("citizen"), w.proved("treasurer")
		w.later(14 * time.Minute)
		b.open("/portefeuille")
		treasurer.open("/tresorerie")
		w.later(2 * time.Minute)
		var met []string
		asked := 0
		for _, o := range w.openapi().operations() {
			if o.method != http.MethodPost || o.node["security"] == nil {
				continue
			}
			path := regexp.MustCompile(`\{[a-z_]+\}`).ReplaceAllString(o.path, "x")
			for _, who := range []*browser{b, treasurer} {
				a := who.byCookie(o.method, path, `{}`)
				stale := a.status == http.StatusForbidden && a.problem(w).Code == "proof-stale"
				if slices.Contains(free, o.path) == stale {
					w.Errorf("%s %s with an old session: %d %s", o.method, o.path, a.status, a.body)
				}
			}
			if asked++; slices.Contains(free, o.path) {
				met = append(met, o.path)
			}
		}
		slices.Sort(met)
		if !slices.Equal(met, free) || asked < 60 {
			w.Errorf("%d routes, among them %q", asked, met)
		}
		if a := w.proved("treasurer").byCookie(http.MethodPost, "/v1/settings/bonus-wait", `{}`); a.status != http.StatusUnprocessableEntity {
			w.Errorf("after a proof: %d %s", a.status, a.body)
		}
	})
}

// TestNoProgramCommitsAPerson signs, amends and pays with programs outside
// demonstrations: that of a shop may, that of a person may not.
func TestNoProgramCommitsAPerson(t *testing.T) {
	inWorld(t, func(w *world) {
		w.collects()
		for _, as := range []string{"citizen", "merchant"} {
			issued, _, err := w.session.IssueToken(w.Context(), w.key(), session.CreateTokenInput{User: w.actors[as].ID, Label: as})
			must(w, err)
			w.tokens[as+"'s program"] = issued.Text
		}
		const signs = `{"iban":"FR7630004000031234567890143","name":"NOIR CAMILLE","rhythm":"monthly","day":3,"euros":"40.00"}`
		w.keep("signed", w.made("citizen", "/v1/mandates", signs)) // a token of a demonstration
		real := *w
		real.session = session.New(w.ledger, session.Options{}) // no demonstration
		defer real.serve()()
		before := w.commands()
		for path, body := range map[string]string{
			"/v1/mandates":                      signs,
			"/v1/mandates/${signed}/amendments": `{"euros":"90.00","day":4}`,
			"/v1/dues":                          `{"holder":"${citizen}","year":2026,"way":"units"}`,
		} {
			real.refused(call{as: "citizen's program", method: "POST", path: path, body: body}, http.StatusForbidden, "confirmation-required")
		}
		if w.commands() != before {
			w.Error("a program committed a person")
		}
		real.made("citizen's program", "/v1/mandates/${signed}/revocations", "")
		signed := real.made("merchant's program", "/v1/mandates", signs)
		var holder ident.Holder
		if must(w, holder.UnmarshalText([]byte(signed.text("holder")))); holder != w.holder("merchant") {
			w.Errorf("signed for %s", holder)
		}
	})
}
