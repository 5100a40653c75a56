// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/db/dbtest/proxy"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// storm is what the tests below have the server and the network do, to those who
// only read too where readers is set.
func storm(readers bool) proxy.Faults {
	return proxy.Faults{Readers: readers, Errors: 50, CommitErrors: 50, Cuts: 3, CutsBefore: 20, CutsAfter: 20, Slow: 20, Delay: 5 * time.Millisecond}
}

// wish is one payment that a writer asked for with one key, and all that it was
// answered.
type wish struct {
	key      string
	from, to ident.Holder
	amount   money.Amount
	done     []ledger.Outcome
	refused  []error // known not to be done, by that attempt
	unknown  int
}

func (w *wish) ask(ctx context.Context, l *ledger.Ledger) {
	out, err := l.Execute(ctx, payment(w.key, w.from, w.to, w.amount), pays(w.from, w.to, w.amount))
	switch {
	case err == nil:
		w.done = append(w.done, out)
	case errors.Is(err, ledger.ErrUnknown):
		w.unknown++
	default:
		w.refused = append(w.refused, err)
	}
}

// check compares the answers with what the book has under the key.
func (w *wish) check(t *testing.T, stored []ident.Ref) {
	t.Helper()
	if len(stored) > 1 {
		t.Errorf("%s is in the book %d times", w.key, len(stored))
	}
	first := 0
	for _, out := range w.done {
		if len(stored) == 0 || out.Ref != stored[0] {
			t.Errorf("%s was acknowledged as %s; the book has %v", w.key, out.Ref, stored)
		}
		if !out.Replayed {
			first++
		}
	}
	if first > 1 {
		t.Errorf("%s was done anew %d times", w.key, first)
	}
	if len(w.done) == 0 && w.unknown == 0 && len(stored) > 0 {
		t.Errorf("%s is in the book as %s; its caller was told %v", w.key, stored[0], w.refused)
	}
	for _, err := range w.refused {
		if fault.As(err) == nil && !db.Retryable(err) {
			t.Errorf("%s: neither done nor refused: %v", w.key, err)
		}
	}
}

// TestSixtyFourWritersInAStorm is TestSixtyFourWriters with a server that fails
// one statement and one commit in twenty and a network that drops connections,
// for one process and for two: the answers are then held against the book.
func TestSixtyFourWritersInAStorm(t *testing.T) {
	for _, processes := range []int{1, 2} {
		t.Run(fmt.Sprintf("%d processes", processes), func(t *testing.T) {
			const writers, each, holders = 64, 15, 12
			database := dbtest.PostgresURL(t)
			p := proxy.Start(t, database, proxy.Faults{})
			h := wallets(t, book(t, openAt(t, database)), holders, "5.00")
			var ledgers []*ledger.Ledger
			for range processes {
				l, err := ledger.Open(t.Context(), openAt(t, p.URL()), ledger.Options{Batch: 6}) // more commits to strike
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(l.Close)
				ledgers = append(ledgers, l)
			}
			f := follow(t, ledgers[len(ledgers)-1])
			p.Set(storm(true))

			wishes := make([][]*wish, writers)
			var wg sync.WaitGroup
			for w := range writers {
				wg.Go(func() {
					r := rand.New(rand.NewPCG(uint64(w), 11))
					for i := range each {
						wished := &wish{key: fmt.Sprintf("writer-%04d-%06d", w, i), from: h[r.IntN(holders)], to: h[0], amount: money.Amount(r.IntN(300))}
						if r.IntN(2) == 0 {
							wished.to = h[r.IntN(holders)]
						}
						wishes[w] = append(wishes[w], wished)
						ctx, cancel := context.WithCancel(t.Context())
						if r.IntN(10) == 0 {
							go cancel()
						}
						for range 1 + r.IntN(3) {
							wished.ask(ctx, ledgers[r.IntN(processes)])
						}
						cancel()
					}
				})
			}
			wg.Wait()
			p.Set(proxy.Faults{})
			t.Logf("%+v", p.Counts())

			stored := storedRefs(t, ledgers[0])
			for _, list := range wishes {
				for _, w := range list {
					w.check(t, stored[w.from.String()+w.key])
				}
			}
			// What nobody could know then can be known by asking again.
			for _, list := range wishes {
				for _, w := range list {
					if w.unknown == 0 {
						continue
					}
					before := stored[w.from.String()+w.key]
					w.ask(t.Context(), ledgers[0])
					if n := len(w.done); n > 0 && len(before) == 1 && !w.done[n-1].Replayed {
						t.Errorf("%s was done a second time", w.key)
					}
				}
			}
			if _, err := pay(t, ledgers[0], key(), h[0], h[1], 1); err != nil && !errors.Is(err, ledger.ErrInsufficientFunds) {
				t.Errorf("after the storm: %v", err)
			}
			report := verify(t, ledgers[0])
			f.check(t, report)
			var total money.Amount
			for _, holder := range h {
				total += available(t, ledgers[0], holder)
			}
			if total != holders*500 {
				t.Errorf("wallets hold %s together, want %s", total, money.Amount(holders*500))
			}
		})
	}
}

