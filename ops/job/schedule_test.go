// SPDX-License-Identifier: AGPL-3.0-or-later

package job

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
)

func TestAJobRunsWhenItsTimeHasCome(t *testing.T) {
	run(t, func(t *testing.T, l *ledger.Ledger, c *clock) {
		runs := 0
		r := New(l, nil, c.now)
		r.Register(counted("nightly.check", 24*time.Hour, &runs))
		for _, step := range []struct {
			pass time.Duration
			want int
		}{{0, 1}, {0, 1}, {23 * time.Hour, 1}, {time.Hour - time.Microsecond, 1}, {time.Microsecond, 2}, {72 * time.Hour, 3}, {0, 3}} {
			c.pass(step.pass)
			if r.Tick(t.Context()); runs != step.want {
				t.Fatalf("after %s more: %d runs, want %d", step.pass, runs, step.want)
			}
		}
		s := state(t, l, "nightly.check")
		if s.Runs != 3 || s.Outcome != Done || s.Problem != "" || !s.StartedAt.Equal(c.now()) || !s.FinishedAt.Equal(c.now()) || !s.LeaseUntil.IsZero() {
			t.Errorf("state is %+v", s)
		}

		// A process that starts again does not run the job before its time.
		again := New(l, nil, c.now)
		again.Register(counted("nightly.check", 24*time.Hour, &runs))
		c.pass(time.Hour)
		if again.Tick(t.Context()); runs != 3 {
			t.Errorf("a new process ran the job %d times", runs-3)
		}
		c.pass(23 * time.Hour)
		if again.Tick(t.Context()); runs != 4 {
			t.Errorf("a new process ran the job %d times a day later, want once", runs-3)
		}
	})
}

func TestNothingToDoWritesNothing(t *testing.T) {
	run(t, func(t *testing.T, l *ledger.Ledger, c *clock) {
		runs, work := 0, false
		j := counted("expire", 5*time.Second, &runs)
		j.Due = func(context.Context) (bool, error) { return work, nil }
		r := New(l, nil, c.now)
		r.Register(j)
		for range 100 {
			c.pass(5 * time.Second)
			r.Tick(t.Context())
		}
		if n := commands(t, l); n != 0 || runs != 0 {
			t.Fatalf("%d commands and %d runs with nothing to do", n, runs)
		}
		if s := state(t, l, "expire"); s.Outcome != Never {
			t.Errorf("state is %+v", s)
		}
		work = true
		c.pass(5 * time.Second)
		r.Tick(t.Context())
		if n := commands(t, l); n != 2 || runs != 1 {
			t.Errorf("%d commands and %d runs with something to do, want 2 and 1", n, runs)
		}
	})
}

func TestAJobThatFailsIsTriedEverMoreRarely(t *testing.T) {
	run(t, func(t *testing.T, l *ledger.Ledger, c *clock) {
		fail, failures, runs := true, 0, 0
		r := New(l, nil, c.now)
		r.Register(Job{Name: "send", Every: 10 * time.Second, Run: func(context.Context, access.Actor) error {
			if fail {
				failures++
				return errors.New("the counter is shut " + strings.Repeat("é", 400))
			}
			return nil
		}})
		r.Register(counted("neighbour", time.Hour, &runs))
		r.Tick(t.Context())
		s := state(t, l, "send")
		if s.Outcome != Failed || !strings.HasPrefix(s.Problem, "the counter is shut é") || len(s.Problem) > problemLimit || strings.ContainsRune(s.Problem, '\uFFFD') {
			t.Errorf("state is %+v", s)
		}
		if runs != 1 {
			t.Errorf("the neighbour ran %d times, want once", runs)
		}
		for range 3600 {
			c.pass(10 * time.Second)
			r.Tick(t.Context())
		}
		// Waits of 20, 40 … 2560, then 3600 seconds: eight, and nine in the rest
		// of ten hours.
		if failures != 1+8+8 {
			t.Errorf("%d tries in ten hours", failures)
		}
		if runs != 11 {
			t.Errorf("the neighbour ran %d times", runs)
		}
		fail = false
		c.pass(time.Hour)
		r.Tick(t.Context())
		if s := state(t, l, "send"); s.Outcome != Done || s.Problem != "" {
			t.Errorf("state is %+v", s)
		}
		fail = true
		c.pass(10 * time.Second)
		r.Tick(t.Context())
		c.pass(20 * time.Second)
		if r.Tick(t.Context()); failures != 19 {
			t.Errorf("after a success the waits did not begin anew: %d tries, want 19", failures)
		}
	})
}

func TestAPanicHarmsNoOtherJob(t *testing.T) {
	run(t, func(t *testing.T, l *ledger.Ledger, c *clock) {
		runs := 0
		r := New(l, nil, c.now)
		r.Register(Job{Name: "broken", Every: time.Minute, Run: func(context.Context, access.Actor) error { panic("no such page") }})
		r.Register(counted("whole", time.Minute, &runs))
		r.Tick(t.Context())
		if s := state(t, l, "broken"); s.Outcome != Failed || !strings.Contains(s.Problem, "no such page") {
			t.Errorf("state is %+v", s)
		}
		if runs != 1 {
			t.Errorf("the other job ran %d times", runs)
		}
		if err := r.Run(t.Context(), "broken"); err == nil || !strings.Contains(err.Error(), "no such page") {
			t.Errorf("by hand: %v", err)
		}
	})
}

func TestADueThatFailsTakesNoLease(t *testing.T) {
	run(t, func(t *testing.T, l *ledger.Ledger, c *clock) {
		asked, runs := 0, 0
		j := counted("expire", time.Minute, &runs)
		j.Due = func(context.Context) (bool, error) { asked++; return true, errors.New("cannot read") }
		r := New(l, nil, c.now)
		r.Register(j)
		r.Tick(t.Context())
		c.pass(time.Minute)
		r.Tick(t.Context())
		if asked != 1 || runs != 0 || commands(t, l) != 0 {
			t.Errorf("asked %d times, %d runs, %d commands; want 1, 0, 0", asked, runs, commands(t, l))
		}
		c.pass(time.Minute)
		if r.Tick(t.Context()); asked != 2 {
			t.Errorf("asked %d times, want 2", asked)
		}
	})
}

func TestWhatCannotBeRegistered(t *testing.T) {
	r := New(nil, nil, nil)
	runs := 0
	r.Register(counted("a", time.Second, &runs))
	r.Register(counted("0-a.b", time.Second, &runs))
	if names := r.Names(); len(names) != 2 || names[0] != "0-a.b" {
		t.Errorf("names are %v", names)
	}
	for name, j := range map[string]Job{
		"twice":       counted("a", time.Second, &runs),
		"no name":     counted("", time.Second, &runs),
		"blank":       counted("a b", time.Second, &runs),
		"long":        counted(strings.Repeat("a", 33), time.Second, &runs),
		"no schedule": counted("b", 0, &runs),
		"no function": {Name: "b", Every: time.Second},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s was registered", name)
				}
			}()
			r.Register(j)
		}()
	}
}
