// SPDX-License-Identifier: AGPL-3.0-or-later

package dues_test

import (
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
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/membership"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/dues"
)

const bank = ledger.Account("eur:bank:guarantee:digital:la-nef")

// world is an open currency with members, on a clock that the test moves.
type world struct {
	*testing.T
	ledger     *ledger.Ledger
	membership *membership.Service
	dues       *dues.Service
	conversion *conversion.Service
	merchant   *merchant.Service
	clock      *atomic.Int64
	keys       int

	anne, bob, club ledger.Holder
}

func run(t *testing.T, test func(w *world)) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		w := &world{T: t, clock: new(atomic.Int64)}
		w.on(civil.New(2026, 3, 2))
		var err error
		w.ledger, err = ledger.Open(t.Context(), connect(), ledger.Options{Now: func() time.Time { return time.UnixMicro(w.clock.Load()).UTC() }})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(w.ledger.Close)
		w.conversion, w.merchant, w.membership, w.dues = conversion.New(w.ledger), merchant.New(w.ledger), membership.New(w.ledger), dues.New(w.ledger)
		_, _, err = w.conversion.OpenCurrency(t.Context(), role(1, access.Administrator), w.key(), conversion.OpenCurrencyInput{
			Name: "La Roue", Code: "ROUE", Unit: conversion.Unit{Singular: "Roue", Plural: "Roues"},
			Issuer:   conversion.Issuer{Name: "Association La Roue", RNA: "W842001234", LegalBasis: conversion.LimitedNetwork},
			Accounts: []conversion.BankAccount{{Account: bank, Custodian: "La Nef", IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP", HolderName: "Association La Roue"}},
		})
		w.must(err)
		_, _, err = w.conversion.OpenDesk(t.Context(), role(1, access.Administrator), w.key(), conversion.OpenDeskInput{Slug: "halles", Name: "Les Halles"})
		w.must(err)
		w.anne, w.bob, w.club = w.holder(ledger.Individual, "Anne"), w.holder(ledger.Individual, "Bob"), w.holder(ledger.Association, "La Roue")
		w.must(w.change(w.anne, "50.00"))
		w.must(w.change(w.bob, "20.00"))
		_, _, err = w.dues.SetRates(t.Context(), treasurer(), w.key(), dues.RatesInput{Year: 2026, Rates: []dues.KindAmount{{Kind: ledger.Individual, Amount: amount("12.00")}}})
		w.must(err)
		test(w)
		w.must(w.conversion.View.CheckConversions(t.Context(), w.ledger.Reader()))
		if f, err := w.conversion.Fund(t.Context(), time.Time{}); err != nil || f.Total.Gap != 0 || f.Total.Surplus != 0 {
			t.Errorf("fund: %+v, %v", f.Total, err)
		}
	})
}

func (w *world) on(d civil.Date) { w.clock.Store(d.Start().Add(10 * time.Hour).UnixMicro()) }
func (w *world) key() string     { w.keys++; return fmt.Sprintf("dues-test-key-%06d", w.keys) }
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

func amount(text string) money.Amount { return money.MustParse(text) }

func role(person byte, r access.Role) access.Actor {
	return access.Actor{ID: ident.User{Bits: ident.Bits{15: person}}, Grants: []access.Grant{{Role: r}}}
}

func treasurer() access.Actor { return role(2, access.Treasurer) }
func desk() access.Actor      { return role(3, access.DeskAgent) }

func self(h ledger.Holder) access.Actor {
	return access.Actor{ID: ident.User{Bits: h.ID.Bits}, Holder: h.ID, Grants: []access.Grant{{Role: access.Citizen}}}
}

func (w *world) holder(kind ledger.HolderKind, name string) ledger.Holder {
	h, _, err := w.ledger.CreateHolder(w.Context(), role(1, access.Administrator), w.key(), ledger.NewHolder{Kind: kind, Name: name})
	w.must(err)
	return h
}

func (w *world) change(h ledger.Holder, euros string) error {
	_, _, err := w.conversion.Convert(w.Context(), desk(), w.key(), conversion.ConvertInput{Holder: h.ID, Euros: amount(euros), Channel: conversion.AtDesk})
	return err
}

