// SPDX-License-Identifier: AGPL-3.0-or-later

package payout_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/payout"
)

// countdown is a context that ends after its error was asked for so many times.
type countdown struct {
	context.Context
	left atomic.Int64
}

func (c *countdown) Err() error {
	if c.left.Add(-1) < 0 {
		return context.Canceled
	}
	return c.Context.Err()
}

// TestAnInterruptedBatchIsResumed stops a batch of 200 lines in the middle,
// ends the process, and goes on in another one: each line is settled once.
func TestAnInterruptedBatchIsResumed(t *testing.T) {
	each(t, func(w *town) {
		const n = 200
		in := w.input()
		in.Purpose = payout.Subsidy
		holders := make([]ledger.Holder, n/4)
		for i := range holders {
			holders[i] = w.holder(ledger.Individual, fmt.Sprintf("Person %d", i))
		}
		for i := range n {
			in.Lines = append(in.Lines, line(fmt.Sprintf("R%d", i), holders[i%len(holders)].Number, 1_00))
		}
		b := w.funded(in)
		ctx := &countdown{Context: w.Context()}
		ctx.left.Store(90)
		_, err := w.payout.Execute(ctx, w.system, b.ID)
		w.refused("the interruption", err, context.Canceled)
		half, err := w.payout.Batch(w.Context(), w.treasurer, b.ID)
		if err != nil || half.Status != payout.Funded || half.PaidEUR == 0 || half.PaidEUR == n*1_00 {
			w.Fatalf("in the middle %s with %s paid, %v", half.Status, half.PaidEUR, err)
		}
		w.proven()
		w.stop()
		w.start()
		if done, err := w.payout.ExecuteDue(w.Context(), w.system); err != nil || done != 1 {
			w.Fatalf("resumed %d batches, %v", done, err)
		}
		done := w.executed(b)
		if done.PaidEUR != n*1_00 {
			w.Errorf("%s paid, want 200.00", done.PaidEUR)
		}
		seen := make(map[ident.Entry]bool)
		for i, l := range done.Lines {
			if l.Status != payout.Paid || seen[l.Entry] {
				w.Errorf("line %d is %s by entry %s", l.N, l.Status, l.Entry)
			}
			if was := half.Lines[i]; was.Status == payout.Paid && was.Entry != l.Entry {
				w.Errorf("line %d was paid by %s, now by %s", l.N, was.Entry, l.Entry)
			}
			seen[l.Entry] = true
		}
		for _, h := range holders {
			w.holds(h, 4_00)
		}
		if due, err := w.payout.ExecuteDue(w.Context(), w.system); err != nil || due != 0 {
			w.Errorf("nothing is due, and %d were executed, %v", due, err)
		}
	})
}

func TestABatchExecutedTwiceAtOnceIsPaidOnce(t *testing.T) {
	each(t, func(w *town) {
		in := w.input()
		in.Purpose = payout.Invoice
		for i := range 40 {
			in.Lines = append(in.Lines, line(fmt.Sprintf("F%d", i), w.shop.Number, 2_00))
		}
		b := w.funded(in)
		var wg sync.WaitGroup
		for i := range 4 {
			by := w.system
			by.ID = ident.User{Bits: ident.Bits{15: byte(20 + i%2)}} // the job, and a person running it by hand
			wg.Go(func() {
				if _, err := w.payout.Execute(w.Context(), by, b.ID); err != nil {
					w.Error(err)
				}
			})
		}
		wg.Wait()
		if done := w.executed(b); done.PaidEUR != 80_00 {
			w.Errorf("%s paid", done.PaidEUR)
		}
		w.holds(w.shop, 80_00)
	})
}

