// SPDX-License-Identifier: AGPL-3.0-or-later

package move

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/noria-mlc/noria/ledger/db"
)

// kind is what a column holds.
type kind int

const (
	integer kind = iota + 1
	boolean
	text
	binary
)

// kindOf reads a type's name, whatever the engine.
func kindOf(name string) (kind, bool) {
	switch strings.ToLower(name) {
	case "integer", "bigint", "int":
		return integer, true
	case "boolean":
		return boolean, true
	case "text", "character varying":
		return text, true
	case "blob", "bytea":
		return binary, true
	}
	return 0, false
}

// fit turns what one engine returned into what a column of this kind holds on
// the other one: the embedded engine writes booleans as 0 and 1.
func (k kind) fit(v any) (any, error) {
	switch got := v.(type) {
	case nil:
		return nil, nil
	case int64:
		if k == integer {
			return got, nil
		}
		if k == boolean {
			return got != 0, nil
		}
	case bool:
		if k == boolean {
			return got, nil
		}
		if k == integer {
			if got {
				return int64(1), nil
			}
			return int64(0), nil
		}
	case string:
		if k == text {
			return got, nil
		}
	case []byte:
		if k == binary {
			return bytes.Clone(got), nil
		}
		if k == text {
			return string(got), nil
		}
	}
	return nil, fmt.Errorf("a value of type %T does not fit", v)
}

type column struct {
	name string
	kind kind
}

// table is one table of the book as the destination has it.
type table struct {
	name    string
	columns []column
	key     []int    // places of the primary key's columns, in its order
	parents []string // tables that its rows refer to
	own     string   // the column that refers to a row of the same table, if there is one
}

// Rows in one statement and transaction: many, and fewer parameters than any
// engine takes.
const (
	mostRows       = 2000
	mostParameters = 30_000
)

func (t *table) chunk() int { return max(1, min(mostRows, mostParameters/len(t.columns))) }

// part is a table, or those of its rows that can be written once the parts
// before it are there.
type part struct {
	table *table
	where string
}

func (p part) conditions() []string {
	if p.where == "" {
		return nil
	}
	return []string{p.where}
}

// parts are the rows that refer to no row of the same table, then the others.
func (t *table) parts() []part {
	if t.own == "" {
		return []part{{t, ""}}
	}
	return []part{{t, quoted(t.own) + " IS NULL"}, {t, quoted(t.own) + " IS NOT NULL"}}
}

// journal names the tables whose rows are never changed or deleted, which is
// why a move begun on an earlier state of the book keeps them. Commands come
// first: they say which book it is.
var journal = []string{"commands", "entries", "postings"}

func (t *table) final() bool { return slices.Contains(journal, t.name) }

// schema is the book's tables: its head, and all others in an order in which
// their rows may be written.
type schema struct {
	head   *table
	tables []*table
}

// readSchema asks a database for the tables of its book.
func readSchema(ctx context.Context, d *db.DB) (schema, error) {
	columns, keys, parents := sqlColumnsServer, sqlKeysServer, sqlParentsServer
	if d.Engine() == db.SQLite {
		columns, keys, parents = sqlColumnsSQLite, sqlKeysSQLite, sqlParentsSQLite
	}
	named := make(map[string]*table)
	var all []*table
	err := triples(ctx, d, columns, func(name, columnName, kindName string) error {
		t := named[name]
		if t == nil {
			t = &table{name: name}
			named[name], all = t, append(all, t)
		}
		k, ok := kindOf(kindName)
		if !ok {
			return fmt.Errorf("column %s.%s has the type %q, which a move does not know", name, columnName, kindName)
		}
		t.columns = append(t.columns, column{columnName, k})
		return nil
	})
	if err != nil {
		return schema{}, err
	}
	err = triples(ctx, d, keys, func(name, columnName, _ string) error {
		if t := named[name]; t != nil {
			t.key = append(t.key, slices.IndexFunc(t.columns, func(c column) bool { return c.name == columnName }))
		}
		return nil
	})
	if err != nil {
		return schema{}, err
	}
	err = triples(ctx, d, parents, func(name, columnName, parent string) error {
		t := named[name]
		if t == nil {
			return nil
		}
		if parent == name {
			t.own = columnName
		} else {
			t.parents = append(t.parents, parent)
		}
		return nil
	})
	if err != nil {
		return schema{}, err
	}
	return ordered(all)
}

// ordered takes the head out and puts every table after those that it refers to.
func ordered(all []*table) (schema, error) {
	var s schema
	placed := make(map[string]bool)
	for _, t := range all {
		if len(t.key) == 0 {
			return schema{}, fmt.Errorf("table %s has no primary key", t.name)
		}
		if t.name == "head" {
			s.head = t
		}
	}
	if s.head == nil {
		return schema{}, ErrSchemas
	}
	slices.SortStableFunc(all, func(a, b *table) int { return rank(a) - rank(b) })
	for len(s.tables) < len(all)-1 {
		before := len(s.tables)
		for _, t := range all {
			ready := !slices.ContainsFunc(t.parents, func(p string) bool { return !placed[p] })
			if t != s.head && !placed[t.name] && ready {
				placed[t.name], s.tables = true, append(s.tables, t)
			}
		}
		if len(s.tables) == before {
			return schema{}, fmt.Errorf("tables refer to each other in a circle")
		}
	}
	return s, nil
}

// rank puts the journal first, in its order.
func rank(t *table) int {
	if i := slices.Index(journal, t.name); i >= 0 {
		return i
	}
	return len(journal)
}

// alike says whether two databases have the same tables and columns; the order
// of columns and the names of types are each engine's own.
func (s schema) alike(other schema) bool {
	return slices.Equal(s.names(), other.names())
}

func (s schema) names() []string {
	var names []string
	for _, t := range append(s.tables[:len(s.tables):len(s.tables)], s.head) {
		for _, c := range t.columns {
			names = append(names, t.name+"."+c.name)
		}
	}
	slices.Sort(names)
	return names
}

// triples reads rows of three texts.
func triples(ctx context.Context, d *db.DB, query string, see func(a, b, c string) error) error {
	rows, err := d.Reader().QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var a, b, c string
		if err := rows.Scan(&a, &b, &c); err != nil {
			return err
		}
		if err := see(a, b, c); err != nil {
			return err
		}
	}
	return rows.Err()
}
