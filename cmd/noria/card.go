// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"errors"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ops/debit"
	"github.com/noria-mlc/noria/ops/job"
	"github.com/noria-mlc/noria/ops/provider"
)

// The providers of card payments that --card names.
const (
	cardStripe    = "stripe"
	cardHelloAsso = "helloasso"
	cardSandbox   = "sandbox"
)

// wantedOfCard says what --card should be, and what must stand beside it: a
// provider whose hooks cannot be checked is not taken.
func (c *config) wantedOfCard() string {
	switch c.Card {
	case "", cardSandbox:
		return ""
	case cardStripe:
		if c.StripeKey == "" || c.StripeHookKey == "" {
			return "stripe-key and stripe-hook-key beside it"
		}
		return ""
	case cardHelloAsso:
		if c.HelloAsso == "" || c.HelloAssoClient == "" || c.HelloAssoSecret == "" || c.HelloAssoHookKey == "" {
			return "helloasso, helloasso-client, helloasso-secret and helloasso-hook-key beside it"
		}
		return ""
	}
	return "stripe, helloasso or sandbox"
}

// secret says whether a setting is never shown.
func (o option) secret(c *config) bool {
	switch o.value {
	case &c.StripeKey, &c.StripeHookKey, &c.HelloAssoSecret, &c.HelloAssoHookKey, &c.OIDCSecret:
		return true
	}
	return false
}

// cards wires who takes cards: in a demonstration the sandbox, whatever the
// configuration says.
func (a *app) cards(cfg *config, w wiring, notice func(context.Context) (conversion.TellCard, error)) error {
	var gateway provider.Gateway
	var err error
	switch {
	case w.demo, cfg.Card == cardSandbox:
		gateway = provider.NewSandbox(a.baseURL)
	case cfg.Card == cardStripe:
		gateway, err = provider.NewStripe(provider.StripeConfig{Key: cfg.StripeKey, HookKey: cfg.StripeHookKey})
	case cfg.Card == cardHelloAsso:
		gateway, err = provider.NewHelloAsso(provider.HelloAssoConfig{Organisation: cfg.HelloAsso, Client: cfg.HelloAssoClient,
			Secret: cfg.HelloAssoSecret, HookKey: cfg.HelloAssoHookKey}, a.ledger.Now)
	}
	if err != nil {
		return err
	}
	a.provider = provider.New(provider.Config{Gateway: gateway, Conversion: a.conversion, BaseURL: a.baseURL, Now: a.ledger.Now, Log: a.log, Notice: notice})
	a.jobs.Register(a.provider.Job())
	return nil
}

// debits wires direct debits and the job that tells members of those to come.
func (a *app) debits(notice debit.Notice) {
	a.debit = debit.New(a.ledger, a.conversion, notice)
	a.jobs.Register(job.Job{Name: "debits.plan", Every: 24 * time.Hour, Due: a.debit.Waiting,
		Run: func(ctx context.Context, actor access.Actor) error {
			_, err := a.debit.Plan(ctx, actor)
			if errors.Is(err, debit.ErrNoCreditor) {
				return nil // nothing can be collected yet
			}
			return err
		}})
}
