// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/merchant"
)

// jumpy is a clock that shows another hour once, as a machine's does whose clock
// is being set.
type jumpy struct {
	clock
	ahead atomic.Int64 // nanoseconds that the next reading is ahead
}

func (c *jumpy) read() time.Time { return c.clock.read().Add(time.Duration(c.ahead.Swap(0))) }

// TestAClockSetBackDoesNotStopTheExpiry lets the job see a request as due by a
// clock that is set back before the command runs: the request expires at its
// time all the same, and so do those behind it.
func TestAClockSetBackDoesNotStopTheExpiry(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		c := &jumpy{clock: clock{now: time.Date(2026, 3, 14, 10, 0, 0, 0, time.UTC)}}
		l, err := ledger.Open(t.Context(), connect(), ledger.Options{Now: c.read})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		m := &market{T: t, clock: &c.clock, ledger: l, trade: merchant.New(l)}
		m.open()
		for range 3 {
			m.request(1_00)
		}
		c.ahead.Store(int64(time.Hour))
		if n, err := m.trade.ExpireDue(m.Context(), system()); err != nil || n != 0 {
			t.Errorf("by a clock that was wrong %d closed, %v", n, err)
		}
		m.clock.advance(time.Hour)
		if n, err := m.trade.ExpireDue(m.Context(), system()); err != nil || n != 3 {
			t.Errorf("at their time %d closed, %v; want 3", n, err)
		}
		if due, err := m.trade.Overdue(m.Context()); err != nil || due {
			t.Errorf("still due: %v, %v", due, err)
		}
	})
}

// TestADayOfTakingsEndsAtMidnightInParis pays around midnight of the night in
// which the clocks are set forward: that day has 23 hours.
func TestADayOfTakingsEndsAtMidnightInParis(t *testing.T) {
	each(t, func(m *market) {
		day := civil.New(2026, 3, 29)
		if hours := day.End().Sub(day.Start()); hours != 23*time.Hour {
			t.Fatalf("the day has %s", hours)
		}
		for _, at := range []time.Time{day.Start().Add(-time.Second), day.Start().Add(time.Millisecond), day.End().Add(-time.Second), day.End().Add(time.Millisecond)} {
			m.clock.advance(at.Sub(m.clock.read()))
			m.pay(m.annActor, m.shop.Number, 1_00)
		}
		for day, want := range map[civil.Date]int{day - 1: 1, day: 2, day + 1: 1} {
			if sum, err := m.trade.Takings(m.Context(), m.owner, m.shopMerchant.ID, day, 5); err != nil || sum.Count != want {
				t.Errorf("on %s %d payments, %v; want %d", day, sum.Count, err, want)
			}
		}
	})
}
