// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/money"
)

// stateOf is a payment as its provider tells it.
func stateOf(k conversion.Checkout, reference string, change func(*conversion.CardPayment)) conversion.CardPayment {
	p := conversion.CardPayment{Provider: k.Provider, Payment: k.Payment, Reference: reference, Currency: "EUR", Amount: amount("40.00"), Status: conversion.PaymentPaid}
	change(&p)
	return p
}

// TestEurosInSuspenseFollowTheirProvider tells what may become of a payment that
// nobody decided about yet: euros that went back leave suspense, a proposal that was
// about more is withdrawn, the treasurers are told once, and nobody is credited.
func TestEurosInSuspenseFollowTheirProvider(t *testing.T) {
	for name, c := range map[string]struct {
		change             func(*conversion.CardPayment)
		outcome            conversion.CheckoutOutcome
		reason, in, atCard string
	}{
		"given back":        {func(p *conversion.CardPayment) { p.Refunded = p.Amount }, conversion.CheckoutRefunded, "", "0.00", "0.00"},
		"more than all":     {func(p *conversion.CardPayment) { p.Refunded = p.Amount + 1 }, conversion.CheckoutRefunded, "", "0.00", "0.00"},
		"a part given back": {func(p *conversion.CardPayment) { p.Refunded = amount("15.00") }, conversion.CheckoutSuspense, conversion.OddLess, "25.00", "25.00"},
		"disputed":          {func(p *conversion.CardPayment) { p.Disputed = true }, conversion.CheckoutSuspense, conversion.OddDisputed, "40.00", "40.00"},
		"disputed, a part back": {func(p *conversion.CardPayment) { p.Disputed, p.Refunded = true, amount("15.00") }, conversion.CheckoutSuspense, conversion.OddDisputed,
			"25.00", "25.00"},
		"given up":    {func(p *conversion.CardPayment) { p.Status = conversion.PaymentOver }, conversion.CheckoutSuspense, conversion.OddAfterward, "40.00", "40.00"},
		"other money": {func(p *conversion.CardPayment) { p.Currency = "CHF" }, conversion.CheckoutSuspense, conversion.OddAfterward, "40.00", "40.00"},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func(w *world) {
				amina := w.people[0]
				made, k := w.carded(amina, "50.00", "40.00", nil)
				d := w.decide(conversion.DecideCardInput{Conversion: made.ID, Deed: conversion.CardCredit})
				before := stateOf(k, made.Reference, func(*conversion.CardPayment) {})
				after := stateOf(k, made.Reference, c.change)
				for range 3 { // replayed, and an answer from before that comes late
					w.told(after)
					w.told(before)
				}
				now, err := w.Checkout(t.Context(), made.ID)
				if w.must(err); now.Outcome != c.outcome || now.Reason != c.reason || now.Received != amount(c.in) {
					t.Errorf("%+v", now)
				}
				w.holds(name, map[ledger.Account]string{cards: c.atCard, ledger.SuspenseIn: c.in, ledger.Wallet(amina.ID): "0.00"})
				if len(w.news) != 1 || w.news[0].Was.Received != amount("40.00") || w.news[0].Now.Reason != c.reason {
					t.Errorf("the treasurers were told %+v", w.news)
				}
				if dropped, err := w.CardDecision(t.Context(), treasurer(), d.ID); err != nil || dropped.Status != conversion.CardWithdrawn {
					t.Errorf("the proposal is %+v, %v", dropped, err)
				}
				if _, _, err := w.ApproveCard(t.Context(), approver(), w.key(), d.ID); !errors.Is(err, conversion.ErrCardDecided) {
					t.Errorf("approved although the payment changed: %v", err)
				}
				if c.outcome != conversion.CheckoutSuspense {
					return
				}
				again := w.decide(conversion.DecideCardInput{Conversion: made.ID, Deed: conversion.CardCredit})
				_, _, err = w.ApproveCard(t.Context(), approver(), w.key(), again.ID)
				w.must(err)
				w.told(before)
				w.holds("credited with what stayed", map[ledger.Account]string{cards: c.atCard, ledger.SuspenseIn: "0.00", ledger.Wallet(amina.ID): c.in})
			})
		})
	}
}

// TestStatesOfAPaymentInAnyOrderLeaveWhatStayed tells the states of a payment in
// suspense shuffled and repeated: refunds only grow, so the book ends at the last one.
func TestStatesOfAPaymentInAnyOrderLeaveWhatStayed(t *testing.T) {
	run(t, func(w *world) {
		made, k := w.carded(w.people[0], "50.00", "40.00", nil)
		var states []conversion.CardPayment
		for _, back := range []string{"0.00", "5.00", "15.00", "30.00"} {
			for range 3 {
				states = append(states, stateOf(k, made.Reference, func(p *conversion.CardPayment) { p.Refunded = amount(back) }))
			}
		}
		rand.Shuffle(len(states), func(i, j int) { states[i], states[j] = states[j], states[i] })
		for _, p := range states {
			w.told(p)
		}
		w.holds("in any order", map[ledger.Account]string{cards: "10.00", ledger.SuspenseIn: "10.00", ledger.Wallet(w.people[0].ID): "0.00"})
		if len(w.news) == 0 || len(w.news) > 3 {
			t.Errorf("told %d times", len(w.news))
		}
	})
}

// TestEurosThatLeftTheProviderAreLookedAt gives a payment back at the provider after
// its euros were moved to the bank: there is nothing to take them from.
func TestEurosThatLeftTheProviderAreLookedAt(t *testing.T) {
	run(t, func(w *world) {
		made, k := w.carded(w.people[0], "50.00", "40.00", nil)
		_, _, err := w.MoveEuros(w.Context(), treasurer(), w.key(), conversion.MoveEurosInput{From: cards, To: bank, Amount: money.Amount(3000), BankReference: "VIR CARTES"})
		w.must(err)
		back := stateOf(k, made.Reference, func(p *conversion.CardPayment) { p.Refunded = p.Amount })
		for range 2 {
			if now := w.told(back); now.Outcome != conversion.CheckoutSuspense || now.Reason != conversion.OddAfterward {
				t.Errorf("%+v", now)
			}
		}
		w.holds("nothing is booked", map[ledger.Account]string{cards: "10.00", ledger.SuspenseIn: "40.00"})
		if len(w.news) != 1 {
			t.Errorf("told %+v", w.news)
		}
	})
}

// TestACreditedPaymentThatIsDisputedIsLookedAt marks it, and takes nothing back yet.
func TestACreditedPaymentThatIsDisputedIsLookedAt(t *testing.T) {
	run(t, func(w *world) {
		made, k := w.carded(w.people[0], "40.00", "40.00", nil)
		if now := w.told(stateOf(k, made.Reference, func(p *conversion.CardPayment) { p.Disputed = true })); now.Outcome != conversion.CheckoutCredited || now.Reason != conversion.OddDisputed {
			t.Errorf("%+v", now)
		}
		w.holds("disputed", map[ledger.Account]string{cards: "40.00", ledger.Wallet(w.people[0].ID): "40.00"})
		w.told(stateOf(k, made.Reference, func(p *conversion.CardPayment) { p.Disputed, p.Refunded = true, p.Amount }))
		w.holds("lost", map[ledger.Account]string{cards: "0.00", ledger.Wallet(w.people[0].ID): "0.00"})
		if len(w.news) != 2 || w.news[1].Now.Outcome != conversion.CheckoutRefunded {
			t.Errorf("told %+v", w.news)
		}
	})
}
