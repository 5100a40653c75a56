// SPDX-License-Identifier: AGPL-3.0-or-later

package job

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
)

// held starts a job by hand that runs until the test lets it go.
func held(t *testing.T, r *Runner, name string) (letGo func() error) {
	t.Helper()
	running, release, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	r.Register(Job{Name: name, Every: time.Minute, Run: func(context.Context, access.Actor) error {
		close(running)
		<-release
		return nil
	}})
	go func() { ended <- r.Run(context.WithoutCancel(t.Context()), name) }()
	<-running
	return func() error { close(release); return <-ended }
}

func TestOneProcessRunsAJob(t *testing.T) {
	run(t, func(t *testing.T, l *ledger.Ledger, c *clock) {
		here, there := New(l, nil, c.now), New(l, nil, c.now)
		letGo := held(t, here, "payouts")
		runs := 0
		there.Register(counted("payouts", time.Minute, &runs))
		before := commands(t, l)
		there.Tick(t.Context())
		c.pass(30 * time.Second)
		there.Tick(t.Context())
		if err := there.Run(t.Context(), "payouts"); !errors.Is(err, ErrRunning) {
			t.Errorf("by hand in the other process: %v", err)
		}
		if err := here.Run(t.Context(), "payouts"); !errors.Is(err, ErrRunning) {
			t.Errorf("by hand in the same process: %v", err)
		}
		if runs != 0 || commands(t, l) != before {
			t.Errorf("%d runs and %d commands while the lease was held", runs, commands(t, l)-before)
		}
		if s := state(t, l, "payouts"); s.Outcome != Running || !s.LeaseUntil.After(c.now()) {
			t.Errorf("state is %+v", s)
		}
		if err := letGo(); err != nil {
			t.Fatal(err)
		}
		c.pass(time.Minute)
		if there.Tick(t.Context()); runs != 1 {
			t.Errorf("%d runs after the lease was given back", runs)
		}
	})
}

func TestADeadProcessIsFollowed(t *testing.T) {
	run(t, func(t *testing.T, l *ledger.Ledger, c *clock) {
		dead, alive := New(l, nil, c.now), New(l, nil, c.now)
		letGo := held(t, dead, "payouts")
		runs := 0
		alive.Register(counted("payouts", 24*time.Hour, &runs))
		c.pass(leaseTime - time.Microsecond)
		if alive.Tick(t.Context()); runs != 0 {
			t.Fatal("the lease was taken before it ran out")
		}
		c.pass(time.Microsecond)
		if alive.Tick(t.Context()); runs != 1 {
			t.Fatalf("%d runs after the lease ran out, want 1 at once", runs)
		}
		if err := letGo(); !errors.Is(err, errLost) {
			t.Errorf("the first run ended with %v", err)
		}
		if s := state(t, l, "payouts"); s.Outcome != Done || s.Runs != 2 {
			t.Errorf("state is %+v", s)
		}
	})
}

func TestALostLeaseStopsTheWork(t *testing.T) {
	run(t, func(t *testing.T, l *ledger.Ledger, c *clock) {
		r := New(l, nil, c.now)
		r.leaseTime = 3 * time.Millisecond
		running := make(chan struct{})
		r.Register(Job{Name: "long", Every: time.Minute, Run: func(ctx context.Context, _ access.Actor) error {
			close(running)
			<-ctx.Done()
			return ctx.Err()
		}})
		ended := make(chan error, 1)
		go func() { ended <- r.Run(context.WithoutCancel(t.Context()), "long") }()
		<-running
		thief := l.NewID()
		_, err := l.Execute(t.Context(), ledger.Command{Actor: System(), Action: access.JobLease, Key: freshKey(l)},
			func(tx *ledger.Tx) (ident.Ref, error) {
				return ident.Ref{}, tx.Guard(ErrUnknown, `UPDATE jobs SET owner = $2 WHERE name = $1`, "long", thief[:])
			})
		if err != nil {
			t.Fatal(err)
		}
		if err := <-ended; !errors.Is(err, errLost) {
			t.Errorf("the run ended with %v", err)
		}
		if s := state(t, l, "long"); s.Outcome != Running {
			t.Errorf("the thief's state was overwritten: %+v", s)
		}
	})
}

