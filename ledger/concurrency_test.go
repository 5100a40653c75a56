// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// follower collects what the tail gives.
type follower struct {
	mu      sync.Mutex
	changes []ledger.Change
}

func (f *follower) see(changes []ledger.Change) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.changes = append(f.changes, changes...)
	return nil
}

func (f *follower) last() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.changes) == 0 {
		return 0
	}
	return f.changes[len(f.changes)-1].Command
}

// TestSixtyFourWriters throws random payments, repeated keys, cancelled
// contexts and refusals at one book, on hot and cold wallets, and then asks
// whether anything is wrong.
func TestSixtyFourWriters(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		const writers, each, holders = 64, 60, 12
		l := book(t, connect())
		h := wallets(t, l, holders, "5.00")
		var f follower
		ctx, stop := context.WithCancel(t.Context())
		var tail sync.WaitGroup
		tail.Go(func() { l.Tail(ctx, ledger.Position{}, f.see) })

		var mu sync.Mutex
		paid := make(map[ident.Ref]money.Amount) // acknowledged payments
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				r := rand.New(rand.NewPCG(uint64(w), 7))
				for i := range each {
					from := r.IntN(holders)
					to := 0 // the hot wallet
					if r.IntN(2) == 0 {
						to = r.IntN(holders)
					}
					amount := money.Amount(r.IntN(300))
					k := fmt.Sprintf("writer-%04d-%06d", w, i)
					ctx, cancel := context.WithCancel(t.Context())
					if r.IntN(10) == 0 {
						go cancel()
					}
					for range 1 + r.IntN(3) {
						out, err := l.Execute(ctx, payment(k, h[from], h[to], amount), pays(h[from], h[to], amount))
						switch {
						case err == nil:
							mu.Lock()
							paid[out.Ref] = amount
							mu.Unlock()
						case fault.As(err) == nil:
							t.Errorf("neither done nor refused: %v", err)
						}
					}
					cancel()
				}
			})
		}
		wg.Wait()
		report := verify(t, l)
		for f.last() < report.Head.Command {
			<-l.Woken()
		}
		stop()
		tail.Wait()

		var entries int64
		seen := make(map[ident.Ref]bool)
		for i, c := range f.changes {
			if c.Command != int64(i+1) {
				t.Fatalf("the follower saw command %d as number %d", c.Command, i+1)
			}
			for _, e := range c.Entries {
				if entries++; e.Seq != entries || e.Command != c.Command {
					t.Fatalf("the follower saw entry %d of command %d as number %d", e.Seq, e.Command, entries)
				}
				seen[e.ID.Ref()] = true
			}
		}
		if entries != report.Entries {
			t.Errorf("the follower saw %d entries of %d", entries, report.Entries)
		}
		for ref := range paid {
			if !seen[ref] {
				t.Errorf("acknowledged payment %s is not in the journal", ref)
			}
		}
		var total money.Amount
		for _, holder := range h {
			a := available(t, l, holder)
			if a < 0 {
				t.Errorf("%s has %s", holder, a)
			}
			total += a
		}
		if total != holders*500 {
			t.Errorf("wallets hold %s together, want %s", total, money.Amount(holders*500))
		}
	})
}

func TestAFollowerCanStartAnywhere(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		l := book(t, connect())
		h := wallets(t, l, 2, "100.00")
		here, err := l.Position(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for range 30 {
			if _, err := pay(t, l, key(), h[0], h[1], 1); err != nil {
				t.Fatal(err)
			}
		}
		enough := errors.New("enough")
		next := here.Entry
		err = l.Tail(t.Context(), here, func(changes []ledger.Change) error {
			for _, c := range changes {
				for _, e := range c.Entries {
					if next++; e.Seq != next {
						t.Errorf("entry %d came where %d was due", e.Seq, next)
					}
				}
			}
			if next == here.Entry+30 {
				return enough
			}
			return nil
		})
		if !errors.Is(err, enough) {
			t.Error(err)
		}
	})
}
