// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

func TestAPaymentMovesMoneyOnce(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		l := book(t, connect())
		h := wallets(t, l, 2, "10.00")
		k := key()
		first, err := pay(t, l, k, h[0], h[1], 250)
		if err != nil || first.Replayed {
			t.Fatalf("first payment: %+v, %v", first, err)
		}
		again, err := pay(t, l, k, h[0], h[1], 250)
		if err != nil || !again.Replayed || again.Ref != first.Ref || !again.At.Equal(first.At) {
			t.Errorf("same key, same input: %+v, %v; first was %+v", again, err, first)
		}
		if _, err := pay(t, l, k, h[0], h[1], 251); !errors.Is(err, ledger.ErrKeyReused) {
			t.Errorf("same key, other input: %v", err)
		}
		if a, b := available(t, l, h[0]), available(t, l, h[1]); a != 750 || b != 1250 {
			t.Errorf("balances are %s and %s, want 7.50 and 12.50", a, b)
		}
		verify(t, l)
	})
}

func TestKeysOutliveTheProcess(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		d := connect()
		l := book(t, d)
		h := wallets(t, l, 2, "10.00")
		k := key()
		first, err := pay(t, l, k, h[0], h[1], 250)
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
		d.Close()
		l = open(t, connect())
		again, err := pay(t, l, k, h[0], h[1], 250)
		if err != nil || !again.Replayed || again.Ref != first.Ref {
			t.Errorf("after a restart: %+v, %v", again, err)
		}
		verify(t, l)
	})
}

func TestSixtyFourEqualCommandsMakeOnePayment(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		l := book(t, connect())
		h := wallets(t, l, 2, "10.00")
		k := key()
		var wg sync.WaitGroup
		outcomes := make([]ledger.Outcome, 64)
		for i := range outcomes {
			wg.Go(func() {
				var err error
				if outcomes[i], err = pay(t, l, k, h[0], h[1], 100); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		fresh := 0
		for _, o := range outcomes {
			if !o.Replayed {
				fresh++
			}
			if o.Ref != outcomes[0].Ref {
				t.Errorf("two answers differ: %v and %v", o.Ref, outcomes[0].Ref)
			}
		}
		if fresh != 1 || available(t, l, h[1]) != 1100 {
			t.Errorf("%d fresh answers, payee has %s; want 1 and 11.00", fresh, available(t, l, h[1]))
		}
		verify(t, l)
	})
}

func TestTheDoorRefuses(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		l := book(t, connect())
		h := wallets(t, l, 2, "10.00")
		before := verify(t, l)
		never := func(*ledger.Tx) (ident.Ref, error) {
			t.Error("do ran")
			return ident.Ref{}, nil
		}
		for _, c := range []struct {
			name string
			cmd  ledger.Command
			do   func(*ledger.Tx) (ident.Ref, error)
			want error
		}{
			{"foreign wallet", ledger.Command{Actor: citizen(h[0]), Action: access.PaymentCreate, Owner: h[1], Key: key()}, never, ledger.ErrForbidden},
			{"wrong role", ledger.Command{Actor: citizen(h[0]), Action: access.CampaignFund, Owner: h[0], Key: key()}, never, ledger.ErrForbidden},
			{"no key", payment("", h[0], h[1], 1), never, ledger.ErrKeyMalformed},
			{"short key", payment("fifteen-letters", h[0], h[1], 1), never, ledger.ErrKeyMalformed},
			{"blank in key", payment("a key with blanks in it", h[0], h[1], 1), never, ledger.ErrKeyMalformed},
			{"too much", payment(key(), h[0], h[1], 1001), pays(h[0], h[1], 1001), ledger.ErrInsufficientFunds},
			{"nothing", payment(key(), h[0], h[1], 0), pays(h[0], h[1], 0), ledger.ErrUnbalanced},
			{"negative", payment(key(), h[0], h[1], -5), pays(h[0], h[1], -5), ledger.ErrUnbalanced},
			{"to oneself", payment(key(), h[0], h[0], 5), pays(h[0], h[0], 5), ledger.ErrUnbalanced},
			{"to nobody", payment(key(), h[0], ident.Holder{Bits: ident.Bits{1}}, 5), pays(h[0], ident.Holder{Bits: ident.Bits{1}}, 5), ledger.ErrChart},
		} {
			if _, err := l.Execute(t.Context(), c.cmd, c.do); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
		}
		if after := verify(t, l); after != before {
			t.Errorf("refused commands left something: %+v, before %+v", after, before)
		}
	})
}

