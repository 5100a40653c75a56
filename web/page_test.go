// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/noria-mlc/noria/web/live"
	"github.com/noria-mlc/noria/web/qr"
)

// browser is somebody at a browser, with cookies.
type browser struct {
	w   *world
	jar http.CookieJar
}

func (w *world) browser() *browser {
	w.Helper()
	jar, err := cookiejar.New(nil)
	must(w, err)
	return &browser{w, jar}
}

// signedIn is the browser of somebody who signed in.
func (w *world) signedIn(as string) *browser {
	w.Helper()
	b := w.browser()
	a := b.send("/connexion", "jeton", w.tokens[as], "suite", "/fonds")
	if a.status != http.StatusSeeOther || a.header.Get("Location") != "/fonds" {
		w.Fatalf("sign-in of %s: %d %s", as, a.status, a.body)
	}
	return b
}

func (b *browser) ask(method, path, body string) answer {
	b.w.Helper()
	client := *b.w.client
	client.Jar = b.jar
	before := b.w.client
	b.w.client = &client
	defer func() { b.w.client = before }()
	c := call{method: method, path: path, body: body, header: map[string]string{"Sec-Fetch-Site": "same-origin"}}
	if body != "" {
		c.header["Content-Type"] = "application/x-www-form-urlencoded"
	}
	return b.w.do(c)
}

// open follows an address, which must show a page.
func (b *browser) open(path string) answer {
	b.w.Helper()
	a := b.ask(http.MethodGet, path, "")
	if a.status != http.StatusOK {
		b.w.Fatalf("%s: %d %s", path, a.status, a.body)
	}
	return a
}

// send posts a form of names and values.
func (b *browser) send(path string, pairs ...string) answer {
	b.w.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return b.ask(http.MethodPost, path, form.Encode())
}

// cookie is the session's cookie, nil where there is none.
func (b *browser) cookie() *http.Cookie {
	at, err := url.Parse(b.w.server.URL)
	must(b.w, err)
	for _, c := range b.jar.Cookies(at) {
		if c.Name == "noria" {
			return c
		}
	}
	return nil
}

// formKey is the idempotency key of a page's form.
func (a answer) formKey() string {
	found := regexp.MustCompile(`name="cle" value="([^"]+)"`).FindStringSubmatch(a.body)
	if found == nil {
		return ""
	}
	return found[1]
}

// reads checks that a page has texts, and none that begin with "!".
func (w *world) reads(a answer, texts ...string) {
	w.Helper()
	if !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") || a.header.Get("Cache-Control") != "no-store" {
		w.Errorf("%d %v", a.status, a.header)
	}
	// Which spaces a line may end at is judged by the tests of the words.
	plain := strings.NewReplacer("\u00a0", " ", "\u202f", " ")
	body := plain.Replace(a.body)
	for _, text := range texts {
		without, absent := strings.CutPrefix(text, "!")
		if strings.Contains(body, plain.Replace(w.say(without))) == absent {
			w.Errorf("page of %d, %q:\n%s", a.status, text, a.body)
		}
	}
}

// TestPages looks at what needs no world of its own.
func TestPages(t *testing.T) {
	inWorld(t, func(w *world) {
		w.part("sign-in", signIn)
		w.part("errors", errorPages)
		w.part("reading writes nothing", getWritesNothing)
	})
}

func signIn(w *world) {
	b := w.browser()
	if a := b.ask("GET", "/portefeuille?x=1", ""); a.status != http.StatusSeeOther || a.header.Get("Location") != "/connexion?suite=%2Fportefeuille%3Fx%3D1" {
		w.Errorf("%d %s", a.status, a.header.Get("Location"))
	}
	w.reads(b.open("/connexion?suite=/portefeuille"), `name="suite" value="/portefeuille"`, `name="jeton"`)
	w.reads(b.open("/connexion?suite=https://evil.example/"), `name="suite" value="/"`, "!evil")
	for _, bad := range []string{"", "x", "noria_a", w.tokens["citizen"] + "x"} {
		a := b.send("/connexion", "jeton", bad, "suite", "/portefeuille")
		w.reads(a, "Ce jeton n’ouvre pas de session", `value="/portefeuille"`)
		if a.status != http.StatusUnauthorized || a.header.Get("Set-Cookie") != "" {
			w.Errorf("%q: %d %v", bad, a.status, a.header)
		}
	}
	for next, want := range map[string]string{"/portefeuille": "/portefeuille", "//evil.example": "/", "https://evil.example": "/", `/\evil.example`: "/", "": "/"} {
		a := w.browser().send("/connexion", "jeton", w.tokens["citizen"], "suite", next)
		if a.status != http.StatusSeeOther || a.header.Get("Location") != want {
			w.Errorf("%q leads to %q", next, a.header.Get("Location"))
		}
		c := a.header.Get("Set-Cookie")
		if !strings.HasPrefix(c, "noria=noria_s") || !strings.Contains(c, "HttpOnly") || !strings.Contains(c, "SameSite=Lax") || !strings.Contains(c, "Path=/") || strings.Contains(c, w.tokens["citizen"]) {
			w.Errorf("cookie %s", c)
		}
	}
}