func TestTheSameIsNotPaidInTwoBatches(t *testing.T) {
	each(t, func(w *town) {
		in := w.input(line("ELU-1", w.emil.Number, 30_00), line("ELU-2", w.emil.Number, 5_00))
		first, second := w.funded(in), w.funded(in)
		w.problems(second, "", "") // nothing was paid yet when it was drafted
		w.executed(first)
		w.problems(w.executed(second), payout.AlreadyPaid, payout.AlreadyPaid)
		w.holds(w.emil, 35_00)
		w.balance(ledger.ToReturn(w.city.ID), 35_00)

		_, _, err := w.payout.Draft(w.Context(), w.agent, key(), in)
		w.refused("the whole list once more", err, payout.ErrLineAlreadyPaid)
		w.problems(w.draft(w.input(line("ELU-1", w.emil.Number, 30_00), line("ELU-3", w.emil.Number, 1_00))), payout.AlreadyPaid, "")
		in.Period = "2026-04"
		w.problems(w.draft(in), "", "")
	})
}

// TestP8TheInstructionCapsThePeriod spreads an indemnity over lines and batches:
// together they stay within what the official asked for.
func TestP8TheInstructionCapsThePeriod(t *testing.T) {
	each(t, func(w *town) {
		first := w.funded(w.input(line("A", w.dora.Number, 100_00)))
		second := w.funded(w.input(line("B", w.dora.Number, 15_00), line("C", w.dora.Number, 10_00), line("D", w.dora.Number, 5_00)))
		w.problems(second, "", "", "")
		w.executed(first)
		w.problems(w.executed(second), "", payout.AboveInstruction, "")
		w.holds(w.dora, 120_00)
		w.problems(w.draft(w.input(line("E", w.dora.Number, 1))), payout.AboveInstruction)
	})
}

// TestP8FactsAreLookedAtAgain changes instructions between draft and execution.
func TestP8FactsAreLookedAtAgain(t *testing.T) {
	each(t, func(w *town) {
		choice := w.instruct(w.shopkeeper(), payout.ByShare, "1")
		keeper := choice.Official
		b := w.funded(w.input(line("A", w.finn.Number, 10_00), line("B", keeper.String(), 10_00)))
		w.problems(b, payout.NoInstruction, "")
		w.instruct(w.finn, payout.ByAmount, "10.00")
		if _, _, err := w.payout.Revoke(w.Context(), citizen(keeper), key(), choice.ID); err != nil {
			w.Fatal(err)
		}
		w.problems(w.executed(b), "", payout.NoInstruction)
		w.holds(w.finn, 10_00)
		w.balance(ledger.ToReturn(w.city.ID), 10_00)
	})
}

func (w *town) shopkeeper() ledger.Holder { return w.holder(ledger.Individual, "Shopkeeper") }

// TestP6ACollectivityPaysForOthers proves that the way through the association
// credits others and never a collectivité itself.
func TestP6ACollectivityPaysForOthers(t *testing.T) {
	each(t, func(w *town) {
		in := w.input(line("F-1", w.shop.Number, 40_00), line("F-2", w.city.Number, 7_00))
		in.Purpose = payout.Invoice
		b := w.funded(in)
		w.problems(b, "", payout.CollectivityPayee)
		w.executed(b)
		w.holds(w.shop, 40_00)
		w.holds(w.city, 0)
		w.balance(ledger.ToReturn(w.city.ID), 7_00)
	})
}

