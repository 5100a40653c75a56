// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/identity/passkeytest"
	"github.com/noria-mlc/noria/web/session"
)

// payer is somebody outside demonstrations: who joined with a passkey, has 50.00
// and a browser.
type payer struct {
	*browser
	*passkeytest.Phone
}

// payer lets somebody join. What they are is known under a name.
func (w *world) payer(name string) *payer {
	w.Helper()
	ctx, from := w.Context(), identity.From{Network: "192.0.2.0/24", Device: "Firefox"}
	must(w, w.identity.Join(ctx, identity.JoinInput{Name: name, Email: name + "@example.org", Language: "fr"}, from))
	w.later(time.Second)
	at := strings.TrimPrefix(regexp.MustCompile(`/rejoindre/\S+`).FindString(w.letters()[0].Text), "/rejoindre/")
	i, err := w.identity.Invitation(ctx, at)
	must(w, err)
	c, err := w.identity.BeginPasskey(ctx, i.User, i.Email)
	must(w, err)
	phone := passkeytest.New(w.T, "localhost", strings.Replace(w.server.URL, "127.0.0.1", "localhost", 1))
	welcome, err := w.identity.AcceptPasskey(ctx, at, phone.Make(c), from)
	must(w, err)
	p := &payer{w.browser(), phone}
	address, err := url.Parse(w.server.URL)
	must(w, err)
	p.jar.SetCookies(address, []*http.Cookie{{Name: "noria", Value: welcome.Session.Text, Path: "/"}})
	principal, err := w.session.Authenticate(ctx, welcome.Session.Text)
	must(w, err)
	w.tokens[name], w.known[name], w.known[name+".user"] = welcome.Session.Text, principal.Actor.Holder.String(), principal.Actor.ID.String()
	w.known[name+".wallet"] = ident.WalletOf(principal.Actor.Holder).String()
	w.made("desk", "/v1/conversions", `{"wallet":"${`+name+`.wallet}","euros":"50.00","channel":"desk"}`)
	return p
}

// json asks the API as pages do: with the cookie.
func (p *payer) json(method, path, body string) answer {
	p.w.Helper()
	client := *p.w.client
	client.Jar = p.jar
	before := p.w.client
	p.w.client = &client
	defer func() { p.w.client = before }()
	return p.w.do(call{method: method, path: path, body: body, header: map[string]string{"Sec-Fetch-Site": "same-origin"}})
}

// refusedAs checks a refusal.
func (p *payer) refusedAs(status int, code string, a answer) {
	p.w.Helper()
	if a.status != status || a.problem(p.w).Code != code {
		p.w.Errorf("%d %s, want %d %s", a.status, a.body, status, code)
	}
}

// sign is the body of a confirmation by the phone.
func (p *payer) sign(intent answer) string {
	p.w.Helper()
	options, err := json.Marshal(intent.at("webauthn"))
	must(p.w, err)
	return `{"assertion":` + p.Sign(string(options)) + `}`
}

// TestNobodyPaysForAPersonWithoutThem asks every route that takes units out of a
// wallet, with a session's cookie and with a person's program.
func TestNobodyPaysForAPersonWithoutThem(t *testing.T) {
	inWorld(t, func(w *world) {
		p := w.payer("nora")
		w.keep("request", w.made("cashier", "/v1/payment-requests", `{"amount":"2.00"}`))
		program := func(name, user string, holder ident.Holder, grant access.Grant) {
			var u ident.User
			if user != "" {
				must(w, u.UnmarshalText([]byte(w.known[user])))
			} else {
				made, _, err := w.session.CreateUser(w.Context(), operator(), w.key(), session.CreateUserInput{Holder: holder, Grants: []access.Grant{grant}})
				must(w, err)
				u = made.ID
			}
			issued, _, err := w.session.IssueToken(w.Context(), w.key(), session.CreateTokenInput{User: u, Label: name})
			must(w, err)
			w.tokens[name] = issued.Text
		}
		program("script", "nora.user", ident.Holder{}, access.Grant{})
		program("till", "", w.holder("merchant"), access.Grant{Role: access.MerchantOwner, Organisation: w.holder("merchant")})
		real := *w
		real.session = session.New(w.ledger, session.Options{}) // no demonstration
		defer real.serve()()
		pays, request, redeems := `{"to":"${shop.code}","amount":"1.00"}`, `{"expect_amount":"2.00"}`, `{"amount":"1.00"}`
		before := w.commands()
		for _, c := range []call{
			{path: "/v1/payments", body: pays}, {path: "/v1/payment-requests/${request}/payments", body: request},
			{path: "/v1/payment-requests/${request}/payments"}, {path: "/v1/redemptions", body: redeems},
		} {
			p.refusedAs(http.StatusForbidden, "confirmation-required", p.json("POST", c.path, c.body))
			c.method = "POST"
			if c.as = "script"; c.path != "/v1/redemptions" {
				real.refused(c, http.StatusForbidden, "confirmation-required")
			}
			c.as = "citizen" // with a token of a demonstration
			real.refused(c, http.StatusUnauthorized, "unauthenticated")
		}
		real.refused(call{as: "script", method: "POST", path: "/v1/redemptions", body: redeems}, http.StatusConflict, "not-redeemable")
		// A program prepares nothing for a person either, nor does one with the text of a session.
		for _, as := range []string{"script", "nora"} {
			real.refused(call{as: as, method: "POST", path: "/v1/intents", body: `{"kind":"payment","to":"${shop.code}","amount":"1.00"}`}, http.StatusForbidden, "confirmation-required")
		}
		if after := w.commands(); after != before {
			t.Errorf("%d commands were executed", after-before)
		}
		// A shop's own program goes on as before.
		w.made("citizen", "/v1/payments", `{"to":"${shop.code}","amount":"20.00"}`)
		real.made("till", "/v1/payments", `{"to":"${oven.code}","amount":"1.00"}`)
		real.made("till", "/v1/redemptions", redeems)
	})
}