func (w *world) pays(from, to ledger.Holder, units string) error {
	_, _, err := w.merchant.Pay(w.Context(), self(from), w.key(), merchant.PayInput{To: to.Number, Amount: amount(units)})
	return err
}

func (w *world) decide(r membership.Condition) {
	w.Helper()
	if r.Kinds == nil {
		r.Kinds = []ledger.HolderKind{ledger.Individual}
	}
	_, _, err := w.membership.Decide(w.Context(), treasurer(), w.key(), r)
	w.must(err)
}

func (w *world) balance(a ledger.Account) string {
	w.Helper()
	b, err := w.ledger.Balance(w.Context(), w.ledger.Reader(), a)
	w.must(err)
	return b.Amount.Format()
}

func (w *world) pay(actor access.Actor, in dues.PayInput) (dues.Dues, error) {
	d, _, err := w.dues.Pay(w.Context(), actor, w.key(), in)
	return d, err
}

func TestL9WithoutADecisionNobodyNeedsAMembership(t *testing.T) {
	run(t, func(w *world) {
		w.on(civil.New(2030, 1, 1))
		w.must(w.change(w.anne, "5.00"))
		w.must(w.pays(w.anne, w.bob, "5.00"))
		if s, err := w.membership.Of(w.Context(), self(w.anne), w.anne.ID); err != nil || s.Needed || !s.Valid {
			w.Errorf("%+v, %v", s, err)
		}
	})
}

func TestL9AnEndedMembershipCannotReceiveAChangeAndMaySpend(t *testing.T) {
	run(t, func(w *world) {
		w.decide(membership.Condition{On: true, GraceDays: 30, MaySpend: true})
		d, err := w.pay(desk(), dues.PayInput{Holder: w.anne.ID, Year: 2026, Way: dues.AtDesk, Desk: "halles"})
		w.must(err)
		if d.Until != civil.New(2026, 12, 31) || d.Amount != amount("12.00") {
			w.Errorf("dues %+v", d)
		}
		w.on(civil.New(2027, 1, 30)) // the last day of grace
		w.must(w.change(w.anne, "1.00"))
		w.on(civil.New(2027, 1, 31))
		w.refused(w.change(w.anne, "1.00"), membership.ErrEnded)
		w.must(w.pays(w.anne, w.bob, "1.00"))
		w.must(w.pays(w.bob, w.anne, "1.00"))

		_, _, err = w.dues.SetRates(w.Context(), treasurer(), w.key(), dues.RatesInput{Year: 2027, Rates: []dues.KindAmount{{Kind: ledger.Individual, Amount: amount("10.00")}}})
		w.must(err)
		_, err = w.pay(treasurer(), dues.PayInput{Holder: w.anne.ID, Year: 2027, Way: dues.ByTransfer, BankReference: "VIR ANNE"})
		w.must(err)
		w.must(w.change(w.anne, "1.00"))
	})
}

func TestL9WhereTheyMayNotSpendBothSidesAreMembers(t *testing.T) {
	run(t, func(w *world) {
		w.decide(membership.Condition{On: true, Account: w.club.ID})
		_, err := w.pay(desk(), dues.PayInput{Holder: w.anne.ID, Year: 2026, Way: dues.AtDesk, Desk: "halles"})
		w.must(err)
		w.must(w.pays(w.anne, w.bob, "1.00")) // on the first day nobody is in arrears
		w.on(civil.New(2026, 3, 3))
		w.refused(w.pays(w.bob, w.anne, "1.00"), membership.ErrEnded)
		w.refused(w.pays(w.anne, w.bob, "1.00"), membership.ErrPayeeEnded)
		if got := w.balance(ledger.Wallet(w.bob.ID)); got != "21.00" {
			w.Errorf("a refused payment moved units: %s", got)
		}
		_, err = w.pay(self(w.bob), dues.PayInput{Holder: w.bob.ID, Year: 2026, Way: dues.InUnits})
		w.must(err) // dues in units are how one comes back
		w.must(w.pays(w.bob, w.anne, "1.00"))
		w.decide(membership.Condition{On: false})
		w.on(civil.New(2029, 1, 1))
		w.must(w.pays(w.bob, w.anne, "1.00"))
	})
}

