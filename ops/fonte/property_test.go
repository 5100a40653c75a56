// SPDX-License-Identifier: AGPL-3.0-or-later

package fonte_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/fonte"
)

// TestL12WhateverIsVotedNoUnitIsMadeOrLost votes a rule of any terms, has members
// pay each other until its first period is over, and compares every wallet with
// what the rule says: nothing is made, lost, or taken beyond the share.
func TestL12WhateverIsVotedNoUnitIsMadeOrLost(t *testing.T) {
	run(t, func(w *world) {
		all := []ledger.Holder{w.anne, w.bob, w.bakery, w.garden, w.club, w.town}
		first := civil.New(2026, 1, 1)
		rapid.Check(t, func(rt *rapid.T) {
			first = (fonte.RuleTerms{Period: fonte.HalfYear, FirstDay: first + 100}).FirstTaking() + 1 // the clock of a book never goes back
			hundredths := rapid.Int64Range(1, 1000).Draw(rt, "rate")
			in := w.terms()
			in.Rate, in.FirstDay = money.MustParseRate(fmt.Sprintf("0.%04d", hundredths)), first
			in.Exempt = money.Amount(rapid.Int64Range(0, 200_00).Draw(rt, "exempt"))
			in.Period = rapid.SampledFrom([]fonte.Period{fonte.Month, fonte.Quarter, fonte.HalfYear}).Draw(rt, "period")
			in.Kinds = rapid.SampledFrom([][]ledger.HolderKind{{ledger.Individual}, {ledger.Professional, ledger.Association}, fonte.Kinds()}).Draw(rt, "kinds")
			w.on(first - 60)
			r := w.decided(in)
			w.on(first + 10)
			for range rapid.IntRange(0, 3).Draw(rt, "payments") {
				from, to := rapid.SampledFrom(all).Draw(rt, "from"), rapid.SampledFrom(all).Draw(rt, "to")
				if part := w.balance(ledger.Wallet(from.ID)) * money.Amount(rapid.IntRange(1, 100).Draw(rt, "part")) / 100; part > 0 && from.ID != to.ID {
					w.pay(from, to, part.Format())
				}
			}
			want, total := make(map[ledger.Account]money.Amount), money.Amount(0)
			for _, h := range all {
				held := w.balance(ledger.Wallet(h.ID))
				share := money.Amount(0)
				if in.Concerns(h.ID, h.Kind) && held > in.Exempt {
					share = money.Amount(int64(held-in.Exempt) * hundredths / 10_000)
				}
				want[ledger.Wallet(h.ID)] += held - share
				want[ledger.Wallet(in.Receiver)] += share
				total += held
			}
			w.on(in.FirstTaking() + 1)
			if n := w.take(); n != 1 {
				rt.Fatalf("%d periods", n)
			}
			sum := money.Amount(0)
			for _, h := range all {
				got := w.balance(ledger.Wallet(h.ID))
				if sum += got; got != want[ledger.Wallet(h.ID)] {
					rt.Errorf("%s holds %s, want %s", h.Name, got, want[ledger.Wallet(h.ID)])
				}
			}
			if sum != total || w.balance(ledger.Issued(ledger.Digital)) != total || w.balance(ledger.Fonte) != 0 {
				rt.Errorf("wallets hold %s of %s", sum, total)
			}
			first = in.FirstTaking()
			_, _, err := w.fonte.End(w.Context(), treasurer(), w.key(), r.ID)
			w.must(err)
		})
		w.verify()
	})
}
