// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/web/session"
)

// TestTheDoor is who may come in, from where, and to what.
func TestTheDoor(t *testing.T) {
	inWorld(t, func(w *world) {
		w.part("tokens", nobodyIsTakenForSomebody)
		w.part("other sites", otherSitesWriteNothing)
		w.part("no route", whatNoRouteServes)
		w.part("head", headIsGet)
		w.part("languages", twoLanguages)
	})
}

// nobodyIsTakenForSomebody sends tokens that do not hold: absent, malformed,
// made up, expired, revoked, of another scheme, twice.
func nobodyIsTakenForSomebody(w *world) {
	good := w.tokens["citizen"]
	for name, value := range map[string]string{
		"no scheme": good, "basic": "Basic " + good, "empty": "Bearer ", "malformed": "Bearer noria_a", "made up": "Bearer " + session.NewSecret().Text(session.API),
		"a letter off": "Bearer " + good[:len(good)-1] + "0", "a session": "Bearer " + session.NewSecret().Text(session.Session),
	} {
		c := call{method: "GET", path: "/v1/me", header: map[string]string{"Authorization": value}}
		if a := w.do(c); a.status != http.StatusUnauthorized || a.problem(w).Code != "unauthenticated" {
			w.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	before := w.commands()
	for _, c := range []call{
		{method: "GET", path: "/v1/wallets/${citizen.wallet}"},
		{method: "POST", path: "/v1/payments", body: `{"to":"${shop.code}","amount":"1.00"}`},
		{method: "POST", path: "/v1/payments", body: `{"amount":1}`, key: "-"}, // nobody learns what else is wrong
		{method: "POST", path: "/v1/payments", body: `{`},
		{method: "GET", path: "/v1/me?verbose=1"},
	} {
		w.refused(c, http.StatusUnauthorized, "unauthenticated")
	}
	if after := w.commands(); after != before {
		w.Errorf("%d commands were executed", after-before)
	}
}

// TestARevokedTokenEndsAtOnce revokes a token that was just used, then another
// by its expiry.
func TestARevokedTokenEndsAtOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		w.shown("citizen", "/v1/me")
		c := call{as: "citizen", method: "POST", path: "/v1/tokens/${citizen.token}/revocations", key: w.key()}
		if a := w.do(c); a.status != http.StatusNoContent || a.body != "" {
			w.Fatalf("%d %s", a.status, a.body)
		}
		w.refused(call{as: "citizen", method: "GET", path: "/v1/me"}, http.StatusUnauthorized, "unauthenticated")
		w.refused(c, http.StatusUnauthorized, "unauthenticated")
		w.refused(call{as: "citizen2", method: "POST", path: "/v1/tokens/${citizen.token}/revocations"}, http.StatusForbidden, "forbidden")

		token := w.made("citizen2", "/v1/tokens", `{"label":"an hour","scopes":["all"],"expires_in":3600}`)
		w.tokens["citizen2"] = token.text("token")
		w.is(w.shown("citizen2", "/v1/me"), "holder.id", "${citizen2}")
		w.later(time.Hour + time.Second)
		w.refused(call{as: "citizen2", method: "GET", path: "/v1/me"}, http.StatusUnauthorized, "unauthenticated")
	})
}