func TestTheWalletPage(t *testing.T) {
	inWorld(t, func(w *world) {
		w.made("citizen", "/v1/payments", `{"to":"${shop.code}","amount":"12.50","message":"<b>Pain</b>"}`)
		a := w.signedIn("citizen").open("/portefeuille")
		w.reads(a, "107,50", "−12,50", "&lt;b&gt;Pain&lt;/b&gt;", "!<b>Pain", "${citizen.number}", `data-wallet="${citizen.wallet}"`, ">merchant<", "Se déconnecter")
		w.reads(w.signedIn("rival").open("/portefeuille"), `data-wallet="${bakery.wallet}"`, "0,00")
		for _, as := range []string{"cashier", "desk", "mayor", "admin"} {
			if a := w.signedIn(as).ask("GET", "/portefeuille", ""); a.status != http.StatusForbidden {
				w.Errorf("%s: %d", as, a.status)
			}
		}
	})
}

func TestTheTill(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.signedIn("cashier")
		page := b.open("/caisse")
		w.reads(page, "Épicerie", `data-till="${shop}"`, "Aucun paiement aujourd’hui")
		key := page.formKey()
		for typed, advice := range map[string]string{"": "Saisissez un montant", "abc": "pas lisible", "0": "supérieur à zéro", "1.234": "de deux façons", "1,2345": "deux décimales", "-5": "pas lisible"} {
			a := b.send("/caisse", "montant", typed, "reference", "Panier", "cle", key)
			w.reads(a, advice, `value="Panier"`)
			if a.status != http.StatusUnprocessableEntity || a.formKey() != key {
				w.Errorf("%q: %d, key %s", typed, a.status, a.formKey())
			}
		}
		asked := b.send("/caisse", "montant", "12,50", "reference", "Panier", "cle", key)
		if asked.status != http.StatusSeeOther {
			w.Fatalf("%d %s", asked.status, asked.body)
		}
		at := asked.header.Get("Location")
		if again := b.send("/caisse", "montant", "12,50", "reference", "Panier", "cle", key); again.header.Get("Location") != at {
			w.Errorf("the form sent twice asks twice: %s and %s", at, again.header.Get("Location"))
		}
		w.known["request"] = strings.TrimPrefix(at, "/caisse/")
		counter := b.open(at)
		w.reads(counter, `data-status="open"`, `data-version="1"`, "12,50", at+"/code.svg", "Panier", `http-equiv="refresh"`)
		picture := b.ask("GET", at+"/code.svg", "")
		want, err := qr.SVG(w.server.URL+w.say("/payer/${request}"), "Payer Épicerie")
		must(w, err)
		if picture.body != want || picture.header.Get("Content-Type") != "image/svg+xml" {
			w.Errorf("the code: %v %s", picture.header, picture.body)
		}
		w.keep("paid", w.made("citizen", "/v1/payment-requests/${request}/payments", ""))
		w.reads(b.open(at), `data-status="paid"`, `class="request paid"`, `data-version="3"`, `data-field="code">${paid.match_code}<`, "!http-equiv")
		w.reads(b.open("/caisse"), "12,50</a></strong>", "${paid.match_code}", "1 paiement,", "!Annuler")

		second := b.send("/caisse", "montant", "3", "cle", b.open("/caisse").formKey()).header.Get("Location")
		withdrawn := b.send(second+"/annulation", "cle", b.open(second).formKey())
		if withdrawn.status != http.StatusSeeOther || withdrawn.header.Get("Location") != second {
			w.Errorf("%d %v", withdrawn.status, withdrawn.header)
		}
		w.reads(b.open(second), `data-status="cancelled"`)
		for as, status := range map[string]int{"citizen": 403, "rival": 403, "desk": 403, "agent": 403, "admin": 403} {
			if a := w.signedIn(as).ask("GET", at, ""); a.status != status {
				w.Errorf("%s at the counter: %d", as, a.status)
			}
			if a := w.signedIn(as).ask("GET", "/caisse", ""); as != "rival" && a.status != status {
				w.Errorf("%s at the till: %d", as, a.status)
			}
		}
	})
}

func TestTheFundPage(t *testing.T) {
	inWorld(t, func(w *world) {
		at := w.shown("", "/v1/fund").text("as_of")
		w.later(time.Minute)
		w.made("desk", "/v1/conversions", `{"wallet":"${citizen.wallet}","euros":"1000.00","channel":"desk"}`)
		b := w.browser()
		w.reads(b.open("/fonds"), "La Roue", "1\u202f180,00", "100,00\u00a0%", "La Nef", "Se connecter", "fund")
		w.reads(b.open("/fonds?au="+at), "180,00", "!1\u202f180,00", "!fund.js")
		for _, bad := range []string{"hier", "2099-01-01T00:00:00Z"} {
			a := b.ask("GET", "/fonds?au="+bad, "")
			w.reads(a, "Une information est incorrecte")
			if a.status != http.StatusUnprocessableEntity {
				w.Errorf("%s: %d", bad, a.status)
			}
		}
		if b.cookie() != nil {
			w.Error("a public page sets a cookie")
		}
	})
}

