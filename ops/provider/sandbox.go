// SPDX-License-Identifier: AGPL-3.0-or-later

package provider

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
)

// SandboxPath is where the sandbox has its pages.
const SandboxPath = "/bac-a-sable/"

// sandboxLimit is how many payments a sandbox remembers.
const sandboxLimit = 10_000

// Sandbox is a provider in this process that moves no money: whoever comes to its
// page says whether they pay. It forgets everything when the process ends, as a
// demonstration may.
type Sandbox struct {
	base string
	key  string

	mu       sync.Mutex
	payments map[string]*SandboxPayment
}

// SandboxPayment is a payment at the sandbox.
type SandboxPayment struct {
	ID        string
	Title     string
	Reference string
	Back      string
	Euros     money.Amount
	Refunded  money.Amount
	Disputed  bool
	Currency  string
	Status    conversion.PaymentStatus
}

// NewSandbox returns a sandbox whose pages are at a base URL.
func NewSandbox(base string) *Sandbox {
	return &Sandbox{base: strings.TrimRight(base, "/"), key: rand.Text(), payments: make(map[string]*SandboxPayment)}
}

// Name implements Gateway.
func (*Sandbox) Name() string { return "sandbox" }

// Create implements Gateway.
func (s *Sandbox) Create(_ context.Context, o Order) (Made, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := "sb_" + signed(s.key, []byte(o.Key))[:24] // the same order gives the same payment
	if s.payments[id] == nil {
		if len(s.payments) >= sandboxLimit {
			return Made{}, ErrGateway
		}
		s.payments[id] = &SandboxPayment{ID: id, Title: o.Title, Reference: o.Reference, Back: o.Back, Euros: o.Euros, Currency: "EUR", Status: conversion.PaymentOpen}
	}
	return Made{id, s.base + SandboxPath + id}, nil
}

// Payment returns a payment as the sandbox's own page shows it. It returns
// ErrMissing.
func (s *Sandbox) Payment(id string) (SandboxPayment, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.payments[id]; p != nil {
		return *p, nil
	}
	return SandboxPayment{}, fault.ErrMissing
}

// Change does something to a payment, as a payer or a provider would: do may
// change everything but the id. It returns ErrMissing.
func (s *Sandbox) Change(id string, do func(*SandboxPayment)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.payments[id]
	if p == nil {
		return fault.ErrMissing
	}
	do(p)
	p.ID = id
	return nil
}

// Read implements Gateway.
func (s *Sandbox) Read(_ context.Context, payment string) (conversion.CardPayment, error) {
	p, err := s.Payment(payment)
	if err != nil {
		return conversion.CardPayment{}, ErrGateway
	}
	return conversion.CardPayment{Provider: s.Name(), Payment: p.ID, Reference: p.Reference, Currency: p.Currency, Amount: p.Euros,
		Refunded: p.Refunded, Disputed: p.Disputed, Status: p.Status}, nil
}

// Hook returns the hook that the sandbox sends about a payment, signed.
func (s *Sandbox) Hook(payment string) (http.Header, []byte, error) {
	body, err := json.Marshal(map[string]string{"payment": payment})
	return http.Header{"X-Sandbox-Signature": {signed(s.key, body)}}, body, err
}

// Hint implements Gateway.
func (s *Sandbox) Hint(header http.Header, body []byte, _ time.Time) (Hint, error) {
	if !same(header.Get("X-Sandbox-Signature"), signed(s.key, body)) {
		return Hint{}, ErrSignature
	}
	var event struct {
		Payment string `json:"payment"`
	}
	if json.Unmarshal(body, &event) != nil || event.Payment == "" {
		return Hint{}, ErrHook
	}
	return Hint{Payment: event.Payment}, nil
}