func TestALeaseIsRenewed(t *testing.T) {
	run(t, func(t *testing.T, l *ledger.Ledger, c *clock) {
		r := New(l, nil, c.now)
		r.leaseTime = 3 * time.Millisecond
		r.Register(Job{Name: "long", Every: time.Minute, Run: func(ctx context.Context, _ access.Actor) error {
			first, err := stateOf(ctx, l.Reader(), "long")
			if err != nil {
				return err
			}
			c.pass(time.Second)
			for ctx.Err() == nil {
				s, err := stateOf(ctx, l.Reader(), "long")
				if err != nil || s.LeaseUntil.After(first.LeaseUntil) {
					return err
				}
			}
			return ctx.Err()
		}})
		if err := r.Run(t.Context(), "long"); err != nil {
			t.Error(err)
		}
	})
}

func TestRunByHand(t *testing.T) {
	run(t, func(t *testing.T, l *ledger.Ledger, c *clock) {
		runs := 0
		j := counted("expire", time.Hour, &runs)
		j.Due = func(context.Context) (bool, error) { return false, nil }
		r := New(l, nil, c.now)
		r.Register(j)
		for range 2 {
			if err := r.Run(t.Context(), "expire"); err != nil {
				t.Error(err)
			}
		}
		if runs != 2 {
			t.Errorf("%d runs by hand, want 2, whatever the schedule says", runs)
		}
		if err := r.Run(t.Context(), "expired"); !errors.Is(err, ErrUnknown) {
			t.Errorf("an unknown name: %v", err)
		}
		list, err := States(t.Context(), l.Journal)
		if err != nil || len(list) != 1 || list[0].Name != "expire" || list[0].Runs != 2 {
			t.Errorf("states are %+v, %v", list, err)
		}
	})
}

func TestStartAndStop(t *testing.T) {
	run(t, func(t *testing.T, l *ledger.Ledger, _ *clock) {
		r := New(l, nil, db.Now)
		ran, begun := make(chan struct{}, 1000), make(chan struct{}, 2)
		r.Register(Job{Name: "often", Every: time.Millisecond, Run: func(context.Context, access.Actor) error { ran <- struct{}{}; return nil }})
		r.Register(Job{Name: "long", Every: time.Hour, Run: func(ctx context.Context, a access.Actor) error {
			if a.ID != System().ID {
				t.Errorf("the actor is %+v", a)
			}
			begun <- struct{}{}
			<-ctx.Done()
			return ctx.Err()
		}})
		r.Stop()
		r.Start(t.Context())
		r.Start(t.Context())
		<-begun
		<-ran
		<-ran
		r.Stop()
		r.Stop()
		if s := state(t, l, "long"); s.Outcome != Stopped || s.Problem != "" || !s.LeaseUntil.IsZero() {
			t.Errorf("state is %+v", s)
		}
		// What was stopped in the middle goes on at once, a thing that ended waits.
		again := New(l, nil, db.Now)
		again.Register(r.find("long").Job)
		again.Start(t.Context())
		<-begun
		again.Stop()
	})
}

func TestProbe(t *testing.T) {
	run(t, func(t *testing.T, l *ledger.Ledger, c *clock) {
		for range 3 {
			if err := Probe(t.Context(), l); err != nil {
				t.Errorf("a book that can be changed: %v", err)
			}
		}
		list, err := States(t.Context(), l.Journal)
		if err != nil || len(list) != 0 || commands(t, l) != 0 {
			t.Errorf("the probe left %+v, %d commands, %v", list, commands(t, l), err)
		}
		l.Close()
		if err := Probe(t.Context(), l); !errors.Is(err, ledger.ErrClosed) {
			t.Errorf("a closed book: %v", err)
		}
	})
}

func TestNobodyButTheSystemTakesLeases(t *testing.T) {
	for _, role := range access.Roles() {
		if s := access.ScopeOf(role, access.JobLease); s != access.None {
			t.Errorf("%s may take leases on %s", role, s)
		}
	}
	if access.System.Valid() {
		t.Error("the system's role can be granted to a person")
	}
}
