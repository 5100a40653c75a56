// SPDX-License-Identifier: AGPL-3.0-or-later

package payout_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/payout"
)

var keys atomic.Int64

// key returns an idempotency key that no other call returns.
func key() string { return fmt.Sprintf("test-key-%09d", keys.Add(1)) }

var (
	bank  = ledger.Guarantee(ledger.Digital, "la-nef")
	other = ledger.Guarantee(ledger.Digital, "credit-municipal")
)

// town is a book with a collectivité, two elected officials with an instruction,
// one without, a shop, and those who act.
type town struct {
	*testing.T
	connect func() *db.DB
	db      *db.DB
	ledger  *ledger.Ledger
	payout  *payout.Service
	unsound bool         // whether the batches were set at odds with the book
	ahead   atomic.Int64 // how far a test moved the clock, in nanoseconds

	city, dora, emil, finn, shop       ledger.Holder
	agent, approver, second, treasurer access.Actor
	system                             access.Actor
}

// each runs a test on every engine, with a fresh town, and proves the book and
// the batches afterwards.
func each(t *testing.T, test func(w *town)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		w := &town{T: t, connect: connect}
		w.start()
		w.found()
		test(w)
		if !w.unsound {
			w.proven()
		}
		w.ledger.Close()
	})
}

// start opens the book, as a process does that begins.
func (w *town) start() {
	w.Helper()
	w.db = w.connect()
	now := time.Date(2026, 4, 2, 9, 0, 0, 0, time.UTC)
	l, err := ledger.Open(w.Context(), w.db, ledger.Options{Now: func() time.Time { return now.Add(time.Duration(w.ahead.Load())) }})
	if err != nil {
		w.Fatal(err)
	}
	w.ledger, w.payout = l, payout.New(l)
}

// stop ends the process.
func (w *town) stop() {
	w.Helper()
	w.ledger.Close()
	if err := w.db.Close(); err != nil {
		w.Fatal(err)
	}
}

func (w *town) proven() {
	w.Helper()
	if _, err := w.ledger.Verify(w.Context(), nil); err != nil {
		w.Errorf("verify: %v", err)
	}
	if err := w.payout.CheckBatches(w.Context(), w.ledger.Reader()); err != nil {
		w.Errorf("check of the batches: %v", err)
	}
}

func actor(n byte, role access.Role, organisation ident.Holder) access.Actor {
	return access.Actor{ID: ident.User{Bits: ident.Bits{15: n}}, Grants: []access.Grant{{Role: role, Organisation: organisation}}}
}

func citizen(h ident.Holder) access.Actor {
	return access.Actor{ID: ident.User(h), Holder: h, Grants: []access.Grant{{Role: access.Citizen}}}
}

func (w *town) found() {
	w.Helper()
	admin := actor(1, access.Administrator, ident.Holder{})
	_, _, err := conversion.New(w.ledger).OpenCurrency(w.Context(), admin, key(), conversion.OpenCurrencyInput{
		Name: "Roue", Code: "ROUE", Unit: conversion.Unit{Singular: "roue", Plural: "roues"},
		Issuer: conversion.Issuer{Name: "Association La Roue", RNA: "W841234567", LegalBasis: conversion.LimitedNetwork},
		Accounts: []conversion.BankAccount{
			{Account: bank, Custodian: "La Nef", IBAN: "FR7630006000011234567890189", HolderName: "Association La Roue"},
			{Account: other, Custodian: "Crédit Municipal", IBAN: "FR7630006000011234567890189", HolderName: "Association La Roue"},
		},
	})
	if err != nil {
		w.Fatal(err)
	}
	w.city, w.shop = w.holder(ledger.Collectivity, "Ville"), w.holder(ledger.Professional, "Boulangerie")
	w.dora, w.emil, w.finn = w.holder(ledger.Individual, "Dora"), w.holder(ledger.Individual, "Émile"), w.holder(ledger.Individual, "Finn")
	w.agent, w.approver = actor(2, access.CollectivityAgent, w.city.ID), actor(3, access.CollectivityApprover, w.city.ID)
	w.second, w.treasurer = actor(4, access.Approver, ident.Holder{}), actor(5, access.Treasurer, ident.Holder{})
	w.system = actor(6, access.System, ident.Holder{})
	w.instruct(w.dora, payout.ByAmount, "120.00")
	w.instruct(w.emil, payout.ByShare, "0.25")
}

