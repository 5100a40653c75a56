// SPDX-License-Identifier: AGPL-3.0-or-later

package job

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
)

// Outcome says how the last run of a job ended.
type Outcome string

// The outcomes.
const (
	Never   Outcome = "never"   // it has not run in this book
	Running Outcome = "running" // it runs, or its process died in the middle
	Done    Outcome = "done"
	Failed  Outcome = "failed"
	Stopped Outcome = "stopped" // the service was stopped in the middle
)

// State is what is known of a job. Instants are UTC, zero for never.
type State struct {
	Name       string    `json:"name"`
	Runs       int64     `json:"runs"`
	Outcome    Outcome   `json:"outcome"`
	Problem    string    `json:"problem,omitempty"` // the error of a run that failed
	StartedAt  time.Time `json:"started_at,omitzero"`
	FinishedAt time.Time `json:"finished_at,omitzero"`
	LeaseUntil time.Time `json:"lease_until,omitzero"` // until when the process that runs it holds it
}

// leased says whether a process holds the job at an instant.
func (s State) leased(now time.Time) bool { return s.LeaseUntil.After(now) }

// States lists every job that ever ran in the book, by name. It works beside a
// running server.
func States(ctx context.Context, j *ledger.Journal) ([]State, error) {
	rows, err := j.Reader().QueryContext(ctx, sqlStates)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []State
	for rows.Next() {
		s, err := scanState(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}

// stateOf reads one job; one that never ran has outcome Never.
func stateOf(ctx context.Context, r db.Reader, name string) (State, error) {
	s, err := scanState(r.QueryRowContext(ctx, sqlState, name))
	if errors.Is(err, sql.ErrNoRows) {
		return State{Name: name, Outcome: Never}, nil
	}
	return s, err
}

func scanState(row db.Row) (State, error) {
	var s State
	var lease, started, finished int64
	err := row.Scan(&s.Name, &s.Runs, &lease, &started, &finished, &s.Outcome, &s.Problem)
	s.LeaseUntil, s.StartedAt, s.FinishedAt = instant(lease), instant(started), instant(finished)
	return s, err
}

// instant reads a stored number of microseconds, zero for never.
func instant(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
