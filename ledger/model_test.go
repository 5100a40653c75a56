// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// model is the plain in-memory idea of the book: balances, and what each key
// answered.
type model struct {
	free, held map[ident.Holder]money.Amount
	issued     money.Amount
	answers    map[string]answer
	entries    int64
}

type answer struct {
	input string
	ref   ident.Ref
}

// TestModel drives the ledger with random commands beside the model and asks
// after each whether both agree. rapid prints the seed of a failure.
func TestModel(t *testing.T) { dbtest.Books(t, beside) }

// beside runs the commands on a new book for each sequence of them.
func beside(t *testing.T, fresh func() *db.DB) {
	rapid.Check(t, func(rt *rapid.T) {
		d := fresh()
		defer d.Close()
		l := book(t, d)
		defer l.Close()
		h := wallets(t, l, 4, "0.00")
		m := model{free: map[ident.Holder]money.Amount{}, held: map[ident.Holder]money.Amount{}, answers: map[string]answer{}}
		holder := rapid.SampledFrom(h)
		amount := rapid.Map(rapid.Int64Range(-50, 2000), func(n int64) money.Amount { return money.Amount(n) })

		// run posts one entry and moves the model alike, where both say it may.
		run := func(rt *rapid.T, allowed bool, d ledger.Draft, move func()) {
			err := try(t, l, func(tx *ledger.Tx) error { _, err := tx.Post(d); return err })
			if (err == nil) != allowed || (err != nil && fault.As(err) == nil) {
				rt.Fatalf("%s %v: %v, the model says allowed=%v", d.Kind, d.Postings, err, allowed)
			}
			if allowed {
				move()
				m.entries++
			}
		}
		rt.Repeat(map[string]func(*rapid.T){
			"convert": func(rt *rapid.T) {
				who, a := holder.Draw(rt, "who"), amount.Draw(rt, "amount")
				run(rt, a > 0, conversion(who, a), func() { m.free[who] += a; m.issued += a })
			},
			"pay": func(rt *rapid.T) {
				from, to, a := holder.Draw(rt, "from"), holder.Draw(rt, "to"), amount.Draw(rt, "amount")
				k := rapid.SampledFrom([]string{"shared-key-000001", "shared-key-000002", "shared-key-000003", key()}).Draw(rt, "key")
				out, err := pay(t, l, k, from, to, a)
				id := from.String() + k
				input := to.String() + a.Format()
				if known, ok := m.answers[id]; ok {
					if known.input != input {
						if !errors.Is(err, ledger.ErrKeyReused) {
							rt.Fatalf("reused key: %v", err)
						}
					} else if err != nil || !out.Replayed || out.Ref != known.ref {
						rt.Fatalf("repeated key: %+v, %v", out, err)
					}
					return
				}
				if allowed := a > 0 && from != to && m.free[from] >= a; (err == nil) != allowed || out.Replayed {
					rt.Fatalf("pay %s: %+v, %v, the model says allowed=%v", a, out, err, allowed)
				}
				if err == nil {
					m.free[from] -= a
					m.free[to] += a
					m.entries++
					m.answers[id] = answer{input, out.Ref}
				}
			},
			"hold": func(rt *rapid.T) {
				who, a := holder.Draw(rt, "who"), amount.Draw(rt, "amount")
				do(t, l, func(tx *ledger.Tx) error { return tx.Open(ledger.Reserved(who)) })
				run(rt, a > 0 && m.free[who] >= a, ledger.Draft{Kind: ledger.KindReservation, Postings: []ledger.Posting{
					{Debit: ledger.Wallet(who), Credit: ledger.Reserved(who), Amount: a}}},
					func() { m.free[who] -= a; m.held[who] += a })
			},
			"retire": func(rt *rapid.T) {
				who, a := holder.Draw(rt, "who"), amount.Draw(rt, "amount")
				do(t, l, func(tx *ledger.Tx) error { return tx.Open(ledger.Reserved(who)) })
				run(rt, a > 0 && m.held[who] >= a, ledger.Draft{Kind: ledger.KindRedemption, Postings: []ledger.Posting{
					{Debit: ledger.Reserved(who), Credit: ledger.Issued(ledger.Digital), Amount: a},
					{Debit: ledger.Backing(ledger.Digital), Credit: bank, Amount: a}}},
					func() { m.held[who] -= a; m.issued -= a })
			},
			"break the mirror": func(rt *rapid.T) {
				who, a := holder.Draw(rt, "who"), money.Amount(rapid.Int64Range(1, 100).Draw(rt, "amount"))
				run(rt, false, ledger.Draft{Kind: ledger.KindConversion, Postings: []ledger.Posting{
					{Debit: ledger.Issued(ledger.Digital), Credit: ledger.Wallet(who), Amount: a}}}, nil)
			},
			"": func(rt *rapid.T) {
				var circulating money.Amount
				for _, who := range h {
					w, err := l.Holding(t.Context(), who)
					if err != nil || w.Available != m.free[who] || w.Reserved != m.held[who] || w.Booked != m.free[who]+m.held[who] {
						rt.Fatalf("%s has %+v, %v; the model says %s and %s", who, w, err, m.free[who], m.held[who])
					}
					circulating += w.Booked
				}
				issued, _ := l.Balance(t.Context(), l.Reader(), ledger.Issued(ledger.Digital))
				backing, _ := l.Balance(t.Context(), l.Reader(), ledger.Backing(ledger.Digital))
				if issued.Amount != m.issued || backing.Amount != m.issued || circulating != m.issued {
					rt.Fatalf("issued %s, backing %s, in wallets %s; the model says %s", issued.Amount, backing.Amount, circulating, m.issued)
				}
			},
		})
		if report := verify(t, l); report.Entries != m.entries {
			rt.Fatalf("%d entries, the model says %d", report.Entries, m.entries)
		}
	})
}
