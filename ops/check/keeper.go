// SPDX-License-Identifier: AGPL-3.0-or-later

package check

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ops/job"
)

// JobName is the name of the job that checks the book.
const JobName = "verify"

// Outcome is how a check of the whole book ended.
type Outcome struct {
	At     time.Time // when it ended, UTC
	Report Report
	Err    error // nil where everything is right
}

// Keeper checks a book and remembers how that ended. It is safe for concurrent
// use.
type Keeper struct {
	journal *ledger.Journal
	now     func() time.Time
	failed  func()
	checks  []Named

	running sync.Mutex // one check at a time: each reads the whole book

	mu   sync.Mutex
	last *Outcome
}

// NewKeeper returns a keeper of a book. failed is called for every check that
// found a difference or could not end, for the metrics; it may be nil.
func NewKeeper(j *ledger.Journal, now func() time.Time, failed func(), checks ...Named) *Keeper {
	if failed == nil {
		failed = func() {}
	}
	return &Keeper{journal: j, now: now, failed: failed, checks: checks}
}

// Run checks the book as the function Run does, and remembers the outcome
// unless ctx ended first.
func (k *Keeper) Run(ctx context.Context, progress Progress) (Report, error) {
	k.running.Lock()
	defer k.running.Unlock()
	report, err := Run(ctx, k.journal, progress, k.checks...)
	if err != nil && ctx.Err() != nil {
		return report, err
	}
	if err != nil {
		k.failed()
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.last = &Outcome{At: k.now().UTC(), Report: report, Err: err}
	return report, err
}

// Last returns how the last check of this process ended, and false before the
// first.
func (k *Keeper) Last() (Outcome, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.last == nil {
		return Outcome{}, false
	}
	return *k.last, true
}

// Ready returns what the last check found wrong, for the readiness of the
// service; nil before the first. Euros that the fund lacks are for the treasurer
// to bring and no reason to stop paying, so they do not count here.
func (k *Keeper) Ready(context.Context) error {
	last, ok := k.Last()
	if !ok {
		return nil
	}
	var d *Difference
	if errors.As(last.Err, &d) && d.Check == Fund {
		return nil
	}
	return last.Err
}

// Job returns the job that checks the book every so often.
func (k *Keeper) Job(every time.Duration) job.Job {
	return job.Job{Name: JobName, Every: every, Run: func(ctx context.Context, _ access.Actor) error {
		_, err := k.Run(ctx, nil)
		return err
	}}
}
