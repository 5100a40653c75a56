// SPDX-License-Identifier: AGPL-3.0-or-later

package paper_test

import (
	"testing"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
)

// TestG1ADifferenceOfATillIsExplained closes the gap that a short remittance left,
// in both ways, and keeps euros that were too many.
func TestG1ADifferenceOfATillIsExplained(t *testing.T) {
	run(t, func(h *house) {
		h.stocked()
		_, err := h.sell(10)
		h.must(err)
		_, _, err = h.Remit(h.Context(), treasurer(), h.key(), paper.RemitInput{Amount: 43_00, Whole: true, BankReference: "REMISE 1"})
		h.must(err)
		in := paper.DifferenceInput{Way: paper.Found, Amount: 7_01, BankReference: "REMISE 2", Note: "fond de caisse"}
		_, _, err = h.ExplainTill(h.Context(), treasurer(), h.key(), in)
		h.refused("more than lacked", err, paper.ErrNoDifference)
		in.Amount = 3_00
		_, _, err = h.ExplainTill(h.Context(), agent(), h.key(), in)
		h.refused("by a desk", err, access.ErrForbidden)
		r, _, err := h.ExplainTill(h.Context(), treasurer(), h.key(), in)
		if err != nil || r.Difference != 4_00 || h.gaps() != "digital -0.00 +0.00 paper -4.00 +0.00 " {
			t.Errorf("%+v, %v, %s", r, err, h.gaps())
		}
		_, _, err = h.ExplainTill(h.Context(), treasurer(), h.key(), in)
		h.refused("one reference twice", err, conversion.ErrReferenceUsed)
		in.Way, in.Amount, in.BankReference = paper.Covered, 4_00, "VIR 1"
		_, _, err = h.ExplainTill(h.Context(), treasurer(), h.key(), in)
		h.must(err)
		if h.gaps() != covered || h.balance(ledger.Operating) != "-4.00" || h.balance(ledger.LossWaived) != "4.00" || h.balance(notes) != "50.00" {
			t.Errorf("%s, operating %s, loss %s, bank %s", h.gaps(), h.balance(ledger.Operating), h.balance(ledger.LossWaived), h.balance(notes))
		}

		_, err = h.sell(1)
		h.must(err)
		_, _, err = h.Remit(h.Context(), treasurer(), h.key(), paper.RemitInput{Amount: 6_00, Whole: true, BankReference: "REMISE 3"})
		h.must(err)
		kept := paper.DifferenceInput{Way: paper.Kept, Amount: 1_00, Note: "personne ne réclame"}
		_, _, err = h.ExplainTill(h.Context(), treasurer(), h.key(), paper.DifferenceInput{Way: paper.Found, Amount: 1_00, BankReference: "X", Note: "x"})
		h.refused("found what never lacked", err, paper.ErrNoDifference)
		_, _, err = h.ExplainTill(h.Context(), treasurer(), h.key(), kept)
		h.must(err)
		if h.balance(ledger.Unexplained("halles")) != "0.00" || h.balance(ledger.LossWaived) != "3.00" || h.gaps() != "digital -0.00 +0.00 paper -0.00 +1.00 " {
			t.Errorf("%s, %s, %s", h.balance(ledger.Unexplained("halles")), h.balance(ledger.LossWaived), h.gaps())
		}
	})
}

// TestD9ADestructionThatNobodySignedIsRecalled leaves the notes where they were.
func TestD9ADestructionThatNobodySignedIsRecalled(t *testing.T) {
	run(t, func(h *house) {
		_, _, err := h.Print(h.Context(), treasurer(), h.key(), paper.PrintInput{Lines: of("5.00", 10, 1), Note: "livraison"})
		h.must(err)
		d, _, err := h.Destroy(h.Context(), treasurer(), h.key(), paper.DestroyInput{Lines: of("5.00", 10, 1), Note: "PV 1"})
		h.must(err)
		_, _, err = h.Recall(h.Context(), approver(), h.key(), d.ID)
		h.refused("recalled by an approver", err, access.ErrForbidden)
		_, _, err = h.Recall(h.Context(), treasurer(), h.key(), d.ID)
		h.must(err)
		_, _, err = h.Recall(h.Context(), treasurer(), h.key(), d.ID)
		h.refused("recalled twice", err, paper.ErrClosed)
		_, _, err = h.Witness(h.Context(), approver(), h.key(), d.ID)
		h.refused("signed after", err, paper.ErrClosed)
		if h.at(paper.Vault) != 10 || h.at(paper.Destroyed) != 0 {
			t.Errorf("vault %d, destroyed %d", h.at(paper.Vault), h.at(paper.Destroyed))
		}
	})
}