func TestARefusedCommandLeavesNothingAndHarmsNobody(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		l := book(t, connect())
		h := wallets(t, l, 2, "10.00")
		refusal := ledger.ErrMissing.With("changed my mind")
		before := verify(t, l)
		err := try(t, l, func(tx *ledger.Tx) error {
			if _, err := tx.Post(conversion(h[0], 500)); err != nil {
				return err
			}
			if _, err := tx.OpenHolder(ledger.NewHolder{Kind: ledger.Individual, Name: "Ghost"}); err != nil {
				return err
			}
			if err := tx.Open(ledger.Desk("ghost")); err != nil {
				return err
			}
			return refusal
		})
		if !errors.Is(err, refusal) || verify(t, l) != before {
			t.Errorf("err %v; %+v, before %+v", err, verify(t, l), before)
		}
		if err := try(t, l, func(*ledger.Tx) error { panic("a defect") }); err == nil {
			t.Error("a panic was reported as success")
		}
		if err := try(t, l, func(tx *ledger.Tx) error { _, err := tx.Exec("UPDATE no_such_table SET x = 1"); return err }); err == nil {
			t.Error("a broken statement was reported as success")
		}
		if _, err := pay(t, l, key(), h[0], h[1], 100); err != nil {
			t.Errorf("the next command: %v", err)
		}
		verify(t, l)
	})
}

func TestOneBadCommandDoesNotHarmItsBatch(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		l := book(t, connect())
		h := wallets(t, l, 2, "100.00")
		gate, held := make(chan struct{}), make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() { // holds the committer, so that the others gather in one batch
			do(t, l, func(*ledger.Tx) error { close(held); <-gate; return nil })
		})
		<-held
		errs := make([]error, 40)
		for i := range errs {
			wg.Go(func() {
				switch {
				case i == 7:
					errs[i] = try(t, l, func(tx *ledger.Tx) error { _, err := tx.Exec("INSERT INTO head (id) VALUES (7)"); return err })
				case i == 9:
					errs[i] = try(t, l, func(*ledger.Tx) error { panic("a defect") })
				default:
					_, errs[i] = pay(t, l, key(), h[0], h[1], 100)
				}
			})
		}
		for l.Waiting() < len(errs) {
			runtime.Gosched()
		}
		close(gate)
		wg.Wait()
		for i, err := range errs {
			if (err != nil) != (i == 7 || i == 9) {
				t.Errorf("command %d: %v", i, err)
			}
		}
		if got := available(t, l, h[1]); got != 10000+38*100 {
			t.Errorf("payee has %s, want 138.00", got)
		}
		verify(t, l)
	})
}

func TestAbandonedAndOverflowingCommands(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		d := connect()
		first := book(t, d)
		h := wallets(t, first, 2, "10.00")
		first.Close()
		const room = 8
		l, err := ledger.Open(t.Context(), d, ledger.Options{Queue: room})
		if err != nil {
			t.Fatal(err)
		}
		gate, held := make(chan struct{}), make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() { do(t, l, func(*ledger.Tx) error { close(held); <-gate; return nil }) })
		<-held
		ctx, cancel := context.WithCancel(t.Context())
		var gone error
		away := make(chan struct{})
		wg.Go(func() {
			defer close(away)
			_, gone = l.Execute(ctx, payment(key(), h[0], h[1], 100), pays(h[0], h[1], 100))
		})
		for range room - 1 {
			wg.Go(func() {
				if _, err := pay(t, l, key(), h[0], h[1], 1); err != nil {
					t.Error(err)
				}
			})
		}
		for l.Waiting() < room {
			runtime.Gosched()
		}
		if _, err := pay(t, l, key(), h[0], h[1], 1); !errors.Is(err, ledger.ErrBusy) {
			t.Errorf("a full queue: %v, want ErrBusy", err)
		}
		cancel()
		<-away
		close(gate)
		wg.Wait()
		if !errors.Is(gone, ledger.ErrCancelled) || !errors.Is(gone, context.Canceled) {
			t.Errorf("a caller that went away: %v", gone)
		}
		if got := available(t, l, h[1]); got != 1000+room-1 {
			t.Errorf("payee has %s, want 10.07", got)
		}
		verify(t, l)
		l.Close()
		if _, err := pay(t, l, key(), h[0], h[1], 1); !errors.Is(err, ledger.ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
	})
}

