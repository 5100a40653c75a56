// SPDX-License-Identifier: AGPL-3.0-or-later

package move

import (
	"strconv"
	"strings"

	"github.com/noria-mlc/noria/ledger/db"
)

// What the schema is asked, on each kind of engine: every column with its type;
// the columns of the primary keys in order; the columns that refer to another
// table, with that table. The table of the migrations is not of the book.
const (
	sqlColumnsSQLite = `SELECT m.name, c.name, c.type FROM sqlite_schema m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> 'goose_db_version' ORDER BY m.name, c.cid`
	sqlKeysSQLite = `SELECT m.name, c.name, '' FROM sqlite_schema m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND c.pk > 0 ORDER BY m.name, c.pk`
	sqlParentsSQLite = `SELECT m.name, f."from", f."table" FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f
		WHERE m.type = 'table' ORDER BY m.name, f.id`

	sqlColumnsServer = `SELECT c.table_name, c.column_name, c.data_type
		FROM information_schema.columns c JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
		WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.table_name <> 'goose_db_version'
		ORDER BY c.table_name, c.ordinal_position`
	sqlKeysServer = `SELECT k.table_name, k.column_name, ''
		FROM information_schema.table_constraints t JOIN information_schema.key_column_usage k
			ON k.constraint_schema = t.constraint_schema AND k.constraint_name = t.constraint_name AND k.table_name = t.table_name
		WHERE t.table_schema = current_schema() AND t.constraint_type = 'PRIMARY KEY' ORDER BY k.table_name, k.ordinal_position`
	sqlParentsServer = `SELECT k.table_name, k.column_name, u.table_name
		FROM information_schema.table_constraints t JOIN information_schema.key_column_usage k
			ON k.constraint_schema = t.constraint_schema AND k.constraint_name = t.constraint_name AND k.table_name = t.table_name
		JOIN information_schema.constraint_column_usage u ON u.constraint_schema = t.constraint_schema AND u.constraint_name = t.constraint_name
		WHERE t.table_schema = current_schema() AND t.constraint_type = 'FOREIGN KEY' ORDER BY k.table_name, k.column_name`
)

// The row that numbers the journal is taken on servers, as every writer does. A
// destination whose row somebody holds is in use: no waiting there.
const (
	takeWaiting = ` FOR UPDATE`
	takeAtOnce  = ` FOR UPDATE NOWAIT`
)

// quoted is a name of the schema in a statement.
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func parameter(n int) string { return "$" + strconv.Itoa(n) }

// columnList names every column of a table.
func (t *table) columnList() string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = quoted(c.name)
	}
	return strings.Join(names, ", ")
}

// keyList names the columns of the key, each followed by end. Texts are ordered
// by their bytes on every engine; PostgreSQL must be told so.
func (t *table) keyList(e db.Engine, end string) string {
	names := make([]string, len(t.key))
	for i, at := range t.key {
		names[i] = quoted(t.columns[at].name)
		if e == db.PostgreSQL && t.columns[at].kind == text {
			names[i] += ` COLLATE "C"`
		}
		names[i] += end
	}
	return strings.Join(names, ", ")
}

// keyParameters are the parameters that stand for a row's key.
func (t *table) keyParameters() string {
	names := make([]string, len(t.key))
	for i := range names {
		names[i] = parameter(i + 1)
	}
	return strings.Join(names, ", ")
}

// sqlPage reads the rows of a part in the order of their keys, those after a key
// where there is one.
func (p part) sqlPage(e db.Engine, continued bool) string {
	conditions := p.conditions()
	if continued {
		conditions = append(conditions, "("+p.table.keyList(e, "")+") > ("+p.table.keyParameters()+")")
	}
	return "SELECT " + p.table.columnList() + " FROM " + quoted(p.table.name) + where(conditions) +
		" ORDER BY " + p.table.keyList(e, "") + " LIMIT " + strconv.Itoa(p.table.chunk())
}

// sqlLast reads the last row of a part.
func (p part) sqlLast(e db.Engine) string {
	return "SELECT " + p.table.columnList() + " FROM " + quoted(p.table.name) + where(p.conditions()) +
		" ORDER BY " + p.table.keyList(e, " DESC") + " LIMIT 1"
}

// sqlAt reads the row of a key.
func (t *table) sqlAt(e db.Engine) string {
	return "SELECT " + t.columnList() + " FROM " + quoted(t.name) + " WHERE (" + t.keyList(e, "") + ") = (" + t.keyParameters() + ")"
}

func (t *table) sqlCount() string { return "SELECT COUNT(*) FROM " + quoted(t.name) }

// sqlInsert writes rows.
func (t *table) sqlInsert(rows int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO " + quoted(t.name) + " (" + t.columnList() + ") VALUES ")
	for n := range rows * len(t.columns) {
		switch {
		case n == 0:
			b.WriteString("(")
		case n%len(t.columns) == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		b.WriteString(parameter(n + 1))
	}
	b.WriteString(")")
	return b.String()
}

// sqlHead reads the head's row.
func (t *table) sqlHead(end string) string {
	return "SELECT " + t.columnList() + " FROM " + quoted(t.name) + " WHERE id = 1" + end
}

// sqlSetHead writes every column of the head's row.
func (t *table) sqlSetHead() string {
	set := make([]string, len(t.columns))
	for i, c := range t.columns {
		set[i] = quoted(c.name) + " = " + parameter(i+1)
	}
	return "UPDATE " + quoted(t.name) + " SET " + strings.Join(set, ", ") + " WHERE id = 1"
}

func where(conditions []string) string {
	if len(conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(conditions, " AND ")
}