func TestSignOutKillsTheSession(t *testing.T) {
	inWorld(t, func(w *world) {
		b := w.signedIn("citizen")
		stolen := b.cookie()
		header := http.Header{"Cookie": {stolen.Name + "=" + stolen.Value}, "Origin": {w.server.URL}}
		dialer := websocket.Dialer{Subprotocols: []string{live.Protocol}}
		conn, _, err := dialer.DialContext(w.Context(), "ws"+strings.TrimPrefix(w.server.URL, "http")+"/v1/live", header)
		must(w, err)
		open := (&line{w, conn}).watch("wallet:" + w.known["citizen.wallet"])
		open.next()
		out := b.send("/deconnexion")
		if out.status != http.StatusSeeOther || b.cookie() != nil || out.header.Get("Clear-Site-Data") == "" {
			w.Errorf("%d %v", out.status, out.header)
		}
		if code := open.closed(); code != 4401 {
			w.Errorf("the line was closed with %d", code)
		}
		w.refused(call{method: "GET", path: "/v1/me", header: map[string]string{"Cookie": stolen.Name + "=" + stolen.Value}}, 401, "unauthenticated")
		w.shown("citizen", "/v1/me") // the token it was opened with stays

		thief := w.browser()
		at, err := url.Parse(w.server.URL)
		must(w, err)
		thief.jar.SetCookies(at, []*http.Cookie{stolen})
		if a := thief.ask("GET", "/portefeuille", ""); a.status != http.StatusSeeOther || thief.cookie() != nil {
			w.Errorf("%d, cookie %v", a.status, thief.cookie())
		}
		if a := w.browser().send("/deconnexion"); a.status != http.StatusSeeOther {
			w.Errorf("nobody signs out: %d", a.status)
		}
	})
}

func errorPages(w *world) {
	b := w.signedIn("citizen")
	for path, c := range map[string]struct {
		status int
		words  string
	}{
		"/rien":                         {404, "Cette page n’existe pas"},
		"/payer/prq_x":                  {404, "Cette page n’existe pas"},
		"/payer/" + nobodys("prq_"):     {404, "Cette page n’existe pas"},
		"/payer/confirmation/int_x":     {404, "Cette page n’existe pas"},
		"/caisse/" + nobodys("prq_"):    {404, "Cette page n’existe pas"},
		"/caisse":                       {403, "Vous n’avez pas le droit de faire cela"},
		"/caisse/prq_x/code.svg":        {404, "Cette page n’existe pas"},
		"/deconnexion":                  {405, "Cette adresse ne s’utilise pas ainsi"},
		"/assets/nothing.js":            {404, ""},
		"/payer/%3Cscript%3E?x=<b>&y=1": {404, "Cette page n’existe pas"},
	} {
		a := b.ask("GET", path, "")
		if a.status != c.status || !strings.Contains(a.body, c.words) || strings.Contains(a.body, "<script>") {
			w.Errorf("%s: %d %s", path, a.status, a.body)
		}
		if c.words != "" {
			w.reads(a, "De l’argent a-t-il bougé ?", "Aucun montant n’a été débité", a.header.Get("X-Trace-Id"))
		}
	}
	if a := w.browser().send("/caisse", "montant", "1"); a.status != http.StatusUnauthorized {
		w.Errorf("nobody asks for a payment: %d", a.status)
	}
}

// getWritesNothing follows every address of a page, as somebody of each
// kind, and every read of the API.
func getWritesNothing(w *world) {
	w.keep("request", w.made("cashier", "/v1/payment-requests", `{"amount":"9.00"}`))
	citizen, cashier := w.signedIn("citizen"), w.signedIn("cashier")
	before := w.commands()
	for _, b := range []*browser{w.browser(), citizen, cashier} {
		for _, path := range []string{"/", "/fonds", "/connexion", "/deconnexion", "/portefeuille", "/caisse", "/caisse/${request}",
			"/caisse/${request}/annulation", "/caisse/${request}/code.svg", "/payer", "/payer?a=${shop.code}", "/payer/${request}", "/compte/appareils", "/v1/me", "/v1/payments",
			"/v1/payment-requests/${request}", "/v1/payment-requests/${request}/payments", "/v1/payment-requests/${request}/cancellations"} {
			b.ask("GET", path, "")
			b.ask("HEAD", path, "")
		}
	}
	if after := w.commands(); after != before {
		w.Errorf("%d commands were executed", after-before)
	}
}