// TestEveryCentReceivedIsPaidOrReturned draws batches of any lines: what is paid
// and returned is what was received, and the books agree.
func TestEveryCentReceivedIsPaidOrReturned(t *testing.T) {
	each(t, func(w *town) {
		holders := []string{w.dora.Number, w.emil.Number, w.finn.Number, w.shop.Number, w.city.Number, "00000000"}
		run := 0
		rapid.Check(t, func(r *rapid.T) {
			run++
			in := w.input()
			in.Period = fmt.Sprintf("2026-%02d", 1+run%12)
			in.Purpose = rapid.SampledFrom([]payout.Purpose{payout.Indemnity, payout.Subsidy, payout.Invoice}).Draw(r, "purpose")
			var total money.Amount
			for i := range rapid.IntRange(1, 6).Draw(r, "lines") {
				amount := money.Amount(rapid.Int64Range(1, 80_00).Draw(r, "amount"))
				reference := fmt.Sprintf("%d/%d", run, i)
				if rapid.Bool().Draw(r, "shared reference") {
					reference = "shared"
				}
				in.Lines = append(in.Lines, line(reference, rapid.SampledFrom(holders).Draw(r, "holder"), amount))
				total += amount
			}
			b, _, err := w.payout.Draft(w.Context(), w.agent, key(), in)
			if err != nil {
				w.refused("a list paid before", err, payout.ErrLineAlreadyPaid)
				return
			}
			if _, _, err := w.payout.Approve(w.Context(), w.approver, key(), b.ID, payout.ApproveInput{Digest: b.Digest}); err != nil {
				r.Fatal(err)
			}
			if _, _, err := w.payout.Fund(w.Context(), w.treasurer, key(), b.ID, payout.FundInput{AmountEUR: total, BankReference: key()}); err != nil {
				r.Fatal(err)
			}
			done, err := w.payout.Execute(w.Context(), w.system, b.ID)
			if err != nil {
				r.Fatal(err)
			}
			var paid, returned money.Amount
			for _, l := range done.Lines {
				switch l.Status {
				case payout.Paid:
					paid += l.AmountEUR
				case payout.Returned:
					returned += l.AmountEUR
				}
			}
			if paid+returned != done.ReceivedEUR || done.ReceivedEUR != total || paid != done.PaidEUR || returned != done.ReturnedEUR {
				r.Fatalf("%s paid and %s returned of %s, the batch says %s and %s of %s", paid, returned, total, done.PaidEUR, done.ReturnedEUR, done.ReceivedEUR)
			}
		})
		w.balance(ledger.Payer(w.city.ID), 0)
		w.holds(w.city, 0)
	})
}

func TestRightsOfInstructions(t *testing.T) {
	each(t, func(w *town) {
		i := w.instruct(w.finn, payout.ByAmount, "80.00")
		for _, by := range []access.Actor{citizen(w.finn.ID), w.agent, w.treasurer} {
			if read, err := w.payout.Instruction(w.Context(), by, i.ID); err != nil || text(w, read) != text(w, i) {
				w.Errorf("read as %s, %v; made as %s", text(w, read), err, text(w, i))
			}
		}
		for _, by := range []access.Actor{citizen(w.dora.ID), actor(9, access.CollectivityAgent, w.shop.ID), w.approver} {
			_, err := w.payout.Instruction(w.Context(), by, i.ID)
			w.refused("a stranger", err, access.ErrForbidden)
			_, _, err = w.payout.Revoke(w.Context(), by, key(), i.ID)
			w.refused("a stranger revoking", err, access.ErrForbidden)
			_, err = w.payout.Instructions(w.Context(), by, w.city.ID)
			w.refused("a stranger listing", err, access.ErrForbidden)
		}
		if list, err := w.payout.Instructions(w.Context(), w.agent, w.city.ID); err != nil || len(list) != 3 {
			w.Errorf("%d instructions, %v", len(list), err)
		}
		k := key()
		first, _, err := w.payout.Revoke(w.Context(), w.agent, k, i.ID)
		if err != nil || first.RevokedAt.IsZero() {
			w.Fatalf("revoked as %+v, %v", first, err)
		}
		again, replayed, err := w.payout.Revoke(w.Context(), w.agent, k, i.ID)
		if err != nil || !replayed || text(w, again) != text(w, first) {
			w.Errorf("a repeated key: %s, %v", text(w, again), err)
		}
		_, _, err = w.payout.Revoke(w.Context(), w.agent, key(), i.ID)
		w.refused("twice", err, payout.ErrRevoked)
	})
}
