// SPDX-License-Identifier: AGPL-3.0-or-later

package main_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// checkListeners: metrics and readiness are on the private listener and nowhere
// else.
func checkListeners(t *testing.T, r readiness) {
	public, private := caller{t, r.URL, ""}, caller{t, r.PrivateURL, ""}
	for _, path := range []string{"/metrics", "/readyz", "/debug/pprof/"} {
		if a := public.ask(request{method: http.MethodGet, path: path}); a.status != http.StatusNotFound {
			t.Errorf("the public listener answers %s with %d", path, a.status)
		}
	}
	for _, path := range []string{"/v1/fund", "/v1/me", "/", "/debug/pprof/"} {
		if a := private.ask(request{method: http.MethodGet, path: path}); a.status != http.StatusNotFound {
			t.Errorf("the private listener answers %s with %d", path, a.status)
		}
	}
	for _, c := range []caller{public, private} {
		if a := c.ask(request{method: http.MethodGet, path: "/healthz"}); a.status != http.StatusOK {
			t.Errorf("%s/healthz: %d", c.url, a.status)
		}
	}
	var ready struct {
		Ready  bool
		Checks []struct {
			Name string
			OK   bool
		}
	}
	private.get("/readyz", &ready)
	var names []string
	for _, c := range ready.Checks {
		names = append(names, c.Name)
	}
	if !ready.Ready || !slices.Contains(names, "write") || !slices.Contains(names, "ledger") {
		t.Errorf("readiness %+v", ready)
	}
	if metric(t, r.PrivateURL, "noria_circulation_roues") != 1721.05 || metric(t, r.PrivateURL, "noria_guarantee_fund_euros") != 27500.05 {
		t.Errorf("the gauges show %v and %v", metric(t, r.PrivateURL, "noria_circulation_roues"), metric(t, r.PrivateURL, "noria_guarantee_fund_euros"))
	}
	series := `noria_payments_total{channel="direct",result="refused"}`
	before := metric(t, r.PrivateURL, series)
	a := r.as(t, "citizen").ask(request{method: http.MethodPost, path: "/v1/payments", key: "more-than-there-is-1",
		body: map[string]string{"to": r.as(t, "citizen2").me().Number, "amount": "900000.00"}})
	if a.status != http.StatusConflict || !strings.Contains(string(a.text), "insufficient-funds") {
		t.Errorf("too large a payment: %d %s", a.status, a.text)
	}
	if after := metric(t, r.PrivateURL, series); before != 0 || after != 1 {
		t.Errorf("refused payments counted: %v, then %v", before, after)
	}
}
