// SPDX-License-Identifier: AGPL-3.0-or-later

package dbtest

import (
	"database/sql"
	"testing"

	"github.com/noria-mlc/noria/ledger/db"
)

// Unprotect takes away what forbids changing and deleting rows of the journal,
// so that a test can tamper with them and ask who notices.
func Unprotect(t testing.TB, d *db.DB, conn *sql.Conn) {
	t.Helper()
	for _, table := range [...]string{"commands", "entries", "postings"} {
		for _, trigger := range [...]string{"_are_final", "_stay"} {
			statement := "DROP TRIGGER " + table + trigger
			if d.Engine() != db.SQLite {
				statement += " ON " + table
			}
			if _, err := conn.ExecContext(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
	}
}
