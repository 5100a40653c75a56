// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
)

// searchSpan is how many numbers one page of a search looks through: what is
// sought may be rare, and a page must not read the whole book.
const searchSpan = 20_000

// Span bounds a list of the journal, newest first: what is older than Before, or
// next to After on its newer side; both 0 for the newest. From and Until bound
// it by instants, the zero time for no bound.
type Span struct {
	Before, After int64
	From, Until   time.Time // from included, until excluded
	Limit         int       // 50 where zero, 200 at most
}

// Edges are the cursors of the pages beside one: numbers for Before and After, 0
// where there is nothing more that way.
type Edges struct{ Older, Newer int64 }

// Record is one executed command as the audit trail keeps it.
type Record struct {
	Number   int64
	At       time.Time
	Actor    ident.User
	Action   access.Action
	Key      string // idempotency key that came with it
	Ref      ident.Ref
	Subjects []string // ids of other things it touched
	Result   []byte   // JSON that it answered with, nil for none
}

// RecordFilter says which commands to list: of one action and of one actor,
// where they are given.
type RecordFilter struct {
	Span
	Action access.Action
	Actor  ident.User
}

const (
	sqlRecordColumns = `SELECT seq, at, actor, action, key, ref, COALESCE(subjects, ''), result FROM commands `
	sqlRecord        = sqlRecordColumns + `WHERE seq = $1`
	sqlRecordsDown   = sqlRecordColumns + `WHERE seq > $1 AND seq <= $2 AND ($3 = '' OR action = $3) AND (actor = $4 OR $4 IS NULL) ORDER BY seq DESC LIMIT $5`
	sqlRecordsUp     = sqlRecordColumns + `WHERE seq > $1 AND seq <= $2 AND ($3 = '' OR action = $3) AND (actor = $4 OR $4 IS NULL) ORDER BY seq LIMIT $5`
	// The words of the index commands_of_settings, so that it is used.
	sqlSettings  = sqlRecordColumns + `WHERE action IN ('currency.open', 'currency.set') ORDER BY seq DESC LIMIT $1`
	sqlCommandAt = `SELECT at FROM commands WHERE seq = $1`
	sqlRecordsOf = sqlRecordColumns + `WHERE seq > $1 AND seq <= $2 AND at = $3 ORDER BY seq`
)

// Record reads a command by its number, or returns ErrMissing.
func (j *Journal) Record(ctx context.Context, number int64) (Record, error) {
	list, err := records(j.db.Reader().QueryContext(ctx, sqlRecord, number))
	if err != nil {
		return Record{}, err
	}
	if len(list) == 0 {
		return Record{}, ErrMissing
	}
	return list[0], nil
}

// Records lists commands, newest first. A page may hold fewer than were asked
// for, or none, and have a cursor all the same: one page looks through a part of
// the book only.
func (j *Journal) Records(ctx context.Context, f RecordFilter) ([]Record, Edges, error) {
	var list []Record
	var edges Edges
	err := j.db.Snapshot(ctx, func(r db.Reader) error {
		h, _, err := readHead(ctx, r, sqlHead)
		if err != nil {
			return err
		}
		w, err := f.window(h.command, func(seq int64) (int64, error) { return instantOf(ctx, r, sqlCommandAt, seq) })
		if err != nil {
			return err
		}
		query := sqlRecordsDown
		if w.up {
			query = sqlRecordsUp
		}
		list, err = records(r.QueryContext(ctx, query, w.after, w.last, string(f.Action), f.Actor, f.limit()))
		if err != nil {
			return err
		}
		numbers := make([]int64, len(list))
		for i, record := range list {
			numbers[i] = record.Number
		}
		edges = w.edges(numbers, f.limit())
		if w.up {
			slices.Reverse(list)
		}
		return nil
	})
	return list, edges, err
}

// SettingsRecords lists the commands that decided the settings of the currency,
// newest first, the one that opened it among them.
func (j *Journal) SettingsRecords(ctx context.Context, limit int) ([]Record, error) {
	return records(j.db.Reader().QueryContext(ctx, sqlSettings, limit))
}

