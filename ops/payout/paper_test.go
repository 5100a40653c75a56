// SPDX-License-Identifier: AGPL-3.0-or-later

package payout_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/payout"
)

// TestAPaperIsPartOfWhatIsApproved keeps the PDF of an invoice, whose digest is
// part of the batch's.
func TestAPaperIsPartOfWhatIsApproved(t *testing.T) {
	each(t, func(w *town) {
		ctx := w.Context()
		pdf := []byte("%PDF-1.7\n" + strings.Repeat("0123456789abcdef", 3000) + "\n%%EOF")
		in := payout.DraftInput{Collectivity: w.city.ID, Period: "2026-03", Purpose: payout.Invoice, Asked: w.approver.ID, Paper: pdf,
			Lines: []payout.LineInput{line("F-1", w.shop.Number, 240_50)}}
		k := key()
		b, _, err := w.payout.Draft(ctx, w.agent, k, in)
		if err != nil || len(b.Paper) != 64 || b.Asked != w.approver.ID || b.PreparedBy != w.agent.ID {
			w.Fatalf("%+v, %v", b, err)
		}
		if again, replayed, err := w.payout.Draft(ctx, w.agent, k, in); err != nil || !replayed || again.ID != b.ID {
			w.Errorf("the same key: %v, %v", again.ID, err)
		}
		bare := in
		bare.Paper = nil
		if other, _, err := w.payout.Draft(ctx, w.agent, key(), bare); err != nil || other.Digest == b.Digest {
			w.Errorf("the digest does not tell the paper: %v", err)
		} else if _, err := w.payout.PaperOf(ctx, w.agent, other.ID); !errors.Is(err, fault.ErrMissing) {
			w.Errorf("no paper: %v", err)
		}
		in.Paper = append(slices.Clone(pdf), '\n')
		if _, _, err := w.payout.Draft(ctx, w.agent, k, in); err == nil {
			w.Error("the same key with another paper was taken")
		}
		got, err := w.payout.PaperOf(ctx, w.approver, b.ID)
		if err != nil || !bytes.Equal(got, pdf) {
			w.Errorf("%d bytes, %v", len(got), err)
		}
		_, err = w.payout.PaperOf(ctx, actor(9, access.CollectivityAgent, w.shop.ID), b.ID)
		w.refused("another collectivité reads it", err, access.ErrForbidden)
		for name, paper := range map[string]string{"html": "<html>%PDF-%%EOF", "cut": "%PDF-1.7", "large": "%PDF-" + strings.Repeat("x", payout.MaxPaper) + "%%EOF"} {
			bad := in
			bad.Paper = []byte(paper)
			if _, _, err := w.payout.Draft(ctx, w.agent, key(), bad); !errors.Is(err, payout.ErrPaper) {
				w.Errorf("%s: %v", name, err)
			}
		}
	})
}

// TestADraftIsWithdrawn gives up a draft, which nobody approves any more.
func TestADraftIsWithdrawn(t *testing.T) {
	each(t, func(w *town) {
		ctx := w.Context()
		in := payout.DraftInput{Collectivity: w.city.ID, Period: "2026-03", Purpose: payout.Indemnity, Lines: []payout.LineInput{line("A", w.dora.Number, 50_00)}}
		examined, err := w.payout.Examine(ctx, w.agent, in)
		if err != nil || examined.TotalEUR != 50_00 || examined.Lines[0].Problem != "" {
			w.Errorf("%+v, %v", examined, err)
		}
		before, err := w.payout.Latest(ctx, w.agent, w.city.ID, 5)
		if err != nil || len(before) != 0 {
			w.Errorf("examining wrote: %v, %v", before, err)
		}
		b, _, err := w.payout.Draft(ctx, w.agent, key(), in)
		if err != nil {
			w.Fatal(err)
		}
		_, err = w.payout.Withdraw(ctx, w.treasurer, key(), b.ID)
		w.refused("by the treasurer", err, access.ErrForbidden)
		_, err = w.payout.Withdraw(ctx, w.agent, key(), payout.BatchID{Bits: ident.Bits{1}})
		w.refused("one that is not there", err, access.ErrForbidden)
		k := key()
		for range 2 {
			if _, err := w.payout.Withdraw(ctx, w.approver, k, b.ID); err != nil {
				w.Fatal(err)
			}
		}
		_, err = w.payout.Withdraw(ctx, w.agent, key(), b.ID)
		w.refused("twice", err, payout.ErrWithdrawn)
		_, _, err = w.payout.Approve(ctx, w.approver, key(), b.ID, payout.ApproveInput{Digest: b.Digest})
		w.refused("approved afterwards", err, payout.ErrWithdrawn)
		if got, err := w.payout.Batch(ctx, w.agent, b.ID); err != nil || got.Status != payout.Withdrawn {
			w.Errorf("%s, %v", got.Status, err)
		}
		b, _, err = w.payout.Draft(ctx, w.agent, key(), in)
		if err != nil {
			w.Fatal(err)
		}
		if _, there, err := w.payout.Previous(ctx, w.agent, payout.DraftInput{Collectivity: w.city.ID, Period: "2026-04", Purpose: payout.Indemnity}); there || err != nil {
			w.Errorf("a draft is compared with: %v", err)
		}
		if _, _, err := w.payout.Approve(ctx, w.approver, key(), b.ID, payout.ApproveInput{Digest: b.Digest}); err != nil {
			w.Fatal(err)
		}
		_, err = w.payout.Withdraw(ctx, w.agent, key(), b.ID)
		w.refused("once approved", err, payout.ErrNotDraft)
		last, there, err := w.payout.Previous(ctx, w.agent, payout.DraftInput{Collectivity: w.city.ID, Period: "2026-04", Purpose: payout.Indemnity})
		if err != nil || !there || last.ID != b.ID || len(last.Lines) != 1 || last.ApprovedBy != w.approver.ID {
			w.Errorf("%+v, %v, %v", last, there, err)
		}
	})
}

func TestChangesAreToldByHolder(t *testing.T) {
	batch := func(pairs ...any) payout.Batch {
		var b payout.Batch
		for i := 0; i < len(pairs); i += 2 {
			b.Lines = append(b.Lines, payout.Line{Holder: pairs[i].(string), AmountEUR: money.MustParse(pairs[i+1].(string))})
		}
		return b
	}
	got := payout.Changes(batch("a", "10.00", "b", "10.00", "b", "5.00", "c", "1.00", "d", "2.00"), batch("d", "2.00", "b", "14.00", "a", "11.00", "e", "3.00"))
	want := []payout.Change{{payout.Lowered, "b", 15_00, 14_00}, {payout.Raised, "a", 10_00, 11_00}, {payout.Added, "e", 0, 3_00}, {payout.Removed, "c", 1_00, 0}}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestRowsAreReadAsTheyAreWritten(t *testing.T) {
	rows, err := payout.ReadRows(strings.NewReader("holder;reference;amount_eur\n1;A;abc\n\n;B\n"))
	if want := []payout.Row{{"A", "1", "abc"}, {"B", "", ""}}; err != nil || !slices.Equal(rows, want) {
		t.Errorf("%v, %v", rows, err)
	}
	for _, bad := range []string{"", "a;b;c\n", "reference;holder;amount_eur\n\xff\n", "%PDF-1.7"} {
		if _, err := payout.ReadRows(strings.NewReader(bad)); !errors.Is(err, payout.ErrCSV) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
