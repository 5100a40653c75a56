// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion_test

import (
	"testing"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
)

// TestD6SharedCeilingsLoseTheName forgets one of a household that shares a ceiling
// and an account: what the others used stays what it was, and the sums hold.
func TestD6SharedCeilingsLoseTheName(t *testing.T) {
	run(t, func(w *world) {
		in := w.bonus20()
		in.HouseholdCap, in.PayerCap = amount("30.00"), amount("25.00")
		w.campaign(in, "1000.00")
		w.lives(w.people[0], "foyer 12", "84007")
		w.lives(w.people[1], "foyer 12", "84007")
		iban := "FR76 3000 6000 0112 3456 7890 189"
		gone := w.from(w.people[0], "50.00", iban)
		w.because("the first", gone, "10.00")
		w.because("the second", w.from(w.people[1], "60.00", iban), "12.00")
		w.forget(w.people[0])
		w.forget(w.people[0]) // and again, which changes nothing that counts
		count := func(query string, args ...any) int {
			var n int
			if err := w.ledger.Reader().QueryRowContext(w.Context(), query, args...).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		for _, query := range []string{
			`SELECT COUNT(*) FROM conversions WHERE holder = $1 AND household LIKE '%foyer%'`,
			`SELECT COUNT(*) FROM conversions WHERE holder = $1 AND payer IN (SELECT payer FROM conversions WHERE holder <> $1)`,
			`SELECT COUNT(*) FROM residences WHERE holder = $1`,
		} {
			if n := count(query, w.people[0].ID); n != 0 {
				t.Errorf("%s: %d", query, n)
			}
		}
		if n := count(`SELECT CAST(SUM(used) AS BIGINT) FROM shared_allowances WHERE who = 'household foyer 12'`); n != 1200 {
			t.Errorf("the household used %d", n)
		}
		if n := count(`SELECT CAST(SUM(used) AS BIGINT) FROM shared_allowances`); n != 2*2200 {
			t.Errorf("all ceilings together used %d", n)
		}
		// What is given back afterwards goes to the ceiling that was drawn.
		if _, _, err := w.Cancel(w.Context(), citizen(w.people[0]), w.key(), conversion.CancelInput{Conversion: gone.ID}); err != nil {
			t.Fatal(err)
		}
		if n := count(`SELECT CAST(SUM(used) AS BIGINT) FROM shared_allowances`); n != 2*1200 {
			t.Errorf("after it was given back: %d", n)
		}
	})
}

// forget runs the part of an erasure that this room does.
func (w *world) forget(h ledger.Holder) {
	w.Helper()
	_, err := w.ledger.Execute(w.Context(), ledger.Command{Actor: role(1, access.Administrator), Action: access.CurrencyOpen, Key: w.key()},
		func(tx *ledger.Tx) (ident.Ref, error) { return ident.Ref{}, conversion.Forget(tx, h.ID) })
	w.must(err)
}

// TestD6WordsAboutSomebodysCardAreForgotten forgets the words of decisions about
// a person's payments, whoever is credited, and leaves those about others.
func TestD6WordsAboutSomebodysCardAreForgotten(t *testing.T) {
	run(t, func(w *world) {
		gone, stays := w.people[0], w.people[1]
		for _, h := range []ledger.Holder{gone, stays} {
			odd, _ := w.carded(h, "20.00", "25.00", nil)
			w.decide(conversion.DecideCardInput{Conversion: odd.ID, Deed: conversion.CardReturned})
			other, _ := w.carded(h, "50.00", "50.00", func(p *conversion.CardPayment) { p.Currency = "CHF" })
			w.decide(conversion.DecideCardInput{Conversion: other.ID, Deed: conversion.CardNoted})
		}
		w.forget(gone)
		list, err := w.CardDecisions(w.Context(), treasurer(), conversion.CardDecisionFilter{})
		if err != nil || len(list) != 4 {
			t.Fatalf("%+v, %v", list, err)
		}
		for i, d := range list { // newest first
			if (d.Note == "") != (i >= 2) {
				t.Errorf("decision %d says %q", i, d.Note)
			}
		}
	})
}
