// SPDX-License-Identifier: AGPL-3.0-or-later

package db

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// provider reads the migrations of an engine's dialect. CockroachDB runs those
// of PostgreSQL.
func provider(e Engine, handle *sql.DB) (*goose.Provider, error) {
	name, dialect := "migrations/sqlite", goose.DialectSQLite3
	options := []goose.ProviderOption{goose.WithLogger(goose.NopLogger())}
	if e != SQLite {
		name, dialect = "migrations/postgres", goose.DialectPostgres
	}
	if e == PostgreSQL { // processes that start together take turns
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	folder, err := fs.Sub(migrations, name)
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(dialect, handle, folder, options...)
}

// migrate brings the schema to this program's version, forward only.
func migrate(ctx context.Context, e Engine, handle *sql.DB) error {
	p, err := provider(e, handle)
	if err != nil {
		return err
	}
	current, err := p.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	if current > newest(p) {
		return ErrNewer
	}
	done, err := p.Up(ctx)
	if err != nil {
		return err
	}
	if len(done) == 0 && e == PostgreSQL {
		if whole, err := protected(ctx, handle); whole || err != nil {
			return err
		}
	}
	return protect(ctx, e, handle)
}

// protected says whether protect was seen through on PostgreSQL; a process may
// have died between its last migration and that.
func protected(ctx context.Context, handle *sql.DB) (whole bool, err error) {
	const query = `SELECT (SELECT COUNT(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
			WHERE c.relnamespace = current_schema()::regnamespace AND c.relname IN ('entries', 'postings', 'commands', 'confirmations')
				AND NOT t.tgisinternal AND t.tgenabled <> 'D') >= 12
		AND NOT EXISTS (SELECT 1 FROM information_schema.columns
			WHERE table_schema = current_schema() AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'
				AND EXISTS (SELECT 1 FROM pg_class k
					WHERE k.relnamespace = current_schema()::regnamespace AND k.relname = table_name AND k.relkind = 'r'
						AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = k.oid AND d.deptype = 'e')))`
	err = handle.QueryRowContext(ctx, query).Scan(&whole)
	return whole, err
}

// protect makes a server refuse to change or delete what the journal holds. The
// embedded engine's migrations do so themselves.
func protect(ctx context.Context, e Engine, handle *sql.DB) error {
	name := map[Engine]string{PostgreSQL: "postgres", CockroachDB: "cockroach"}[e]
	if name == "" {
		return nil
	}
	text, err := migrations.ReadFile("migrations/protect/" + name + ".sql")
	if err != nil {
		return err
	}
	// One by one: CockroachDB takes several changes of a schema in one message for
	// a transaction, where it cannot make them.
	for statement := range strings.SplitSeq(string(text), "\n--\n") {
		if _, err := handle.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("protect the journal: %w", err)
		}
	}
	return nil
}

// checkVersion compares without writing anything.
func checkVersion(ctx context.Context, e Engine, handle *sql.DB) error {
	p, err := provider(e, handle)
	if err != nil {
		return err
	}
	var current int64
	const query = `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version`
	if err := handle.QueryRowContext(ctx, query).Scan(&current); err != nil {
		if Lost(err) {
			return unreachable(err)
		}
		if undefined(err) {
			return ErrNoBook
		}
		return ErrOlder
	}
	switch want := newest(p); {
	case current > want:
		return ErrNewer
	case current < want:
		return ErrOlder
	}
	return nil
}

func newest(p *goose.Provider) int64 {
	sources := p.ListSources()
	return sources[len(sources)-1].Version
}

// SchemaVersion returns the version of the open book's schema.
func (d *DB) SchemaVersion(ctx context.Context) (int64, error) {
	var v int64
	err := d.reader.QueryRowContext(ctx, `SELECT MAX(version_id) FROM goose_db_version`).Scan(&v)
	return v, err
}
