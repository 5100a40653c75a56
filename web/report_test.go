// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/web/page"
)

// TestASVS347ReportsOfThePolicyAreCounted sends what browsers send, in the old form
// and in the new, and what nobody should send: each is one count under a directive
// of a closed list, and nothing of it is kept or logged.
func TestASVS347ReportsOfThePolicyAreCounted(t *testing.T) {
	inWorld(t, func(w *world) {
		before := w.commands()
		for _, c := range []struct{ kind, body string }{
			{"application/csp-report", `{"csp-report":{"document-uri":"https://roue.example/payer/prq_secret","effective-directive":"img-src","blocked-uri":"https://evil.example"}}`},
			{"application/csp-report", `{"csp-report":{"violated-directive":"script-src"}}`},
			{"application/reports+json", `[{"type":"csp-violation","url":"https://roue.example/payer/prq_secret","body":{"effectiveDirective":"script-src-elem"}},{"body":{"effectiveDirective":"connect-src"}}]`},
			{"application/reports+json", `[{"body":{"effectiveDirective":"prq_secret{x=\"1\"}"}}]`},
			{"text/plain", "prq_secret"},
			{"application/csp-report", ""},
			{"application/csp-report", `{"csp-report":{"effective-directive":"` + strings.Repeat("prq_secret", 10_000) + `"}}`},
			{"application/csp-report", strings.Repeat("[", 16_000)},
		} {
			a := w.do(call{method: http.MethodPost, path: page.Reports, body: strings.ReplaceAll(c.body, "$", "$$"), header: map[string]string{"Content-Type": c.kind}})
			if a.status != http.StatusNoContent || a.body != "" {
				t.Errorf("%.60s: %d %s", c.body, a.status, a.body)
			}
		}
		measures := httptest.NewRecorder()
		w.metrics.Handler().ServeHTTP(measures, httptest.NewRequest(http.MethodGet, "/metrics", nil))
		for directive, want := range map[string]string{"img-src": "1", "script-src": "1", "script-src-elem": "1", "connect-src": "1", "other": "5"} {
			if line := `noria_policy_reports_total{directive="` + directive + `"} ` + want + "\n"; !strings.Contains(measures.Body.String(), line) {
				t.Errorf("not counted: %s", line)
			}
		}
		if strings.Contains(w.log.String()+measures.Body.String(), "prq_secret") || w.commands() != before {
			t.Error("something of a report was kept")
		}
		a := w.get("", "/fonds")
		if !strings.Contains(a.header.Get("Content-Security-Policy"), "report-uri "+page.Reports+"; report-to policy") || a.header.Get("Reporting-Endpoints") != `policy="`+page.Reports+`"` {
			t.Errorf("%v", a.header)
		}
		if strings.Contains(a.header.Get("Content-Security-Policy"), "unsafe") {
			t.Error("the policy allows something unsafe")
		}
	})
}

// TestASVS163RefusedRightsAreLogged tries doors, on pages and in the API, and
// guesses until it is held back: each leaves a line with a trace and no more.
func TestASVS163RefusedRightsAreLogged(t *testing.T) {
	inWorld(t, func(w *world) {
		tried := []answer{
			w.get("citizen2", "/v1/wallets/${citizen.wallet}"),
			w.signedIn("citizen").ask(http.MethodGet, "/tresorerie", ""),
			w.signedIn("cashier").send("/demandes", "montant", "1", "jours", "7", "cle", w.key()),
		}
		b := w.browser()
		for range 11 {
			if a := b.send("/connexion/mot-de-passe", "adresse", "nobody@example.org", "mot-de-passe", "no password of anybody"); a.status == http.StatusTooManyRequests {
				tried = append(tried, a)
			}
		}
		if len(tried) != 4 {
			t.Fatalf("%d refusals", len(tried))
		}
		for _, a := range tried {
			if line := "msg=refused trace=" + a.header.Get("X-Trace-Id"); !strings.Contains(w.log.String(), line) {
				t.Errorf("%d leaves no %q", a.status, line)
			}
		}
		if a := w.get("citizen", "/fonds"); strings.Contains(w.log.String(), a.header.Get("X-Trace-Id")) || strings.Contains(w.log.String(), "example.org") {
			t.Error("too much is logged")
		}
	})
}
