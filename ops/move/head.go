// SPDX-License-Identifier: AGPL-3.0-or-later

package move

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ops/check"
)

// hold sees to it that nobody writes the source, and reads its head. The folder
// of the embedded engine is locked already; on a server the head's row is held,
// which every writer takes first.
func (m *moving) hold(ctx context.Context) error {
	t := m.schema.head
	m.entry = slices.IndexFunc(t.columns, func(c column) bool { return c.name == "entry" })
	if m.entry < 0 {
		return ErrSchemas
	}
	end := ""
	if m.from.Shared() {
		var err error
		if m.held, err = m.from.ReaderConn(ctx); err != nil {
			return err
		}
		if _, err := m.held.ExecContext(ctx, "BEGIN READ WRITE"); err != nil {
			return err
		}
		end = takeWaiting
	}
	var err error
	m.head, err = m.sourceHead(ctx, end)
	if err == nil && m.head[m.entry].(int64) < 0 {
		err = ledger.ErrUnfinished
	}
	return err
}

// sourceHead reads the source's head, on the connection that holds it if one
// does.
func (m *moving) sourceHead(ctx context.Context, end string) (row, error) {
	t := m.schema.head
	rows, err := t.read(ctx, m.from.Reader(), t.sqlHead(""))
	if m.held != nil {
		rows, err = t.read(ctx, m.held, t.sqlHead(end))
	}
	if err == nil && len(rows) != 1 {
		err = errors.New("the head is missing")
	}
	if err != nil {
		return nil, err
	}
	return rows[0], nil
}

// release lets others write the source again. The connection is given up, so
// that nothing of it is left.
func (m *moving) release(ctx context.Context) {
	if m.held != nil {
		m.held.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		m.from.Discard(m.held)
	}
}

// marked is the head of a destination that is being written: the source's, with
// a number of entries that counts down from -1, so that it is negative even for
// none.
func (m *moving) marked() row {
	mark := slices.Clone(m.head)
	mark[m.entry] = -1 - m.head[m.entry].(int64)
	return mark
}

// begin marks the destination, or refuses it. It says whether everything was
// copied before.
func (m *moving) begin(ctx context.Context) (bool, error) {
	ctx = context.WithoutCancel(ctx)
	copied := false
	end := ""
	if m.to.Shared() {
		end = takeAtOnce
	}
	err := m.to.Transact(ctx, m.conn, func() error {
		t := m.schema.head
		rows, err := t.read(ctx, m.conn, t.sqlHead(end))
		if err != nil {
			return inUse(err)
		}
		if len(rows) != 1 {
			return ErrOccupied
		}
		found := rows[0]
		empty, err := m.sameBook(ctx)
		if err != nil {
			return err
		}
		copied = !empty && reflect.DeepEqual(found, m.head)
		switch {
		case copied || reflect.DeepEqual(found, m.marked()):
			return nil
		case found[m.entry].(int64) < 0 || empty && found[m.entry].(int64) == 0:
			return m.restart(ctx)
		}
		return ErrOccupied
	})
	return copied, err
}

// sameBook refuses a destination whose journal is not the beginning of the
// source's, and says whether it has none. The last row of each of its tables
// names the book: entries are chained.
func (m *moving) sameBook(ctx context.Context) (bool, error) {
	empty := true
	for _, t := range m.schema.tables {
		if !t.final() {
			continue
		}
		last, err := part{table: t}.last(ctx, m.conn, m.to.Engine())
		if err != nil {
			return false, err
		}
		if last == nil {
			continue
		}
		empty = false
		if ok, err := t.holds(ctx, m.from, last); err != nil || !ok {
			return false, errors.Join(err, ErrOccupied)
		}
	}
	return empty, nil
}

// restart empties what may have changed since an earlier run, or what migrations
// filled, and marks the destination with the source's present state. The
// journal's rows never change, and stay.
func (m *moving) restart(ctx context.Context) error {
	for _, t := range slices.Backward(m.schema.tables) {
		if t.final() {
			continue
		}
		parts := t.parts()
		slices.Reverse(parts)
		for _, p := range parts {
			if _, err := m.conn.ExecContext(ctx, "DELETE FROM "+quoted(t.name)+where(p.conditions())); err != nil {
				return err
			}
		}
	}
	return m.setHead(ctx, m.marked())
}

func (m *moving) setHead(ctx context.Context, head row) error {
	_, err := m.conn.ExecContext(ctx, m.schema.head.sqlSetHead(), head...)
	return err
}

// finish turns the mark into the head, and recomputes the book where it now is.
// A book that fails that is marked again.
func (m *moving) finish(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	now, err := m.sourceHead(ctx, "")
	if err != nil {
		return fmt.Errorf("source: %w", err)
	}
	if !reflect.DeepEqual(now, m.head) {
		return ErrMoved
	}
	if err := m.turn(ctx, m.marked(), m.head); err != nil {
		return err
	}
	err = m.check(ctx)
	if err != nil {
		err = errors.Join(err, m.turn(ctx, m.head, m.marked()))
	}
	return err
}

// turn replaces one head of the destination by another; one that is there
// already is fine.
func (m *moving) turn(ctx context.Context, from, to row) error {
	ctx = context.WithoutCancel(ctx)
	return m.to.Transact(ctx, m.conn, func() error {
		if m.expect(ctx, to) == nil {
			return nil
		}
		if err := m.expect(ctx, from); err != nil {
			return err
		}
		return m.setHead(ctx, to)
	})
}

func (m *moving) check(ctx context.Context) error {
	j := ledger.NewJournal(m.to)
	var named []check.Named
	if m.Checks != nil {
		named = m.Checks(j)
	}
	report, err := check.Run(ctx, j, func(done, all int64) { m.Progress("entries recomputed", done, all) }, named...)
	m.report.Head = report.Head
	var d *check.Difference
	if errors.As(err, &d) && d.Check == check.Fund {
		m.report.Fund, err = d.Error(), nil
	}
	return err
}

// inUse tells a row that somebody holds from other errors of a server.
func inUse(err error) error {
	var answer interface{ SQLState() string }
	if errors.As(err, &answer) && answer.SQLState() == "55P03" {
		return ErrInUse
	}
	return err
}
