// SPDX-License-Identifier: AGPL-3.0-or-later

package payout_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/payout"
)

// TestP8OneBatchIsOneTransferToTheCent follows a batch with a line of each sort
// from draft to execution.
func TestP8OneBatchIsOneTransferToTheCent(t *testing.T) {
	each(t, func(w *town) {
		b := w.draft(w.input(
			line("ELU-001", w.dora.Number, 120_00),
			line("ELU-002", w.emil.ID.String(), 99_99),
			line("ELU-003", w.finn.Number, 50_00),
			line("ELU-004", w.shop.Number, 10_00),
			line("ELU-005", "12345678", 20_00),
			line("ELU-001", w.dora.ID.String(), 1_00),
			line("ELU-006", w.dora.Number, 1),
		))
		want := []payout.Problem{"", "", payout.NoInstruction, payout.NotAnIndividual, payout.UnknownHolder, payout.DuplicateInBatch, payout.AboveInstruction}
		w.problems(b, want...)
		if b.Status != payout.Drafted || b.TotalEUR != 301_00 || b.ReceivedEUR != 0 || len(b.Digest) != 64 ||
			b.Lines[0].Holder != w.dora.ID.String() || b.Lines[4].Holder != "12345678" || b.Lines[0].Status != payout.Pending {
			w.Errorf("drafted as %s", text(w, b))
		}
		approved, _, err := w.payout.Approve(w.Context(), w.approver, key(), b.ID, payout.ApproveInput{Digest: b.Digest})
		if err != nil || approved.Status != payout.Approved {
			w.Fatalf("approval: %s, %v", approved.Status, err)
		}
		_, err = w.payout.Execute(w.Context(), w.system, b.ID)
		w.refused("execution before the euros", err, payout.ErrNotFunded)
		part, _, err := w.payout.Fund(w.Context(), w.treasurer, key(), b.ID, payout.FundInput{AmountEUR: 300_00, BankReference: "VIR 1"})
		if err != nil || part.Status != payout.Approved || part.ReceivedEUR != 300_00 {
			w.Fatalf("part of the euros: %s, %v", text(w, part), err)
		}
		_, err = w.payout.Execute(w.Context(), w.system, b.ID)
		w.refused("execution with part of the euros", err, payout.ErrNotFunded)
		_, _, err = w.payout.Fund(w.Context(), w.treasurer, key(), b.ID, payout.FundInput{AmountEUR: 1_01, BankReference: "VIR 2"})
		w.refused("a cent too much", err, payout.ErrAmountDiffers)
		_, _, err = w.payout.Fund(w.Context(), w.treasurer, key(), b.ID, payout.FundInput{AmountEUR: 1_00, BankReference: "VIR 1"})
		w.refused("the same transfer", err, payout.ErrReferenceUsed)
		rest, _, err := w.payout.Fund(w.Context(), w.treasurer, key(), b.ID, payout.FundInput{AmountEUR: 1_00, BankReference: "VIR 2", Account: other})
		if err != nil || rest.Status != payout.Funded || rest.ReceivedEUR != 301_00 {
			w.Fatalf("the rest: %s, %v", text(w, rest), err)
		}
		w.balance(ledger.Payer(w.city.ID), 301_00)
		done := w.executed(b)
		w.problems(done, want...)
		for i, l := range done.Lines {
			if settled := map[bool]payout.LineStatus{true: payout.Paid, false: payout.Returned}[want[i] == ""]; l.Status != settled || l.Entry.IsZero() || l.SettledAt.IsZero() {
				w.Errorf("line %d is %s, want %s", l.N, text(w, l), settled)
			}
		}
		if done.PaidEUR != 219_99 || done.ReturnedEUR != 81_01 || done.ExecutedAt.IsZero() {
			w.Errorf("executed as %s", text(w, done))
		}
		w.holds(w.dora, 120_00)
		w.holds(w.emil, 99_99)
		w.holds(w.finn, 0)
		w.balance(ledger.Payer(w.city.ID), 0)
		w.balance(ledger.ToReturn(w.city.ID), 81_01)
		w.balance(bank, 300_00)
		w.balance(other, 1_00)
		if again := w.executed(b); text(w, again) != text(w, done) {
			w.Errorf("executed again: %s", text(w, again))
		}
	})
}

