// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/web/session"
)

// TestASVS3And4EveryRoute holds every route of the server to what no route may
// forget. The routes are those of the server, so that none is left out.
func TestASVS3And4EveryRoute(t *testing.T) {
	inBareWorld(t, func(w *world) {
		w.play()
		w.furnish()
		routes := w.allRoutes()
		things := w.things(routes)
		w.part("headers", func(w *world) { headersOfEveryRoute(w, routes, things) })
		w.part("methods", func(w *world) { methodsOfEveryRoute(w, routes, things) })
		w.part("other sites", func(w *world) { otherSitesOnEveryRoute(w, routes, things) })
		w.part("hosts", func(w *world) { hostsAreNotRepeated(w, routes, things) })
	})
}

// bare makes the call of a route without a body; one that writes has no key, so
// that nothing is done.
func (w *world) bare(r route, thing, as string, header map[string]string) answer {
	w.Helper()
	return w.do(call{as: as, method: r.method, path: r.at(thing), key: "-", header: header})
}

// live says whether a route stays open, so that it is asked for in tests of its own.
func (r route) live() bool {
	return strings.HasSuffix(r.pattern, "/events") || strings.HasSuffix(r.pattern, "/live") || strings.HasSuffix(r.pattern, "/direct")
}

// headersOfEveryRoute reads each route as nobody, as a merchant, as a town's agent
// and as the treasurer: policy, nosniff, referrer, opener and CORP (in do), type, charset and
// cache (ASVS 3.4, 4.1.1, 14.3.2).
func headersOfEveryRoute(w *world, routes []route, things map[route]string) {
	for _, r := range routes {
		if r.live() || r.ends() {
			continue
		}
		for _, as := range []string{"", "merchant", "agent", "treasurer"} {
			a := w.bare(r, things[r], as, nil)
			kind := a.header.Get("Content-Type")
			switch {
			case a.status >= 500:
				w.Errorf("%s as %s: %d %s", r, as, a.status, a.body)
			case a.body != "" && kind == "":
				w.Errorf("%s as %s: a body of no type", r, as)
			case strings.HasPrefix(kind, "text/") && !strings.Contains(strings.ToLower(kind), "charset=utf-8"):
				w.Errorf("%s as %s: %q has no charset", r, as, kind)
			case a.status < 300 && a.header.Get("Cache-Control") != "no-store" && !keptByBrowsers(r, a):
				w.Errorf("%s as %s: kept as %q", r, as, a.header.Get("Cache-Control"))
			case !safelyNamed(a.header.Get("Content-Disposition")):
				w.Errorf("%s as %s: a file is given out as %q", r, as, a.header.Get("Content-Disposition"))
			case a.header.Get("Access-Control-Allow-Origin") != "" || a.header.Get("Server") != "" || a.header.Get("X-Powered-By") != "":
				w.Errorf("%s as %s: %v", r, as, a.header)
			}
		}
	}
}

// safelyNamed says whether a file that is given out has a plain name and is not
// shown in the page's place (ASVS 5.4.1, 5.4.2); "" is no file.
func safelyNamed(disposition string) bool {
	return disposition == "" || regexp.MustCompile(`^attachment; filename="[A-Za-z0-9][A-Za-z0-9._-]*"$`).MatchString(disposition)
}

// keptByBrowsers says whether a browser may keep an answer: it is the same for
// everybody, or the picture of a code, which holds an opaque address, for an hour
// and for nobody else.
func keptByBrowsers(r route, a answer) bool {
	if a.header.Get("Content-Type") == "image/svg+xml" && a.header.Get("Cache-Control") == "private, max-age=3600" {
		return true
	}
	return slices.Contains([]string{"/icone/{nom}", "/veille.js", "/manifest.webmanifest", "/v1/openapi.json"}, r.pattern) || strings.HasPrefix(r.pattern, "/assets/")
}

// methodsOfEveryRoute sends methods that no route knows (ASVS 4.1.4), and reads
// what only writes (3.5.3).
func methodsOfEveryRoute(w *world, routes []route, things map[route]string) {
	served := make(map[string][]string)
	for _, r := range routes {
		served[r.pattern] = append(served[r.pattern], r.method)
	}
	before := w.commands()
	for _, r := range routes {
		for _, method := range []string{"PUT", "OPTIONS", "PROPFIND"} {
			a := w.do(call{as: "citizen", method: method, path: r.at(things[r]), key: "-"})
			if a.status != http.StatusMethodNotAllowed || !strings.Contains(a.header.Get("Allow"), r.method) {
				w.Errorf("%s %s: %d, Allow %q", method, r.pattern, a.status, a.header.Get("Allow"))
			}
		}
		if r.writes() && r.method != http.MethodPost {
			w.Errorf("%s: the sweep knows POST as the only method that writes", r)
		}
		if r.writes() && !slices.Contains(served[r.pattern], http.MethodGet) {
			if a := w.do(call{as: "citizen", method: http.MethodGet, path: r.at(things[r])}); a.status < 400 {
				w.Errorf("GET %s: %d", r.pattern, a.status)
			}
		}
	}
	if after := w.commands(); after != before {
		w.Errorf("%d commands were executed", after-before)
	}
}

