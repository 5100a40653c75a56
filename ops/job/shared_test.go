// SPDX-License-Identifier: AGPL-3.0-or-later

package job

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
)

// TestTwoProcessesShareTheLeases: two ledgers on one database, whose runners look
// at the same jobs at the same moments. Each run is made by one of them.
func TestTwoProcessesShareTheLeases(t *testing.T) {
	connect := dbtest.Postgres(t)
	c := newClock()
	var inside, together atomic.Int32
	var runs atomic.Int64
	var runners []*Runner
	var books []*ledger.Ledger
	for range 2 {
		l, err := ledger.Open(t.Context(), connect(), ledger.Options{Now: c.now})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(l.Close)
		r := New(l, nil, nil)
		r.Register(Job{Name: "payouts", Every: time.Minute, Run: func(context.Context, access.Actor) error {
			if inside.Add(1) > 1 {
				together.Add(1)
			}
			defer inside.Add(-1)
			runs.Add(1)
			return nil
		}})
		runners, books = append(runners, r), append(books, l)
	}
	const rounds = 20
	for range rounds {
		var wg sync.WaitGroup
		for _, r := range runners {
			wg.Go(func() { r.Tick(t.Context()) })
		}
		wg.Wait()
		c.pass(2 * time.Minute)
	}
	if runs.Load() != rounds || together.Load() != 0 {
		t.Errorf("%d runs in %d rounds, %d at the same time as another", runs.Load(), rounds, together.Load())
	}
	if s := state(t, books[1], "payouts"); s.Runs != rounds || s.Outcome != Done {
		t.Errorf("state is %+v", s)
	}

	// One dies in the middle: the other goes on when the lease has run out.
	letGo := held(t, runners[0], "long")
	followed := 0
	runners[1].Register(counted("long", time.Minute, &followed))
	c.pass(leaseTime - time.Microsecond)
	if runners[1].Tick(t.Context()); followed != 0 {
		t.Error("the lease was taken before it ran out")
	}
	c.pass(time.Minute)
	if runners[1].Tick(t.Context()); followed != 1 {
		t.Errorf("%d runs after the lease ran out", followed)
	}
	if err := letGo(); !errors.Is(err, errLost) {
		t.Errorf("the first run ended with %v", err)
	}
	if _, err := books[0].Verify(t.Context(), nil); err != nil {
		t.Error(err)
	}
}
