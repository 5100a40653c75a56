// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// View reads the euro border of a book. It works beside a running server.
type View struct {
	journal *ledger.Journal
	now     func() time.Time
}

// NewView returns the reading half; now is the clock by which campaigns close
// and conversions expire.
func NewView(j *ledger.Journal, now func() time.Time) *View { return &View{journal: j, now: now} }

// Service changes the euro border, through the ledger's one door. It embeds the
// View that reads it.
type Service struct {
	*View
	ledger *ledger.Ledger
}

// New returns the service of an open book, on the book's clock.
// What follows here from the commands of every room follows from now on.
func New(l *ledger.Ledger) *Service {
	l.Covenant(dutiesName, follow)
	return &Service{View: NewView(l.Journal, l.Now), ledger: l}
}

// rows is what the present state is read from: a command's Tx, which sees its
// batch, or what is committed.
type rows interface {
	Query(query string, args ...any) (*sql.Rows, error)
	QueryRow(query string, args ...any) *sql.Row
}

// committed reads what is committed.
type committed struct {
	ctx    context.Context
	reader db.Reader
}

func (c committed) Query(query string, args ...any) (*sql.Rows, error) {
	return c.reader.QueryContext(c.ctx, query, args...)
}

func (c committed) QueryRow(query string, args ...any) *sql.Row {
	return c.reader.QueryRowContext(c.ctx, query, args...)
}

func (v *View) committed(ctx context.Context) rows { return committed{ctx, v.journal.Reader()} }

// execute runs a command whose input has the given form error, nil where it is
// well formed. The right is checked before the form, and the answer is what the
// command kept.
func execute[T any](ctx context.Context, s *Service, c ledger.Command, form error, do func(*ledger.Tx) (ident.Ref, error)) (T, bool, error) {
	var none T
	if err := access.Allow(c.Actor, c.Action, c.Owner); err != nil {
		return none, false, err
	}
	if form != nil {
		return none, false, form
	}
	return answer[T](s.ledger.Execute(ctx, c, do))
}

// answer gives what a command kept, so that a repeated key is answered with the
// same thing although its state has moved on.
func answer[T any](out ledger.Outcome, err error) (T, bool, error) {
	var thing T
	if err != nil {
		return thing, false, err
	}
	if err := json.Unmarshal(out.Result, &thing); err != nil {
		return thing, false, fmt.Errorf("stored answer %s: %w", out.Ref, err)
	}
	return thing, out.Replayed, nil
}

// keep stores the thing that a command answers with and names it.
func keep(tx *ledger.Tx, thing any, ref ident.Ref) (ident.Ref, error) { return ref, tx.Keep(thing) }

// found turns the absence of a row into ErrMissing.
func found(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ledger.ErrMissing
	}
	return err
}

// collect scans every row of a list.
func collect[T any](list *sql.Rows, err error, scan func(db.Row) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer list.Close()
	things := []T{}
	for list.Next() {
		thing, err := scan(list)
		if err != nil {
			return nil, err
		}
		things = append(things, thing)
	}
	return things, list.Err()
}

// instant reads stored microseconds; zero and null are no instant.
func instant(at sql.NullInt64) time.Time {
	if at.Int64 == 0 {
		return time.Time{}
	}
	return time.UnixMicro(at.Int64).UTC()
}

// printable says whether s is 1 to limit printable characters, not all of them
// blank.
func printable(s string, limit int) bool {
	n := utf8.RuneCountInString(s)
	if n == 0 || n > limit || !utf8.ValidString(s) {
		return false
	}
	visible := false
	for _, r := range s {
		if !unicode.IsPrint(r) {
			return false
		}
		visible = visible || !unicode.IsSpace(r)
	}
	return visible
}

// payable says whether an amount can be moved: at least one cent, at most what
// a request can write.
func payable(a money.Amount) bool { return a > 0 && a <= money.Max }

// limit bounds the length of a list, 50 where none is asked.
func limit(asked int) int {
	if asked <= 0 {
		return 50
	}
	return min(asked, 200)
}

// micros writes an instant as microseconds, null for none.
func micros(at time.Time) sql.NullInt64 {
	if at.IsZero() {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: at.UnixMicro(), Valid: true}
}
