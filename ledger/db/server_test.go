// SPDX-License-Identifier: AGPL-3.0-or-later

package db_test

import (
	"database/sql"
	"errors"
	"net/url"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
)

// TestADatabaseOfAnotherOrderHoldsABook opens a book in a database that orders
// texts as French does: the book's own columns are ordered by their bytes.
func TestADatabaseOfAnotherOrderHoldsABook(t *testing.T) {
	address := dbtest.EmptyPostgresURL(t)
	handle, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	defer handle.Close()
	const name = "french_order"
	if _, err := handle.ExecContext(t.Context(), `CREATE DATABASE `+name+` TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'fr-FR'`); err != nil {
		var answer *pgconn.PgError
		if !errors.As(err, &answer) || answer.Code != "0A000" { // built without ICU
			t.Fatal(err)
		}
		t.Skipf("this server was built without ICU: a database of another order is not proved: %v", err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	for range 2 {
		d, err := db.Open(t.Context(), db.Config{Database: u.String()})
		if err != nil {
			t.Fatal(err)
		}
		var right bool
		const query = `SELECT code < 'eur:~' AND code > 'eur:Z' FROM accounts WHERE code = 'eur:bank:x'`
		if err := d.Reader().QueryRowContext(t.Context(), `SELECT NOT EXISTS (SELECT 1 FROM information_schema.columns
			WHERE table_schema = current_schema() AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C')`).Scan(&right); err != nil || !right {
			t.Errorf("columns are ordered by their bytes: %v, %v", right, err)
		}
		conn, err := d.Writer(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.ExecContext(t.Context(), `INSERT INTO accounts (id, code, unit, side, floor, opened_at)
			VALUES (1, 'eur:bank:x', 'EUR', -1, FALSE, 0) ON CONFLICT DO NOTHING`); err != nil {
			t.Fatal(err)
		}
		if err := d.Reader().QueryRowContext(t.Context(), query).Scan(&right); err != nil || !right {
			t.Errorf("a lower-case letter comes after a capital and before a tilde: %v, %v", right, err)
		}
		if err := conn.Close(); err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := handle.ExecContext(t.Context(), `DROP DATABASE `+name+` WITH (FORCE)`); err != nil {
		t.Error(err)
	}
}

// TestAJournalWithoutProtectionIsMended opens a book whose last process died
// between the migrations and the protection.
func TestAJournalWithoutProtectionIsMended(t *testing.T) {
	address := dbtest.PostgresURL(t)
	handle, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	defer handle.Close()
	if _, err := handle.ExecContext(t.Context(), `DROP TRIGGER commands_stay ON commands`); err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(t.Context(), db.Config{Database: address})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var n int
	if err := d.Reader().QueryRowContext(t.Context(), `SELECT COUNT(*) FROM pg_trigger WHERE tgname = 'commands_stay'`).Scan(&n); err != nil || n != 1 {
		t.Errorf("%d triggers, %v", n, err)
	}
}

// TestADatabaseThatIsWatchedHoldsABook opens a book where a view of somebody else
// stands beside it, as those of extensions that watch a server do.
func TestADatabaseThatIsWatchedHoldsABook(t *testing.T) {
	address := dbtest.EmptyPostgresURL(t)
	handle, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	defer handle.Close()
	if _, err := handle.ExecContext(t.Context(), `CREATE VIEW watched AS SELECT query FROM pg_stat_activity`); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		d, err := db.Open(t.Context(), db.Config{Database: address})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
