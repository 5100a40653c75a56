// SPDX-License-Identifier: AGPL-3.0-or-later

package move

import (
	"context"
	"fmt"
	"reflect"

	"github.com/noria-mlc/noria/ledger/db"
)

// row is one row of a table, its values in the order of the table's columns and
// in the kinds of the destination.
type row []any

// keyOf are the values that find a row again.
func (t *table) keyOf(r row) []any {
	key := make([]any, len(t.key))
	for i, at := range t.key {
		key[i] = r[at]
	}
	return key
}

// read runs a query that returns every column of a table.
func (t *table) read(ctx context.Context, r db.Reader, query string, args ...any) ([]row, error) {
	rows, err := r.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []row
	values, into := make([]any, len(t.columns)), make([]any, len(t.columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		one := make(row, len(values))
		for i, v := range values {
			if one[i], err = t.columns[i].kind.fit(v); err != nil {
				return nil, fmt.Errorf("%s.%s: %w", t.name, t.columns[i].name, err)
			}
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// page reads the rows after one, those at the beginning where there is none.
func (p part) page(ctx context.Context, d *db.DB, after row) ([]row, error) {
	if after == nil {
		return p.table.read(ctx, d.Reader(), p.sqlPage(d.Engine(), false))
	}
	return p.table.read(ctx, d.Reader(), p.sqlPage(d.Engine(), true), p.table.keyOf(after)...)
}

// last reads the last row of a part as r sees it, nil where it has none. Keys
// are in the order of their bytes, so that last means the same on both sides.
func (p part) last(ctx context.Context, r db.Reader, e db.Engine) (row, error) {
	rows, err := p.table.read(ctx, r, p.sqlLast(e))
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[0], nil
}

// holds says whether a database has exactly this row.
func (t *table) holds(ctx context.Context, d *db.DB, r row) (bool, error) {
	rows, err := t.read(ctx, d.Reader(), t.sqlAt(d.Engine()), t.keyOf(r)...)
	return len(rows) == 1 && reflect.DeepEqual(rows[0], r), err
}

// difference is the first row that is not the same on both sides.
func (p part) difference(from, to []row) error {
	for i := range max(len(from), len(to)) {
		if i >= len(from) || i >= len(to) || !reflect.DeepEqual(from[i], to[i]) {
			return fmt.Errorf("table %s: a row differs, or is on one side only; give an empty destination and move again", p.table.name)
		}
	}
	return nil
}
