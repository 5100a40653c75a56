// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion_test

import (
	"errors"
	"testing"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/membership"
)

const cards = ledger.Account("eur:provider:sandbox")

// carded asks for euros by card and has the provider tell its payment.
func (w *world) carded(h ledger.Holder, euros, paid string, change func(*conversion.CardPayment)) (conversion.Conversion, conversion.Checkout) {
	w.Helper()
	c, _, err := w.Convert(w.Context(), citizen(h), w.key(), conversion.ConvertInput{Holder: h.ID, Euros: amount(euros), Channel: conversion.ByCard, Provider: "sandbox"})
	w.must(err)
	_, err = w.RecordCheckout(w.Context(), job(), conversion.CheckoutInput{Conversion: c.ID, Provider: "sandbox", Payment: "pay-" + c.Reference, URL: "https://sandbox.test/"})
	w.must(err)
	p := conversion.CardPayment{Provider: "sandbox", Payment: "pay-" + c.Reference, Reference: c.Reference, Currency: "EUR", Amount: amount(paid), Status: conversion.PaymentPaid}
	if change != nil {
		change(&p)
	}
	return c, w.told(p)
}

// told books what a provider tells.
func (w *world) told(p conversion.CardPayment) conversion.Checkout {
	w.Helper()
	k, err := w.SettleCard(w.Context(), job(), p, w.tellCard)
	w.must(err)
	return k
}

// tellCard keeps what the treasurers are told.
func (w *world) tellCard(_ *ledger.Tx, n conversion.CardNews) error {
	w.news = append(w.news, n)
	return nil
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) decide(in conversion.DecideCardInput) conversion.CardDecision {
	w.Helper()
	if in.Note == "" {
		in.Note = "vu avec le prestataire"
	}
	d, _, err := w.DecideCard(w.Context(), treasurer(), w.key(), in)
	w.must(err)
	return d
}

// holds compares what accounts hold.
func (w *world) holds(why string, want map[ledger.Account]string) {
	w.Helper()
	for account, text := range want {
		b, err := w.ledger.Balance(w.Context(), w.ledger.Reader(), account)
		if err != nil || b.Amount.Format() != text {
			w.Errorf("%s: %s holds %s, want %s (%v)", why, account, b.Amount, text, err)
		}
	}
}

func TestD9AnOddPaymentByCardIsCreditedByTwoPeople(t *testing.T) {
	run(t, func(w *world) {
		campaign := w.campaign(w.bonus20(), "100.00")
		amina := w.people[0]
		c, k := w.carded(amina, "50.00", "40.00", nil)
		if k.Outcome != conversion.CheckoutSuspense || k.Reason != conversion.OddAmount {
			t.Fatalf("%+v", k)
		}
		d := w.decide(conversion.DecideCardInput{Conversion: c.ID, Deed: conversion.CardCredit})
		if d.Status != conversion.CardProposed || d.Holder != amina.ID || d.Amount != amount("40.00") {
			t.Errorf("%+v", d)
		}
		w.holds("before the second person", map[ledger.Account]string{cards: "40.00", ledger.SuspenseIn: "40.00", ledger.Wallet(amina.ID): "0.00"})
		both := treasurer()
		both.Grants = append(both.Grants, access.Grant{Role: access.Approver})
		self := citizen(amina)
		self.Grants = append(self.Grants, access.Grant{Role: access.Approver})
		for why, a := range map[string]struct {
			access.Actor
			want error
		}{"the same person": {both, conversion.ErrSamePerson}, "who is credited": {self, conversion.ErrSamePerson}, "a treasurer": {treasurer(), ledger.ErrForbidden}, "a desk": {deskAgent(), ledger.ErrForbidden}} {
			if _, _, err := w.ApproveCard(t.Context(), a.Actor, w.key(), d.ID); !errors.Is(err, a.want) {
				t.Errorf("%s: %v, want %v", why, err, a.want)
			}
		}
		if _, _, err := w.DecideCard(t.Context(), treasurer(), w.key(), conversion.DecideCardInput{Conversion: c.ID, Deed: conversion.CardReturned, Note: "x"}); !errors.Is(err, conversion.ErrCardDecided) {
			t.Errorf("a second proposal: %v", err)
		}
		key := w.key()
		for range 2 { // pressed twice
			done, _, err := w.ApproveCard(t.Context(), approver(), key, d.ID)
			if err != nil || done.Status != conversion.CardDone || done.Conversion != c.ID {
				t.Fatalf("%+v, %v", done, err)
			}
		}
		w.holds("credited", map[ledger.Account]string{cards: "40.00", ledger.SuspenseIn: "0.00", ledger.Wallet(amina.ID): "48.00"})
		if now, err := w.Conversion(t.Context(), treasurer(), c.ID); err != nil || now.Status != conversion.Settled || now.Euros != amount("40.00") || now.Bonus != amount("8.00") {
			t.Errorf("%+v, %v", now, err)
		}
		w.wantFigures(campaign.ID, "100.00", "8.00", "0.00", "92.00")
		if odd, err := w.OddCheckouts(t.Context(), treasurer(), 10); err != nil || len(odd) != 0 {
			t.Errorf("%+v, %v", odd, err)
		}
		if _, _, err := w.ApproveCard(t.Context(), approver(), w.key(), d.ID); !errors.Is(err, conversion.ErrCardDecided) {
			t.Errorf("approved again: %v", err)
		}
		// The provider gives the payment back later: what it credited is taken back.
		w.told(conversion.CardPayment{Provider: "sandbox", Payment: k.Payment, Reference: c.Reference, Currency: "EUR", Amount: amount("40.00"), Refunded: amount("40.00"), Status: conversion.PaymentPaid})
		w.holds("taken back", map[ledger.Account]string{cards: "0.00", ledger.Wallet(amina.ID): "0.00"})
	})
}

