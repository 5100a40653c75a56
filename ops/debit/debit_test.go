// SPDX-License-Identifier: AGPL-3.0-or-later

package debit_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/debit"
	"github.com/noria-mlc/noria/ops/sepa"
)

// world is an open currency that collects, with one member, on the test's clock.
type world struct {
	*testing.T
	*debit.Service
	ledger *ledger.Ledger
	member ledger.Holder
	clock  time.Time
	told   []debit.Debit
	keys   int
}

func (w *world) key() string { w.keys++; return fmt.Sprintf("debit-test-key-%06d", w.keys) }

func role(person byte, r access.Role) access.Actor {
	return access.Actor{ID: ident.User{Bits: ident.Bits{15: person}}, Grants: []access.Grant{{Role: r}}}
}

func treasurer() access.Actor { return role(2, access.Treasurer) }
func job() access.Actor       { return role(9, access.System) }

func (w *world) self() access.Actor {
	return access.Actor{ID: ident.User{Bits: w.member.ID.Bits}, Holder: w.member.ID, Grants: []access.Grant{{Role: access.Citizen}}}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) refused(what string, err, want error) {
	w.Helper()
	if !errors.Is(err, want) {
		w.Errorf("%s: %v, want %v", what, err, want)
	}
}

func newWorld(t *testing.T) *world {
	w := &world{T: t, clock: civil.New(2026, 3, 2).Start().Add(10 * time.Hour)}
	d, err := db.Open(t.Context(), db.Config{Data: t.TempDir()})
	must(t, err)
	t.Cleanup(func() { d.Close() })
	w.ledger, err = ledger.Open(t.Context(), d, ledger.Options{Now: func() time.Time { return w.clock.UTC() }})
	must(t, err)
	t.Cleanup(w.ledger.Close)
	border := conversion.New(w.ledger)
	w.Service = debit.New(w.ledger, border, func(_ *ledger.Tx, d debit.Debit) error { w.told = append(w.told, d); return nil })
	_, _, err = border.OpenCurrency(t.Context(), role(1, access.Administrator), w.key(), conversion.OpenCurrencyInput{
		Name: "La Roue", Code: "ROUE", Unit: conversion.Unit{Singular: "Roue", Plural: "Roues"},
		Issuer: conversion.Issuer{Name: "Association La Roue", RNA: "W842001234", LegalBasis: conversion.LimitedNetwork},
		Accounts: []conversion.BankAccount{{Account: ledger.Guarantee(ledger.Digital, "la-nef"), Custodian: "La Nef",
			IBAN: "FR7630006000011234567890189", HolderName: "Association La Roue"}}})
	must(t, err)
	w.member, _, err = w.ledger.CreateHolder(t.Context(), role(1, access.Administrator), w.key(), ledger.NewHolder{Kind: ledger.Individual, Name: "Amina"})
	must(t, err)
	return w
}

// collects lets the association collect, and returns a mandate.
func (w *world) signed(change func(*debit.SignInput)) debit.Mandate {
	w.Helper()
	_, _, err := w.SetCreditor(w.Context(), treasurer(), w.key(), debit.Creditor{ICS: "FR72ZZZ123456"})
	must(w, err)
	in := w.monthly()
	if change != nil {
		change(&in)
	}
	m, _, err := w.Sign(w.Context(), w.self(), w.key(), in)
	must(w, err)
	return m
}

func (w *world) monthly() debit.SignInput {
	return debit.SignInput{Holder: w.member.ID, IBAN: "fr76 3000 4000 0312 3456 7890 143", Name: "BERGER AMINA", Rhythm: debit.Monthly, Euros: 30_00, Day: 20}
}

func (w *world) plan() int {
	w.Helper()
	n, err := w.Plan(w.Context(), job())
	must(w, err)
	return n
}

// sent brings what is due to the bank and returns the first debit of a mandate.
func (w *world) sent(m debit.Mandate) debit.Debit {
	w.Helper()
	ctx := w.Context()
	w.plan()
	w.clock = w.clock.AddDate(0, 0, 12)
	r, _, err := w.Prepare(ctx, treasurer(), w.key())
	must(w, err)
	_, _, err = w.Approve(ctx, role(4, access.Approver), w.key(), r.ID, r.Digest)
	must(w, err)
	_, err = w.File(ctx, treasurer(), r.ID, sepa.Debit08)
	must(w, err)
	list, err := w.Debits(ctx, treasurer(), m.ID)
	must(w, err)
	return list[0]
}

func (w *world) available() money.Amount {
	h, err := w.ledger.Holding(w.Context(), w.member.ID)
	must(w, err)
	return h.Available
}

