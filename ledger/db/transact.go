// SPDX-License-Identifier: AGPL-3.0-or-later

package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/cockroachdb/cockroach-go/v2/crdb"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// ErrNothing is what the work of a transaction returns to have it rolled back
// because there is nothing to commit.
var ErrNothing = errors.New("nothing to commit")

// InDoubt is the error of a COMMIT that was sent and not answered: the
// transaction may have been committed or not.
type InDoubt struct{ Err error }

// Error writes the engine's error.
func (e *InDoubt) Error() string { return "commit in doubt: " + e.Err.Error() }

// Unwrap returns the engine's error.
func (e *InDoubt) Unwrap() error { return e.Err }

var (
	errBadConn    = driver.ErrBadConn
	errRolledBack = errors.New("COMMIT was answered with ROLLBACK: a statement of the transaction had failed")
)

// Transact runs work between BEGIN and COMMIT on the given connection and
// returns nil only when the engine said that it committed. Where work fails the
// transaction is rolled back and the error of work returned; ErrNothing too
// rolls it back. An error of COMMIT itself is returned as what the engine
// answered, when it answered, and as *InDoubt when it did not.
//
// On CockroachDB work may run several times, by the protocol of crdb.ExecuteInTx,
// which is right there and nowhere else: it takes the error of COMMIT for
// harmless because RELEASE has committed already.
func (d *DB) Transact(ctx context.Context, conn *sql.Conn, work func() error) error {
	return d.TransactWith(ctx, conn, Opening{}, func() ([]Statement, error) { return nil, work() })
}

// Opening is a query that a transaction begins with and that answers one row.
type Opening struct {
	Text string // none where empty
	Scan func(Row) error
}

// TransactWith is Transact with what comes first and last known as such, so that
// PostgreSQL is sent BEGIN with the opening, and the statements that work
// returns with COMMIT: two journeys in all, besides those of work. An error of
// one of those statements means that nothing was committed.
func (d *DB) TransactWith(ctx context.Context, conn *sql.Conn, o Opening, work func() ([]Statement, error)) error {
	if d.engine == PostgreSQL {
		return d.transactServer(ctx, conn, o, work)
	}
	if _, err := conn.ExecContext(ctx, d.begin()); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	whole := func() error {
		if o.Text != "" {
			if err := o.Scan(conn.QueryRowContext(ctx, o.Text)); err != nil {
				return err
			}
		}
		closing, err := work()
		if err != nil || len(closing) == 0 {
			return err
		}
		return d.pipeline(ctx, conn, closing)
	}
	if d.engine == CockroachDB {
		return cockroachError(crdb.ExecuteInTx(ctx, &connTx{ctx, conn, d}, whole))
	}
	if err := whole(); err != nil {
		d.rollback(ctx, conn)
		return err
	}
	return d.commit(ctx, conn)
}

func (d *DB) transactServer(ctx context.Context, conn *sql.Conn, o Opening, work func() ([]Statement, error)) error {
	if err := d.beginWith(ctx, conn, o); err != nil {
		d.rollback(ctx, conn)
		return fmt.Errorf("begin: %w", err)
	}
	closing, err := work()
	if err != nil {
		d.rollback(ctx, conn)
		return err
	}
	err = d.commitWith(ctx, conn, closing)
	var doubt *InDoubt
	if err != nil && !errors.As(err, &doubt) {
		d.rollback(ctx, conn)
	}
	return err
}

func (d *DB) begin() string {
	if d.engine == SQLite {
		return "BEGIN IMMEDIATE"
	}
	return "BEGIN"
}

// rollback ends a transaction without writing; the engine may have ended it by
// itself, which is as good.
func (d *DB) rollback(ctx context.Context, conn *sql.Conn) {
	if _, err := conn.ExecContext(ctx, "ROLLBACK"); err != nil {
		d.log.Debug("rollback", "error", err)
	}
}

func (d *DB) commit(ctx context.Context, conn *sql.Conn) error {
	if d.engine == SQLite {
		_, err := conn.ExecContext(ctx, "COMMIT")
		if err != nil {
			d.rollback(ctx, conn)
			return &InDoubt{err}
		}
		return nil
	}
	return d.commitWith(ctx, conn, nil)
}

// commitWith sends the last statements and COMMIT in one journey.
func (d *DB) commitWith(ctx context.Context, conn *sql.Conn, closing []Statement) error {
	// database/sql does not show the answer's tag, and a server answers COMMIT of
	// a failed transaction with a contented ROLLBACK.
	err := conn.Raw(func(c any) error {
		server := c.(*stdlib.Conn).Conn()
		if len(closing) == 0 {
			tag, err := server.Exec(ctx, "COMMIT")
			return committed(tag, err)
		}
		answers := server.SendBatch(ctx, batchOf(append(closing, Statement{Text: "COMMIT"})))
		err := eachOf(answers, len(closing))
		if err == nil {
			err = committed(answers.Exec())
		}
		return errors.Join(err, answers.Close())
	})
	var answer *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errRolledBack):
		return err
	case errors.As(err, &answer) && !Lost(err) && answer.Code != "40003":
		return err // the server said no: nothing was committed
	}
	return &InDoubt{err}
}

func committed(tag pgconn.CommandTag, err error) error {
	if err == nil && tag.String() != "COMMIT" {
		return errRolledBack
	}
	return err
}

// connTx lets crdb.ExecuteInTx work on one connection.
type connTx struct {
	ctx  context.Context
	conn *sql.Conn
	db   *DB
}

// Exec runs a statement of the retry protocol.
func (t *connTx) Exec(ctx context.Context, query string, args ...any) error {
	_, err := t.conn.ExecContext(ctx, query, args...)
	return err
}

// Commit ends the transaction, which RELEASE has committed.
func (t *connTx) Commit(ctx context.Context) error { return t.db.commit(ctx, t.conn) }

// Rollback gives the transaction up.
func (t *connTx) Rollback(ctx context.Context) error {
	t.db.rollback(ctx, t.conn)
	return nil
}

// cockroachError tells a commit in doubt from a failure.
func cockroachError(err error) error {
	var ambiguous *crdb.AmbiguousCommitError
	if errors.As(err, &ambiguous) {
		return &InDoubt{err}
	}
	return err
}

// brokenPipe says whether an error comes from the network.
func brokenPipe(err error) bool {
	var network net.Error
	return errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		pgconn.SafeToRetry(err)
}