// TestAPaymentIsConfirmed goes through the routes with a passkey, with everything
// sent twice.
func TestAPaymentIsConfirmed(t *testing.T) {
	inWorld(t, func(w *world) {
		p, other := w.payer("nora"), w.payer("omar")
		bare := w.keep("bare", p.json("POST", "/v1/intents", `{"kind":"payment","to":"${shop.code}","amount":"5.00"}`))
		if bare.at("webauthn") != nil {
			t.Errorf("options that nobody asked for: %s", bare.body)
		}
		intent := w.keep("intent", p.json("POST", "/v1/intents", `{"kind":"payment","to":"${shop.code}","amount":"12.50","message":"Pain","webauthn":true}`))
		w.is(intent, "status", "open", "payee.name", "Épicerie", "amount", "12.50", "currency", "ROUE", "from", "${nora.wallet}")
		if intent.status != http.StatusCreated || intent.header.Get("Location") != w.say("/v1/intents/${intent}") || intent.text("methods", 0) != "passkey" {
			t.Fatalf("%d %v %s", intent.status, intent.header, intent.body)
		}
		path := "/v1/intents/${intent}/confirmations"
		p.refusedAs(http.StatusForbidden, "confirmation-refused", p.json("POST", path, p.sign(w.keep("more", p.json("GET", "/v1/intents/${bare}?webauthn=true", "")))))
		p.refusedAs(http.StatusForbidden, "forbidden", other.json("POST", path, p.sign(intent)))
		p.refusedAs(http.StatusForbidden, "forbidden", other.json("GET", "/v1/intents/${intent}", ""))
		p.refusedAs(http.StatusConflict, "ease-exceeded", p.json("POST", path, `{"digest":"${intent.digest}"}`))
		p.refusedAs(http.StatusConflict, "confirmation-method", p.json("POST", path, `{"digest":"${intent.digest}","pin":"472915"}`))
		w.refused(call{as: "nora", method: "POST", path: path, body: p.sign(intent)}, http.StatusForbidden, "confirmation-required")
		w.is(p.json("GET", "/v1/intents/${intent}", ""), "status", "open")

		done := p.json("POST", path, p.sign(intent))
		w.is(done, "status", "done", "payment.amount", "12.50", "payment.message", "Pain", "payment.merchant.name", "Épicerie")
		if done.status != http.StatusCreated {
			t.Errorf("%d %s", done.status, done.body)
		}
		again := p.json("POST", path, p.sign(intent))
		if again.body != done.body || again.header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("again: %s", again.body)
		}
		w.later(time.Hour)
		w.is(p.json("GET", "/v1/intents/${intent}", ""), "status", "done", "payment.id", done.text("payment", "id"))
		p.refusedAs(http.StatusConflict, "intent-expired", p.json("POST", "/v1/intents/${bare}/confirmations", p.sign(w.keep("more", intent))))
		w.is(p.json("GET", "/v1/intents/${bare}", ""), "status", "expired")
		if got := w.available("nora").Format(); got != "37.50" {
			t.Errorf("%s left", got)
		}
	})
}

// TestARequestIsConfirmedOverTheAPI pays what a till asks for.
func TestARequestIsConfirmedOverTheAPI(t *testing.T) {
	inWorld(t, func(w *world) {
		p := w.payer("nora")
		w.keep("request", w.made("cashier", "/v1/payment-requests", `{"amount":"2.00"}`))
		p.refusedAs(http.StatusConflict, "request-amount-differs", p.json("POST", "/v1/intents", `{"kind":"request","request":"${request}","amount":"3.00"}`))
		intent := w.keep("intent", p.json("POST", "/v1/intents", `{"kind":"request","request":"${request}","amount":"2.00","webauthn":true}`))
		done := p.json("POST", "/v1/intents/${intent}/confirmations", p.sign(intent))
		w.is(done, "status", "done", "payment.request", "${request}")
		w.is(w.shown("cashier", "/v1/payment-requests/${request}"), "status", "paid", "payment", done.text("payment", "id"))
	})
}

// TestARedemptionIsConfirmedInADemonstration asks for euros by a click.
func TestARedemptionIsConfirmedInADemonstration(t *testing.T) {
	inWorld(t, func(w *world) {
		w.made("citizen", "/v1/payments", `{"to":"${shop.code}","amount":"50.00"}`)
		intent := w.keep("intent", w.made("merchant", "/v1/intents", `{"kind":"redemption","amount":"20.00"}`))
		w.is(intent, "payee.name", "Association La Roue", "euros", "18.90")
		if intent.text("methods", 0) != "demo" {
			t.Errorf("%s", intent.body)
		}
		done := w.made("merchant", "/v1/intents/${intent}/confirmations", `{"digest":"${intent.digest}"}`)
		w.is(done, "status", "done", "redemption.status", "requested", "redemption.euros", "18.90")
	})
}
