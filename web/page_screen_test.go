// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/noria-mlc/noria/web/live"
)

// invited makes a screen as the owner and returns its code and its id.
func (w *world) invited(owner *browser, name string) (code, id string) {
	w.Helper()
	a := owner.send("/caisse/ecrans", "nom", name, "cle", w.key())
	if a.status != http.StatusSeeOther {
		w.Fatalf("%d %s", a.status, a.body)
	}
	page := owner.open(a.header.Get("Location"))
	codes := regexp.MustCompile(`class="pairing">([0-9A-Z]{4} [0-9A-Z]{4})<`).FindAllStringSubmatch(page.body, -1)
	ids := regexp.MustCompile(`/caisse/ecrans/(scr_[0-9a-z]+)/retrait`).FindAllStringSubmatch(page.body, -1)
	if len(codes) == 0 || len(ids) == 0 {
		w.Fatalf("no code: %s", page.body)
	}
	return codes[len(codes)-1][1], ids[len(ids)-1][1]
}

// screen is a device that became a screen of the shop.
func (w *world) screen(owner *browser) (*browser, string) {
	w.Helper()
	code, id := w.invited(owner, "Comptoir")
	b := w.browser()
	page := b.open("/ecran")
	if a := b.send("/ecran", "code", code, "cle", page.formKey()); a.status != http.StatusSeeOther || a.header.Get("Location") != "/ecran" {
		w.Fatalf("pairing: %d %s", a.status, a.body)
	}
	return b, id
}

// device is the cookie of a screen.
func (b *browser) device() *http.Cookie {
	at, err := url.Parse(b.w.server.URL)
	must(b.w, err)
	for _, c := range b.jar.Cookies(at) {
		if c.Name == "noria-ecran" {
			return c
		}
	}
	return nil
}

// connect opens a live connection with the cookie of a screen at an address.
func (w *world) connect(path string, c *http.Cookie) (*line, *http.Response, error) {
	w.Helper()
	header := http.Header{"Origin": {w.server.URL}}
	if c != nil {
		header.Set("Cookie", c.Name+"="+c.Value)
	}
	dialer := websocket.Dialer{Subprotocols: []string{live.Protocol}, HandshakeTimeout: patience}
	conn, response, err := dialer.DialContext(w.Context(), "ws"+strings.TrimPrefix(w.server.URL, "http")+path, header)
	if err == nil {
		w.Cleanup(func() { conn.Close() })
	}
	return &line{w, conn}, response, err
}

func TestAScreenIsPairedByItsCode(t *testing.T) {
	inWorld(t, func(w *world) {
		owner := w.signedIn("merchant")
		code, _ := w.invited(owner, "Comptoir")
		b := w.browser()
		page := b.open("/ecran")
		first := b.device().Value
		w.reads(page, `name="code"`, "!data-counter")
		if c := page.header.Get("Set-Cookie"); !strings.Contains(c, "HttpOnly") || !strings.Contains(c, "SameSite=Strict") || !strings.Contains(c, "Path=/") {
			w.Errorf("cookie %s", c)
		}
		wrong := b.send("/ecran", "code", "AAAA-AAAA", "cle", page.formKey())
		w.reads(wrong, "Ce code ne relie pas d’écran", `value="AAAA-AAAA"`)
		if wrong.status != http.StatusConflict {
			w.Errorf("a wrong code: %d", wrong.status)
		}
		for _, a := range b.twice("/ecran", "code", strings.ToLower(code), "cle", page.formKey()) {
			if a.status != http.StatusSeeOther {
				w.Errorf("%d %s", a.status, a.body)
			}
		}
		if b.device().Value == first {
			w.Error("the secret that stood there before the pairing still holds")
		}
		w.reads(b.open("/ecran"), "Épicerie", `data-counter="${shop}"`, "Aucun paiement aujourd’hui", "!/caisse", `http-equiv="refresh" content="3"`)
		w.reads(owner.open("/caisse/ecrans"), "Relié le", "!class=\"pairing\"")
		other := w.browser()
		if a := other.send("/ecran", "code", code, "cle", other.open("/ecran").formKey()); a.status != http.StatusConflict {
			w.Errorf("a code that was used: %d", a.status)
		}
		late, _ := w.invited(owner, "Étal")
		w.later(11 * time.Minute)
		if a := other.send("/ecran", "code", late, "cle", other.open("/ecran").formKey()); a.status != http.StatusConflict {
			w.Errorf("a code that expired: %d", a.status)
		}
	})
}

