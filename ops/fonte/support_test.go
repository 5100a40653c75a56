// SPDX-License-Identifier: AGPL-3.0-or-later

package fonte_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/fonte"
	"github.com/noria-mlc/noria/ops/job"
)

const bank = ledger.Account("eur:bank:guarantee:digital:la-nef")

// world is a currency on 2 March 2026 whose members hold units: Anne 133.33, Bob
// 50.50, a bakery 400.00, a garden (the receiver) 500.00, a town 80.00.
type world struct {
	*testing.T
	ledger     *ledger.Ledger
	fonte      *fonte.Service
	conversion *conversion.Service
	clock      *atomic.Int64
	keys       int

	anne, bob, bakery, garden, club, town ledger.Holder
}

func run(t *testing.T, test func(w *world)) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) { test(newWorld(t, connect())) })
}

func newWorld(t *testing.T, book *db.DB) *world {
	w := &world{T: t, clock: new(atomic.Int64)}
	w.on(civil.New(2026, 3, 2))
	var err error
	w.ledger, err = ledger.Open(t.Context(), book, ledger.Options{Now: func() time.Time { return time.UnixMicro(w.clock.Load()).UTC() }})
	w.must(err)
	t.Cleanup(w.ledger.Close)
	w.conversion, w.fonte = conversion.New(w.ledger), fonte.New(w.ledger)
	_, _, err = w.conversion.OpenCurrency(t.Context(), role(1, access.Administrator), w.key(), conversion.OpenCurrencyInput{
		Name: "La Roue", Code: "ROUE", Unit: conversion.Unit{Singular: "Roue", Plural: "Roues"},
		Issuer:   conversion.Issuer{Name: "Association La Roue", RNA: "W842001234", LegalBasis: conversion.LimitedNetwork},
		Accounts: []conversion.BankAccount{{Account: bank, Custodian: "La Nef", IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP", HolderName: "Association La Roue"}},
	})
	w.must(err)
	w.anne, w.bob = w.holder(ledger.Individual, "Anne", "133.33"), w.holder(ledger.Individual, "Bob", "50.50")
	w.bakery, w.garden = w.holder(ledger.Professional, "Boulangerie", "400.00"), w.holder(ledger.Association, "Jardins partagés", "500.00")
	w.club, w.town = w.holder(ledger.Association, "Club", "0"), w.holder(ledger.Collectivity, "Ville", "80.00")
	return w
}

func (w *world) key() string { w.keys++; return fmt.Sprintf("fonte-test-key-%06d", w.keys) }

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) refused(err error, want *fault.Fault) {
	w.Helper()
	if !errors.Is(err, want) {
		w.Fatalf("%v, want %v", err, want)
	}
}

// on is ten o'clock of a day.
func (w *world) on(day civil.Date) { w.clock.Store(day.Start().Add(10 * time.Hour).UnixMicro()) }

func role(person byte, r access.Role) access.Actor {
	return access.Actor{ID: ident.User{Bits: ident.Bits{15: person}}, Grants: []access.Grant{{Role: r}}}
}

func treasurer() access.Actor { return role(2, access.Treasurer) }

func approver() access.Actor { return role(4, access.Approver) }

// post books an entry by the door, as rooms above do.
func (w *world) post(kind ledger.Kind, postings ...ledger.Posting) {
	w.Helper()
	_, err := w.ledger.Execute(w.Context(), ledger.Command{Actor: role(3, access.DeskAgent), Action: access.ConversionDesk, Key: w.key()}, func(tx *ledger.Tx) (ident.Ref, error) {
		for _, p := range postings {
			for _, a := range []ledger.Account{p.Debit, p.Credit} {
				if err := tx.Open(a); err != nil {
					return ident.Ref{}, err
				}
			}
		}
		_, err := tx.Post(ledger.Draft{Kind: kind, Postings: postings})
		return ident.Ref{}, err
	})
	w.must(err)
}

func (w *world) holder(kind ledger.HolderKind, name, units string) ledger.Holder {
	w.Helper()
	h, _, err := w.ledger.CreateHolder(w.Context(), role(1, access.Administrator), w.key(), ledger.NewHolder{Kind: kind, Name: name})
	w.must(err)
	if a := amount(units); a > 0 {
		w.post(ledger.KindConversion, conversion.Issue(bank, h.ID, a)...)
	}
	return h
}

func (w *world) pay(from, to ledger.Holder, units string) {
	w.Helper()
	w.post(ledger.KindPayment, ledger.Posting{Debit: ledger.Wallet(from.ID), Credit: ledger.Wallet(to.ID), Amount: amount(units)})
}

func amount(s string) money.Amount {
	if s == "0" {
		return 0
	}
	return money.MustParse(s)
}

// terms are 2 % a quarter from April on for everybody but collectivités, 50.00
// exempt.
func (w *world) terms() fonte.RuleTerms {
	return fonte.RuleTerms{Rate: money.MustParseRate("0.02"), Period: fonte.Quarter, FirstDay: civil.New(2026, 4, 1), Receiver: w.garden.ID, Kinds: fonte.Kinds(), Exempt: 50_00, NoticeDays: 30}
}

// decided is a rule that two persons decided.
func (w *world) decided(in fonte.RuleTerms) fonte.Rule {
	w.Helper()
	r, _, err := w.fonte.Prepare(w.Context(), treasurer(), w.key(), in)
	w.must(err)
	r, _, err = w.fonte.Approve(w.Context(), approver(), w.key(), r.ID)
	w.must(err)
	return r
}

// take runs the job and says how many periods it closed.
func (w *world) take() int {
	w.Helper()
	n, err := w.fonte.Take(w.Context(), job.System())
	w.must(err)
	return n
}

func (w *world) balance(a ledger.Account) money.Amount {
	w.Helper()
	b, err := w.ledger.Balance(w.Context(), w.ledger.Reader(), a)
	w.must(err)
	return b.Amount
}

// holds compares wallets with what they should hold.
func (w *world) holds(want map[ident.Holder]string) {
	w.Helper()
	for h, units := range want {
		if got := w.balance(ledger.Wallet(h)); got != amount(units) {
			held, err := w.ledger.Holder(w.Context(), h)
			w.Errorf("%s holds %s, want %s (%v)", held.Name, got, units, err)
		}
	}
}

// takings counts the entries of fonte.
func (w *world) takings() int {
	w.Helper()
	list, _, err := w.ledger.Browse(w.Context(), ledger.EntryFilter{Kind: ledger.KindFonte, Span: ledger.Span{Limit: 200}})
	w.must(err)
	return len(list)
}

func (w *world) rule(id fonte.RuleID) fonte.Rule {
	w.Helper()
	list, err := w.fonte.Rules(w.Context(), treasurer())
	w.must(err)
	i := slices.IndexFunc(list, func(r fonte.Rule) bool { return r.ID == id })
	if i < 0 {
		w.Fatalf("no rule %s", id)
	}
	return list[i]
}

// verify recomputes the whole book.
func (w *world) verify() {
	w.Helper()
	_, err := w.ledger.Verify(context.WithoutCancel(w.Context()), nil)
	w.must(err)
}
