// SPDX-License-Identifier: AGPL-3.0-or-later

package db_test

import (
	"database/sql"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
)

const (
	sqlEmbeddedColumns = `SELECT m.name || '.' || p.name, LOWER(p.type), p."notnull" = 0 AND p.pk = 0
		FROM sqlite_schema m JOIN pragma_table_info(m.name) p
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> 'goose_db_version'`
	sqlServerColumns = `SELECT table_name || '.' || column_name, LOWER(data_type), is_nullable = 'YES'
		FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'goose_db_version'`

	// Indexes that have a name of ours.
	sqlEmbeddedIndexes = `SELECT name, tbl_name, FALSE FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL`
	sqlServerIndexes   = `SELECT indexname, tablename, FALSE FROM pg_indexes
		WHERE schemaname = 'public' AND tablename <> 'goose_db_version' AND indexname NOT LIKE '%_key' AND indexname NOT LIKE '%_pkey'`
)

// shape is what is compared of a column or an index.
type shape struct {
	kind     string
	nullable bool
}

func shapes(t *testing.T, d *db.DB, query string) map[string]shape {
	t.Helper()
	rows, err := d.Reader().QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	found := make(map[string]shape)
	for rows.Next() {
		var name string
		var s shape
		if err := rows.Scan(&name, &s.kind, &s.nullable); err != nil {
			t.Fatal(err)
		}
		switch s.kind {
		case "integer", "boolean": // the embedded engine writes truth as 0 and 1
			s.kind = "bigint"
		case "blob":
			s.kind = "bytea"
		}
		found[name] = s
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return found
}

func TestEveryEngineHasTheSameTables(t *testing.T) {
	embedded := dbtest.Embedded(t)()
	dbtest.Run(t, func(t *testing.T, open func() *db.DB) {
		d := open()
		columns, indexes := sqlServerColumns, sqlServerIndexes
		if d.Engine() == db.SQLite {
			columns, indexes = sqlEmbeddedColumns, sqlEmbeddedIndexes
		}
		for _, c := range []struct{ what, here, there string }{
			{"column", columns, sqlEmbeddedColumns},
			{"index", indexes, sqlEmbeddedIndexes},
		} {
			got, want := shapes(t, d, c.here), shapes(t, embedded, c.there)
			if len(want) == 0 {
				t.Fatalf("no %s was found", c.what)
			}
			names := maps.Clone(want)
			maps.Copy(names, got)
			for _, name := range slices.Sorted(maps.Keys(names)) {
				if got[name] != want[name] {
					t.Errorf("%s %s is %+v, on the embedded engine %+v", c.what, name, got[name], want[name])
				}
			}
		}
	})
}

// journal is one row of each table that is only ever added to.
func journal() map[string][]any {
	id := make([]byte, 16)
	return map[string][]any{
		"INSERT INTO commands (seq, at, actor, action, key, fingerprint) VALUES (1, 1, $1, 'a', 'k', $1)":                                                    {id},
		"INSERT INTO entries (seq, id, kind, at, booked_on, command, posting, hash) VALUES (1, $1, 'payment', 1, 1, 1, 1, $1)":                               {id},
		"INSERT INTO postings (id, entry, debit, credit, amount, debit_balance, credit_balance, debit_prev, credit_prev) VALUES (1, 1, 1, 2, 1, 1, 1, 0, 0)": nil,
		`INSERT INTO confirmations (entry, intent, user_id, session, method, kind, payer, name_hash, message_hash, amount, euros, currency, nonce, expires_at, digest, relying_party, confirmed_at)
			VALUES ($1, $1, $1, $1, 'totp', 'payment', $1, $2, $2, 1, 0, 'X', $2, 1, $2, '', 1)`: {id, make([]byte, 32)},
	}
}

func writer(t *testing.T, d *db.DB) *sql.Conn {
	t.Helper()
	conn, err := d.Writer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func TestTheJournalIsOnlyAddedTo(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, open func() *db.DB) {
		d := open()
		conn := writer(t, d)
		for insert, args := range journal() {
			if _, err := conn.ExecContext(t.Context(), insert, args...); err != nil {
				t.Fatal(err)
			}
		}
		refused := map[string]string{
			"UPDATE commands SET at = 2": "commands are never changed", "DELETE FROM commands": "commands are never deleted",
			"UPDATE entries SET at = 2": "entries are never changed", "DELETE FROM entries": "entries are never deleted",
			"UPDATE postings SET amount = 2": "postings are never changed", "DELETE FROM postings": "postings are never deleted",
			"UPDATE confirmations SET amount = 2": "confirmations are never changed", "DELETE FROM confirmations": "confirmations are never deleted",
		}
		if d.Engine() == db.PostgreSQL { // triggers of CockroachDB do not see it
			refused["TRUNCATE commands"] = "commands are never deleted"
			refused["TRUNCATE entries"] = "entries are never deleted"
			refused["TRUNCATE confirmations"] = "confirmations are never deleted"
			refused["TRUNCATE postings CASCADE"] = "postings are never deleted"
		}
		for statement, words := range refused {
			if _, err := conn.ExecContext(t.Context(), statement); err == nil || !strings.Contains(err.Error(), words) {
				t.Errorf("%s: %v, want %q", statement, err, words)
			}
		}
		var left int
		const count = `SELECT COUNT(*) FROM commands c JOIN entries e ON e.command = c.seq JOIN postings p ON p.entry = e.seq AND p.amount = 1`
		if err := conn.QueryRowContext(t.Context(), count).Scan(&left); err != nil || left != 1 {
			t.Errorf("%d rows are left, %v", left, err)
		}
	})
}

// A server that does not change schemas inside transactions may stop between two
// statements of a migration, and is asked for all of them again.
func TestMigrationsMayRunAgainOnAServer(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, open func() *db.DB) {
		d := open()
		if !d.Shared() {
			t.Skip("the embedded engine migrates in transactions")
		}
		conn := writer(t, d)
		for _, s := range []string{"UPDATE head SET at = 7", "DELETE FROM goose_db_version WHERE version_id > 0", "DROP TABLE jobs"} {
			if _, err := conn.ExecContext(t.Context(), s); err != nil {
				t.Fatal(err)
			}
		}
		again := open()
		var at, jobs int
		const query = `SELECT (SELECT at FROM head), (SELECT COUNT(*) FROM jobs)`
		if err := again.Reader().QueryRowContext(t.Context(), query).Scan(&at, &jobs); err != nil || at != 7 {
			t.Errorf("after the second run: %d, %v", at, err)
		}
	})
}
