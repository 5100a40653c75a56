// SPDX-License-Identifier: AGPL-3.0-or-later

package move

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"reflect"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ops/check"
)

// Options say what is moved where.
type Options struct {
	From, To db.Config
	Checks   func(*ledger.Journal) []check.Named // of the rooms above the ledger, on the destination
	Progress func(what string, done, all int64)  // rows; nil for none
}

// Report is what was moved and found equal.
type Report struct {
	Head     ledger.Head
	Tables   int
	Rows     int64
	Accounts int
	// Fund is what the check of the guarantee fund says of the book, empty where
	// that is right. It was so before, and is no reason not to move.
	Fund string
}

// Run copies a book, or goes on copying it, and proves that both are equal. It
// returns ErrOccupied, ErrInUse, ErrSamePlace, ErrMoved, ErrSchemas, what
// db.Open returns for either side, the first difference, or an error of an
// engine; the destination is then no book, and Run may be called again.
func Run(ctx context.Context, o Options) (Report, error) {
	if o.Progress == nil {
		o.Progress = func(string, int64, int64) {}
	}
	if samePlace(o.From, o.To) {
		return Report{}, ErrSamePlace
	}
	o.From.ReadOnly, o.From.Alone = true, true
	from, err := db.Open(ctx, o.From)
	if err != nil {
		return Report{}, fmt.Errorf("source: %w", err)
	}
	defer from.Close()
	to, err := openDestination(ctx, o.To)
	if err != nil {
		return Report{}, fmt.Errorf("destination: %w", err)
	}
	m := &moving{Options: o, from: from, to: to}
	report, err := m.run(ctx)
	return report, errors.Join(err, to.Close())
}

// samePlace says whether two configurations surely name one book. Two names of
// one server are told apart by the head's lock.
func samePlace(a, b db.Config) bool {
	if a.Database != "" || b.Database != "" {
		return a.Database == b.Database
	}
	first, err1 := os.Stat(a.Data)
	second, err2 := os.Stat(b.Data)
	return err1 == nil && err2 == nil && os.SameFile(first, second)
}

// openDestination makes or migrates nothing where there is a book of another
// schema version already.
func openDestination(ctx context.Context, cfg db.Config) (*db.DB, error) {
	look := cfg
	look.ReadOnly = true
	d, err := db.Open(ctx, look)
	if err == nil {
		err = d.Close()
	}
	if err != nil && !errors.Is(err, db.ErrNoBook) {
		return nil, err
	}
	return db.Open(ctx, cfg)
}

// moving is one run.
type moving struct {
	Options
	from, to *db.DB
	schema   schema
	conn     *sql.Conn // writes the destination
	held     *sql.Conn // holds the source's head on a server
	head     row       // the source's
	entry    int       // place of the head's number of entries
	done     int64
	all      int64
	report   Report
}

func (m *moving) run(ctx context.Context) (Report, error) {
	theirs, err := readSchema(ctx, m.from)
	if err != nil {
		return Report{}, fmt.Errorf("source: %w", err)
	}
	if m.schema, err = readSchema(ctx, m.to); err != nil {
		return Report{}, fmt.Errorf("destination: %w", err)
	}
	if !m.schema.alike(theirs) {
		return Report{}, ErrSchemas
	}
	if err := m.hold(ctx); err != nil {
		return Report{}, fmt.Errorf("source: %w", err)
	}
	defer m.release(ctx)
	if m.conn, err = m.to.Writer(ctx); err != nil {
		return Report{}, err
	}
	defer m.conn.Close()
	copied, err := m.begin(ctx)
	if err == nil && !copied {
		err = m.copy(ctx)
	}
	if err == nil {
		err = m.compare(ctx)
	}
	if err == nil {
		err = m.sums(ctx)
	}
	if err == nil {
		err = m.finish(ctx)
	}
	return m.report, err
}

