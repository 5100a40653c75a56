// SPDX-License-Identifier: AGPL-3.0-or-later

package provider

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// shelf is an open currency with one citizen and a campaign, whose cards the
// sandbox takes, on a clock that the test moves.
type shelf struct {
	*testing.T
	*Service
	ledger  *ledger.Ledger
	border  *conversion.Service
	box     *Sandbox
	citizen ledger.Holder
	logged  *bytes.Buffer
	clock   time.Time
	keys    int
}

func (s *shelf) key() string { s.keys++; return fmt.Sprintf("provider-test-%06d", s.keys) }

func role(person byte, r access.Role) access.Actor {
	return access.Actor{ID: ident.User{Bits: ident.Bits{15: person}}, Grants: []access.Grant{{Role: r}}}
}

func (s *shelf) actor() access.Actor {
	return access.Actor{ID: ident.User{Bits: s.citizen.ID.Bits}, Holder: s.citizen.ID, Grants: []access.Grant{{Role: access.Citizen}}}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newShelf(t *testing.T) *shelf {
	s := &shelf{T: t, logged: new(bytes.Buffer), clock: civil.New(2026, 3, 2).Start().Add(10 * time.Hour)}
	d, err := db.Open(t.Context(), db.Config{Data: t.TempDir()})
	must(t, err)
	t.Cleanup(func() { d.Close() })
	now := func() time.Time { return s.clock.UTC() }
	s.ledger, err = ledger.Open(t.Context(), d, ledger.Options{Now: now})
	must(t, err)
	t.Cleanup(s.ledger.Close)
	s.border, s.box = conversion.New(s.ledger), NewSandbox("http://noria.test")
	s.Service = New(Config{Gateway: s.box, Conversion: s.border, BaseURL: "http://noria.test", Now: now, Log: slog.New(slog.NewTextHandler(s.logged, nil))})
	admin := role(1, access.Administrator)
	_, _, err = s.border.OpenCurrency(t.Context(), admin, s.key(), conversion.OpenCurrencyInput{
		Name: "La Roue", Code: "ROUE", Unit: conversion.Unit{Singular: "Roue", Plural: "Roues"},
		Issuer: conversion.Issuer{Name: "Association La Roue", RNA: "W842001234", LegalBasis: conversion.LimitedNetwork},
		Accounts: []conversion.BankAccount{{Account: ledger.Guarantee(ledger.Digital, "la-nef"), Custodian: "La Nef",
			IBAN: "FR7630006000011234567890189", HolderName: "Association La Roue"}}})
	must(t, err)
	s.citizen, _, err = s.ledger.CreateHolder(t.Context(), admin, s.key(), ledger.NewHolder{Kind: ledger.Individual, Name: "Amina"})
	must(t, err)
	town, _, err := s.ledger.CreateHolder(t.Context(), admin, s.key(), ledger.NewHolder{Kind: ledger.Collectivity, Name: "Ville"})
	must(t, err)
	c, _, err := s.border.CreateCampaign(t.Context(), role(2, access.Treasurer), s.key(), conversion.CreateCampaignInput{
		Funder: town.ID, Name: "Bonus", Rate: money.MustParseRate("0.20"), Budget: money.MustParse("100.00"),
		StartsOn: civil.New(2026, 3, 1), EndsOn: civil.New(2026, 4, 30), Convention: conversion.Convention{Reference: "C1", Date: civil.New(2026, 2, 1)}})
	must(t, err)
	_, _, err = s.border.ApproveCampaign(t.Context(), role(4, access.Approver), s.key(), c.ID)
	must(t, err)
	_, _, err = s.border.FundCampaign(t.Context(), role(2, access.Treasurer), s.key(), conversion.FundCampaignInput{Campaign: c.ID, Amount: money.MustParse("100.00"), BankReference: "VIR"})
	must(t, err)
	t.Cleanup(s.prove)
	return s
}

// prove recomputes the book and the euro border.
func (s *shelf) prove() {
	if _, err := s.ledger.Verify(s.Context(), nil); err != nil && s.Context().Err() == nil {
		s.Errorf("verify: %v", err)
	}
}

// proved proves the book while the test still runs.
func (s *shelf) proved() {
	s.Helper()
	_, err := s.ledger.Verify(s.Context(), nil)
	must(s, err)
	must(s, s.ledger.Snapshot(s.Context(), func(r db.Reader) error {
		return errors.Join(s.border.CheckCampaigns(s.Context(), r), s.border.CheckConversions(s.Context(), r))
	}))
}

// card asks for a conversion of euros by card.
func (s *shelf) card(euros string) (conversion.Conversion, conversion.Checkout) {
	s.Helper()
	c, _, err := s.Convert(s.Context(), s.actor(), s.key(), conversion.ConvertInput{Holder: s.citizen.ID, Euros: money.MustParse(euros)})
	must(s, err)
	k, err := s.border.Checkout(s.Context(), c.ID)
	must(s, err)
	return c, k
}

// becomes changes a payment at the sandbox.
func (s *shelf) becomes(k conversion.Checkout, do func(*SandboxPayment)) {
	s.Helper()
	must(s, s.box.Change(k.Payment, do))
}

func paid(p *SandboxPayment) { p.Status = conversion.PaymentPaid }

// hook sends the sandbox's hook about a payment.
func (s *shelf) hook(k conversion.Checkout) error {
	header, body, err := s.box.Hook(k.Payment)
	must(s, err)
	return s.Hook(s.Context(), "sandbox", header, body)
}

func (s *shelf) want(k conversion.Checkout, outcome conversion.CheckoutOutcome, reason, units, atProvider, suspense string) {
	s.Helper()
	now, err := s.border.Checkout(s.Context(), k.Conversion)
	must(s, err)
	h, err := s.ledger.Holding(s.Context(), s.citizen.ID)
	must(s, err)
	got := fmt.Sprint(now.Outcome, " ", now.Reason, " ", h.Available, " ", s.balance(ledger.Provider("sandbox")), " ", s.balance(ledger.SuspenseIn))
	if want := fmt.Sprint(outcome, " ", reason, " ", units, " ", atProvider, " ", suspense); got != want {
		s.Errorf("checkout, units, at the provider, in suspense: %s; want %s", got, want)
	}
	s.proved()
}

func (s *shelf) balance(a ledger.Account) money.Amount {
	b, err := s.ledger.Balance(s.Context(), s.ledger.Reader(), a)
	if err != nil {
		return 0 // never opened
	}
	return b.Amount
}