func (w *town) holder(kind ledger.HolderKind, name string) ledger.Holder {
	w.Helper()
	h, _, err := w.ledger.CreateHolder(w.Context(), actor(1, access.Administrator, ident.Holder{}), key(), ledger.NewHolder{Kind: kind, Name: name})
	if err != nil {
		w.Fatal(err)
	}
	return h
}

func (w *town) instruct(official ledger.Holder, kind payout.InstructionKind, value string) payout.Instruction {
	w.Helper()
	i, _, err := w.payout.Instruct(w.Context(), citizen(official.ID), key(), payout.InstructInput{Official: official.ID, Collectivity: w.city.ID,
		Kind: kind, Value: value, From: civil.New(2026, 1, 1), SignedOn: civil.New(2025, 12, 20)})
	if err != nil {
		w.Fatal(err)
	}
	return i
}

// line writes a line of a batch.
func line(reference, holder string, amount money.Amount) payout.LineInput {
	return payout.LineInput{Reference: reference, Holder: holder, AmountEUR: amount}
}

func (w *town) input(lines ...payout.LineInput) payout.DraftInput {
	return payout.DraftInput{Collectivity: w.city.ID, Period: "2026-03", Purpose: payout.Indemnity, Lines: lines}
}

func (w *town) draft(in payout.DraftInput) payout.Batch {
	w.Helper()
	b, replayed, err := w.payout.Draft(w.Context(), w.agent, key(), in)
	if err != nil || replayed {
		w.Fatalf("draft: replayed %v, %v", replayed, err)
	}
	return b
}

// funded drafts, approves and funds a batch.
func (w *town) funded(in payout.DraftInput) payout.Batch {
	w.Helper()
	b := w.draft(in)
	if _, _, err := w.payout.Approve(w.Context(), w.approver, key(), b.ID, payout.ApproveInput{Digest: b.Digest}); err != nil {
		w.Fatal(err)
	}
	b, _, err := w.payout.Fund(w.Context(), w.treasurer, key(), b.ID, payout.FundInput{AmountEUR: b.TotalEUR, BankReference: "VIR " + b.ID.String()})
	if err != nil || b.Status != payout.Funded {
		w.Fatalf("funding: %s, %v", b.Status, err)
	}
	return b
}

func (w *town) executed(b payout.Batch) payout.Batch {
	w.Helper()
	done, err := w.payout.Execute(w.Context(), w.system, b.ID)
	if err != nil || done.Status != payout.Executed {
		w.Fatalf("execution: %s, %v", done.Status, err)
	}
	return done
}

// holds fails the test unless a holder has an amount available.
func (w *town) holds(h ledger.Holder, want money.Amount) {
	w.Helper()
	have, err := w.ledger.Holding(w.Context(), h.ID)
	if err != nil {
		w.Fatal(err)
	}
	if have.Available != want {
		w.Errorf("%s has %s, want %s", h.Name, have.Available, want)
	}
}

// balance fails the test unless an account holds an amount.
func (w *town) balance(account ledger.Account, want money.Amount) {
	w.Helper()
	b, err := w.ledger.Balance(w.Context(), w.ledger.Reader(), account)
	if err != nil {
		w.Fatal(err)
	}
	if b.Amount != want {
		w.Errorf("%s holds %s, want %s", account, b.Amount, want)
	}
}

// problems fails the test unless the lines have these problems, in order.
func (w *town) problems(b payout.Batch, want ...payout.Problem) {
	w.Helper()
	if len(b.Lines) != len(want) {
		w.Fatalf("%d lines, want %d", len(b.Lines), len(want))
	}
	for i, l := range b.Lines {
		if l.Problem != want[i] {
			w.Errorf("line %d has problem %q, want %q", l.N, l.Problem, want[i])
		}
	}
}

// refused fails the test unless err is the refusal wanted.
func (w *town) refused(what string, err, want error) {
	w.Helper()
	if !errors.Is(err, want) {
		w.Errorf("%s: %v, want %v", what, err, want)
	}
}

func text(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
