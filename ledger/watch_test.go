// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
)

// shared runs test on the engines that several processes can write.
func shared(t *testing.T, test func(t *testing.T, connect func() *db.DB)) {
	t.Run("postgresql", func(t *testing.T) { test(t, dbtest.Postgres(t)) })
	t.Run("cockroachdb", func(t *testing.T) { test(t, dbtest.Cockroach(t)) })
}

// TestAFollowerHearsOfOtherProcesses: what one process commits reaches those
// that follow the journal in another, each change once and in order.
func TestAFollowerHearsOfOtherProcesses(t *testing.T) {
	shared(t, func(t *testing.T, connect func() *db.DB) {
		here, there := book(t, connect()), open(t, connect())
		h := wallets(t, here, 2, "100.00")
		end, err := there.Position(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		seen := make(chan ledger.Change)
		enough := errors.New("enough")
		ended := make(chan error, 1)
		const payments = 20
		go func() {
			ended <- there.Tail(t.Context(), end, func(changes []ledger.Change) error {
				for _, c := range changes {
					seen <- c
					if c.Command == end.Command+payments {
						return enough
					}
				}
				return nil
			})
		}()
		for i := range payments {
			if _, err := pay(t, here, key(), h[0], h[1], 1); err != nil {
				t.Fatal(err)
			}
			// The next is paid when this one was seen: no later commit wakes the follower.
			if c := <-seen; c.Command != end.Command+int64(i)+1 || len(c.Entries) != 1 {
				t.Errorf("payment %d came as %+v", i, c)
			}
		}
		if err := <-ended; !errors.Is(err, enough) {
			t.Error(err)
		}
	})
}

// TestAFollowerOutlivesItsConnections: all connections of the following process
// are cut, as by a server that was started again, and it goes on.
func TestAFollowerOutlivesItsConnections(t *testing.T) {
	t.Parallel()
	connect := dbtest.Postgres(t)
	here := book(t, connect())
	h := wallets(t, here, 2, "100.00")
	d := connect()
	there := open(t, d)
	end, err := there.Position(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	seen, ended := make(chan int64, 100), make(chan error, 1)
	go func() {
		ended <- there.Tail(ctx, end, func(changes []ledger.Change) error {
			for _, c := range changes {
				seen <- c.Command
			}
			return nil
		})
	}()
	for i := range int64(5) {
		// Everybody's connections but that of this query: the committers' too.
		var cut int
		for cut == 0 {
			err := d.Reader().QueryRowContext(ctx, `SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity
				WHERE datname = current_database() AND pid <> pg_backend_pid()`).Scan(&cut)
			if err != nil && !db.Lost(err) {
				t.Fatal(err)
			}
		}
		if _, err := pay(t, here, key(), h[0], h[1], 1); err != nil {
			t.Fatal(err)
		}
		if c := <-seen; c != end.Command+i+1 {
			t.Errorf("command %d was seen where %d was due", c, end.Command+i+1)
		}
	}
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	// What is left of the connections that were cut just now is met by a reader
	// each, once; those that rest for a second are asked first.
	for cut := true; cut; {
		_, err := here.Head(t.Context(), here.Reader())
		if cut = db.Lost(err); err != nil && !cut {
			t.Fatal(err)
		}
	}
	verify(t, here)
}

// TestAClosedLedgerWatchesNothing: nobody listens or looks after Close.
func TestAClosedLedgerWatchesNothing(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		d := connect()
		for range 3 {
			l := open(t, d)
			l.Close()
			l.Close()
		}
		text := make([]byte, 1<<20)
		if text := string(text[:runtime.Stack(text, true)]); strings.Contains(text, "(*watch)") {
			t.Errorf("somebody watches still:\n%s", text)
		}
	})
}

// TestTheClockIsTheServers: a process goes by the server's clock, as all of them
// do.
func TestTheClockIsTheServers(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		now, err := connect().Clock(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if off := now().Sub(db.Now()).Abs(); off > time.Minute {
			t.Errorf("%s from the machine's on one machine", off)
		}
	})
}

// TestAProcessIsStartedWhileAnotherWrites: what it reads at its start is of one
// moment, so that its first payments begin from the right balances.
func TestAProcessIsStartedWhileAnotherWrites(t *testing.T) {
	shared(t, func(t *testing.T, connect func() *db.DB) {
		here := book(t, connect())
		h := wallets(t, here, 3, "100.00")
		there := connect()
		stop, paid := make(chan struct{}), make(chan struct{})
		var writers sync.WaitGroup
		for i := range 4 {
			writers.Go(func() {
				for n := 0; ; n++ {
					if _, err := pay(t, here, key(), h[i%3], h[(i+1)%3], 1); err != nil {
						t.Error(err)
						return
					}
					select {
					case <-stop:
						return
					case paid <- struct{}{}:
					default:
					}
				}
			})
		}
		for range 30 {
			<-paid
			l := open(t, there)
			if _, err := pay(t, l, key(), h[0], h[1], 1); err != nil {
				t.Error(err)
			}
			l.Close()
		}
		close(stop)
		writers.Wait()
		verify(t, here)
	})
}