func TestRepeatedKeysGiveTheSameBatch(t *testing.T) {
	each(t, func(w *town) {
		in := w.input(line("A", w.dora.Number, 10_00), line("B", w.finn.Number, 5_00))
		draftKey, approveKey, partKey, fundKey := key(), key(), key(), key()
		b, _, err := w.payout.Draft(w.Context(), w.agent, draftKey, in)
		if err != nil {
			w.Fatal(err)
		}
		steps := []func() (payout.Batch, bool, error){
			func() (payout.Batch, bool, error) { return w.payout.Draft(w.Context(), w.agent, draftKey, in) },
			func() (payout.Batch, bool, error) {
				return w.payout.Approve(w.Context(), w.approver, approveKey, b.ID, payout.ApproveInput{Digest: b.Digest})
			},
			func() (payout.Batch, bool, error) {
				return w.payout.Fund(w.Context(), w.treasurer, partKey, b.ID, payout.FundInput{AmountEUR: 14_00, BankReference: "P"})
			},
			func() (payout.Batch, bool, error) {
				return w.payout.Fund(w.Context(), w.treasurer, fundKey, b.ID, payout.FundInput{AmountEUR: 1_00, BankReference: "Q"})
			},
		}
		var answers []string
		for _, step := range steps {
			first, _, err := step()
			if err != nil {
				w.Fatal(err)
			}
			answers = append(answers, text(w, first))
		}
		if answers[0] != text(w, b) {
			w.Errorf("the draft was answered %s, again %s", text(w, b), answers[0])
		}
		w.executed(b)
		for i, step := range steps {
			again, replayed, err := step()
			if err != nil || !replayed || text(w, again) != answers[i] {
				w.Errorf("step %d repeated: replayed %v, %v: %s, first %s", i, replayed, err, text(w, again), answers[i])
			}
		}
		w.holds(w.dora, 10_00)
	})
}

func TestD9ApprovalNeedsAnotherPersonAndTheSameContent(t *testing.T) {
	each(t, func(w *town) {
		b := w.draft(w.input(line("A", w.dora.Number, 10_00)))
		longer := w.draft(w.input(line("A", w.dora.Number, 10_00), line("B", w.dora.Number, 1_00)))
		if again := w.draft(w.input(line("A", w.dora.ID.String(), 10_00))); again.Digest != b.Digest {
			w.Error("the same content has another digest")
		}
		approve := func(by access.Actor, digest string) error {
			_, _, err := w.payout.Approve(w.Context(), by, key(), b.ID, payout.ApproveInput{Digest: digest})
			return err
		}
		same := w.agent
		same.Grants = append(same.Grants, access.Grant{Role: access.CollectivityApprover, Organisation: w.city.ID})
		w.refused("by who prepared", approve(same, b.Digest), payout.ErrSamePerson)
		w.refused("by an agent", approve(actor(9, access.CollectivityAgent, w.city.ID), b.Digest), access.ErrForbidden)
		w.refused("by another collectivité", approve(actor(9, access.CollectivityApprover, w.shop.ID), b.Digest), access.ErrForbidden)
		w.refused("of another content", approve(w.approver, longer.Digest), payout.ErrDigestChanged)
		w.refused("of no content", approve(w.approver, "x"), payout.ErrDigestChanged)
		_, _, err := w.payout.Fund(w.Context(), w.treasurer, key(), b.ID, payout.FundInput{AmountEUR: 10_00, BankReference: "V"})
		w.refused("euros before approval", err, payout.ErrNotApproved)
		if err := approve(w.second, b.Digest); err != nil {
			w.Fatal(err)
		}
		w.refused("twice", approve(w.approver, b.Digest), payout.ErrNotDraft)
	})
}

func TestDraftsAreRefused(t *testing.T) {
	each(t, func(w *town) {
		good := line("A", w.dora.Number, 1_00)
		many := make([]payout.LineInput, payout.MaxLines+1)
		for _, c := range []struct {
			what  string
			actor access.Actor
			edit  func(*payout.DraftInput)
			want  error
		}{
			{"by a citizen", citizen(w.dora.ID), func(*payout.DraftInput) {}, access.ErrForbidden},
			{"by another collectivité", actor(9, access.CollectivityAgent, w.shop.ID), func(*payout.DraftInput) {}, access.ErrForbidden},
			{"by a treasurer", w.treasurer, func(*payout.DraftInput) {}, access.ErrForbidden},
			{"for a shop", actor(9, access.CollectivityAgent, w.shop.ID), func(in *payout.DraftInput) { in.Collectivity = w.shop.ID }, fault.ErrInvalid},
			{"no lines", w.agent, func(in *payout.DraftInput) { in.Lines = nil }, fault.ErrInvalid},
			{"too many lines", w.agent, func(in *payout.DraftInput) { in.Lines = many }, payout.ErrTooManyLines},
			{"no month", w.agent, func(in *payout.DraftInput) { in.Period = "2026-13" }, fault.ErrInvalid},
			{"a date", w.agent, func(in *payout.DraftInput) { in.Period = "2026-03-01" }, fault.ErrInvalid},
			{"no purpose", w.agent, func(in *payout.DraftInput) { in.Purpose = "gift" }, fault.ErrInvalid},
			{"more than can be written", w.agent, func(in *payout.DraftInput) {
				in.Lines = []payout.LineInput{line("A", "x", money.Max), line("B", "x", 1)}
			}, fault.ErrInvalid},
		} {
			in := w.input(good)
			c.edit(&in)
			_, _, err := w.payout.Draft(w.Context(), c.actor, key(), in)
			w.refused(c.what, err, c.want)
		}
		// A blank would make another reference of one that was paid.
		_, _, err := w.payout.Draft(w.Context(), w.agent, key(), w.input(line("A ", w.dora.Number, 1_00), line(" ", w.dora.Number, 1_00), line("B", " "+w.dora.Number, 1_00)))
		if f := fault.As(err); f == nil || !errors.Is(err, fault.ErrInvalid) || len(f.Fields) != 3 {
			w.Errorf("blanks around a reference or a number: %v", err)
		}
		_, _, err = w.payout.Draft(w.Context(), w.agent, key(), w.input(good, line("", "", 0), line("a\tb", strings.Repeat("9", 65), -1)))
		f := fault.As(err)
		if f == nil || !errors.Is(err, fault.ErrInvalid) || len(f.Fields) != 6 || f.Fields[0].Pointer != "/lines/1/reference" || f.Fields[5].Pointer != "/lines/2/amount_eur" {
			w.Errorf("every wrong field is told: %v", err)
		}
		list, err := w.payout.Batches(w.Context(), w.agent, w.city.ID, payout.BatchID{}, 10)
		if err != nil || len(list) != 0 {
			w.Errorf("refused drafts left %d batches, %v", len(list), err)
		}
	})
}