func TestS1AMandateHasItsReferenceAndDay(t *testing.T) {
	w := newWorld(t)
	_, _, err := w.Sign(t.Context(), w.self(), w.key(), w.monthly())
	w.refused("without a creditor", err, debit.ErrNoCreditor)
	first, second := w.signed(nil), w.signed(nil)
	if !sepa.CheckRUM(first.RUM) || first.RUM == second.RUM || first.SignedOn != civil.New(2026, 3, 2) {
		t.Errorf("%+v, %+v", first, second)
	}
	if first.Name != "" || strings.Contains(first.IBAN, "123456") {
		t.Errorf("D1: the answer has personal data: %+v", first)
	}
	for name, change := range map[string]func(*debit.SignInput){
		"S7 a wrong IBAN": func(in *debit.SignInput) { in.IBAN = "FR7630004000031234567890144" },
		"no name":         func(in *debit.SignInput) { in.Name = "" },
		"nothing":         func(in *debit.SignInput) { in.Euros = 0 },
		"day 29":          func(in *debit.SignInput) { in.Day = 29 },
		"no rhythm":       func(in *debit.SignInput) { in.Rhythm = "" },
		"once on a day":   func(in *debit.SignInput) { in.Rhythm = debit.Once },
		"low of nothing":  func(in *debit.SignInput) { in.Rhythm, in.Day = debit.WhenLow, 0 },
	} {
		in := w.monthly()
		change(&in)
		_, _, err := w.Sign(t.Context(), w.self(), w.key(), in)
		w.refused(name, err, fault.ErrInvalid)
	}
	_, _, err = w.Sign(t.Context(), treasurer(), w.key(), w.monthly())
	w.refused("by staff", err, access.ErrForbidden)
	_, _, err = w.SetCreditor(t.Context(), treasurer(), w.key(), debit.Creditor{ICS: "FR00ZZZ123456"})
	w.refused("a wrong ICS", err, fault.ErrInvalid)
}