func TestPairingCodesAreNotGuessed(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.browser()
		page := b.open("/ecran")
		var last answer
		for range 11 {
			last = b.send("/ecran", "code", "AAAAAAAA", "cle", page.formKey())
		}
		if last.status != http.StatusTooManyRequests || last.header.Get("Retry-After") == "" {
			w.Errorf("the eleventh try: %d %v", last.status, last.header)
		}
		w.reads(last, `value="AAAAAAAA"`)
	})
}

// TestD3AScreenSeesItsCounterAndNothingElse goes everywhere with its cookie.
func TestD3AScreenSeesItsCounterAndNothingElse(t *testing.T) {
	inWorld(t, func(w *world) {
		owner := w.signedIn("merchant")
		b, _ := w.screen(owner)
		w.keep("paid", w.made("citizen", "/v1/payments", `{"to":"${shop.code}","amount":"12.50"}`))
		w.keep("request", w.made("rival", "/v1/payment-requests", `{"amount":"9.00"}`))
		for path, status := range map[string]int{"/caisse": 303, "/portefeuille": 303, "/caisse/journee": 303, "/caisse/paiements/${paid}": 303, "/caisse/ecrans": 303, "/v1/me": 401,
			"/v1/payments/${paid}": 401, "/v1/wallets/${merchant.wallet}": 401, "/ecran/demandes/${request}/code.svg": 403, "/ecran/demandes/x/code.svg": 404} {
			if a := b.ask("GET", w.say(path), ""); a.status != status {
				w.Errorf("a screen at %s: %d, want %d", path, a.status, status)
			}
		}
		if a := b.send(w.say("/caisse/paiements/${paid}/remboursement"), "montant", "1", "cle", w.key()); a.status != http.StatusUnauthorized {
			w.Errorf("a screen gives back: %d", a.status)
		}
		if a := b.ask("GET", "/ecran/code.svg", ""); a.status != http.StatusOK || a.header.Get("Content-Type") != "image/svg+xml" {
			w.Errorf("its code: %d", a.status)
		}
		if a := w.signedIn("merchant").ask("GET", "/ecran/code.svg", ""); a.status == http.StatusOK {
			w.Errorf("somebody signed in is a screen: %d", a.status)
		}
		// The cookie opens no other line, and its own line shows one counter only.
		elsewhere, _, err := w.connect("/v1/live", b.device())
		must(w, err)
		elsewhere.watch("counter:"+w.known["shop"], "merchant:"+w.known["shop"]+"/payments")
		for range 2 {
			if a := elsewhere.next(); a.at("error") != "forbidden" {
				w.Errorf("%s", a.body)
			}
		}
		own, _, err := w.connect("/ecran/direct", b.device())
		must(w, err)
		for _, topic := range []string{"wallet:" + w.known["merchant.wallet"], "merchant:" + w.known["shop"] + "/payments", "counter:" + w.known["oven"], "counter:" + w.known["oven"] + "/payments", "payment-request:" + w.known["request"]} {
			if a := own.watch(topic).next(); a.at("error") != "forbidden" {
				w.Errorf("%s: %s", topic, a.body)
			}
		}
		stranger := w.browser()
		stranger.open("/ecran")
		for _, c := range []*http.Cookie{nil, stranger.device(), {Name: "noria-ecran", Value: "x"}, owner.cookie()} {
			if _, response, err := w.connect("/ecran/direct", c); err == nil || response.StatusCode != http.StatusUnauthorized {
				w.Errorf("no screen connects: %v, %v", err, response)
			}
		}
		if line := w.dial("merchant").watch("counter:" + w.known["shop"]); line.next().at("error") != "forbidden" {
			w.Error("an owner is no screen")
		}
	})
}

