// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestACardPaysAConversion goes the way of a citizen: the form, the page of the
// provider, and back; the API tells the same.
func TestACardPaysAConversion(t *testing.T) {
	inWorld(t, func(w *world) {
		a := w.keep("card", w.made("citizen", "/v1/conversions", `{"euros":"30.00","channel":"card"}`))
		w.is(a, "status", "awaiting_euros", "channel", "card", "account", "eur:provider:sandbox")
		checkout, err := url.Parse(a.text("checkout_url"))
		if err != nil || !strings.HasPrefix(checkout.Path, "/bac-a-sable/") || a.at("pay") != nil {
			t.Fatalf("checkout: %s", a.body)
		}
		w.is(w.shown("citizen", "/v1/conversions/${card}"), "status", "awaiting_euros", "checkout_url", a.text("checkout_url"))
		page := w.page(http.MethodGet, checkout.Path, nil, http.StatusOK)
		if !strings.Contains(page, "Bac à sable") {
			t.Errorf("the page of the sandbox: %s", page)
		}
		for range 2 { // a double click
			w.page(http.MethodPost, checkout.Path, url.Values{"choix": {"payer"}}, http.StatusSeeOther)
		}
		w.is(w.shown("citizen", "/v1/conversions/${card}"), "status", "settled")
		if got := w.available("citizen").Format(); got != "150.00" {
			t.Errorf("%s after 30.00 by card", got)
		}
		w.page(http.MethodPost, checkout.Path, url.Values{"choix": {"rembourser"}}, http.StatusSeeOther)
		w.is(w.shown("citizen", "/v1/conversions/${card}"), "status", "reversed")
		w.page(http.MethodGet, "/bac-a-sable/sb_unknown", nil, http.StatusNotFound)
		for path, want := range map[string]int{"/v1/hooks/sandbox": http.StatusForbidden, "/v1/hooks/nobody": http.StatusNotFound} {
			if r, err := w.client.Post(w.server.URL+path, "application/json", strings.NewReader(`{"payment":"x"}`)); err != nil || r.StatusCode != want {
				t.Errorf("%s: %v, %v", path, r, err)
			} else {
				r.Body.Close()
			}
		}
	})
}

// page asks for a page as nobody.
func (w *world) page(method, path string, form url.Values, want int) string {
	w.Helper()
	request, err := http.NewRequestWithContext(w.Context(), method, w.server.URL+path, strings.NewReader(form.Encode()))
	must(w, err)
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r, err := w.client.Do(request)
	must(w, err)
	defer r.Body.Close()
	var b strings.Builder
	_, err = io.Copy(&b, r.Body)
	must(w, err)
	if r.StatusCode != want {
		w.Fatalf("%s %s: %d, want %d: %s", method, path, r.StatusCode, want, b.String())
	}
	return b.String()
}