func TestS1AnUnusedMandateIsVoidAfter36Months(t *testing.T) {
	w := newWorld(t)
	m := w.signed(nil)
	w.clock = w.clock.AddDate(3, 0, 1)
	if n := w.plan(); n != 0 {
		t.Errorf("%d debits were told", n)
	}
	list, err := w.Mandates(t.Context(), w.self(), w.member.ID)
	if err != nil || len(list) != 1 || list[0].ID != m.ID || list[0].Status != debit.Void {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestS2AMemberIsTold14DaysBefore(t *testing.T) {
	w := newWorld(t)
	m := w.signed(nil)
	if n := w.plan() + w.plan(); n != 1 || len(w.told) != 1 {
		t.Fatalf("told %d times", n)
	}
	d := w.told[0]
	if d.CollectOn-d.NoticedOn < 14 || d.CollectOn != civil.New(2026, 3, 20) || d.Period != "2026-03" || d.Euros != 30_00 {
		t.Errorf("%+v", d)
	}
	_, _, err := w.Prepare(t.Context(), treasurer(), w.key())
	w.refused("a run weeks before", err, conversion.ErrRunEmpty)
	_, _, err = w.Revoke(t.Context(), w.self(), w.key(), m.ID)
	must(t, err)
	list, err := w.Debits(t.Context(), w.self(), m.ID)
	if err != nil || list[0].Status != debit.Cancelled {
		t.Errorf("a revoked mandate leaves %+v, %v", list, err)
	}
	_, _, err = w.Revoke(t.Context(), w.self(), w.key(), m.ID)
	w.refused("again", err, debit.ErrMandateEnded)
}

func TestADebitGoesToTheBankAndIsCreditedOnce(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	m := w.signed(nil)
	w.plan()
	w.clock = w.clock.AddDate(0, 0, 12)
	r, _, err := w.Prepare(ctx, treasurer(), w.key())
	must(t, err)
	both := treasurer()
	both.Grants = append(both.Grants, access.Grant{Role: access.Approver})
	_, _, err = w.Approve(ctx, both, w.key(), r.ID, r.Digest)
	w.refused("D9 by who prepared", err, conversion.ErrSamePerson)
	_, _, err = w.Approve(ctx, role(4, access.Approver), w.key(), r.ID, "other")
	w.refused("another content", err, conversion.ErrDigestChanged)
	_, err = w.File(ctx, treasurer(), r.ID, sepa.Debit08)
	w.refused("not approved", err, conversion.ErrRunNotApproved)
	_, _, err = w.Approve(ctx, role(4, access.Approver), w.key(), r.ID, r.Digest)
	must(t, err)
	first, err := w.File(ctx, treasurer(), r.ID, sepa.Debit08)
	must(t, err)
	w.clock = w.clock.Add(time.Hour)
	again, err := w.File(ctx, treasurer(), r.ID, sepa.Debit08)
	if err != nil || !bytes.Equal(first, again) || !bytes.Contains(first, []byte("<SeqTp>FRST</SeqTp>")) || !bytes.Contains(first, []byte(m.RUM)) {
		t.Errorf("the file again: %v\n%s", err, first)
	}
	list, err := w.Debits(ctx, treasurer(), m.ID)
	must(t, err)
	if w.available() != 0 {
		t.Error("units before the bank collected")
	}
	in := debit.CollectInput{Debit: list[0].ID, BankReference: "PRLV 1"}
	_, _, err = w.Collect(ctx, treasurer(), w.key(), in)
	must(t, err)
	_, _, err = w.Collect(ctx, treasurer(), w.key(), in)
	w.refused("collected again", err, debit.ErrDebitNotSent)
	if w.available() != 30_00 {
		t.Errorf("%s units", w.available())
	}
	w.clock = w.clock.AddDate(0, 1, -10)
	w.plan()
	w.clock = w.clock.AddDate(0, 0, 16)
	r, _, err = w.Prepare(ctx, treasurer(), w.key())
	must(t, err)
	_, _, err = w.Revoke(ctx, w.self(), w.key(), m.ID)
	must(t, err)
	_, _, err = w.Approve(ctx, role(4, access.Approver), w.key(), r.ID, r.Digest)
	must(t, err)
	_, err = w.File(ctx, treasurer(), r.ID, sepa.Debit08)
	w.refused("revoked meanwhile", err, debit.ErrMandateEnded)
	_, err = w.ledger.Verify(ctx, nil)
	must(t, err)
}

func TestS4EveryReasonHasItsConsequence(t *testing.T) {
	for _, code := range strings.Fields("AC01 AC04 AC06 AG01 AG02 AM04 AM05 BE04 BE05 FF01 FF05 MD01 MD02 MD06 MD07 MS02 MS03 RC01 RR01 RR02 RR03 RR04 SL01") {
		if _, known := debit.ConsequenceOf(code); !known {
			t.Errorf("%s has no consequence", code)
		}
	}
	for code, want := range map[string]debit.MandateStatus{"AM04": debit.Active, "AC04": debit.Closed, "AG01": debit.Suspended, "MD06": debit.Suspended, "AC01": debit.Suspended} {
		t.Run("G6 "+code, func(t *testing.T) {
			w := newWorld(t)
			m := w.signed(nil)
			d := w.sent(m)
			_, _, err := w.Collect(t.Context(), treasurer(), w.key(), debit.CollectInput{Debit: d.ID, BankReference: "PRLV"})
			must(t, err)
			_, _, err = w.Return(t.Context(), treasurer(), w.key(), debit.ReturnInput{Debit: d.ID, Code: "ZZ99"})
			w.refused("an unknown reason", err, fault.ErrInvalid)
			_, _, err = w.Return(t.Context(), treasurer(), w.key(), debit.ReturnInput{Debit: d.ID, Code: code})
			must(t, err)
			list, err := w.Mandates(t.Context(), w.self(), w.member.ID)
			if err != nil || list[0].Status != want || w.available() != 0 {
				t.Errorf("%+v, %s units, %v", list, w.available(), err)
			}
			_, _, err = w.Return(t.Context(), treasurer(), w.key(), debit.ReturnInput{Debit: d.ID, Code: code})
			w.refused("returned again", err, debit.ErrDebitNotSent)
		})
	}
}

func TestU11ALowWalletIsDebitedOnceADayAtMost(t *testing.T) {
	w := newWorld(t)
	m := w.signed(func(in *debit.SignInput) { in.Rhythm, in.Day, in.Low = debit.WhenLow, 0, 20_00 })
	if n := w.plan() + w.plan(); n != 1 {
		t.Fatalf("told %d times on one day", n)
	}
	w.clock = w.clock.AddDate(0, 0, 1)
	if n := w.plan(); n != 0 {
		t.Error("told again while a debit is awaited")
	}
	d := w.sent(m)
	_, _, err := w.Collect(t.Context(), treasurer(), w.key(), debit.CollectInput{Debit: d.ID, BankReference: "PRLV"})
	must(t, err)
	if n := w.plan(); n != 0 {
		t.Error("told although the wallet is not low")
	}
}
