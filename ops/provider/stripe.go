// SPDX-License-Identifier: AGPL-3.0-or-later

package provider

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/money"
)

// stripeVersion is the version of the API that the fields below belong to.
const stripeVersion = "2024-06-20"

// hookAge is how old a signed hook may be, either way.
const hookAge = 5 * time.Minute

// StripeConfig is what an account at Stripe gives. Both are secrets.
type StripeConfig struct {
	Key     string // secret key of the API
	HookKey string // signing secret of the hook's endpoint
}

// Stripe is the gateway of Stripe Checkout.
type Stripe struct {
	config StripeConfig
	client *client
}

// NewStripe returns the gateway of an account.
func NewStripe(c StripeConfig) (*Stripe, error) {
	return newStripe(c, "https://api.stripe.com", dialing{})
}

func newStripe(c StripeConfig, base string, d dialing) (*Stripe, error) {
	cl, err := newClient(base, d)
	return &Stripe{c, cl}, err
}

// Name implements Gateway.
func (*Stripe) Name() string { return "stripe" }

func (s *Stripe) header() http.Header {
	return http.Header{"Authorization": {"Bearer " + s.config.Key}, "Stripe-Version": {stripeVersion}}
}

// stripeSession is a Checkout Session as Stripe tells it.
type stripeSession struct {
	ID            string `json:"id"`
	URL           string `json:"url"`
	Status        string `json:"status"`         // open, complete, expired
	PaymentStatus string `json:"payment_status"` // paid, unpaid, no_payment_required
	AmountTotal   int64  `json:"amount_total"`   // in cents
	Currency      string `json:"currency"`
	Reference     string `json:"client_reference_id"`
	Intent        *struct {
		Charge *struct {
			Refunded int64 `json:"amount_refunded"`
			Disputed bool  `json:"disputed"`
		} `json:"latest_charge"`
	} `json:"payment_intent"`
}

// Create implements Gateway.
func (s *Stripe) Create(ctx context.Context, o Order) (Made, error) {
	form := url.Values{
		"mode": {"payment"}, "success_url": {o.Back}, "cancel_url": {o.Back}, "client_reference_id": {o.Reference}, "locale": {"auto"},
		"line_items[0][quantity]": {"1"}, "line_items[0][price_data][currency]": {"eur"},
		"line_items[0][price_data][unit_amount]":        {strconv.FormatInt(int64(o.Euros), 10)},
		"line_items[0][price_data][product_data][name]": {o.Title},
		"payment_method_types[0]":                       {"card"},
		"payment_intent_data[metadata][reference]":      {o.Reference},
		"payment_intent_data[description]":              {o.Reference},
		"expires_at":                                    {strconv.FormatInt(o.Until.Unix(), 10)},
	}
	h := s.header()
	h.Set("Content-Type", "application/x-www-form-urlencoded")
	h.Set("Idempotency-Key", o.Key)
	var made stripeSession
	if err := s.client.ask(ctx, http.MethodPost, "/v1/checkout/sessions", h, []byte(form.Encode()), &made); err != nil {
		return Made{}, err
	}
	if made.ID == "" || !strings.HasPrefix(made.URL, "https://") {
		return Made{}, ErrGateway
	}
	return Made{made.ID, made.URL}, nil
}

// Read implements Gateway.
func (s *Stripe) Read(ctx context.Context, payment string) (conversion.CardPayment, error) {
	var told stripeSession
	path := "/v1/checkout/sessions/" + url.PathEscape(payment) + "?expand%5B%5D=payment_intent.latest_charge"
	if err := s.client.ask(ctx, http.MethodGet, path, s.header(), nil, &told); err != nil {
		return conversion.CardPayment{}, err
	}
	if told.ID != payment {
		return conversion.CardPayment{}, ErrGateway
	}
	p := conversion.CardPayment{Provider: s.Name(), Payment: payment, Reference: told.Reference, Currency: strings.ToUpper(told.Currency),
		Amount: money.Amount(told.AmountTotal), Status: conversion.PaymentOpen}
	if told.Intent != nil && told.Intent.Charge != nil {
		p.Refunded, p.Disputed = money.Amount(told.Intent.Charge.Refunded), told.Intent.Charge.Disputed
	}
	switch {
	case told.PaymentStatus == "paid":
		p.Status = conversion.PaymentPaid
	case told.Status == "expired":
		p.Status = conversion.PaymentOver
	}
	return p, nil
}

// Hint implements Gateway: the header Stripe-Signature holds an instant t and
// signatures v1 of "t.body".
func (s *Stripe) Hint(header http.Header, body []byte, now time.Time) (Hint, error) {
	var at string
	var right bool
	var signatures []string
	for part := range strings.SplitSeq(header.Get("Stripe-Signature"), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "t":
			at = value
		case "v1":
			signatures = append(signatures, value)
		}
	}
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil || s.config.HookKey == "" || now.Sub(time.Unix(seconds, 0)).Abs() > hookAge {
		return Hint{}, ErrSignature
	}
	want := signed(s.config.HookKey, []byte(at), []byte("."), body)
	for _, got := range signatures {
		right = same(got, want) || right
	}
	if !right {
		return Hint{}, ErrSignature
	}
	var event struct {
		Type string `json:"type"`
		Data struct {
			Object struct {
				ID       string            `json:"id"`
				Object   string            `json:"object"`
				Metadata map[string]string `json:"metadata"`
			} `json:"object"`
		} `json:"data"`
	}
	if json.Unmarshal(body, &event) != nil || event.Type == "" {
		return Hint{}, ErrHook
	}
	if o := event.Data.Object; o.Object != "checkout.session" {
		return Hint{Reference: o.Metadata["reference"]}, nil
	}
	return Hint{Payment: event.Data.Object.ID}, nil
}