func TestL9ADecisionHoldsFromTheNextPaymentOn(t *testing.T) {
	run(t, func(w *world) {
		w.must(w.pays(w.anne, w.bob, "1.00")) // what holds is remembered now
		w.decide(membership.Condition{On: true, Since: civil.New(2026, 1, 1)})
		w.must(w.pays(w.anne, w.bob, "1.00")) // wallets opened today
		w.on(civil.New(2026, 3, 3))
		w.refused(w.pays(w.anne, w.bob, "1.00"), membership.ErrEnded)
		w.decide(membership.Condition{On: true, GraceDays: 1})
		w.must(w.pays(w.anne, w.bob, "1.00"))
	})
}

func TestP11DuesInEurosAreIncomeAndNeverMoneyOfTheFund(t *testing.T) {
	run(t, func(w *world) {
		_, err := w.pay(desk(), dues.PayInput{Holder: w.anne.ID, Year: 2026, Way: dues.AtDesk, Desk: "halles", Amount: amount("15.00")})
		w.must(err)
		_, err = w.pay(treasurer(), dues.PayInput{Holder: w.bob.ID, Year: 2026, Way: dues.ByTransfer, BankReference: "VIR BOB"})
		w.must(err)
		for account, want := range map[ledger.Account]string{ledger.IncomeDues: "27.00", ledger.DuesDesk("halles"): "15.00", ledger.Operating: "12.00", ledger.Desk("halles"): "70.00"} {
			if got := w.balance(account); got != want {
				w.Errorf("%s holds %s, want %s", account, got, want)
			}
		}
		move := conversion.MoveEurosInput{From: ledger.DuesDesk("halles"), To: bank, Amount: amount("15.00"), BankReference: "REMISE"}
		_, _, err = w.conversion.MoveEuros(w.Context(), treasurer(), w.key(), move)
		if !errors.Is(err, fault.ErrInvalid) {
			w.Fatalf("dues went into the fund: %v", err)
		}
		move.To = ledger.Operating
		_, _, err = w.conversion.MoveEuros(w.Context(), treasurer(), w.key(), move)
		w.must(err)
		if got := w.balance(ledger.Operating); got != "27.00" {
			w.Errorf("operating %s", got)
		}
	})
}

func TestP11DuesInUnitsGoToTheWalletOfTheAssociation(t *testing.T) {
	run(t, func(w *world) {
		in := dues.PayInput{Holder: w.anne.ID, Year: 2026, Way: dues.InUnits}
		_, err := w.pay(self(w.anne), in)
		w.refused(err, dues.ErrNoAccount)
		w.decide(membership.Condition{Account: w.club.ID})
		d, err := w.pay(self(w.anne), in)
		w.must(err)
		if a, c := w.balance(ledger.Wallet(w.anne.ID)), w.balance(ledger.Wallet(w.club.ID)); a != "38.00" || c != "12.00" {
			w.Errorf("member %s, association %s", a, c)
		}
		if got := w.balance(ledger.Issued(ledger.Digital)); got != "70.00" {
			w.Errorf("circulation %s", got)
		}
		_, _, err = w.dues.Cancel(w.Context(), treasurer(), w.key(), dues.CancelInput{Dues: d.ID, Reason: "Erreur"})
		w.must(err)
		if a := w.balance(ledger.Wallet(w.anne.ID)); a != "50.00" {
			w.Errorf("after the cancellation %s", a)
		}
		if s, err := w.membership.Of(w.Context(), treasurer(), w.anne.ID); err != nil || s.Until != 0 {
			w.Errorf("membership after the cancellation %+v, %v", s, err)
		}
		_, _, err = w.dues.Cancel(w.Context(), treasurer(), w.key(), dues.CancelInput{Dues: d.ID, Reason: "Encore"})
		w.refused(err, dues.ErrCancelled)
		_, err = w.pay(self(w.anne), in) // the year can be paid again
		w.must(err)
	})
}

