// SPDX-License-Identifier: AGPL-3.0-or-later

package job

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
)

// clock is a clock that the test sets.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 3, 2, 3, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// run gives test an empty book, whose laws are checked afterwards.
func run(t *testing.T, test func(t *testing.T, l *ledger.Ledger, c *clock)) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		c := newClock()
		l, err := ledger.Open(t.Context(), connect(), ledger.Options{Now: c.now})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(l.Close)
		test(t, l, c)
		if _, err := l.Verify(t.Context(), nil); err != nil {
			t.Errorf("verify: %v", err)
		}
	})
}

// counted is a job that counts its runs.
func counted(name string, every time.Duration, runs *int) Job {
	return Job{Name: name, Every: every, Run: func(context.Context, access.Actor) error { *runs++; return nil }}
}

func state(t *testing.T, l *ledger.Ledger, name string) State {
	t.Helper()
	s, err := stateOf(t.Context(), l.Reader(), name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// commands returns how many commands the book holds.
func commands(t *testing.T, l *ledger.Ledger) int64 {
	t.Helper()
	p, err := l.Position(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return p.Command
}
