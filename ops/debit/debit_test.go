// SPDX-License-Identifier: AGPL-3.0-or-later

package debit_test

import (
	"bytes"
	"context"
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
	told   []debit.News
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
	w.Service = debit.New(w.ledger, border, func(context.Context) (debit.Tell, error) {
		return func(_ *ledger.Tx, n debit.News) error { w.told = append(w.told, n); return nil }, nil
	})
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
	if last := w.told[len(w.told)-1]; last.Event != debit.Lapsed || last.Mandate.Status != debit.Void {
		t.Errorf("the member was told %+v", last)
	}
	told := len(w.told)
	if w.plan(); len(w.told) != told {
		t.Error("told again of a mandate that is void")
	}
}

func TestS2AMemberIsTold14DaysBefore(t *testing.T) {
	w := newWorld(t)
	m := w.signed(nil)
	if n := w.plan(); n != 0 || len(w.told) != 1 {
		t.Fatalf("told %d times, %d by the job", len(w.told), n)
	}
	if n := w.told[0]; n.Event != debit.Announced || n.By != "Association La Roue" || n.Mandate.RUM != m.RUM || strings.Contains(n.Mandate.IBAN, "123456") {
		t.Errorf("%+v", n)
	}
	d := w.told[0].Debit
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
	if n := w.plan() + w.plan(); n != 0 || len(w.told) != 1 {
		t.Fatalf("told %d times on one day", len(w.told))
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

func TestTheTermsOfAMandateChange(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	m := w.signed(nil)
	other := w.self()
	other.Holder = ident.Holder{}
	_, _, err := w.Amend(ctx, treasurer(), w.key(), m.ID, debit.Terms{Euros: 10_00, Day: 3})
	w.refused("by staff", err, access.ErrForbidden)
	_, _, err = w.Amend(ctx, other, w.key(), m.ID, debit.Terms{Euros: 10_00, Day: 3})
	w.refused("by somebody else", err, access.ErrForbidden)
	for name, in := range map[string]debit.Terms{"nothing": {Day: 3}, "no day": {Euros: 10_00}, "a threshold": {Euros: 10_00, Day: 3, Low: 5_00}} {
		_, _, err = w.Amend(ctx, w.self(), w.key(), m.ID, in)
		w.refused(name, err, fault.ErrInvalid)
	}
	now, _, err := w.Amend(ctx, w.self(), w.key(), m.ID, debit.Terms{Euros: 10_00, Day: 3})
	must(t, err)
	if now.Euros != 10_00 || now.Day != 3 || now.Name != "" {
		t.Errorf("%+v", now)
	}
	// What was told stays (S2); what comes after follows.
	d := w.sent(m)
	if d.Euros != 30_00 {
		t.Errorf("a debit that was told of became %s", d.Euros)
	}
	w.clock = w.clock.AddDate(0, 0, 25)
	_, _, err = w.Collect(ctx, treasurer(), w.key(), debit.CollectInput{Debit: d.ID, BankReference: "PRLV"})
	must(t, err)
	w.plan()
	if last := w.told[len(w.told)-1].Debit; last.Euros != 10_00 || last.CollectOn < d.CollectOn {
		t.Errorf("the next debit is %+v", last)
	}
	once := w.signed(func(in *debit.SignInput) { in.Rhythm, in.Day = debit.Once, 0 })
	_, _, err = w.Amend(ctx, w.self(), w.key(), once.ID, debit.Terms{Euros: 10_00})
	w.refused("a mandate of one debit", err, debit.ErrMandateOnce)
	_, _, err = w.Revoke(ctx, w.self(), w.key(), m.ID)
	must(t, err)
	_, _, err = w.Amend(ctx, w.self(), w.key(), m.ID, debit.Terms{Euros: 10_00, Day: 3})
	w.refused("a revoked one", err, debit.ErrMandateEnded)
}

func TestS4ASuspendedMandateIsResumedByStaff(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	m := w.signed(nil)
	_, _, err := w.Resume(ctx, treasurer(), w.key(), m.ID)
	w.refused("one that is active", err, debit.ErrMandateEnded)
	d := w.sent(m)
	_, _, err = w.Return(ctx, treasurer(), w.key(), debit.ReturnInput{Debit: d.ID, Code: "AC01", BankReference: "REJ 1"})
	must(t, err)
	if last := w.told[len(w.told)-1]; last.Event != debit.SentBack || last.Debit.Reason != "AC01" || last.Mandate.Status != debit.Suspended {
		t.Errorf("the member was told %+v", last)
	}
	_, _, err = w.Resume(ctx, w.self(), w.key(), m.ID)
	w.refused("by the member", err, access.ErrForbidden)
	own := treasurer()
	own.Holder = w.member.ID
	_, _, err = w.Resume(ctx, own, w.key(), m.ID)
	w.refused("D9 one's own", err, conversion.ErrSamePerson)
	now, _, err := w.Resume(ctx, treasurer(), w.key(), m.ID)
	must(t, err)
	if n := w.plan(); now.Status != debit.Active || n != 1 {
		t.Errorf("%+v, told %d times", now, n)
	}
}

func TestARunIsCollectedAsAWhole(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	m := w.signed(nil)
	w.signed(func(in *debit.SignInput) { in.Rhythm, in.Day, in.Euros = debit.Once, 0, 12_00 })
	d := w.sent(m)
	in := debit.CollectRunInput{Run: d.Run, BankReference: "REMISE 1"}
	own := treasurer()
	own.Holder = w.member.ID
	n, err := w.CollectRun(ctx, own, in)
	w.refused("D9 one's own", err, conversion.ErrSamePerson)
	if n != 0 || w.available() != 0 {
		t.Errorf("%d were credited", n)
	}
	_, err = w.CollectRun(ctx, role(4, access.Approver), in)
	w.refused("by who approves", err, access.ErrForbidden)
	_, err = w.CollectRun(ctx, treasurer(), debit.CollectRunInput{Run: d.Run})
	w.refused("without a reference", err, fault.ErrInvalid)
	n, err = w.CollectRun(ctx, treasurer(), in)
	if err != nil || n != 2 || w.available() != 42_00 {
		t.Errorf("%d credited, %s units, %v", n, w.available(), err)
	}
	if n, err = w.CollectRun(ctx, treasurer(), in); err != nil || n != 0 || w.available() != 42_00 {
		t.Errorf("again: %d credited, %s units, %v", n, w.available(), err)
	}
	r, err := w.Service.Run(ctx, role(4, access.Approver), d.Run)
	must(t, err)
	if len(r.Items) != 2 || r.Items[0].Status != debit.Collected || r.Items[0].Name != "BERGER AMINA" || strings.Contains(r.Items[0].IBAN, "123456") {
		t.Errorf("%+v", r)
	}
	_, err = w.Service.Run(ctx, w.self(), d.Run)
	w.refused("a run read by a member", err, access.ErrForbidden)
	all, err := w.AllMandates(ctx, treasurer(), debit.MandateFilter{})
	if err != nil || len(all) != 2 || all[1].ID != m.ID || strings.Contains(all[1].IBAN, "123456") {
		t.Errorf("%+v, %v", all, err)
	}
	all, err = w.AllMandates(ctx, treasurer(), debit.MandateFilter{Status: debit.Active, Before: all[0].ID})
	if err != nil || len(all) != 1 || all[0].ID != m.ID {
		t.Errorf("%+v, %v", all, err)
	}
	_, err = w.AllMandates(ctx, w.self(), debit.MandateFilter{})
	w.refused("every mandate read by a member", err, access.ErrForbidden)
}

func TestWhatIsDue(t *testing.T) {
	w := newWorld(t)
	w.signed(nil)
	due, err := w.Due(t.Context(), treasurer())
	if err != nil || due != (debit.Due{Later: 1, First: civil.New(2026, 3, 13)}) {
		t.Errorf("%+v, %v", due, err)
	}
	w.clock = w.clock.AddDate(0, 0, 12)
	due, err = w.Due(t.Context(), treasurer())
	if err != nil || due.Debits != 1 || due.Total != 30_00 || due.Later != 0 {
		t.Errorf("%+v, %v", due, err)
	}
	_, err = w.Due(t.Context(), w.self())
	w.refused("by a member", err, access.ErrForbidden)
}

func TestTheCreditorHasAnAccount(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	_, err := w.Collector(ctx)
	w.refused("nobody collects", err, debit.ErrNoCreditor)
	_, _, err = w.SetCreditor(ctx, treasurer(), w.key(), debit.Creditor{ICS: "FR72ZZZ123456", Account: ledger.Operating})
	w.refused("an account that is not dedicated", err, fault.ErrInvalid)
	_, _, err = w.SetCreditor(ctx, treasurer(), w.key(), debit.Creditor{ICS: "FR72ZZZ123456", NoticeDays: 5, Account: ledger.Guarantee(ledger.Digital, "la-nef")})
	must(t, err)
	c, err := w.Collector(ctx)
	if err != nil || c.Name != "Association La Roue" || c.NoticeDays != 5 || c.FirstDay(civil.New(2026, 3, 2)) != civil.New(2026, 3, 9) {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestD6WhoIsForgottenIsNotDebited(t *testing.T) {
	w := newWorld(t)
	m := w.signed(nil)
	_, err := w.ledger.Execute(t.Context(), ledger.Command{Actor: job(), Action: access.DebitPlan, Key: w.key()}, func(tx *ledger.Tx) (ident.Ref, error) {
		return m.ID.Ref(), debit.Forget(tx, w.member.ID)
	})
	must(t, err)
	_, err = w.Mandate(t.Context(), w.self(), m.ID)
	w.refused("a mandate by which nothing was collected", err, ledger.ErrMissing)
	if n := w.plan(); n != 0 {
		t.Errorf("%d debits are planned", n)
	}
}