func TestL9DuesAreRefused(t *testing.T) {
	run(t, func(w *world) {
		paid := dues.PayInput{Holder: w.bob.ID, Year: 2026, Way: dues.AtDesk, Desk: "halles"}
		_, err := w.pay(desk(), paid)
		w.must(err)
		colleague := desk()
		colleague.Holder = w.anne.ID
		for name, c := range map[string]struct {
			as   access.Actor
			in   dues.PayInput
			want *fault.Fault
		}{
			"twice":                 {desk(), paid, dues.ErrPaid},
			"too little":            {desk(), dues.PayInput{Holder: w.anne.ID, Year: 2026, Way: dues.AtDesk, Desk: "halles", Amount: amount("11.99")}, dues.ErrTooLittle},
			"for nothing":           {treasurer(), dues.PayInput{Holder: w.anne.ID, Year: 2026, Way: dues.Free}, dues.ErrTooLittle},
			"without a rate":        {desk(), dues.PayInput{Holder: w.club.ID, Year: 2026, Way: dues.AtDesk, Desk: "halles"}, dues.ErrNoRate},
			"for the past":          {desk(), dues.PayInput{Holder: w.anne.ID, Year: 2025, Way: dues.AtDesk, Desk: "halles"}, dues.ErrYear},
			"of one's own":          {colleague, dues.PayInput{Holder: w.anne.ID, Year: 2026, Way: dues.AtDesk, Desk: "halles"}, dues.ErrSamePerson},
			"at no desk":            {desk(), dues.PayInput{Holder: w.anne.ID, Year: 2026, Way: dues.AtDesk, Desk: "gare"}, fault.ErrInvalid},
			"without a reference":   {treasurer(), dues.PayInput{Holder: w.anne.ID, Year: 2026, Way: dues.ByTransfer}, fault.ErrInvalid},
			"by a member in euros":  {self(w.anne), dues.PayInput{Holder: w.anne.ID, Year: 2026, Way: dues.AtDesk, Desk: "halles"}, access.ErrForbidden},
			"of somebody else's":    {self(w.bob), dues.PayInput{Holder: w.anne.ID, Year: 2026, Way: dues.InUnits}, access.ErrForbidden},
			"by transfer at a desk": {desk(), dues.PayInput{Holder: w.anne.ID, Year: 2026, Way: dues.ByTransfer, BankReference: "X"}, access.ErrForbidden},
		} {
			if _, err := w.pay(c.as, c.in); !errors.Is(err, c.want) {
				w.Errorf("%s: %v, want %v", name, err, c.want)
			}
		}
		_, err = w.pay(treasurer(), dues.PayInput{Holder: w.anne.ID, Year: 2026, Way: dues.ByTransfer, BankReference: "VIR 1"})
		w.must(err)
		carol := w.holder(ledger.Individual, "Carol")
		_, err = w.pay(treasurer(), dues.PayInput{Holder: carol.ID, Year: 2026, Way: dues.ByTransfer, BankReference: "VIR 1"})
		w.refused(err, dues.ErrReference)
		if got := w.balance(ledger.IncomeDues); got != "24.00" {
			w.Errorf("income %s", got)
		}
	})
}

func TestL9TheLetterIsWrittenOnceForEachEnd(t *testing.T) {
	run(t, func(w *world) {
		w.decide(membership.Condition{On: true, MaySpend: true, ReminderDays: 15})
		_, err := w.pay(desk(), dues.PayInput{Holder: w.anne.ID, Year: 2026, Way: dues.AtDesk, Desk: "halles"})
		w.must(err)
		var told []civil.Date
		remind := func() {
			_, err := w.membership.Remind(w.Context(), role(9, access.System), func(_ *ledger.Tx, h ident.Holder, until civil.Date) error {
				if h != w.anne.ID {
					t.Errorf("written to %s", h)
				}
				told = append(told, until)
				return nil
			})
			w.must(err)
		}
		w.on(civil.New(2026, 12, 15))
		remind()
		if len(told) != 0 {
			t.Fatalf("told too early: %v", told)
		}
		w.on(civil.New(2026, 12, 16))
		remind()
		remind()
		if len(told) != 1 || told[0] != civil.New(2026, 12, 31) {
			t.Errorf("told %v", told)
		}
	})
}
