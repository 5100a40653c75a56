// SPDX-License-Identifier: AGPL-3.0-or-later

package provider

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/conversion"
)

// served runs a test against a provider that answers as given, by TLS.
func served(t *testing.T, answer http.HandlerFunc) (string, dialing) {
	t.Helper()
	server := httptest.NewTLSServer(answer)
	t.Cleanup(server.Close)
	return server.URL, dialing{roots: server.Client().Transport}
}

// told answers JSON and notes what was asked.
func told(log *[]string, answers map[string]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		*log = append(*log, r.Method+" "+r.URL.Path+" "+r.Header.Get("Authorization")+" "+string(body))
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		io.WriteString(w, answers[r.Method+" "+r.URL.Path])
	}
}

func order() Order {
	return Order{Key: "cnv_1", Reference: "ROUE-7F3K9Q-5", Euros: 50_00, Title: "Change", Back: "https://noria.test/change/1", Until: time.Unix(1_800_000_000, 0)}
}

func TestStripeSpeaksOfTheSession(t *testing.T) {
	var asked []string
	session := `{"id":"cs_1","url":"https://checkout.stripe.com/c/1","status":"%s","payment_status":"%s","amount_total":5000,"currency":"eur",
		"client_reference_id":"ROUE-7F3K9Q-5","payment_intent":{"latest_charge":{"amount_refunded":%d}}}`
	answers := map[string]string{"POST /v1/checkout/sessions": fmt.Sprintf(session, "open", "unpaid", 0)}
	base, d := served(t, told(&asked, answers))
	g, err := newStripe(StripeConfig{Key: "sk_test", HookKey: "whsec"}, base, d)
	must(t, err)
	made, err := g.Create(t.Context(), order())
	if err != nil || made != (Made{"cs_1", "https://checkout.stripe.com/c/1"}) {
		t.Fatal(made, err)
	}
	for _, part := range []string{"Bearer sk_test", "client_reference_id=ROUE-7F3K9Q-5", "unit_amount%5D=5000", "currency%5D=eur"} {
		if !strings.Contains(asked[0], part) {
			t.Errorf("%q is not in %q", part, asked[0])
		}
	}
	for _, c := range []struct {
		status, payment string
		refunded        int
		want            conversion.PaymentStatus
	}{{"open", "unpaid", 0, conversion.PaymentOpen}, {"complete", "paid", 0, conversion.PaymentPaid}, {"complete", "paid", 5000, conversion.PaymentPaid},
		{"expired", "unpaid", 0, conversion.PaymentOver}} {
		answers["GET /v1/checkout/sessions/cs_1"] = fmt.Sprintf(session, c.status, c.payment, c.refunded)
		p, err := g.Read(t.Context(), "cs_1")
		if err != nil || p.Status != c.want || p.Amount != 50_00 || p.Currency != "EUR" || int(p.Refunded) != c.refunded || p.Reference != "ROUE-7F3K9Q-5" {
			t.Errorf("%v: %+v, %v", c, p, err)
		}
	}
	answers["GET /v1/checkout/sessions/cs_2"] = fmt.Sprintf(session, "complete", "paid", 0)
	if _, err := g.Read(t.Context(), "cs_2"); !errors.Is(err, ErrGateway) {
		t.Errorf("an answer about another session: %v", err)
	}
}