// TestL9ACreditByHandGoesToTheRightMember pays a conversion twice, and the second
// payment is somebody else's.
func TestL9ACreditByHandGoesToTheRightMember(t *testing.T) {
	run(t, func(w *world) {
		amina, noe := w.people[0], w.people[1]
		c, k := w.carded(amina, "30.00", "30.00", func(p *conversion.CardPayment) { p.Reference = "ROUE-AUTRE" })
		if k.Reason != conversion.OddReference {
			t.Fatalf("%+v", k)
		}
		if _, _, err := w.DecideCard(t.Context(), treasurer(), w.key(), conversion.DecideCardInput{Conversion: c.ID, Deed: conversion.CardCredit, Holder: w.city.ID, Note: "x"}); !errors.Is(err, conversion.ErrCollectivity) {
			t.Errorf("a collectivité: %v", err)
		}
		d := w.decide(conversion.DecideCardInput{Conversion: c.ID, Deed: conversion.CardCredit, Holder: noe.ID})
		m := membership.New(w.ledger)
		rule := membership.Condition{On: true, Kinds: []ledger.HolderKind{ledger.Individual}}
		_, _, err := m.Decide(t.Context(), treasurer(), w.key(), rule)
		w.must(err)
		w.later(400 * 24 * time.Hour)
		if _, _, err := w.ApproveCard(t.Context(), approver(), w.key(), d.ID); !errors.Is(err, membership.ErrEnded) {
			t.Errorf("who is no member: %v", err)
		}
		w.holds("refused", map[ledger.Account]string{ledger.SuspenseIn: "30.00", ledger.Wallet(noe.ID): "0.00"})
		rule.On = false
		_, _, err = m.Decide(t.Context(), treasurer(), w.key(), rule)
		w.must(err)
		done, _, err := w.ApproveCard(t.Context(), approver(), w.key(), d.ID)
		w.must(err)
		w.holds("credited", map[ledger.Account]string{cards: "30.00", ledger.SuspenseIn: "0.00", ledger.Wallet(noe.ID): "30.00", ledger.Wallet(amina.ID): "0.00"})
		made, err := w.Conversion(t.Context(), treasurer(), done.Conversion)
		if err != nil || made.Holder != noe.ID || made.Status != conversion.Settled || made.BankReference != k.Payment {
			t.Errorf("%+v, %v", made, err)
		}
		if now, err := w.Checkout(t.Context(), made.ID); err != nil || now.Payment != k.Payment || now.Outcome != conversion.CheckoutCredited {
			t.Errorf("%+v, %v", now, err)
		}
		w.told(conversion.CardPayment{Provider: "sandbox", Payment: k.Payment, Reference: c.Reference, Currency: "EUR", Amount: amount("30.00"), Refunded: amount("30.00"), Status: conversion.PaymentPaid})
		w.holds("given back", map[ledger.Account]string{cards: "0.00", ledger.Wallet(noe.ID): "0.00"})
	})
}

