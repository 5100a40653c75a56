// SPDX-License-Identifier: AGPL-3.0-or-later

package proxy_test

import (
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/db/dbtest/proxy"
)

func connect(t *testing.T, database string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(t.Context()) })
	return conn
}

func exec(t *testing.T, conn *pgx.Conn, statement string, args ...any) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func count(t *testing.T, conn *pgx.Conn) (n int) {
	t.Helper()
	if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM things").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestFaultsAreTrue asks the server, past the proxy, whether it is in the state
// that the client was told of.
func TestFaultsAreTrue(t *testing.T) {
	database := dbtest.EmptyPostgresURL(t)
	direct := connect(t, database)
	exec(t, direct, "CREATE TABLE things (n BIGINT)")
	p := proxy.Start(t, database, proxy.Faults{})
	t.Run("a statement fails", func(t *testing.T) {
		conn := connect(t, p.URL())
		for _, args := range [][]any{nil, {1}} {
			exec(t, conn, "BEGIN")
			exec(t, conn, "INSERT INTO things VALUES ($1)", 1)
			p.Set(proxy.Faults{Errors: 1000, Limit: 1})
			statement := "INSERT INTO things VALUES (1)"
			if args != nil {
				statement = "INSERT INTO things VALUES ($1)"
			}
			_, err := conn.Exec(t.Context(), statement, args...)
			var answer *pgconn.PgError
			if !errors.As(err, &answer) || (answer.Code != "40001" && answer.Code != "40P01") {
				t.Fatalf("the statement was answered with %v", err)
			}
			if _, err := conn.Exec(t.Context(), "SELECT 1"); !errors.As(err, &answer) || answer.Code != "25P02" {
				t.Errorf("the transaction goes on: %v", err)
			}
			exec(t, conn, "ROLLBACK")
		}
	})
	t.Run("a commit fails", func(t *testing.T) {
		conn := connect(t, p.URL())
		exec(t, conn, "BEGIN")
		exec(t, conn, "INSERT INTO things VALUES (1)")
		p.Set(proxy.Faults{CommitErrors: 1000, Limit: 1})
		tag, err := conn.Exec(t.Context(), "COMMIT")
		var answer *pgconn.PgError
		if !errors.As(err, &answer) || answer.Code[:2] != "40" || tag.String() != "" {
			t.Fatalf("COMMIT was answered with %q, %v", tag, err)
		}
		if status := conn.PgConn().TxStatus(); status != 'I' {
			t.Errorf("the transaction is not over: %c", status)
		}
	})
	t.Run("the connection goes before COMMIT", func(t *testing.T) {
		conn := connect(t, p.URL())
		exec(t, conn, "BEGIN")
		exec(t, conn, "INSERT INTO things VALUES (1)")
		p.Set(proxy.Faults{CutsBefore: 1000, Limit: 1})
		if _, err := conn.Exec(t.Context(), "COMMIT"); err == nil || !conn.IsClosed() {
			t.Errorf("COMMIT: %v", err)
		}
	})
	if n := count(t, direct); n != 0 {
		t.Errorf("%d rows are there, none was committed", n)
	}
	t.Run("the connection goes after COMMIT", func(t *testing.T) {
		conn := connect(t, p.URL())
		exec(t, conn, "BEGIN")
		exec(t, conn, "INSERT INTO things VALUES (1)")
		seen := make(chan int, 1)
		p.Set(proxy.Faults{CutsAfter: 1000, Limit: 1, OnCut: func() { seen <- count(t, direct) }})
		if _, err := conn.Exec(t.Context(), "COMMIT"); err == nil || !conn.IsClosed() {
			t.Errorf("COMMIT: %v", err)
		}
		if n := <-seen; n != 1 {
			t.Errorf("the client was told when %d rows were there", n)
		}
	})
	t.Run("answers are slow", func(t *testing.T) {
		p.Set(proxy.Faults{Slow: 1000, Delay: time.Millisecond})
		if n := count(t, connect(t, p.URL())); n != 1 {
			t.Errorf("%d rows", n)
		}
	})
	t.Run("connections are refused", func(t *testing.T) {
		conn := connect(t, p.URL())
		p.Set(proxy.Faults{Refuse: true})
		if err := conn.Ping(t.Context()); err == nil {
			t.Error("an open connection lives on")
		}
		if _, err := pgx.Connect(t.Context(), p.URL()); err == nil {
			t.Error("a new connection was let in")
		}
	})
	if c := p.Counts(); c.Errors != 2 || c.CommitErrors != 1 || c.CutsBefore != 1 || c.CutsAfter != 1 || c.Delayed == 0 || c.Refused == 0 {
		t.Errorf("counted %+v", c)
	}
}
