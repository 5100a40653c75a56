// SPDX-License-Identifier: AGPL-3.0-or-later

package alert

import (
	"context"
	"fmt"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Kind is what a threshold is about.
type Kind string

// The kinds.
const (
	Gap      Kind = "gap"
	Coverage Kind = "coverage"
	Awaited  Kind = "awaited"
)

func kinds() []Kind { return []Kind{Gap, Coverage, Awaited} }

// Figures are what is watched, at an instant.
type Figures struct {
	At          time.Time    `json:"at"`
	Gap         money.Amount `json:"gap_eur"`
	Backing     money.Amount `json:"backing_eur"`
	Coverage    string       `json:"coverage"`     // of the published fund, without surplus or receivables
	AwaitedDays int          `json:"awaited_days"` // for how long the oldest awaited euros are; 0 for none
}

// Part is the coverage in hundredths of a percent, floored, at most all of it:
// 0 where more is lacking than is owed for units.
func (r Figures) Part() int64 {
	rate, err := money.ParseRate(r.Coverage)
	switch {
	case r.Gap <= 0:
		return 100_00
	case err != nil:
		return 0
	}
	return rate.Hundredths()
}

// Alert is a threshold that is crossed.
type Alert struct {
	Kind   Kind      `json:"kind"`
	ToldAt time.Time `json:"told_at,omitzero"` // when the treasurers were written to; left out before
}

// Watch is what is watched, how it stands, and what is crossed.
type Watch struct {
	Thresholds Thresholds `json:"thresholds"`
	Revision   int64      `json:"revision"` // of the thresholds; who decides others names it
	Figures    Figures    `json:"now"`
	Alerts     []Alert    `json:"items"`
}

// crossed says whether a reading is beyond a threshold; no threshold is never
// crossed.
func (t Thresholds) crossed(k Kind, r Figures) bool {
	switch k {
	case Gap:
		return t.Gap != nil && r.Gap > *t.Gap
	case Coverage:
		// Where nothing backs anything but euros are lacking, nothing is covered.
		return t.Coverage != nil && r.Gap > 0 && (r.Backing-r.Gap < t.Coverage.Floor(r.Backing) || r.Backing == 0)
	default:
		return t.AwaitedDays != nil && r.AwaitedDays > *t.AwaitedDays
	}
}

// Now returns the thresholds with the figures of this instant. It returns
// ErrForbidden, or an error of the engine.
func (s *Service) Now(ctx context.Context, actor access.Actor) (Watch, error) {
	if err := access.Allow(actor, access.AlertRead, ident.Holder{}); err != nil {
		return Watch{}, err
	}
	w, err := s.watch(ctx)
	if err != nil {
		return Watch{}, err
	}
	list := Watch{Thresholds: w.Thresholds, Revision: w.revision, Figures: w.figures, Alerts: []Alert{}}
	for _, k := range kinds() {
		if w.crossed(k, w.figures) {
			list.Alerts = append(list.Alerts, Alert{k, w.told[k]})
		}
	}
	return list, nil
}

// state is everything that a look compares.
type state struct {
	decided
	figures Figures
	told    map[Kind]time.Time
}

func (s *Service) watch(ctx context.Context) (state, error) {
	fund, err := s.fund.Fund(ctx, time.Time{})
	if err != nil {
		return state{}, err
	}
	now := s.ledger.Now()
	w := state{told: make(map[Kind]time.Time),
		figures: Figures{At: now, Gap: fund.Total.Gap, Backing: fund.Total.Backing, Coverage: fund.Total.Coverage}}
	err = s.ledger.Snapshot(ctx, func(r db.Reader) error {
		if w.decided, err = thresholds(ctx, r); err != nil {
			return err
		}
		var oldest int64
		if err := r.QueryRowContext(ctx, sqlOldest, now.UnixMicro()).Scan(&oldest); err != nil {
			return err
		}
		if oldest > 0 {
			w.figures.AwaitedDays = max(0, int(civil.Of(now)-civil.Of(time.UnixMicro(oldest))))
		}
		return w.readTold(ctx, r)
	})
	return w, err
}

func (w *state) readTold(ctx context.Context, r db.Reader) error {
	rows, err := r.QueryContext(ctx, sqlAlerts)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var k Kind
		var at int64
		if err := rows.Scan(&k, &at); err != nil {
			return err
		}
		w.told[k] = time.UnixMicro(at).UTC()
	}
	return rows.Err()
}

// Tell writes within a command to the treasurers that a threshold was crossed.
type Tell func(tx *ledger.Tx, n News) error

// News is what the treasurers are told.
type News struct {
	Kind       Kind       `json:"kind"`
	Crossed    bool       `json:"crossed"` // false: it is well again, and nobody is told
	Figures    Figures    `json:"now"`
	Thresholds Thresholds `json:"thresholds"`
}

// Look compares the fund with the thresholds, tells each crossing once and notes
// what is well again. It returns how many were told, ErrForbidden, or an error of
// the engine.
func (s *Service) Look(ctx context.Context, actor access.Actor, tell Tell) (int, error) {
	w, err := s.watch(ctx)
	if err != nil {
		return 0, err
	}
	told := 0
	for _, k := range kinds() {
		n := News{Kind: k, Crossed: w.crossed(k, w.figures), Figures: w.figures, Thresholds: w.Thresholds}
		if _, known := w.told[k]; known == n.Crossed {
			continue
		}
		if err := s.note(ctx, actor, w, n, tell); err != nil {
			return told, err
		}
		if n.Crossed {
			told++
		}
	}
	return told, nil
}

// note writes one crossing down, or one recovery. Both hold only for the thresholds
// that were measured by; the next look sees the new ones.
func (s *Service) note(ctx context.Context, actor access.Actor, w state, n News, tell Tell) error {
	key := fmt.Sprintf("fund-alert/%s/%d", n.Kind, n.Figures.At.UnixMicro())
	_, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.AlertLook, Key: key, Input: n}, func(tx *ledger.Tx) (ident.Ref, error) {
		if !n.Crossed {
			_, err := tx.Exec(sqlRecover, string(n.Kind), w.revision)
			return ident.Ref{}, err
		}
		written, err := tx.Exec(sqlTell, string(n.Kind), tx.Now().UnixMicro(), w.revision)
		if err != nil || written == 0 {
			return ident.Ref{}, err
		}
		return ident.Ref{}, tell(tx, n)
	})
	return err
}

// Due says whether a look could find anything: nothing is watched before a
// treasurer decides so, and what was told is no news. It only reads.
func (s *Service) Due(ctx context.Context) (bool, error) {
	d, err := thresholds(ctx, s.ledger.Reader())
	if err != nil || d.revision == 0 {
		return false, err
	}
	w, err := s.watch(ctx)
	if err != nil {
		return false, err
	}
	for _, k := range kinds() {
		if _, known := w.told[k]; known != w.crossed(k, w.figures) {
			return true, nil
		}
	}
	return false, nil
}