// TestOldKeysAreFoundInTheTable lets keys leave the memory, a few at a time, and
// repeats old and new ones, before and after a restart in the middle of a move.
func TestOldKeysAreFoundInTheTable(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		const n, group = 3000, 500
		d := connect()
		first := book(t, d)
		h := wallets(t, first, 2, "1000.00")
		first.Close()
		reopen := func() *ledger.Ledger {
			l, err := ledger.Open(t.Context(), d, ledger.Options{Keys: group})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(l.Close)
			return l
		}
		l := reopen()
		name := func(i int) string { return fmt.Sprintf("old-key-%09d", i) }
		var next atomic.Int64
		var wg sync.WaitGroup
		for range 64 {
			wg.Go(func() {
				for i := int(next.Add(1)); i <= n; i = int(next.Add(1)) {
					if _, err := pay(t, l, name(i), h[i%2], h[(i+1)%2], 1); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		var moved int
		if err := l.Reader().QueryRowContext(t.Context(), `SELECT COUNT(*) FROM command_keys`).Scan(&moved); err != nil || moved < group {
			t.Errorf("%d keys left the memory, %v", moved, err)
		}
		repeat := func(l *ledger.Ledger) {
			t.Helper()
			for i := 1; i <= n; i += 37 {
				out, err := pay(t, l, name(i), h[i%2], h[(i+1)%2], 1)
				if err != nil || !out.Replayed {
					t.Fatalf("key %d again: %+v, %v", i, out, err)
				}
				if _, err := pay(t, l, name(i), h[i%2], h[(i+1)%2], 2); !errors.Is(err, ledger.ErrKeyReused) {
					t.Fatalf("key %d with another input: %v", i, err)
				}
			}
		}
		repeat(l)
		verify(t, l)
		l.Close()
		l = reopen()
		repeat(l)
		verify(t, l)
	})
}

// TestBalancesAreRightWhateverTheLag restarts a book at several distances
// between its stored balances and its journal.
func TestBalancesAreRightWhateverTheLag(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		d := connect()
		l := book(t, d)
		h := wallets(t, l, 3, "1000.00")
		want := []money.Amount{100000, 100000, 100000}
		for _, n := range []int{1, 250, 260, 511, 3} {
			for i := range n {
				from, to := i%3, (i+1)%3
				if _, err := pay(t, l, key(), h[from], h[to], 7); err != nil {
					t.Fatal(err)
				}
				want[from] -= 7
				want[to] += 7
			}
			verify(t, l)
			l.Close()
			d.Close()
			d = connect()
			l = open(t, d)
			all, err := l.Balances(t.Context(), l.Reader(), "loc:wallet:")
			if err != nil || len(all) != 3 {
				t.Fatal(all, err)
			}
			for i, holder := range h {
				if got := available(t, l, holder); got != want[i] {
					t.Errorf("after %d payments: wallet %d holds %s, want %s", n, i, got, want[i])
				}
				for _, b := range all {
					if b.Account == ledger.Wallet(holder) && b.Amount != want[i] {
						t.Errorf("after %d payments: the list says %s, want %s", n, b.Amount, want[i])
					}
				}
				if _, err := pay(t, l, key(), holder, h[(i+1)%3], want[i]+1); !errors.Is(err, ledger.ErrInsufficientFunds) {
					t.Errorf("a cent too much: %v", err)
				}
			}
		}
	})
}

// TestFollowersSeeTheSameFromMemoryAndFromTheBook compares what the tail gives
// in this process with what a reader of the book finds.
func TestFollowersSeeTheSameFromMemoryAndFromTheBook(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, open func() *db.DB) {
		d := open()
		l := book(t, d)
		h := wallets(t, l, 3, "10.00")
		for i := range 40 {
			if _, err := pay(t, l, key(), h[i%3], h[(i+1)%3], 1); err != nil {
				t.Fatal(err)
			}
		}
		for _, after := range []ledger.Position{{}, {Command: 2, Entry: 3}, {Command: 30, Entry: 31}} {
			here, err := l.Changes(t.Context(), after, 100)
			if err != nil {
				t.Fatal(err)
			}
			there, err := ledger.NewJournal(d).Changes(t.Context(), after, 100)
			if err != nil {
				t.Fatal(err)
			}
			if a, b := fmt.Sprintf("%+v", plain(here)), fmt.Sprintf("%+v", plain(there)); a != b || len(here) == 0 {
				t.Errorf("after %+v:\nmemory %s\nbook   %s", after, a, b)
			}
		}
	})
}

// plain makes changes comparable: entries by value, in their exported parts.
func plain(changes []ledger.Change) []string {
	var list []string
	for _, c := range changes {
		text := fmt.Sprint(c.Command, c.At, c.Action, c.Actor, c.Ref, c.Subjects)
		for _, e := range c.Entries {
			text += fmt.Sprint(e.Seq, e.ID, e.Kind, e.At, e.BookedOn, e.Command, e.Reverses, e.Lines, e.Message, e.Reference, e.Hash)
		}
		list = append(list, text)
	}
	return list
}