func TestStripeSignatureIsOfTheBodyAndOfNow(t *testing.T) {
	g, err := NewStripe(StripeConfig{HookKey: "whsec"})
	must(t, err)
	now := time.Unix(1_772_000_000, 0)
	body := []byte(`{"type":"checkout.session.completed","data":{"object":{"id":"cs_1","object":"checkout.session"}}}`)
	head := func(at time.Time, key string) string {
		stamp := fmt.Sprint(at.Unix())
		return "t=" + stamp + ",v1=" + signed(key, []byte(stamp), []byte("."), body)
	}
	for name, c := range map[string]struct {
		header string
		body   []byte
		want   error
	}{
		"right":          {head(now, "whsec"), body, nil},
		"two signatures": {strings.Replace(head(now, "whsec"), ",v1=", ",v1="+strings.Repeat("0", 64)+",v1=", 1), body, nil},
		"other key":      {head(now, "other"), body, ErrSignature},
		"old":            {head(now.Add(-hookAge-time.Second), "whsec"), body, ErrSignature},
		"of tomorrow":    {head(now.Add(hookAge+time.Second), "whsec"), body, ErrSignature},
		"other body":     {head(now, "whsec"), append([]byte(" "), body...), ErrSignature},
		"none":           {"", body, ErrSignature},
		"no signature":   {"t=" + fmt.Sprint(now.Unix()), body, ErrSignature},
		"empty one":      {"t=" + fmt.Sprint(now.Unix()) + ",v1=", body, ErrSignature},
	} {
		h, err := g.Hint(http.Header{"Stripe-Signature": {c.header}}, c.body, now)
		if !errors.Is(err, c.want) || c.want == nil && (err != nil || h.Payment != "cs_1") {
			t.Errorf("%s: %v, %v", name, h, err)
		}
	}
	refund := []byte(`{"type":"charge.refunded","data":{"object":{"id":"ch_1","object":"charge","metadata":{"reference":"ROUE-7F3K9Q-5"}}}}`)
	body = refund
	if h, err := g.Hint(http.Header{"Stripe-Signature": {head(now, "whsec")}}, refund, now); err != nil || h != (Hint{Reference: "ROUE-7F3K9Q-5"}) {
		t.Error(h, err)
	}
	none, err := NewStripe(StripeConfig{})
	must(t, err)
	if _, err := none.Hint(http.Header{"Stripe-Signature": {head(now, "")}}, refund, now); !errors.Is(err, ErrSignature) {
		t.Errorf("without a key: %v", err)
	}
}

func TestHelloAssoSpeaksOfTheIntent(t *testing.T) {
	var asked []string
	answers := map[string]string{
		"POST /oauth2/token":                                `{"access_token":"tok","expires_in":1800}`,
		"POST /v5/organizations/la-roue/checkout-intents":   `{"id":42,"redirectUrl":"https://www.helloasso.com/pay/42"}`,
		"GET /v5/organizations/la-roue/checkout-intents/42": `{"id":42,"metadata":{"reference":"ROUE-7F3K9Q-5"}}`,
	}
	base, d := served(t, told(&asked, answers))
	clock := time.Unix(1_772_000_000, 0)
	g, err := newHelloAsso(HelloAssoConfig{"la-roue", "id", "secret", "key"}, base, d, func() time.Time { return clock })
	must(t, err)
	made, err := g.Create(t.Context(), order())
	if err != nil || made != (Made{"42", "https://www.helloasso.com/pay/42"}) {
		t.Fatal(made, err)
	}
	p, err := g.Read(t.Context(), "42")
	if err != nil || p.Status != conversion.PaymentOpen || p.Reference != "ROUE-7F3K9Q-5" {
		t.Error(p, err)
	}
	for payments, want := range map[string][2]int{
		`{"amount":5000,"state":"Authorized"}`:                                      {5000, 0},
		`{"amount":5000,"state":"Refused"},{"amount":5000,"state":"Authorized"}`:    {5000, 0},
		`{"amount":5000,"state":"Authorized","refundOperations":[{"amount":1200}]}`: {5000, 1200},
		`{"amount":5000,"state":"Refunded","refundOperations":[{"amount":5000}]}`:   {5000, 5000},
	} {
		answers["GET /v5/organizations/la-roue/checkout-intents/42"] = `{"id":42,"metadata":{"reference":"ROUE-7F3K9Q-5"},"order":{"payments":[` + payments + `]}}`
		p, err := g.Read(t.Context(), "42")
		if err != nil || p.Status != conversion.PaymentPaid || int(p.Amount) != want[0] || int(p.Refunded) != want[1] {
			t.Errorf("%s: %+v, %v", payments, p, err)
		}
	}
	tokens := func() int { return strings.Count(strings.Join(asked, "\n"), "/oauth2/token") }
	if tokens() != 1 {
		t.Errorf("%d tokens were asked for", tokens())
	}
	clock = clock.Add(time.Hour)
	if _, err := g.Read(t.Context(), "42"); err != nil || tokens() != 2 {
		t.Errorf("a token that ended was used: %d, %v", tokens(), err)
	}
	body := []byte(`{"eventType":"Order","data":{"checkoutIntentId":42},"metadata":{"reference":"ROUE-7F3K9Q-5"}}`)
	if h, err := g.Hint(http.Header{"X-Ha-Signature": {signed("key", body)}}, body, clock); err != nil || h != (Hint{"42", "ROUE-7F3K9Q-5"}) {
		t.Error(h, err)
	}
	for _, signature := range []string{"", signed("other", body), signed("key", []byte("other"))} {
		if _, err := g.Hint(http.Header{"X-Ha-Signature": {signature}}, body, clock); !errors.Is(err, ErrSignature) {
			t.Errorf("signature %q: %v", signature, err)
		}
	}
}

