// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion_test

import (
	"testing"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
)

// TestP12WhatWasExpectedIsCreditedOrRefused converts what was quoted, then again
// when the quote does not hold any more.
func TestP12WhatWasExpectedIsCreditedOrRefused(t *testing.T) {
	run(t, func(w *world) {
		in := w.bonus20()
		in.PerPersonCap, in.PerPersonPeriod = amount("10.00"), conversion.PerMonth
		c := w.campaign(in, "100.00")
		p := w.people[0]
		funder, err := w.ledger.Holder(w.Context(), c.Funder)
		if err != nil {
			w.Fatal(err)
		}
		q, err := w.Quote(w.Context(), citizen(p), conversion.QuoteRequest{Holder: p.ID, Euros: amount("40.00")})
		if err != nil || q.Funder != funder.Name || q.Period != conversion.PerMonth || *q.AllowanceLeft != amount("2.00") {
			w.Fatalf("%+v, %v", q, err)
		}
		wish := conversion.ConvertInput{Holder: p.ID, Euros: amount("40.00"), Channel: conversion.ByTransfer, Expect: q.Credited}
		key := w.key()
		first, _, err := w.Convert(w.Context(), citizen(p), key, wish)
		if err != nil || first.Credited != amount("48.00") {
			w.Fatalf("%+v, %v", first, err)
		}
		if again, replayed, err := w.Convert(w.Context(), citizen(p), key, wish); err != nil || !replayed || again.ID != first.ID {
			w.Errorf("sent twice: %+v, %v, %v", again, replayed, err)
		}
		_, _, err = w.Convert(w.Context(), citizen(p), w.key(), wish)
		w.refused("the same once the ceiling is near", err, conversion.ErrQuoteChanged)
		w.wantFigures(c.ID, "100.00", "0.00", "8.00", "92.00")
	})
}

func TestAllowancesSayWhatIsLeftAndFromWhom(t *testing.T) {
	run(t, func(w *world) {
		in := w.bonus20()
		in.PerPersonCap, in.PerPersonPeriod = amount("10.00"), conversion.PerMonth
		c := w.campaign(in, "100.00")
		p := w.people[0]
		of := func(h ledger.Holder) []conversion.Allowance {
			list, err := w.Allowances(w.Context(), citizen(h), h.ID)
			if err != nil {
				w.Fatal(err)
			}
			return list
		}
		if list := of(p); len(list) != 1 || list[0].Campaign != c.ID || !list[0].Limited || list[0].Left != amount("10.00") || list[0].Period != conversion.PerMonth || list[0].Funder == "" {
			w.Errorf("%+v", list)
		}
		w.atDesk(p, "40.00")
		if list := of(p); len(list) != 1 || list[0].Left != amount("2.00") {
			w.Errorf("after a bonus of 8.00: %+v", list)
		}
		if list := of(w.shop); len(list) != 0 {
			w.Errorf("a shop is offered %+v", list)
		}
		_, err := w.Allowances(w.Context(), citizen(p), w.shop.ID)
		w.refused("somebody else's", err, access.ErrForbidden)
		w.at(in.EndsOn.End())
		if list := of(p); len(list) != 0 {
			w.Errorf("after the last day: %+v", list)
		}
	})
}
