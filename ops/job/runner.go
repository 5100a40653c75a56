// SPDX-License-Identifier: AGPL-3.0-or-later

package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/noria-mlc/noria/ledger"
)

// Runner looks at registered jobs and runs those that are due. It is safe for
// concurrent use once every job is registered.
type Runner struct {
	ledger    *ledger.Ledger
	log       *slog.Logger
	now       func() time.Time
	leaseTime time.Duration
	jobs      []*scheduled

	mu   sync.Mutex
	stop context.CancelFunc // nil while not started
	wg   sync.WaitGroup
}

// scheduled is a job and how it went in this process.
type scheduled struct {
	Job
	mu       sync.Mutex // held while this process looks at the job
	next     time.Time  // before this instant it is not looked at
	failures int        // runs or looks that failed, one after the other
}

// New returns a runner without jobs. The clock is the book's where now is nil:
// the processes that share a book share it too, whatever their machines say.
// Nothing is logged where log is nil.
func New(l *ledger.Ledger, log *slog.Logger, now func() time.Time) *Runner {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	if now == nil {
		now = l.Now
	}
	return &Runner{ledger: l, log: log, now: now, leaseTime: leaseTime}
}

// Register adds a job, before Start. It panics on a job without a name, a
// schedule or a function, and on a name that is taken: both are mistakes of the
// program.
func (r *Runner) Register(j Job) {
	if !j.wellFormed() {
		panic(fmt.Sprintf("job: %q cannot be registered", j.Name))
	}
	if r.find(j.Name) != nil {
		panic(fmt.Sprintf("job: %q is registered twice", j.Name))
	}
	r.jobs = append(r.jobs, &scheduled{Job: j})
}

// Names lists the registered jobs in order.
func (r *Runner) Names() []string {
	names := make([]string, 0, len(r.jobs))
	for _, j := range r.jobs {
		names = append(names, j.Name)
	}
	slices.Sort(names)
	return names
}

func (r *Runner) find(name string) *scheduled {
	for _, j := range r.jobs {
		if j.Name == name {
			return j
		}
	}
	return nil
}

// Start looks at the jobs on their schedules, each in a goroutine of its own,
// until Stop is called or ctx ends. Starting twice changes nothing.
func (r *Runner) Start(ctx context.Context) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stop != nil {
		return
	}
	ctx, r.stop = context.WithCancel(ctx)
	for _, j := range r.jobs {
		r.wg.Go(func() { r.loop(ctx, j) })
	}
}

// Stop tells the running jobs to end and waits for them. Stopping twice, or
// before Start, changes nothing.
func (r *Runner) Stop() {
	r.mu.Lock()
	stop := r.stop
	r.stop = nil
	r.mu.Unlock()
	if stop != nil {
		stop()
	}
	r.wg.Wait()
}

func (r *Runner) loop(ctx context.Context, j *scheduled) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		timer.Reset(max(r.look(ctx, j), time.Millisecond))
	}
}

// Tick looks at every job once, in the order of registration, and runs those
// that are due. Programs use Start; Tick is for those that set the clock.
func (r *Runner) Tick(ctx context.Context) {
	for _, j := range r.jobs {
		r.look(ctx, j)
	}
}

// Run runs a job now, by hand, whatever its schedule and its Due say. It returns
// ErrUnknown, ErrRunning, or the error of the job.
func (r *Runner) Run(ctx context.Context, name string) error {
	j := r.find(name)
	if j == nil {
		return ErrUnknown
	}
	l, err := r.take(ctx, name, r.now(), whatever)
	if err != nil {
		return err
	}
	return r.run(ctx, j, l)
}

// look runs a job if it is due and returns how long to wait before the next
// look.
func (r *Runner) look(ctx context.Context, j *scheduled) time.Duration {
	j.mu.Lock()
	defer j.mu.Unlock()
	now := r.now()
	if wait := j.next.Sub(now); wait > 0 {
		return wait
	}
	wait, err := r.attempt(ctx, j, now)
	switch {
	case errors.Is(err, ErrRunning):
		wait = min(j.Every, r.leaseTime)
	case err != nil:
		j.failures++
		wait = j.backOff()
		if ctx.Err() == nil {
			r.log.Error("job failed", "job", j.Name, "failures", j.failures, "next_in", wait, "error", err)
		}
	default:
		j.failures = 0
	}
	j.next = now.Add(wait)
	return wait
}

// backOff is how long to wait after failures: the schedule, doubled with each
// failure up to an hour.
func (j *scheduled) backOff() time.Duration {
	wait := min(j.Every, time.Hour)
	for range min(j.failures, 20) {
		wait = min(2*wait, time.Hour)
	}
	return wait
}

// attempt runs the job if its schedule and its Due say so, and returns how long
// to wait.
func (r *Runner) attempt(ctx context.Context, j *scheduled, now time.Time) (time.Duration, error) {
	s, err := stateOf(ctx, r.ledger.Reader(), j.Name)
	if err != nil {
		return 0, err
	}
	if s.leased(now) {
		return min(j.Every, s.LeaseUntil.Sub(now)), nil
	}
	// A run that ended is followed by another when its time has come; one that
	// was stopped, or whose process died in the middle, is taken up at once.
	before := now
	if s.Outcome == Done || (s.Outcome == Failed && j.failures == 0) {
		before = now.Add(-j.Every)
		if s.StartedAt.After(before) {
			return s.StartedAt.Sub(before), nil
		}
	}
	if j.Due != nil {
		due, err := j.Due(ctx)
		if err != nil {
			return 0, fmt.Errorf("is %s due: %w", j.Name, err)
		}
		if !due {
			return j.Every, nil
		}
	}
	l, err := r.take(ctx, j.Name, before, s.Runs)
	if err != nil {
		return 0, err
	}
	return j.Every, r.run(ctx, j, l)
}

// run does the work under a lease, and records how it ended.
func (r *Runner) run(ctx context.Context, j *scheduled, l *lease) error {
	working, stop := context.WithCancelCause(ctx)
	var renewing sync.WaitGroup
	renewing.Go(func() { r.renew(working, stop, l) })
	err := j.protected(working)
	if cause := context.Cause(working); err != nil && errors.Is(cause, errLost) {
		err = errors.Join(err, cause)
	}
	stop(nil)
	renewing.Wait()

	outcome, problem := ended(ctx, err)
	// The outcome is recorded although the service is being stopped.
	if finish := l.finish(context.WithoutCancel(ctx), outcome, problem); finish != nil {
		return errors.Join(err, fmt.Errorf("record the end of %s: %w", j.Name, finish))
	}
	return err
}

// ended says what is recorded of a run that returned err under ctx.
func ended(ctx context.Context, err error) (Outcome, string) {
	switch {
	case err == nil:
		return Done, ""
	case ctx.Err() != nil:
		return Stopped, ""
	}
	problem := err.Error()
	return Failed, strings.ToValidUTF8(problem[:min(len(problem), problemLimit)], "")
}

// renew extends the lease while the work goes on, and stops the work where the
// lease was lost.
func (r *Runner) renew(ctx context.Context, stop context.CancelCauseFunc, l *lease) {
	ticker := time.NewTicker(r.leaseTime / 3)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		switch err := l.extend(ctx); {
		case errors.Is(err, errLost):
			stop(errLost)
			return
		case err != nil && ctx.Err() == nil:
			r.log.Warn("lease not renewed", "job", l.name, "error", err)
		}
	}
}

// protected runs the job and turns a panic into an error.
func (j *scheduled) protected(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in job %s: %v\n%s", j.Name, p, debug.Stack())
		}
	}()
	return j.Run(ctx, System())
}
