// SPDX-License-Identifier: AGPL-3.0-or-later

package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// Limits of one process towards a server. Writing goes through one committer,
// so that a few connections are enough; the spare ones serve settlement of a
// commit in doubt and migrations.
const (
	serverWriters  = 3
	serverReaders  = 16
	connectTimeout = 5 * time.Second
)

// openServer opens a book on PostgreSQL or CockroachDB, creating and migrating
// its tables where it may write.
func (d *DB) openServer(ctx context.Context, cfg Config) error {
	config, clear, err := reach(cfg.Database)
	if err != nil {
		return err
	}
	if len(clear) > 0 {
		cfg.Log.WarnContext(ctx, "the database may be reached in clear over the network, as its URL says; sslmode=verify-full encrypts and checks who answers", "hosts", clear)
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "noria"
	}
	d.server = config
	reading := map[string]string{"default_transaction_read_only": "on"}
	if !cfg.ReadOnly { // a command that reads the whole book takes its time
		reading["statement_timeout"] = "60s"
	}
	d.reader = serverHandle(config, serverReaders, reading)
	if err := d.ask(ctx); err != nil {
		return err
	}
	if d.engine == PostgreSQL { // statements are many and small: compiling one costs more than running it
		config.RuntimeParams["jit"] = "off"
		if err := d.reader.Close(); err != nil {
			return err
		}
		d.reader = serverHandle(config, serverReaders, reading)
	}
	if cfg.ReadOnly {
		return checkVersion(ctx, d.engine, d.reader)
	}
	if err := d.migrateServer(ctx); err != nil {
		return err
	}
	d.writer = serverHandle(config, serverWriters, map[string]string{"statement_timeout": "30s", "idle_in_transaction_session_timeout": "10s"})
	return checkVersion(ctx, d.engine, d.reader)
}

// migrateServer migrates on connections of its own, without limits of time.
func (d *DB) migrateServer(ctx context.Context) error {
	handle := serverHandle(d.server, serverWriters, nil)
	return errors.Join(migrate(ctx, d.engine, handle), handle.Close())
}

func serverHandle(config *pgx.ConnConfig, connections int, parameters map[string]string) *sql.DB {
	own := config.Copy()
	for name, value := range parameters {
		own.RuntimeParams[name] = value
	}
	handle := stdlib.OpenDB(*own)
	handle.SetMaxOpenConns(connections)
	handle.SetMaxIdleConns(connections)
	handle.SetConnMaxIdleTime(5 * time.Minute)
	return handle
}

// ask learns what the server is and whether it can hold a book: texts must be
// UTF-8.
func (d *DB) ask(ctx context.Context) error {
	var version string
	if err := d.reader.QueryRowContext(ctx, `SELECT version()`).Scan(&version); err != nil {
		return unreachable(err)
	}
	if strings.Contains(version, "CockroachDB") {
		d.engine = CockroachDB
		return nil
	}
	d.engine = PostgreSQL
	var encoding string
	if err := d.reader.QueryRowContext(ctx, `SHOW server_encoding`).Scan(&encoding); err != nil {
		return unreachable(err)
	}
	if encoding != "UTF8" {
		return ErrEncoding
	}
	return nil
}

// unreachable turns the failure of a first contact into a refusal that says
// what to look at, without what only the log should hold.
func unreachable(err error) error {
	var answer *pgconn.PgError
	if errors.As(err, &answer) {
		switch answer.Code {
		case "28P01", "28000": // wrong password, or nobody of this name
			return fmt.Errorf("%w (%s)", ErrDatabaseLogin, answer.Code)
		case "3D000": // no such database
			return fmt.Errorf("%w (%s)", ErrNoDatabase, answer.Code)
		}
	}
	return fmt.Errorf("%w: %w", ErrUnreachable, err)
}

// undefined says whether a server has no table of the name asked for.
func undefined(err error) bool {
	var answer *pgconn.PgError
	return errors.As(err, &answer) && answer.Code == "42P01"
}

// Lost says whether an error means that the connection to the server is gone,
// so that what was under way there was not committed unless COMMIT was sent.
func Lost(err error) bool {
	if err == nil {
		return false
	}
	var answer *pgconn.PgError
	if errors.As(err, &answer) {
		// Class 57P is a server that stops or starts, class 08 a broken connection.
		return strings.HasPrefix(answer.Code, "57P") || strings.HasPrefix(answer.Code, "08") || answer.Code == "53300"
	}
	return errors.Is(err, sql.ErrConnDone) || errors.Is(err, errBadConn) || errors.Is(err, context.DeadlineExceeded) || brokenPipe(err)
}

// Retryable says whether a transaction failed for a reason that a fresh one may
// not meet: a serialisation failure (40001) or a deadlock (40P01).
func Retryable(err error) bool {
	var answer *pgconn.PgError
	return errors.As(err, &answer) && (answer.Code == "40001" || answer.Code == "40P01")
}