func TestAPaymentSentBackAtTheProviderLeavesSuspense(t *testing.T) {
	run(t, func(w *world) {
		c, k := w.carded(w.people[0], "50.00", "60.00", nil)
		first := w.decide(conversion.DecideCardInput{Conversion: c.ID, Deed: conversion.CardReturned})
		w.must(second(w.WithdrawCard(t.Context(), approver(), w.key(), first.ID)))
		if _, _, err := w.ApproveCard(t.Context(), approver(), w.key(), first.ID); !errors.Is(err, conversion.ErrCardDecided) {
			t.Errorf("turned down: %v", err)
		}
		d := w.decide(conversion.DecideCardInput{Conversion: c.ID, Deed: conversion.CardReturned})
		w.must(second(w.ApproveCard(t.Context(), approver(), w.key(), d.ID)))
		w.holds("sent back", map[ledger.Account]string{cards: "0.00", ledger.SuspenseIn: "0.00"})
		// The provider says so too, later: nothing moves twice.
		if now := w.told(conversion.CardPayment{Provider: "sandbox", Payment: k.Payment, Reference: c.Reference, Currency: "EUR", Amount: amount("60.00"), Refunded: amount("60.00"), Status: conversion.PaymentPaid}); now.Outcome != conversion.CheckoutRefunded {
			t.Errorf("%+v", now)
		}
		w.holds("told again", map[ledger.Account]string{cards: "0.00", ledger.SuspenseIn: "0.00"})
		list, err := w.CardDecisions(t.Context(), approver(), conversion.CardDecisionFilter{Payment: k.Payment})
		if err != nil || len(list) != 2 || list[0].Status != conversion.CardDone || list[1].Status != conversion.CardWithdrawn {
			t.Errorf("%+v, %v", list, err)
		}
		// The provider was faster than the second person.
		c, k = w.carded(w.people[0], "50.00", "70.00", nil)
		d = w.decide(conversion.DecideCardInput{Conversion: c.ID, Deed: conversion.CardCredit})
		w.told(conversion.CardPayment{Provider: "sandbox", Payment: k.Payment, Reference: c.Reference, Currency: "EUR", Amount: amount("70.00"), Refunded: amount("70.00"), Status: conversion.PaymentPaid})
		if _, _, err := w.ApproveCard(t.Context(), approver(), w.key(), d.ID); !errors.Is(err, conversion.ErrCardDecided) {
			t.Errorf("after the provider: %v", err)
		}
	})
}

// second drops what a command made, and whether it made it before.
func second(_ conversion.CardDecision, _ bool, err error) error { return err }

func TestWhatTheBookCannotSettleIsNoted(t *testing.T) {
	run(t, func(w *world) {
		c, _ := w.carded(w.people[0], "50.00", "50.00", func(p *conversion.CardPayment) { p.Currency = "CHF" })
		plain, _ := w.carded(w.people[0], "20.00", "20.00", nil)
		odd, _ := w.carded(w.people[0], "20.00", "25.00", nil)
		for why, in := range map[string]struct {
			conversion.DecideCardInput
			want error
		}{
			"a credit of other money":   {conversion.DecideCardInput{Conversion: c.ID, Deed: conversion.CardCredit, Note: "x"}, conversion.ErrCardDeed},
			"other money that was kept": {conversion.DecideCardInput{Conversion: c.ID, Deed: conversion.CardReturned, Note: "x"}, conversion.ErrCardDeed},
			"nothing odd":               {conversion.DecideCardInput{Conversion: plain.ID, Deed: conversion.CardNoted, Note: "x"}, conversion.ErrCardDeed},
			"euros left lying":          {conversion.DecideCardInput{Conversion: odd.ID, Deed: conversion.CardNoted, Note: "x"}, conversion.ErrCardDeed},
			"without a reason":          {conversion.DecideCardInput{Conversion: c.ID, Deed: conversion.CardNoted}, fault.ErrInvalid},
			"no deed":                   {conversion.DecideCardInput{Conversion: c.ID, Note: "x"}, fault.ErrInvalid},
			"somebody beside":           {conversion.DecideCardInput{Conversion: c.ID, Deed: conversion.CardNoted, Holder: w.people[1].ID, Note: "x"}, fault.ErrInvalid},
			"no payment":                {conversion.DecideCardInput{Conversion: conversion.ID{Bits: ident.Bits{1}}, Deed: conversion.CardNoted, Note: "x"}, ledger.ErrMissing},
		} {
			if _, _, err := w.DecideCard(t.Context(), treasurer(), w.key(), in.DecideCardInput); !errors.Is(err, in.want) {
				t.Errorf("%s: %v, want %v", why, err, in.want)
			}
		}
		d := w.decide(conversion.DecideCardInput{Conversion: c.ID, Deed: conversion.CardNoted})
		if d.Status != conversion.CardDone || d.Odd != conversion.OddCurrency {
			t.Errorf("%+v", d)
		}
		if left, err := w.OddCheckouts(t.Context(), treasurer(), 10); err != nil || len(left) != 1 || left[0].Conversion != odd.ID {
			t.Errorf("%+v, %v", left, err)
		}
		for why, a := range map[string]access.Actor{"an approver": approver(), "a citizen": citizen(w.people[0])} {
			if _, _, err := w.DecideCard(t.Context(), a, w.key(), conversion.DecideCardInput{Conversion: odd.ID, Deed: conversion.CardReturned, Note: "x"}); !errors.Is(err, ledger.ErrForbidden) {
				t.Errorf("%s: %v", why, err)
			}
		}
		if _, err := w.CardDecisions(t.Context(), citizen(w.people[0]), conversion.CardDecisionFilter{}); !errors.Is(err, ledger.ErrForbidden) {
			t.Errorf("a citizen reads: %v", err)
		}
	})
}
