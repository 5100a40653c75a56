// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/web"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/session"
)

// TestPaymentsAreCounted pays in every way and reads the metrics; what was done
// is counted from the journal, by observe.Follow.
func TestPaymentsAreCounted(t *testing.T) {
	inWorld(t, func(w *world) {
		direct := call{as: "citizen", method: "POST", path: "/v1/payments", body: `{"to":"${shop.code}","amount":"1.00"}`, key: w.key()}
		w.keep("paid", w.do(direct))
		w.do(direct)
		w.post("citizen2", "/v1/payments", `{"to":"${shop.code}","amount":"100.00"}`)
		w.made("merchant", "/v1/payments/${paid}/refunds", "")
		for range 2 {
			w.keep("request", w.made("cashier", "/v1/payment-requests", `{"amount":"2.00"}`))
			b := w.signedIn("citizen")
			at := w.follows(b.send("/payer/${request}", "cle", b.open("/payer/${request}").formKey()), "/payer/confirmation/int_")
			b.press(at)
			w.post("citizen", "/v1/payment-requests/${request}/payments", "")
		}
		scraped := httptest.NewRecorder()
		w.metrics.Handler().ServeHTTP(scraped, httptest.NewRequest(http.MethodGet, "/metrics", nil))
		for _, line := range []string{
			`noria_payments_total{channel="direct",result="replayed"} 1`, `noria_payments_total{channel="direct",result="refused"} 1`,
			`noria_payments_total{channel="request",result="refused"} 2`,
			`noria_payment_duration_seconds_count 8`,
			`noria_http_requests_total{route="POST /v1/payments",status="201"} 2`, `noria_http_requests_total{route="GET /payer/{id}",status="200"} 2`,
			`noria_payment_confirmations_total{method="demo",result="done"} 2`,
		} {
			if !strings.Contains(scraped.Body.String(), line+"\n") {
				w.Errorf("the metrics lack %s", line)
			}
		}
		for _, secret := range []string{w.tokens["citizen"], w.known["citizen"], w.known["request"]} {
			if strings.Contains(scraped.Body.String(), secret) || strings.Contains(w.log.String(), secret) {
				w.Errorf("%s is in the metrics or the log", secret)
			}
		}
	})
}

// TestBehindTLS serves the same book under an https address.
func TestBehindTLS(t *testing.T) {
	inWorld(t, func(w *world) {
		secure, err := web.New(web.Config{Metrics: w.metrics, Services: api.Services{
			Ledger: w.ledger, Conversion: w.conversion, Merchant: w.merchant, Payout: w.payout,
			Session: session.New(w.ledger, session.Options{Secure: true, Demo: true}), BaseURL: "https://roue.example", Version: "test", Log: slog.New(slog.DiscardHandler),
		}})
		must(w, err)
		form := httptest.NewRequest(http.MethodPost, "https://roue.example/connexion", strings.NewReader(url.Values{"jeton": {w.tokens["citizen"]}}.Encode()))
		form.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		got := httptest.NewRecorder()
		secure.ServeHTTP(got, form)
		cookie := got.Header().Get("Set-Cookie")
		if !strings.HasPrefix(cookie, "__Host-noria=") || !strings.Contains(cookie, "; Secure") || got.Header().Get("Strict-Transport-Security") != "max-age=31536000" {
			w.Errorf("%d %v", got.Code, got.Header())
		}
		if plain := w.get("", "/fonds"); plain.header.Get("Strict-Transport-Security") != "" {
			w.Error("an address without TLS asks for it")
		}
	})
}