// RecordsAt lists the commands of the batch that was committed at an instant and
// that made or touched a thing: the way from a row to the command that made it.
func (j *Journal) RecordsAt(ctx context.Context, at time.Time, ref ident.Ref) ([]Record, error) {
	var found []Record
	err := j.db.Snapshot(ctx, func(r db.Reader) error {
		h, _, err := readHead(ctx, r, sqlHead)
		if err != nil {
			return err
		}
		edge := func(limit int64) (int64, error) {
			return lastWhere(h.command, func(seq int64) (bool, error) {
				us, err := instantOf(ctx, r, sqlCommandAt, seq)
				return us <= limit, err
			})
		}
		before, err := edge(at.UnixMicro() - 1)
		if err != nil {
			return err
		}
		last, err := edge(at.UnixMicro())
		if err != nil {
			return err
		}
		list, err := records(r.QueryContext(ctx, sqlRecordsOf, before, last, at.UnixMicro()))
		for _, record := range list {
			if record.Ref == ref || slices.Contains(record.Subjects, ref.String()) {
				found = append(found, record)
			}
		}
		return err
	})
	return found, err
}

func records(rows *sql.Rows, err error) ([]Record, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Record
	for rows.Next() {
		var c Record
		var at int64
		var ref []byte
		var subjects string
		var result sql.NullString
		if err := rows.Scan(&c.Number, &at, &c.Actor, &c.Action, &c.Key, &ref, &subjects, &result); err != nil {
			return nil, err
		}
		if c.Ref, err = ident.Unpack(ref); err != nil {
			return nil, err
		}
		c.At, c.Subjects = time.UnixMicro(at).UTC(), strings.Fields(subjects)
		if result.Valid {
			c.Result = []byte(result.String)
		}
		list = append(list, c)
	}
	return list, rows.Err()
}

func instantOf(ctx context.Context, r db.Reader, query string, seq int64) (int64, error) {
	var at int64
	err := r.QueryRowContext(ctx, query, seq).Scan(&at)
	return at, err
}

// limit is how many a page holds at most.
func (s Span) limit() int {
	if s.Limit <= 0 {
		return 50
	}
	return min(s.Limit, 200)
}

// window is the numbers that one page looks through, those after the first and
// up to the last, upwards or downwards; low and high bound the whole list.
type window struct {
	after, last, low, high int64
	up                     bool
}

// window computes what a page of the span looks through in a list numbered from
// 1 to top, whose instants never fall.
func (s Span) window(top int64, instant func(int64) (int64, error)) (window, error) {
	w := window{high: top}
	before := func(t time.Time) (int64, error) {
		return lastWhere(top, func(seq int64) (bool, error) {
			at, err := instant(seq)
			return at < t.UnixMicro(), err
		})
	}
	var err error
	if !s.From.IsZero() {
		if w.low, err = before(s.From); err != nil {
			return window{}, err
		}
	}
	if !s.Until.IsZero() {
		if w.high, err = before(s.Until); err != nil {
			return window{}, err
		}
	}
	if s.After > 0 {
		w.up, w.after = true, max(w.low, s.After)
		w.last = min(w.high, w.after+searchSpan)
		return w, nil
	}
	w.last = w.high
	if s.Before > 0 {
		w.last = min(w.high, s.Before-1)
	}
	w.after = max(w.low, w.last-searchSpan)
	return w, nil
}

// edges gives the cursors of a page from the numbers it found, in the order in
// which they were looked for.
func (w window) edges(found []int64, limit int) Edges {
	first, last := w.after, w.last // what was looked through, whole or up to the limit
	if len(found) == limit && w.up {
		last = found[limit-1]
	}
	if len(found) == limit && !w.up {
		first = found[limit-1] - 1
	}
	var e Edges
	if first > w.low {
		e.Older = first + 1
	}
	if last < w.high {
		e.Newer = last
	}
	return e
}