func TestFundingsAreRefused(t *testing.T) {
	each(t, func(w *town) {
		b := w.draft(w.input(line("A", w.dora.Number, 10_00)))
		if _, _, err := w.payout.Approve(w.Context(), w.approver, key(), b.ID, payout.ApproveInput{Digest: b.Digest}); err != nil {
			w.Fatal(err)
		}
		for _, c := range []struct {
			what  string
			actor access.Actor
			id    payout.BatchID
			in    payout.FundInput
			want  error
		}{
			{"by the agent", w.agent, b.ID, payout.FundInput{AmountEUR: 10_00, BankReference: "V"}, access.ErrForbidden},
			{"an unknown batch", w.treasurer, payout.BatchID{Bits: ident.Bits{1}}, payout.FundInput{AmountEUR: 10_00, BankReference: "V"}, fault.ErrMissing},
			{"nothing", w.treasurer, b.ID, payout.FundInput{BankReference: "V"}, fault.ErrInvalid},
			{"without a reference", w.treasurer, b.ID, payout.FundInput{AmountEUR: 10_00}, fault.ErrInvalid},
			{"from the future", w.treasurer, b.ID, payout.FundInput{AmountEUR: 10_00, BankReference: "V", ReceivedOn: civil.New(2026, 4, 3)}, fault.ErrInvalid},
			{"on the operating account", w.treasurer, b.ID, payout.FundInput{AmountEUR: 10_00, BankReference: "V", Account: ledger.Operating}, payout.ErrAccount},
			{"more than the total", w.treasurer, b.ID, payout.FundInput{AmountEUR: 10_01, BankReference: "V"}, payout.ErrAmountDiffers},
		} {
			_, _, err := w.payout.Fund(w.Context(), c.actor, key(), c.id, c.in)
			w.refused(c.what, err, c.want)
		}
		w.balance(ledger.Payer(w.city.ID), 0)
		w.balance(bank, 0)
		_, err := w.payout.Execute(w.Context(), w.treasurer, b.ID)
		w.refused("execution by a person", err, access.ErrForbidden)
		_, err = w.payout.ExecuteDue(w.Context(), w.treasurer)
		w.refused("the job by a person", err, access.ErrForbidden)
		_, err = w.payout.Execute(w.Context(), w.system, payout.BatchID{Bits: ident.Bits{1}})
		w.refused("execution of nothing", err, fault.ErrMissing)
	})
}

func TestWhoMayReadABatch(t *testing.T) {
	each(t, func(w *town) {
		first := w.draft(w.input(line("A", w.dora.Number, 10_00)))
		second := w.draft(w.input(line("B", w.dora.Number, 10_00)))
		for _, by := range []access.Actor{w.agent, w.approver, w.treasurer, actor(9, access.Auditor, ident.Holder{})} {
			if b, err := w.payout.Batch(w.Context(), by, first.ID); err != nil || text(w, b) != text(w, first) {
				w.Errorf("read as %s, %v", text(w, b), err)
			}
			if list, err := w.payout.Batches(w.Context(), by, w.city.ID, first.ID, 10); err != nil || len(list) != 1 || list[0].ID != second.ID {
				w.Errorf("after the first: %d batches, %v", len(list), err)
			}
		}
		unknown := payout.BatchID{Bits: ident.Bits{1}}
		for _, by := range []access.Actor{citizen(w.dora.ID), actor(9, access.CollectivityAgent, w.shop.ID)} {
			for _, id := range []payout.BatchID{first.ID, unknown} {
				_, err := w.payout.Batch(w.Context(), by, id)
				w.refused("a stranger", err, access.ErrForbidden)
				_, err = w.payout.Proof(w.Context(), by, id)
				w.refused("a stranger's proof", err, access.ErrForbidden)
			}
			_, err := w.payout.Batches(w.Context(), by, w.city.ID, payout.BatchID{}, 10)
			w.refused("a stranger's list", err, access.ErrForbidden)
		}
		_, err := w.payout.Batch(w.Context(), w.treasurer, unknown)
		w.refused("nothing, to staff", err, fault.ErrMissing)
	})
}
