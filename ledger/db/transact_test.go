// SPDX-License-Identifier: AGPL-3.0-or-later

package db_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"github.com/cockroachdb/cockroach-go/v2/crdb"

	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/db/dbtest/proxy"
)

// orphan breaks a constraint that is checked by COMMIT only.
const orphan = `INSERT INTO child (parent) VALUES (7)`

// breakable gives a writing connection beside tables whose rows can make COMMIT
// fail.
func breakable(t *testing.T, d *db.DB) *sql.Conn {
	t.Helper()
	conn, err := d.Writer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	deferred := " DEFERRABLE INITIALLY DEFERRED"
	if d.Engine() == db.CockroachDB {
		deferred = "" // it has none
	}
	for _, statement := range []string{
		`CREATE TABLE IF NOT EXISTS parent (id BIGINT PRIMARY KEY)`,
		`CREATE TABLE IF NOT EXISTS child (parent BIGINT NOT NULL REFERENCES parent (id)` + deferred + `)`,
	} {
		if _, err := conn.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	return conn
}

func execute(ctx context.Context, conn *sql.Conn, statement string) func() error {
	return func() error {
		_, err := conn.ExecContext(ctx, statement)
		return err
	}
}

// rows counts what is committed.
func rows(t *testing.T, d *db.DB, table string) (n int) {
	t.Helper()
	query := map[string]string{"child": `SELECT COUNT(*) FROM child`, "parent": `SELECT COUNT(*) FROM parent`}[table]
	if err := d.Reader().QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// stillGood asks that the connection of a failed transaction serves the next.
func stillGood(t *testing.T, d *db.DB, conn *sql.Conn) {
	t.Helper()
	before := rows(t, d, "parent")
	if err := d.Transact(t.Context(), conn, execute(t.Context(), conn, `INSERT INTO parent SELECT COUNT(*) FROM parent`)); err != nil {
		t.Errorf("the next transaction: %v", err)
	}
	if n := rows(t, d, "parent"); n != before+1 {
		t.Errorf("the next transaction left %d rows of %d", n, before+1)
	}
}

func TestAFailedCommitReachesTheCaller(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		d := connect()
		if d.Engine() == db.CockroachDB {
			t.Skip("CockroachDB has no constraint that is checked by COMMIT")
		}
		conn := breakable(t, d)
		if err := d.Transact(t.Context(), conn, execute(t.Context(), conn, orphan)); err == nil {
			t.Error("the failure of COMMIT was not told")
		}
		if n := rows(t, d, "child"); n != 0 {
			t.Errorf("%d rows were stored", n)
		}
		stillGood(t, d, conn)
	})
}

// TestCockroachProtocolOnPostgreSQL shows why the protocol of CockroachDB is
// used there only: elsewhere it says that all is well with nothing stored.
func TestCockroachProtocolOnPostgreSQL(t *testing.T) {
	database := dbtest.PostgresURL(t)
	d, err := db.Open(t.Context(), db.Config{Database: database})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	breakable(t, d)
	handle, err := sql.Open("pgx", database)
	if err != nil {
		t.Fatal(err)
	}
	defer handle.Close()
	err = crdb.ExecuteTx(t.Context(), handle, nil, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(t.Context(), orphan)
		return err
	})
	if n := rows(t, d, "child"); err != nil || n != 0 {
		t.Errorf("crdb.ExecuteTx on PostgreSQL: %v with %d rows; if it tells the truth now, say so in house.md", err, n)
	}
}

// TestASwallowedFailureReachesTheCaller has work hide the failure of a statement:
// a server then answers COMMIT with ROLLBACK and calls that a success. The
// embedded engine undoes the one statement and goes on, so that there is nothing
// to tell.
func TestASwallowedFailureReachesTheCaller(t *testing.T) {
	for name, open := range map[string]func(testing.TB) func() *db.DB{"postgresql": dbtest.Postgres, "cockroachdb": dbtest.Cockroach} {
		t.Run(name, func(t *testing.T) {
			d := open(t)()
			conn := breakable(t, d)
			err := d.Transact(t.Context(), conn, func() error {
				if err := execute(t.Context(), conn, `INSERT INTO parent (id) VALUES (41)`)(); err != nil {
					return err
				}
				if execute(t.Context(), conn, `SELECT 1/0`)() == nil {
					t.Error("a division by zero went well")
				}
				return nil
			})
			if err == nil {
				t.Error("the transaction that was rolled back was called committed")
			}
			if n := rows(t, d, "parent"); n != 0 {
				t.Errorf("%d rows were stored", n)
			}
			stillGood(t, d, conn)
		})
	}
}

// TestWhatCommitAnswers tells a COMMIT that the server refused from one that it
// did not answer.
func TestWhatCommitAnswers(t *testing.T) {
	p := proxy.Start(t, dbtest.PostgresURL(t), proxy.Faults{})
	d, err := db.Open(t.Context(), db.Config{Database: p.URL()})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	stored := 0
	for _, c := range []struct {
		name      string
		faults    proxy.Faults
		retryable bool
		inDoubt   bool
		rows      int
	}{
		{"refused", proxy.Faults{CommitErrors: 1000}, true, false, 0},
		{"cut before", proxy.Faults{CutsBefore: 1000}, false, true, 0},
		{"cut after", proxy.Faults{CutsAfter: 1000}, false, true, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn := breakable(t, d)
			p.Set(c.faults)
			err := d.Transact(t.Context(), conn, execute(t.Context(), conn, `INSERT INTO parent SELECT COUNT(*) FROM parent`))
			p.Set(proxy.Faults{})
			var doubt *db.InDoubt
			if db.Retryable(err) != c.retryable || errors.As(err, &doubt) != c.inDoubt || db.Lost(err) != c.inDoubt {
				t.Errorf("COMMIT was answered with %v: retryable %v, in doubt %v, lost %v", err, db.Retryable(err), doubt != nil, db.Lost(err))
			}
			stored += c.rows
			if n := rows(t, d, "parent"); n != stored {
				t.Errorf("%d rows are stored, want %d", n, stored)
			}
		})
	}
}
