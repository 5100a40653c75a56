// SPDX-License-Identifier: AGPL-3.0-or-later

package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// Row scans one result row.
type Row interface{ Scan(dest ...any) error }

// Reader runs queries outside any command. What it reads is committed.
type Reader interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Config says which book to open and how.
type Config struct {
	Data     string // data folder of the embedded engine
	Database string // postgres:// URL of a book on a server; embedded where empty
	ReadOnly bool   // beside a running server: no lock, no migration, no write
	Alone    bool   // with ReadOnly: takes the folder's lock all the same, so that nobody writes meanwhile
	Log      *slog.Logger
}

// DB is an open book's database.
type DB struct {
	engine Engine
	writer *sql.DB // one connection on the embedded engine; nil when read-only
	reader *sql.DB
	reads  Reader          // through reader
	server *pgx.ConnConfig // how a server is reached; nil on the embedded engine
	data   string
	lock   *os.File
	log    *slog.Logger

	space    sync.Mutex
	spaceAt  time.Time
	spaceErr error

	checkpoints checkpoints
}

// Now is the clock of the house: UTC, whole microseconds.
func Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// Elapsed returns a reading of the monotonic clock, to measure durations with.
func Elapsed() time.Duration { return time.Since(started) }

var started = time.Now()

// Open opens a book, creating and migrating it where it may write. It returns
// ErrLocked, ErrNewer, ErrNoBook or ErrOlder (read-only), on servers
// ErrDatabaseURL, ErrUnreachable, ErrDatabaseLogin, ErrNoDatabase or ErrEncoding,
// or an error of the engine.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	d := &DB{engine: SQLite, data: cfg.Data, log: cfg.Log}
	open := d.open
	if cfg.Database != "" {
		d.data, open = "", d.openServer
	}
	if err := open(ctx, cfg); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	if d.reads = d.reader; d.engine == SQLite {
		d.reads = newPrepared(d.reader)
	}
	return d, nil
}

func (d *DB) open(ctx context.Context, cfg Config) error {
	path := filepath.Join(cfg.Data, "noria.db")
	if cfg.ReadOnly {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return ErrNoBook
		} else if err != nil {
			return err
		}
		if cfg.Alone {
			if err := d.takeLock(); err != nil {
				return err
			}
		}
		return d.openReader(ctx, path)
	}
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	if err := d.takeLock(); err != nil {
		return err
	}
	if err := private(path); err != nil {
		return err
	}
	var err error
	if d.writer, err = openSQLite(ctx, path, writerPragmas); err != nil {
		return err
	}
	d.writer.SetMaxOpenConns(1)
	if err := migrate(ctx, SQLite, d.writer); err != nil {
		return err
	}
	return d.openReader(ctx, path)
}

// private makes the file for its owner alone; the engine gives the files beside
// it the same rights.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

func (d *DB) openReader(ctx context.Context, path string) error {
	var err error
	if d.reader, err = openSQLite(ctx, path, readerPragmas); err != nil {
		return err
	}
	d.reader.SetMaxOpenConns(8)
	d.reader.SetMaxIdleConns(8)
	return checkVersion(ctx, SQLite, d.reader)
}

// Reader returns the handle for queries; every connection of it refuses writes.
func (d *DB) Reader() Reader { return d.reads }

// ReaderConn returns a connection for queries that belong together. It is given
// back by closing it.
func (d *DB) ReaderConn(ctx context.Context) (*sql.Conn, error) { return d.reader.Conn(ctx) }

// Snapshot runs read inside one read transaction, so that several queries see
// one state of the book.
func (d *DB) Snapshot(ctx context.Context, read func(Reader) error) error {
	tx, err := d.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: d.isolation()})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	return read(tx)
}

// isolation is what makes several queries see one state: on PostgreSQL it must
// be asked for.
func (d *DB) isolation() sql.IsolationLevel {
	if d.engine == PostgreSQL {
		return sql.LevelRepeatableRead
	}
	return sql.LevelDefault
}

// Writer returns a writing connection, for the committer alone.
func (d *DB) Writer(ctx context.Context) (*sql.Conn, error) {
	if d.writer == nil {
		return nil, errors.New("the book is open for reading only")
	}
	return d.writer.Conn(ctx)
}

// Folder returns the data folder, nothing for a book on a server.
func (d *DB) Folder() string { return d.data }

// Close releases every connection and the lock on the folder.
func (d *DB) Close() error {
	var errs []error
	d.checkpoints.wait()
	for _, handle := range []*sql.DB{d.checkpoints.handle, d.reader, d.writer} {
		if handle != nil {
			errs = append(errs, handle.Close())
		}
	}
	if d.lock != nil {
		errs = append(errs, d.lock.Close())
	}
	return errors.Join(errs...)
}

// Discard gives a connection up for good: whatever state it is in, nobody gets
// it again.
func (d *DB) Discard(conn *sql.Conn) {
	_ = conn.Raw(func(any) error { return errBadConn })
	_ = conn.Close()
}