// TestAScreenFollowsItsCounter is told what is asked, what is paid, and what it
// missed, once; taking it off ends its line at once.
func TestAScreenFollowsItsCounter(t *testing.T) {
	inWorld(t, func(w *world) {
		owner := w.signedIn("merchant")
		b, id := w.screen(owner)
		topic := w.say("counter:${shop}")
		screen, _, err := w.connect("/ecran/direct", b.device())
		must(w, err)
		screen.watch(topic)
		if a := screen.next(); a.at("state") == nil || a.at("state", "request") != nil {
			w.Errorf("nothing is asked: %s", a.body)
		}
		screen.watch(topic + "/payments")
		w.keep("request", w.made("cashier", "/v1/payment-requests", `{"amount":"12.50"}`))
		asked := screen.until(func(a answer) bool { return a.at("state", "request") != nil })
		w.is(asked, "topic", topic, "state.request.id", "${request}", "state.request.amount", "12.50", "state.request.code", "${request.code}")
		w.reads(b.open("/ecran"), `data-state="asked"`, "${request.code}", "/ecran/demandes/${request}/code.svg")
		if a := b.ask("GET", w.say("/ecran/demandes/${request}/code.svg"), ""); a.status != http.StatusOK {
			w.Errorf("the code of what is asked: %d", a.status)
		}
		w.keep("paid", w.made("citizen", "/v1/payment-requests/${request}/payments", ""))
		event := screen.until(func(a answer) bool { return a.at("event") != nil })
		w.is(event, "topic", topic+"/payments", "event.amount", "12.50", "event.match_code", "${paid.match_code}", "event.payer", "citizen", "event.at", "${paid.at}")
		w.reads(b.open("/ecran"), `data-state="paid"`, "Payé", "${paid.match_code}", "citizen")
		w.later(11 * time.Second)
		w.reads(b.open("/ecran"), `data-state="idle"`, "${paid.match_code}")

		again, _, err := w.connect("/ecran/direct", b.device())
		must(w, err)
		again.say(`{"subscribe":["` + topic + `/payments"],"after":{"` + topic + `/payments":1}}`)
		w.is(again.until(func(a answer) bool { return a.at("event") != nil }), "event.payment", "${paid}")

		withdrawn := w.made("cashier", "/v1/payment-requests", `{"amount":"1.00"}`)
		screen.until(func(a answer) bool { return a.at("state", "request", "amount") == "1.00" })
		w.made("cashier", "/v1/payment-requests/"+withdrawn.text("id")+"/cancellations", "")
		screen.until(func(a answer) bool { return a.at("state") != nil && a.at("state", "request") == nil })

		if a := w.signedIn("cashier").send("/caisse/ecrans/"+id+"/retrait", "cle", w.key()); a.status != http.StatusForbidden {
			w.Errorf("a cashier takes it off: %d", a.status)
		}
		if a := w.signedIn("rival").send("/caisse/ecrans/"+id+"/retrait", "cle", w.key()); a.status != http.StatusForbidden {
			w.Errorf("another owner takes it off: %d", a.status)
		}
		for _, a := range owner.twice("/caisse/ecrans/"+id+"/retrait", "cle", w.key()) {
			if a.status != http.StatusSeeOther {
				w.Errorf("%d %s", a.status, a.body)
			}
		}
		for _, l := range []*line{screen, again} {
			if code := l.closed(); code != 4401 && code != 4403 {
				w.Errorf("the line was closed with %d", code)
			}
		}
		w.reads(b.open("/ecran"), `name="code"`, "!data-counter")
		w.reads(owner.open("/caisse/ecrans"), "Aucun écran pour l’instant")
	})
}

func TestTheFormOfScreensRefuses(t *testing.T) {
	inWorld(t, func(w *world) {
		owner := w.signedIn("merchant")
		page := owner.open("/caisse/ecrans")
		for _, bad := range []string{"", " x", strings.Repeat("é", 61)} {
			a := owner.send("/caisse/ecrans", "nom", bad, "cle", page.formKey())
			w.reads(a, "Donnez un nom à l’écran")
			if a.status != http.StatusUnprocessableEntity || a.formKey() != page.formKey() {
				w.Errorf("%q: %d", bad, a.status)
			}
		}
		owner.twice("/caisse/ecrans", "nom", "Comptoir", "cle", page.formKey())
		if got := strings.Count(owner.open("/caisse/ecrans").body, `class="pairing"`); got != 1 {
			w.Errorf("the form sent twice made %d codes", got)
		}
		for range 19 {
			owner.send("/caisse/ecrans", "nom", "Comptoir", "cle", w.key())
		}
		full := owner.send("/caisse/ecrans", "nom", "De trop", "cle", w.key())
		w.reads(full, "Ce commerce a déjà vingt écrans", `value="De trop"`)
		if full.status != http.StatusConflict {
			w.Errorf("%d", full.status)
		}
		if a := w.signedIn("cashier").send("/caisse/ecrans", "nom", "x", "cle", w.key()); a.status != http.StatusForbidden {
			w.Errorf("a cashier: %d", a.status)
		}
		if a := owner.send("/caisse/ecrans/x/retrait", "cle", w.key()); a.status != http.StatusNotFound {
			w.Errorf("no screen: %d", a.status)
		}
	})
}
