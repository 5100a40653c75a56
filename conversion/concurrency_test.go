// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion_test

import (
	"sync"
	"testing"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/money"
)

// at64 runs a conversion of each of 64 callers, several times each, and returns
// the bonus that was given in all.
func (w *world) at64(each int, convert func(caller, turn int) (conversion.Conversion, error)) money.Amount {
	w.Helper()
	bonuses := make([]money.Amount, 64)
	var all sync.WaitGroup
	for caller := range bonuses {
		all.Go(func() {
			for turn := range each {
				c, err := convert(caller, turn)
				if err != nil {
					w.Error(err)
					return
				}
				bonuses[caller] += c.Bonus
			}
		})
	}
	all.Wait()
	total, err := money.Sum(bonuses...)
	if err != nil {
		w.Fatal(err)
	}
	return total
}

// TestP12BudgetIsSpentToTheCentAndNeverBeyond sets 64 callers on one budget
// that is no multiple of any bonus (P12, G4).
func TestP12BudgetIsSpentToTheCentAndNeverBeyond(t *testing.T) {
	run(t, func(w *world) {
		c := w.campaign(w.bonus20(), "101.01")
		total := w.at64(4, func(caller, turn int) (conversion.Conversion, error) {
			in := conversion.ConvertInput{Holder: w.people[caller%len(w.people)].ID, Euros: money.Amount(333 + 7*caller), Channel: conversion.AtDesk}
			got, _, err := w.Convert(w.Context(), deskAgent(), w.key(), in)
			return got, err
		})
		if total != amount("101.01") {
			w.Errorf("callers were given %s of 101.01", total)
		}
		w.wantFigures(c.ID, "101.01", "101.01", "0.00", "0.00")
		if got := w.balance(ledger.GrantOf(c.ID.String())); got != 0 {
			w.Errorf("the grant account holds %s", got)
		}
	})
}

// TestP12BudgetIsKeptWhileReservationsComeAndGo mixes desks with transfers that
// are settled and cancelled at the same time.
func TestP12BudgetIsKeptWhileReservationsComeAndGo(t *testing.T) {
	run(t, func(w *world) {
		in := w.bonus20()
		in.WhenExhausted = conversion.Refuse
		c := w.campaign(in, "99.00")
		w.at64(3, func(caller, turn int) (conversion.Conversion, error) {
			p := w.people[caller%len(w.people)]
			if caller%4 == 0 {
				got, _, err := w.Convert(w.Context(), deskAgent(), w.key(), conversion.ConvertInput{Holder: p.ID, Euros: 1000, Channel: conversion.AtDesk})
				return got, err
			}
			got, _, err := w.Convert(w.Context(), citizen(p), w.key(), conversion.ConvertInput{Holder: p.ID, Euros: 1000, Channel: conversion.ByTransfer})
			if err != nil {
				return got, err
			}
			if got.Bonus != 0 && got.Bonus != 200 {
				w.Errorf("all or nothing gave %s", got.Bonus)
			}
			if turn == 2 {
				_, _, err = w.Settle(w.Context(), treasurer(), w.key(), conversion.SettleInput{Conversion: got.ID, BankReference: w.key()})
			} else {
				_, _, err = w.Cancel(w.Context(), citizen(p), w.key(), conversion.CancelInput{Conversion: got.ID})
			}
			return got, err
		})
		if got := w.figures(c.ID); got.Reserved != 0 || got.Granted > got.Received || got.Granted%200 != 0 {
			w.Errorf("campaign ends with %s granted, %s reserved of %s", got.Granted, got.Reserved, got.Received)
		}
		for range 50 { // what was given back can be used up
			w.atDesk(w.people[0], "10.00")
		}
		w.wantFigures(c.ID, "99.00", "98.00", "0.00", "1.00")
	})
}

// TestP12CeilingIsUsedToTheCentAndNeverBeyond sets 64 callers on the ceilings
// of six people.
func TestP12CeilingIsUsedToTheCentAndNeverBeyond(t *testing.T) {
	run(t, func(w *world) {
		in := w.bonus20()
		in.PerPersonCap, in.PerPersonPeriod = amount("7.77"), conversion.PerMonth
		c := w.campaign(in, "1000.00")
		total := w.at64(4, func(caller, turn int) (conversion.Conversion, error) {
			p := w.people[caller%len(w.people)]
			convert := conversion.ConvertInput{Holder: p.ID, Euros: money.Amount(311 + 13*turn), Channel: conversion.ByTransfer}
			got, _, err := w.Convert(w.Context(), citizen(p), w.key(), convert)
			return got, err
		})
		if want := 6 * amount("7.77"); total != want {
			w.Errorf("six people were promised %s, want %s", total, want)
		}
		w.wantFigures(c.ID, "1000.00", "0.00", "46.62", "953.38")
		for _, p := range w.people {
			q, err := w.Quote(w.Context(), citizen(p), conversion.QuoteRequest{Holder: p.ID, Euros: 1000})
			if err != nil || q.Bonus != 0 || *q.AllowanceLeft != 0 {
				w.Errorf("after the ceiling: %+v, %v", q, err)
			}
		}
	})
}

// TestOneKeyConvertsOnce sends one conversion 64 times at once.
func TestOneKeyConvertsOnce(t *testing.T) {
	run(t, func(w *world) {
		c := w.campaign(w.bonus20(), "100.00")
		k := w.key()
		var fresh sync.Map
		w.at64(1, func(int, int) (conversion.Conversion, error) {
			got, replayed, err := w.Convert(w.Context(), deskAgent(), k, conversion.ConvertInput{Holder: w.people[0].ID, Euros: 1000, Channel: conversion.AtDesk})
			if !replayed {
				fresh.Store(got.ID, true)
			}
			if got.Credited != 1200 || got.Reference == "" {
				w.Errorf("an answer differs: %+v", got)
			}
			return got, err
		})
		n := 0
		fresh.Range(func(any, any) bool { n++; return true })
		if n != 1 {
			w.Errorf("%d conversions were made", n)
		}
		w.wantAvailable(w.people[0], "12.00")
		w.wantFigures(c.ID, "100.00", "2.00", "0.00", "98.00")
	})
}
