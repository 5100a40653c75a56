// SPDX-License-Identifier: AGPL-3.0-or-later

package dbtest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/noria-mlc/noria/ledger/db"
)

// Run runs test on every engine. open gives the book of this run; calling it
// again after closing the first handle opens the same book again, and on servers
// calling it again before that is what a second process does.
func Run(t *testing.T, test func(t *testing.T, open func() *db.DB)) {
	t.Run("sqlite", func(t *testing.T) { test(t, Embedded(t)) })
	t.Run("postgresql", func(t *testing.T) { test(t, Postgres(t)) })
	t.Run("cockroachdb", func(t *testing.T) { test(t, Cockroach(t)) })
}

// Books runs test on every engine, for a test that needs many books: each call of
// book opens an empty one of its own.
func Books(t *testing.T, test func(t *testing.T, book func() *db.DB)) {
	t.Run("sqlite", func(t *testing.T) { test(t, func() *db.DB { return Embedded(t)() }) })
	t.Run("postgresql", func(t *testing.T) {
		PostgresURL(t) // or skip before the test begins
		test(t, func() *db.DB { return Postgres(t)() })
	})
	t.Run("cockroachdb", func(t *testing.T) {
		CockroachURL(t)
		test(t, func() *db.DB { return Cockroach(t)() })
	})
}

// Embedded returns a function that opens one embedded book in a folder of the
// test. It begins as a copy of one that was migrated: with the race detector that
// is much of what a short test costs.
func Embedded(t testing.TB) func() *db.DB {
	t.Helper()
	book, err := migratedBook()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "noria.db"), book, 0o600); err != nil {
		t.Fatal(err)
	}
	return opener(t, db.Config{Data: folder})
}

// Postgres returns a function that opens one book on PostgreSQL, and skips the
// test where there is none.
func Postgres(t testing.TB) func() *db.DB {
	return opener(t, db.Config{Database: PostgresURL(t)})
}

// Cockroach returns a function that opens one book on CockroachDB, and skips the
// test where there is none.
func Cockroach(t testing.TB) func() *db.DB {
	return opener(t, db.Config{Database: CockroachURL(t)})
}

func opener(t testing.TB, cfg db.Config) func() *db.DB {
	return func() *db.DB {
		d, err := db.Open(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		return d
	}
}