func otherSitesWriteNothing(w *world) {
	before := w.commands()
	for _, header := range []map[string]string{
		{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"},
	} {
		for _, c := range []call{
			{as: "citizen", method: "POST", path: "/v1/payments", body: `{"to":"${shop.code}","amount":"1.00"}`},
			{method: "POST", path: "/connexion", body: "jeton=" + w.tokens["citizen"]},
			{method: "POST", path: "/deconnexion"},
		} {
			c.header = header
			w.refused(c, http.StatusForbidden, "cross-origin")
		}
	}
	if after := w.commands(); after != before {
		w.Errorf("%d commands were executed", after-before)
	}
	for _, header := range []map[string]string{{"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": w.server.URL}} {
		c := call{as: "citizen", method: "POST", path: "/v1/payments", body: `{"to":"${shop.code}","amount":"1.00"}`, header: header}
		if a := w.do(c); a.status != http.StatusCreated {
			w.Errorf("%v: %d %s", header, a.status, a.body)
		}
	}
}

func whatNoRouteServes(w *world) {
	for path, allow := range map[string]string{
		"/v1/payments": "POST", "/v1/me": "GET, HEAD", "/v1/conversions": "GET, HEAD, POST", "/v1/fund": "GET, HEAD",
		"/v1/openapi.json": "GET, HEAD", "/v1/live": "GET, HEAD", "/fonds": "GET, HEAD", "/deconnexion": "POST", "/connexion": "GET, HEAD, POST", "/healthz": "GET, HEAD",
	} {
		for _, method := range []string{"PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"} {
			a := w.do(call{as: "citizen", method: method, path: path})
			if a.status != http.StatusMethodNotAllowed || a.header.Get("Allow") != allow {
				w.Errorf("%s %s: %d, Allow %q", method, path, a.status, a.header.Get("Allow"))
			}
		}
	}
	w.refused(call{as: "citizen", method: "GET", path: "/v1/payments"}, http.StatusMethodNotAllowed, "method-not-allowed")
	for _, path := range []string{"/v1/", "/v1/nothing", "/v1/payments/", "/v1/me/x", "/v1/currency/", "/v2/me"} {
		if a := w.get("citizen", path); a.status != http.StatusNotFound {
			w.Errorf("%s: %d", path, a.status)
		}
	}
	w.refused(call{as: "citizen", method: "GET", path: "/v1/nothing"}, http.StatusNotFound, "missing")
	w.refused(call{method: "POST", path: "/v1/nothing", body: "{}"}, http.StatusNotFound, "missing")
	for _, path := range []string{"/metrics", "/readyz", "/debug/pprof/", "/docs", "/.env", "/nothing"} {
		a := w.get("", path)
		if a.status != http.StatusNotFound || !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
			w.Errorf("%s: %d %s", path, a.status, a.header.Get("Content-Type"))
		}
	}
}

func headIsGet(w *world) {
	for _, path := range []string{"/v1/fund", "/v1/me", "/v1/wallets/${citizen.wallet}", "/v1/nothing", "/v1/openapi.json", "/fonds", "/healthz"} {
		get, head := w.get("citizen", path), w.do(call{as: "citizen", method: "HEAD", path: path})
		if head.status != get.status || head.body != "" || head.header.Get("Content-Type") != get.header.Get("Content-Type") {
			w.Errorf("%s: GET %d %s, HEAD %d %s %q", path, get.status, get.header.Get("Content-Type"), head.status, head.header.Get("Content-Type"), head.body)
		}
	}
}

func twoLanguages(w *world) {
	in := func(language string) document {
		return w.refused(call{as: "citizen", method: "POST", path: "/v1/payments", body: `{"to":"${shop.code}","amount":"1000.00"}`,
			header: map[string]string{"Accept-Language": language}}, http.StatusConflict, "insufficient-funds")
	}
	fr, en := in("fr-FR,fr;q=0.9,en;q=0.8"), in("en-GB,en;q=0.9")
	if fr.Title == en.Title || fr.Detail == en.Detail || in("de").Title != fr.Title || in("").Title != fr.Title {
		w.Errorf("%q and %q", fr.Title, en.Title)
	}
}

// TestADefectIsOpaque takes the database away from under the server.
func TestADefectIsOpaque(t *testing.T) {
	inWorld(t, func(*world) {
		w := opened.build(t)
		w.shown("citizen", "/v1/me")
		must(w, w.ledger.Reader().(io.Closer).Close())
		for _, c := range []call{{as: "citizen", method: "GET", path: "/v1/wallets/${citizen.wallet}"}, {method: "GET", path: "/fonds"}} {
			a := w.raw(c)
			if a.status != http.StatusInternalServerError || strings.Contains(strings.ToLower(a.body), "sql") || strings.Contains(a.body, "closed") {
				w.Errorf("%s: %d %s", c.path, a.status, a.body)
			}
			if trace := a.header.Get("X-Trace-Id"); !strings.Contains(a.body, trace) || !strings.Contains(w.log.String(), trace) {
				w.Errorf("%s: the trace %s leads nowhere: %s", c.path, trace, a.body)
			}
		}
	})
}
