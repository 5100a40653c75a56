// SPDX-License-Identifier: AGPL-3.0-or-later

package db

import (
	"context"
	"database/sql"
	"embed"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrations embed.FS

func provider(handle *sql.DB) (*goose.Provider, error) {
	folder, err := fs.Sub(migrations, "migrations/sqlite")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, handle, folder, goose.WithLogger(goose.NopLogger()))
}

// migrate brings the schema to this program's version, forward only.
func migrate(ctx context.Context, handle *sql.DB) error {
	p, err := provider(handle)
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
	_, err = p.Up(ctx)
	return err
}

// checkVersion compares without writing anything.
func checkVersion(ctx context.Context, handle *sql.DB) error {
	p, err := provider(handle)
	if err != nil {
		return err
	}
	var current int64
	const query = `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version`
	if err := handle.QueryRowContext(ctx, query).Scan(&current); err != nil {
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
