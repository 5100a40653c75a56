// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// TestTheJournalIsReadBothWays pages through entries and commands down and up
// again, and must see each once.
func TestTheJournalIsReadBothWays(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		l := book(t, connect())
		h := wallets(t, l, 2, "100.00")
		for range 23 {
			if _, err := pay(t, l, key(), h[0], h[1], 1); err != nil {
				t.Fatal(err)
			}
		}
		head, err := l.Head(t.Context(), l.Reader())
		if err != nil {
			t.Fatal(err)
		}
		entries := func(s ledger.Span) ([]int64, ledger.Edges) {
			list, edges, err := l.Browse(t.Context(), ledger.EntryFilter{Span: s, Kind: ledger.KindPayment})
			if err != nil {
				t.Fatal(err)
			}
			var numbers []int64
			for _, e := range list {
				if e.Kind != ledger.KindPayment || len(e.Lines) != 1 {
					t.Errorf("entry %d is %s with %d postings", e.Seq, e.Kind, len(e.Lines))
				}
				numbers = append(numbers, e.Seq)
			}
			return numbers, edges
		}
		commands := func(s ledger.Span) ([]int64, ledger.Edges) {
			list, edges, err := l.Records(t.Context(), ledger.RecordFilter{Span: s, Action: access.PaymentCreate, Actor: citizen(h[0]).ID})
			if err != nil {
				t.Fatal(err)
			}
			var numbers []int64
			for _, r := range list {
				numbers = append(numbers, r.Number)
			}
			return numbers, edges
		}
		for name, c := range map[string]struct {
			list func(ledger.Span) ([]int64, ledger.Edges)
			top  int64
		}{"entries": {entries, head.Seq}, "commands": {commands, head.Command}} {
			var down []int64
			page, edges := c.list(ledger.Span{Limit: 10})
			if edges.Newer != 0 {
				t.Errorf("%s: something newer than the newest: %v", name, edges)
			}
			for {
				down = append(down, page...)
				if edges.Older == 0 || len(page) == 0 {
					break
				}
				page, edges = c.list(ledger.Span{Before: edges.Older, Limit: 10})
			}
			want := make([]int64, 23)
			for i := range want {
				want[i] = c.top - int64(i)
			}
			if !slices.Equal(down, want) {
				t.Errorf("%s downwards: %v, want %v", name, down, want)
			}
			up, edges := c.list(ledger.Span{After: down[22], Limit: 10})
			if !slices.Equal(up, want[12:22]) || edges.Newer != want[12] || edges.Older == 0 {
				t.Errorf("%s upwards: %v %v, want %v", name, up, edges, want[12:22])
			}
			if none, _ := c.list(ledger.Span{Until: time.Unix(0, 0)}); len(none) != 0 {
				t.Errorf("%s before everything: %v", name, none)
			}
			if none, _ := c.list(ledger.Span{From: head.At.Add(time.Hour)}); len(none) != 0 {
				t.Errorf("%s after everything: %v", name, none)
			}
		}
	})
}

func TestACommandLeadsToItsEntriesAndBack(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		l := book(t, connect())
		h := wallets(t, l, 2, "100.00")
		out, err := pay(t, l, key(), h[0], h[1], 250)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := pay(t, l, key(), h[1], h[0], 50); err != nil {
			t.Fatal(err)
		}
		found, err := l.RecordsAt(t.Context(), out.At, out.Ref)
		if err != nil || len(found) != 1 || found[0].Action != access.PaymentCreate || found[0].Actor != citizen(h[0]).ID || !found[0].At.Equal(out.At) {
			t.Fatalf("%+v, %v", found, err)
		}
		made, err := l.EntriesOf(t.Context(), found[0].Number)
		if err != nil || len(made) != 1 || made[0].Amount(money.Local) != 250 {
			t.Fatalf("%+v, %v", made, err)
		}
		if none, err := l.RecordsAt(t.Context(), out.At, ident.Ref{Prefix: "pay_", Bits: ident.Bits{1}}); err != nil || len(none) != 0 {
			t.Errorf("%+v, %v", none, err)
		}
		if one, err := l.EntryAt(t.Context(), made[0].Seq); err != nil || one.ID != made[0].ID {
			t.Errorf("%+v, %v", one, err)
		}
		if one, err := l.Record(t.Context(), found[0].Number); err != nil || one.Key != found[0].Key {
			t.Errorf("%+v, %v", one, err)
		}
		for _, n := range []int64{0, -1, 1 << 40} {
			_, err := l.EntryAt(t.Context(), n)
			_, also := l.Record(t.Context(), n)
			if !errors.Is(err, ledger.ErrMissing) || !errors.Is(also, ledger.ErrMissing) {
				t.Errorf("number %d: %v, %v", n, err, also)
			}
		}
		before, err := l.Reversers(t.Context(), made[0].Seq)
		if err != nil || len(before) != 0 {
			t.Errorf("%+v, %v", before, err)
		}
		do(t, l, func(tx *ledger.Tx) error { _, err := tx.Reverse(made[0].ID); return err })
		after, err := l.Reversers(t.Context(), made[0].Seq)
		if err != nil || len(after) != 1 || after[0].Reverses != made[0].ID {
			t.Errorf("%+v, %v", after, err)
		}
	})
}

// TestAnEntryIsProvedAlone changes the stored book behind the ledger's back and
// asks for the proof of single entries.
func TestAnEntryIsProvedAlone(t *testing.T) {
	for statement, bad := range map[string]int64{
		`UPDATE postings SET amount = amount + 1 WHERE entry = 6`:                                                                      6,
		`UPDATE entries SET booked_on = booked_on + 1 WHERE seq = 6`:                                                                   6,
		`UPDATE commands SET actor = SUBSTR(fingerprint, 1, 16) WHERE seq = (SELECT command FROM entries WHERE seq = 6)`:               6,
		`UPDATE entries SET hash = (SELECT hash FROM entries WHERE seq = 4) WHERE seq = 5`:                                             5,
		`UPDATE commands SET action = 'payment.refund' WHERE seq = (SELECT command FROM entries WHERE seq = 7) AND action LIKE 'pay%'`: 7,
	} {
		dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
			d := connect()
			l := book(t, d)
			h := wallets(t, l, 2, "10.00")
			for range 8 {
				if _, err := pay(t, l, key(), h[0], h[1], 10); err != nil {
					t.Fatal(err)
				}
			}
			holds := func(seq int64) bool {
				e, err := l.EntryAt(t.Context(), seq)
				if err != nil {
					t.Fatal(err)
				}
				p, err := l.Prove(t.Context(), e.ID)
				if err != nil || p.Maker.Number != e.Command {
					t.Fatalf("entry %d: %+v, %v", seq, p.Maker, err)
				}
				return p.Holds()
			}
			for seq := int64(1); seq <= 10; seq++ {
				if !holds(seq) {
					t.Errorf("entry %d does not follow from what it says", seq)
				}
			}
			l.Close()
			tamper(t, d, statement)
			if holds(bad) || !holds(3) {
				t.Errorf("after %s entry %d holds: %v, entry 3: %v", statement, bad, holds(bad), holds(3))
			}
		})
	}
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		if _, err := book(t, connect()).Prove(t.Context(), ident.Entry{Bits: ident.Bits{9}}); !errors.Is(err, ledger.ErrMissing) {
			t.Errorf("an entry that does not exist: %v", err)
		}
	})
}