// otherSitesOnEveryRoute writes from another site on every route that writes
// (ASVS 3.5.1).
func otherSitesOnEveryRoute(w *world, routes []route, things map[route]string) {
	before := w.commands()
	for _, r := range routes {
		if !r.writes() {
			continue
		}
		for _, header := range []map[string]string{{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}} {
			if a := w.bare(r, things[r], "treasurer", header); a.status != http.StatusForbidden || a.problem(w).Code != "cross-origin" {
				w.Errorf("%s from %v: %d", r, header, a.status)
			}
		}
	}
	if after := w.commands(); after != before {
		w.Errorf("%d commands were executed", after-before)
	}
}

// hostsAreNotRepeated asks under another host and with the headers of a server in
// front: nothing of them comes back in a page or an address (ASVS 4.1.3).
func hostsAreNotRepeated(w *world, routes []route, things map[route]string) {
	header := map[string]string{"X-Forwarded-For": "203.0.113.99, evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example",
		"X-Forwarded-Proto": "https", "X-Original-Url": "/evil.example", "X-Http-Method-Override": "POST", "Referer": "https://evil.example/x"}
	for _, r := range routes {
		if r.live() || r.ends() {
			continue
		}
		for _, as := range []string{"", "citizen"} {
			a := w.raw(call{as: as, method: r.method, path: r.at(things[r]), key: "-", header: header, host: "evil.example"})
			if strings.Contains(a.body, "evil.example") || strings.Contains(a.header.Get("Location"), "evil.example") || a.status >= 500 {
				w.Errorf("%s as %s: %d %v %s", r, as, a.status, a.header, a.body)
			}
		}
	}
}

// TestASVS34BehindTLS looks at every route under an https address: a year of
// HSTS, and cookies that are bound to the host (ASVS 3.3.1–3.3.4, 3.4.1).
func TestASVS34BehindTLS(t *testing.T) {
	inWorld(t, func(w *world) {
		secure := *w
		secure.public = "https://roue.example"
		secure.session = session.New(w.ledger, session.Options{Secure: true, Demo: true})
		defer secure.serve()()
		for _, r := range secure.allRoutes() {
			if r.live() || r.ends() {
				continue
			}
			w.known["nobody's"] = nobodys("prq_")
			a := secure.do(call{as: "citizen", method: r.method, path: r.at("nobody's"), key: "-", header: map[string]string{"X-Forwarded-Proto": "http"}})
			if a.header.Get("Strict-Transport-Security") != "max-age=31536000" {
				t.Errorf("%s: HSTS %q", r, a.header.Get("Strict-Transport-Security"))
			}
			if at := a.header.Get("Location"); at != "" && !strings.HasPrefix(at, "/") {
				t.Errorf("%s leads to %s", r, at)
			}
			secure.cookies(r.String(), a)
		}
		in := secure.browser().send("/connexion", "jeton", w.tokens["citizen"], "suite", "/portefeuille")
		if in.status != http.StatusSeeOther || !strings.HasPrefix(in.header.Get("Set-Cookie"), "__Host-noria=") {
			t.Errorf("%d %v", in.status, in.header)
		}
		secure.cookies("sign-in", in)
	})
}

// cookies checks that whatever an answer sets is sent back over TLS only, to this
// host only, and is not read by scripts.
func (w *world) cookies(what string, a answer) {
	w.Helper()
	for _, text := range a.header.Values("Set-Cookie") {
		c, err := http.ParseSetCookie(text)
		must(w, err)
		bound := strings.HasPrefix(c.Name, "__Host-") && c.Path == "/" && c.Domain == ""
		if !c.Secure || !c.HttpOnly || !bound || (c.SameSite != http.SameSiteLaxMode && c.SameSite != http.SameSiteStrictMode) {
			w.Errorf("%s sets %s", what, text)
		}
	}
}

// TestBodiesAreBounded sends what is too large to every route that reads a body: no
// answer is a defect, and nothing is written (ASVS 5.2.1, 15.2.2).
func TestBodiesAreBounded(t *testing.T) {
	inWorld(t, func(w *world) {
		w.known["nobody's"] = nobodys("prq_")
		before := w.commands()
		for _, r := range w.allRoutes() {
			if !r.writes() || r.ends() || r.pattern == "/deconnexion" || r.pattern == "/connexion/mot-de-passe" || r.pattern == "/ecran" {
				continue
			}
			kind, body := "application/json", `{"label":"`+strings.Repeat("x", 70<<10)+`"}`
			if !r.api() {
				kind, body = "application/x-www-form-urlencoded", "nom="+strings.Repeat("x", 70<<10)
			}
			a := w.do(call{as: "citizen", method: r.method, path: r.at("nobody's"), body: body, header: map[string]string{"Content-Type": kind}})
			if a.status >= 500 || (r.api() && a.status < 400) {
				t.Errorf("%s: %d %.200s", r, a.status, a.body)
			}
		}
		if done := w.since(before); len(done) > 0 {
			t.Errorf("%v", done)
		}
	})
}