// Test1324OnlyTheProviderIsReached says where connections go (bar 13.2.4, 1.3.6).
func Test1324OnlyTheProviderIsReached(t *testing.T) {
	u, err := url.Parse("https://api.stripe.com")
	must(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	dial := dialing{}.dial(u)
	for _, address := range []string{"evil.test:443", "api.stripe.com:80", "127.0.0.1:443", "api.stripe.com.evil.test:443"} {
		if _, err := dial(ctx, "tcp", address); !errors.Is(err, errPlace) {
			t.Errorf("%s: %v", address, err)
		}
	}
	// A name of the allow-list that resolves into our own network.
	inside, err := url.Parse("https://localhost")
	must(t, err)
	if _, err := (dialing{}).dial(inside)(ctx, "tcp", "localhost:443"); err == nil || strings.Contains(err.Error(), "refused") {
		t.Errorf("loopback was dialled: %v", err)
	}
	for address, want := range map[string]bool{"127.0.0.1": false, "::1": false, "10.0.0.1": false, "192.168.1.1": false, "169.254.169.254": false,
		"fd00::1": false, "100.64.0.1": false, "0.0.0.0": false, "::ffff:127.0.0.1": false, "fe80::1": false, "224.0.0.1": false, "54.187.174.169": true, "2600:1f14::1": true} {
		if got := outside(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s outside: %v", address, got)
		}
	}
	for _, base := range []string{"http://api.stripe.com", "https://", "https://me:secret@api.stripe.com", "file:///etc/passwd"} {
		if _, err := newClient(base, dialing{}); err == nil {
			t.Errorf("%s was taken", base)
		}
	}
}

func TestAnAnswerThatWasNotAskedForIsRefused(t *testing.T) {
	elsewhere := 0
	other, _ := served(t, func(http.ResponseWriter, *http.Request) { elsewhere++ })
	for name, answer := range map[string]http.HandlerFunc{
		"redirect": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other, http.StatusFound) },
		"status":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) },
		"not JSON": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>") },
		"too long": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, `"`+strings.Repeat("x", answerLimit)+`"`)
		},
		"other JSON": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, `[1]`)
		},
	} {
		base, d := served(t, answer)
		g, err := newStripe(StripeConfig{Key: "sk_secret"}, base, d)
		must(t, err)
		_, err = g.Read(t.Context(), "cs_1")
		if !errors.Is(err, ErrGateway) || strings.Contains(err.Error(), "sk_secret") {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := g.Create(t.Context(), order()); !errors.Is(err, ErrGateway) {
			t.Errorf("%s, creating: %v", name, err)
		}
	}
	if elsewhere != 0 {
		t.Error("a redirect was followed")
	}
}
