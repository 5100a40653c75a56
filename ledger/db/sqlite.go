// SPDX-License-Identifier: AGPL-3.0-or-later

package db

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"strings"

	_ "modernc.org/sqlite" // registers the embedded engine
)

// pragma is one setting of the engine and what it must read back as.
type pragma struct{ name, value, reads string }

// The settings of a connection. The busy timeout comes first, because setting
// the journal mode may already have to wait. Checkpoints are run by
// checkpoint.go, away from the commits that people wait for.
func writerPragmas() []pragma {
	return []pragma{
		{"busy_timeout", "10000", "10000"},
		{"journal_mode", "WAL", "wal"},
		{"synchronous", "FULL", "2"},
		{"foreign_keys", "ON", "1"},
		{"wal_autocheckpoint", "0", "0"},
		{"cache_size", "-16000", "-16000"},
		{"temp_store", "MEMORY", "2"},
		{"secure_delete", "ON", "1"}, // who was forgotten is in no free page (D6)
	}
}

func readerPragmas() []pragma {
	return []pragma{
		{"busy_timeout", "10000", "10000"},
		{"query_only", "ON", "1"},
		{"cache_size", "-2000", "-2000"},
		{"temp_store", "MEMORY", "2"},
	}
}

// openSQLite opens a file with the given settings and reads them back, since
// the driver ignores in silence what it does not know.
func openSQLite(ctx context.Context, path string, pragmas func() []pragma) (*sql.DB, error) {
	query := url.Values{"_txlock": {"immediate"}}
	for _, p := range pragmas() {
		query.Add("_pragma", p.name+"("+p.value+")")
	}
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + query.Encode()
	handle, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	for _, p := range pragmas() {
		var got string
		if err := handle.QueryRowContext(ctx, "PRAGMA "+p.name).Scan(&got); err != nil {
			handle.Close()
			return nil, fmt.Errorf("open %s: %w", path, err)
		}
		if !strings.EqualFold(got, p.reads) {
			handle.Close()
			return nil, fmt.Errorf("open %s: setting %s reads %q, want %q", path, p.name, got, p.reads)
		}
	}
	return handle, nil
}
