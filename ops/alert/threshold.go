// SPDX-License-Identifier: AGPL-3.0-or-later

package alert

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Service watches the fund of a book, through the ledger's one door.
type Service struct {
	ledger *ledger.Ledger
	fund   *conversion.View
}

// New returns the service of an open book.
func New(l *ledger.Ledger) *Service {
	return &Service{ledger: l, fund: conversion.NewView(l.Journal, l.Now)}
}

// mostDays is for how many days at most euros may be awaited untold.
const mostDays = 366

// Thresholds say from when on the treasurers are written to; whatever is left out
// is not watched.
type Thresholds struct {
	Gap         *money.Amount `json:"gap_eur,omitempty"`      // above this gap of the fund; 0.00 tells any
	Coverage    *money.Rate   `json:"coverage,omitempty"`     // below this part of the backing
	AwaitedDays *int          `json:"awaited_days,omitempty"` // euros awaited for more days than these, 1 to 366
}

// Any says whether anything is watched.
func (t Thresholds) Any() bool { return t.Gap != nil || t.Coverage != nil || t.AwaitedDays != nil }

// Check returns ErrInvalid for what no fund could cross, with every place that is
// wrong. Decide checks the same.
func (t Thresholds) Check() error {
	var check fault.Check
	check.That(t.Gap == nil || *t.Gap >= 0 && *t.Gap <= money.Max, "/gap_eur", "must be an amount of zero or more")
	check.That(t.Coverage == nil || !t.Coverage.IsZero(), "/coverage", "must be above 0")
	check.That(t.AwaitedDays == nil || *t.AwaitedDays >= 1 && *t.AwaitedDays <= mostDays, "/awaited_days", "must be 1 to 366 days")
	return check.Err()
}

// decided are the thresholds that hold, with their revision: 0 before the first
// decision.
type decided struct {
	Thresholds
	revision int64
}

// DecideInput are other thresholds, made from those of a revision.
type DecideInput struct {
	Revision int64 `json:"revision"` // that was read; 0 before the first decision
	Thresholds
}

// Decide replaces the thresholds that were read: of two who decide at once, the
// second is refused. It returns ErrForbidden, ErrInvalid and ErrChanged.
func (s *Service) Decide(ctx context.Context, actor access.Actor, key string, in DecideInput) (Thresholds, bool, error) {
	if err := access.Allow(actor, access.AlertSet, ident.Holder{}); err != nil {
		return Thresholds{}, false, err
	}
	if err := in.Check(); err != nil {
		return Thresholds{}, false, err
	}
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.AlertSet, Key: key, Input: in}, func(tx *ledger.Tx) (ident.Ref, error) {
		var gap, coverage, days any
		if in.Gap != nil {
			gap = *in.Gap
		}
		if in.Coverage != nil {
			coverage = in.Coverage.String()
		}
		if in.AwaitedDays != nil {
			days = *in.AwaitedDays
		}
		decide := sqlDecide
		if in.Revision == 0 {
			decide = sqlFirst
		}
		if err := tx.Guard(ErrChanged, decide, gap, coverage, days, tx.Actor().ID, tx.Now().UnixMicro(), in.Revision); err != nil {
			return ident.Ref{}, err
		}
		return ident.Ref{}, tx.Keep(in.Thresholds)
	})
	if err != nil {
		return Thresholds{}, false, err
	}
	var kept Thresholds
	return kept, out.Replayed, json.Unmarshal(out.Result, &kept)
}

// thresholds reads what holds.
func thresholds(ctx context.Context, r db.Reader) (decided, error) {
	var d decided
	var gap, days sql.NullInt64
	var coverage sql.NullString
	err := r.QueryRowContext(ctx, sqlThresholds).Scan(&gap, &coverage, &days, &d.revision)
	if errors.Is(err, sql.ErrNoRows) {
		return decided{}, nil
	}
	if err != nil {
		return decided{}, err
	}
	if gap.Valid {
		amount := money.Amount(gap.Int64)
		d.Gap = &amount
	}
	if coverage.Valid {
		rate, err := money.ParseRate(coverage.String)
		if err != nil {
			return decided{}, err
		}
		d.Coverage = &rate
	}
	if days.Valid {
		n := int(days.Int64)
		d.AwaitedDays = &n
	}
	return d, nil
}
