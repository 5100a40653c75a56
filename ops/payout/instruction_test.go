// SPDX-License-Identifier: AGPL-3.0-or-later

package payout_test

import (
	"testing"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/payout"
)

// TestP8InstructionsAreWrittenInForm provokes each wrong field of a choice.
func TestP8InstructionsAreWrittenInForm(t *testing.T) {
	each(t, func(w *town) {
		good := payout.InstructInput{Official: w.finn.ID, Collectivity: w.city.ID, Kind: payout.ByAmount, Value: "80.00",
			From: civil.New(2026, 5, 1), Until: civil.New(2026, 5, 1), SignedOn: civil.New(2026, 4, 2)}
		k := key()
		first, replayed, err := w.payout.Instruct(w.Context(), w.agent, k, good)
		if err != nil || replayed || first.Value != "80.00" || first.Until != good.Until {
			w.Fatalf("%+v, %v", first, err)
		}
		again, replayed, err := w.payout.Instruct(w.Context(), w.agent, k, good)
		if err != nil || !replayed || text(w, again) != text(w, first) {
			w.Errorf("a repeated key: %s, %v", text(w, again), err)
		}
		for _, c := range []struct {
			pointer string
			edit    func(*payout.InstructInput)
		}{
			{"/official", func(in *payout.InstructInput) { in.Official = w.shop.ID }},
			{"/official", func(in *payout.InstructInput) { in.Official = ident.Holder{Bits: ident.Bits{1}} }},
			{"/value", func(in *payout.InstructInput) { in.Value = "0.00" }},
			{"/value", func(in *payout.InstructInput) { in.Value = "80" }},
			{"/value", func(in *payout.InstructInput) { in.Kind, in.Value = payout.ByShare, "1.01" }},
			{"/value", func(in *payout.InstructInput) { in.Kind, in.Value = payout.ByShare, "0" }},
			{"/kind", func(in *payout.InstructInput) { in.Kind = "all" }},
			{"/from", func(in *payout.InstructInput) { in.From = 0; in.Until = 0 }},
			{"/signed_on", func(in *payout.InstructInput) { in.SignedOn = 0 }},
			{"/signed_on", func(in *payout.InstructInput) { in.SignedOn = civil.New(2026, 4, 3) }},
			{"/until", func(in *payout.InstructInput) { in.Until = civil.New(2026, 4, 30) }},
		} {
			in := good
			c.edit(&in)
			_, _, err := w.payout.Instruct(w.Context(), w.treasurer, key(), in)
			w.refused(c.pointer, err, fault.ErrInvalid)
			if f := fault.As(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Pointer != c.pointer {
				w.Errorf("%s: %v", c.pointer, err)
			}
		}
		in := good
		in.Collectivity = w.shop.ID
		_, _, err = w.payout.Instruct(w.Context(), w.treasurer, key(), in)
		w.refused("to a shop", err, fault.ErrInvalid)
		for _, by := range []access.Actor{citizen(w.dora.ID), actor(9, access.CollectivityAgent, w.shop.ID), w.approver} {
			_, _, err := w.payout.Instruct(w.Context(), by, key(), good)
			w.refused("by a stranger", err, access.ErrForbidden)
		}
	})
}

// TestP8AnInstructionHoldsForItsPeriod looks at the months around a choice that
// is valid from the last day of March to the first of May.
func TestP8AnInstructionHoldsForItsPeriod(t *testing.T) {
	each(t, func(w *town) {
		_, _, err := w.payout.Instruct(w.Context(), w.agent, key(), payout.InstructInput{Official: w.finn.ID, Collectivity: w.city.ID,
			Kind: payout.ByAmount, Value: "10.00", From: civil.New(2026, 3, 31), Until: civil.New(2026, 5, 1), SignedOn: civil.New(2026, 3, 1)})
		if err != nil {
			w.Fatal(err)
		}
		for period, want := range map[string]payout.Problem{"2026-02": payout.NoInstruction, "2026-03": "", "2026-04": "", "2026-05": "", "2026-06": payout.NoInstruction} {
			in := w.input(line("A", w.finn.Number, 10_00))
			in.Period = period
			w.problems(w.draft(in), want)
		}
		// A later choice takes the place of an earlier one.
		_, _, err = w.payout.Instruct(w.Context(), w.agent, key(), payout.InstructInput{Official: w.finn.ID, Collectivity: w.city.ID,
			Kind: payout.ByAmount, Value: "5.00", From: civil.New(2026, 4, 1), SignedOn: civil.New(2026, 3, 31)})
		if err != nil {
			w.Fatal(err)
		}
		in := w.input(line("A", w.finn.Number, 10_00))
		w.problems(w.draft(in), "")
		in.Period = "2026-04"
		w.problems(w.draft(in), payout.AboveInstruction)
		in.Period = "2026-06"
		in.Lines[0].AmountEUR = 5_00
		w.problems(w.draft(in), "")
	})
}
