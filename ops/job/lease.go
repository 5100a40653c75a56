// SPDX-License-Identifier: AGPL-3.0-or-later

package job

import (
	"context"
	"encoding/hex"
	"errors"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
)

// lease is the right to run a job, held by one run.
type lease struct {
	runner *Runner
	name   string
	owner  ident.Bits
}

// step is the input of a command about a lease, as the audit trail keeps it.
type step struct {
	Job     string  `json:"job"`
	Step    string  `json:"step"`
	Owner   string  `json:"owner"`
	Outcome Outcome `json:"outcome,omitempty"`
}

// whatever is the number of runs for whoever does not mind which was the last.
const whatever = -1

// take takes the lease of a job where nobody holds it, its last run began at or
// before an instant and is the one that was seen: another process may have seen
// the same, and run the job meanwhile. It returns ErrRunning.
func (r *Runner) take(ctx context.Context, name string, before time.Time, seen int64) (*lease, error) {
	l := &lease{runner: r, name: name, owner: r.ledger.NewID()}
	now := r.now()
	err := l.execute(ctx, step{Step: "take"}, func(tx *ledger.Tx) error {
		if _, err := tx.Exec(sqlOpen, name); err != nil {
			return err
		}
		return tx.Guard(ErrRunning, sqlLease, name, l.owner[:], now.Add(r.leaseTime).UnixMicro(), now.UnixMicro(), max(before.UnixMicro(), 0), seen)
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

// extend renews the lease. It returns errLost where another run took it.
func (l *lease) extend(ctx context.Context) error {
	until := l.runner.now().Add(l.runner.leaseTime).UnixMicro()
	err := l.execute(ctx, step{Step: "extend"}, func(tx *ledger.Tx) error {
		return tx.Guard(ErrRunning, sqlExtend, l.name, l.owner[:], until)
	})
	if errors.Is(err, ErrRunning) {
		return errLost
	}
	return err
}

// finish gives the lease back and records how the run ended. It returns errLost
// where another run took the lease.
func (l *lease) finish(ctx context.Context, outcome Outcome, problem string) error {
	now := l.runner.now().UnixMicro()
	err := l.execute(ctx, step{Step: "finish", Outcome: outcome}, func(tx *ledger.Tx) error {
		return tx.Guard(ErrRunning, sqlFinish, l.name, l.owner[:], now, string(outcome), problem)
	})
	if errors.Is(err, ErrRunning) {
		return errLost
	}
	return err
}

// execute runs one command about the lease, with a key of its own: whatever
// becomes of it, the next look at the job starts from what the table says.
func (l *lease) execute(ctx context.Context, s step, do func(*ledger.Tx) error) error {
	s.Job, s.Owner = l.name, hex.EncodeToString(l.owner[:])
	_, err := l.runner.ledger.Execute(ctx, ledger.Command{Actor: System(), Action: access.JobLease, Key: freshKey(l.runner.ledger), Input: s},
		func(tx *ledger.Tx) (ident.Ref, error) { return ident.Ref{}, do(tx) })
	return err
}

// freshKey returns an idempotency key that no other call returns.
func freshKey(l *ledger.Ledger) string {
	id := l.NewID()
	return "job:" + hex.EncodeToString(id[:])
}

// Probe shows that the book can be changed: it sends a command through the one
// door that writes a row and then refuses itself, so that nothing stays of it.
// It returns nil, or what the door answers instead.
func Probe(ctx context.Context, l *ledger.Ledger) error {
	const name = "probe"
	_, err := l.Execute(ctx, ledger.Command{Actor: System(), Action: access.JobLease, Key: freshKey(l), Input: step{Job: name, Step: "probe"}},
		func(tx *ledger.Tx) (ident.Ref, error) {
			if _, err := tx.Exec(sqlOpen, name); err != nil {
				return ident.Ref{}, err
			}
			if err := tx.Guard(ErrUnknown, sqlProbe, name); err != nil {
				return ident.Ref{}, err
			}
			return ident.Ref{}, errProbe
		})
	if errors.Is(err, errProbe) {
		return nil
	}
	return err
}