// copy writes what the destination does not have yet.
func (m *moving) copy(ctx context.Context) error {
	for _, t := range m.schema.tables {
		var here, there int64
		if err := m.from.Reader().QueryRowContext(ctx, t.sqlCount()).Scan(&here); err != nil {
			return err
		}
		if err := m.to.Reader().QueryRowContext(ctx, t.sqlCount()).Scan(&there); err != nil {
			return err
		}
		m.all, m.done = m.all+here, m.done+there
	}
	for _, t := range m.schema.tables {
		for _, p := range t.parts() {
			if err := m.copyPart(ctx, p); err != nil {
				return fmt.Errorf("table %s: %w", t.name, err)
			}
		}
	}
	return nil
}

func (m *moving) copyPart(ctx context.Context, p part) error {
	after, err := p.last(ctx, m.to.Reader(), m.to.Engine())
	if err != nil {
		return err
	}
	for {
		rows, err := p.page(ctx, m.from, after)
		if err != nil {
			return err
		}
		if len(rows) > 0 {
			if err := m.write(ctx, p.table, rows); err != nil {
				return err
			}
			m.done += int64(len(rows))
			m.Progress(p.table.name, m.done, m.all)
		}
		if len(rows) < p.table.chunk() {
			return nil
		}
		after = rows[len(rows)-1]
	}
}

// write adds rows in one transaction, which ends whole whenever ctx does.
func (m *moving) write(ctx context.Context, t *table, rows []row) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	args := make([]any, 0, len(rows)*len(t.columns))
	for _, r := range rows {
		args = append(args, r...)
	}
	err := m.to.Transact(ctx, m.conn, func() error {
		if err := m.expect(ctx, m.marked()); err != nil {
			return err
		}
		_, err := m.conn.ExecContext(ctx, t.sqlInsert(len(rows)), args...)
		return err
	})
	if err != nil {
		return err
	}
	return m.to.Checkpoint(ctx, m.conn)
}

// compare reads every row again on both sides.
func (m *moving) compare(ctx context.Context) error {
	m.report.Tables = len(m.schema.tables)
	for _, t := range m.schema.tables {
		for _, p := range t.parts() {
			var after row
			for {
				from, err := p.page(ctx, m.from, after)
				if err != nil {
					return err
				}
				to, err := p.page(ctx, m.to, after)
				if err != nil {
					return err
				}
				if err := p.difference(from, to); err != nil {
					return err
				}
				m.report.Rows += int64(len(from))
				m.Progress("compared", m.report.Rows, max(m.all, m.report.Rows))
				if len(from) < t.chunk() {
					break
				}
				after = from[len(from)-1]
			}
		}
	}
	return nil
}

// sums compares what every account holds.
func (m *moving) sums(ctx context.Context) error {
	from, err := balances(ctx, m.from)
	if err != nil {
		return err
	}
	to, err := balances(ctx, m.to)
	if err != nil {
		return err
	}
	m.report.Accounts = len(to)
	for code, b := range from {
		if to[code] != b {
			return fmt.Errorf("account %s has other sums in the destination", code)
		}
	}
	if len(from) != len(to) {
		return fmt.Errorf("the destination has %d accounts, the source %d", len(to), len(from))
	}
	return nil
}

// sum is what an account has seen.
type sum struct{ debits, credits, version int64 }

func balances(ctx context.Context, d *db.DB) (map[ledger.Account]sum, error) {
	j := ledger.NewJournal(d)
	list, err := j.Balances(ctx, j.Reader(), "")
	all := make(map[ledger.Account]sum, len(list))
	for _, b := range list {
		all[b.Account] = sum{int64(b.Debits), int64(b.Credits), b.Version}
	}
	return all, err
}

// expect takes the destination's head and refuses any other than this one.
func (m *moving) expect(ctx context.Context, want row) error {
	end := ""
	if m.to.Shared() {
		end = takeWaiting
	}
	got, err := m.schema.head.read(ctx, m.conn, m.schema.head.sqlHead(end))
	if err != nil {
		return err
	}
	if len(got) != 1 || !reflect.DeepEqual(got[0], want) {
		return ErrInUse
	}
	return nil
}
