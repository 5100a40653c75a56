// SPDX-License-Identifier: AGPL-3.0-or-later

package provider

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/money"
)

// HelloAssoConfig is what an association has at HelloAsso. Secret and HookKey are
// secrets.
type HelloAssoConfig struct {
	Organisation string // slug of the association
	Client       string // id of the API's client
	Secret       string
	HookKey      string // signing key of notifications
}

// HelloAsso is the gateway of HelloAsso Checkout.
type HelloAsso struct {
	config HelloAssoConfig
	client *client
	now    func() time.Time

	mu    sync.Mutex
	token string
	until time.Time
}

// NewHelloAsso returns the gateway of an association; now is the clock by which
// its token is renewed.
func NewHelloAsso(c HelloAssoConfig, now func() time.Time) (*HelloAsso, error) {
	return newHelloAsso(c, "https://api.helloasso.com", dialing{}, now)
}

func newHelloAsso(c HelloAssoConfig, base string, d dialing, now func() time.Time) (*HelloAsso, error) {
	cl, err := newClient(base, d)
	return &HelloAsso{config: c, client: cl, now: now}, err
}

// Name implements Gateway.
func (*HelloAsso) Name() string { return "helloasso" }

// header returns the headers of a request, with a token that still holds.
func (g *HelloAsso) header(ctx context.Context) (http.Header, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.token == "" || !g.now().Before(g.until) {
		form := url.Values{"grant_type": {"client_credentials"}, "client_id": {g.config.Client}, "client_secret": {g.config.Secret}}
		var given struct {
			Token   string `json:"access_token"`
			Seconds int64  `json:"expires_in"`
		}
		h := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
		if err := g.client.ask(ctx, http.MethodPost, "/oauth2/token", h, []byte(form.Encode()), &given); err != nil {
			return nil, err
		}
		if given.Token == "" {
			return nil, ErrGateway
		}
		// Renewed a minute early, so that none ends on its way.
		g.token, g.until = given.Token, g.now().Add(time.Duration(given.Seconds)*time.Second-time.Minute)
	}
	return http.Header{"Authorization": {"Bearer " + g.token}, "Content-Type": {"application/json"}}, nil
}

func (g *HelloAsso) path(rest string) string {
	return "/v5/organizations/" + url.PathEscape(g.config.Organisation) + "/checkout-intents" + rest
}

// Create implements Gateway.
func (g *HelloAsso) Create(ctx context.Context, o Order) (Made, error) {
	h, err := g.header(ctx)
	if err != nil {
		return Made{}, err
	}
	body, err := json.Marshal(map[string]any{
		"totalAmount": int64(o.Euros), "initialAmount": int64(o.Euros), "itemName": o.Title, "containsDonation": false,
		"backUrl": o.Back, "errorUrl": o.Back, "returnUrl": o.Back, "metadata": map[string]string{"reference": o.Reference},
	})
	if err != nil {
		return Made{}, err
	}
	var made struct {
		ID  int64  `json:"id"`
		URL string `json:"redirectUrl"`
	}
	if err := g.client.ask(ctx, http.MethodPost, g.path(""), h, body, &made); err != nil {
		return Made{}, err
	}
	if made.ID <= 0 || !strings.HasPrefix(made.URL, "https://") {
		return Made{}, ErrGateway
	}
	return Made{strconv.FormatInt(made.ID, 10), made.URL}, nil
}

// Read implements Gateway. An intent has an order once it was paid. HelloAsso
// takes euros only.
func (g *HelloAsso) Read(ctx context.Context, payment string) (conversion.CardPayment, error) {
	h, err := g.header(ctx)
	if err != nil {
		return conversion.CardPayment{}, err
	}
	var told struct {
		ID       int64             `json:"id"`
		Metadata map[string]string `json:"metadata"`
		Order    *struct {
			Payments []struct {
				Amount  int64  `json:"amount"`
				State   string `json:"state"`
				Refunds []struct {
					Amount int64  `json:"amount"`
					Status string `json:"status"`
				} `json:"refundOperations"`
			} `json:"payments"`
		} `json:"order"`
	}
	if err := g.client.ask(ctx, http.MethodGet, g.path("/"+url.PathEscape(payment)), h, nil, &told); err != nil {
		return conversion.CardPayment{}, err
	}
	if strconv.FormatInt(told.ID, 10) != payment {
		return conversion.CardPayment{}, ErrGateway
	}
	p := conversion.CardPayment{Provider: g.Name(), Payment: payment, Reference: told.Metadata["reference"], Currency: "EUR", Status: conversion.PaymentOpen}
	if told.Order == nil {
		return p, nil
	}
	for _, paid := range told.Order.Payments {
		switch paid.State {
		case "Authorized", "Registered", "Refunded", "Contested":
			p.Status = conversion.PaymentPaid
			p.Amount += money.Amount(paid.Amount)
		default:
			continue
		}
		p.Disputed = p.Disputed || paid.State == "Contested"
		if paid.State == "Refunded" {
			p.Refunded += money.Amount(paid.Amount)
			continue
		}
		for _, back := range paid.Refunds {
			p.Refunded += money.Amount(back.Amount)
		}
	}
	return p, nil
}

// Hint implements Gateway: the header X-Ha-Signature is the HMAC of the body.
func (g *HelloAsso) Hint(header http.Header, body []byte, _ time.Time) (Hint, error) {
	if g.config.HookKey == "" || !same(strings.ToLower(header.Get("X-Ha-Signature")), signed(g.config.HookKey, body)) {
		return Hint{}, ErrSignature
	}
	var event struct {
		Type     string            `json:"eventType"`
		Metadata map[string]string `json:"metadata"`
		Data     struct {
			Intent int64 `json:"checkoutIntentId"`
		} `json:"data"`
	}
	if json.Unmarshal(body, &event) != nil || event.Type == "" {
		return Hint{}, ErrHook
	}
	h := Hint{Reference: event.Metadata["reference"]}
	if event.Data.Intent > 0 {
		h.Payment = strconv.FormatInt(event.Data.Intent, 10)
	}
	return h, nil
}