// storedRefs reads what every command of the book made, by actor and key.
func storedRefs(t *testing.T, l *ledger.Ledger) map[string][]ident.Ref {
	t.Helper()
	rows, err := l.Reader().QueryContext(t.Context(), `SELECT actor, key, ref FROM commands ORDER BY seq`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	stored := make(map[string][]ident.Ref)
	for rows.Next() {
		var actor ident.User
		var k string
		var packed []byte
		if err := rows.Scan(&actor, &k, &packed); err != nil {
			t.Fatal(err)
		}
		ref, err := ident.Unpack(packed)
		if err != nil {
			t.Fatal(err)
		}
		by := ident.Holder(actor).String() + k
		stored[by] = append(stored[by], ref)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return stored
}

// followed is a follower at work and what it saw.
type followed struct {
	mu      sync.Mutex
	moved   *sync.Cond
	changes []ledger.Change
	ended   error // why it stopped
	stop    context.CancelFunc
}

// follow follows the journal from its beginning.
func follow(t *testing.T, l *ledger.Ledger) *followed {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	f := &followed{stop: stop}
	f.moved = sync.NewCond(&f.mu)
	change := func(what func()) {
		f.mu.Lock()
		defer f.mu.Unlock()
		what()
		f.moved.Broadcast()
	}
	go func() {
		err := l.Tail(ctx, ledger.Position{}, func(changes []ledger.Change) error {
			change(func() { f.changes = append(f.changes, changes...) })
			return nil
		})
		change(func() { f.ended = err })
	}()
	t.Cleanup(stop)
	return f
}

// check waits for the end of the book and asks that the follower saw all of it,
// once and in order.
func (f *followed) check(t *testing.T, report ledger.Report) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	for f.ended == nil && (len(f.changes) == 0 || f.changes[len(f.changes)-1].Command < report.Head.Command) {
		f.moved.Wait()
	}
	if f.ended != nil {
		t.Errorf("the follower gave up: %v", f.ended)
	}
	f.stop()
	var entries int64
	for i, c := range f.changes {
		if c.Command != int64(i+1) {
			t.Fatalf("the follower saw command %d as number %d", c.Command, i+1)
		}
		for _, e := range c.Entries {
			if entries++; e.Seq != entries || e.Command != c.Command {
				t.Fatalf("the follower saw entry %d of command %d as number %d", e.Seq, e.Command, entries)
			}
		}
	}
	if entries != report.Entries {
		t.Errorf("the follower saw %d entries of %d", entries, report.Entries)
	}
}

// TestModelInAStorm is TestModel with the same faults: each command must come out
// as the model says, however often it was begun afresh.
func TestModelInAStorm(t *testing.T) {
	var proxies []*proxy.Proxy
	beside(t, func() *db.DB {
		p := proxy.Start(t, dbtest.PostgresURL(t), proxy.Faults{})
		proxies = append(proxies, p)
		d := openAt(t, p.URL())
		faults := storm(false)
		faults.Spare = 2 // the accounts and wallets are opened in peace
		p.Set(faults)
		return d
	})
	var all proxy.Counts
	for _, p := range proxies {
		c := p.Counts()
		all.Errors += c.Errors
		all.CommitErrors += c.CommitErrors
		all.CutsBefore += c.CutsBefore
		all.CutsAfter += c.CutsAfter
	}
	if all.Errors == 0 || all.CommitErrors == 0 || all.CutsBefore == 0 || all.CutsAfter == 0 {
		t.Errorf("there was no storm: %+v", all)
	}
}
