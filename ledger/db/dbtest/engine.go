// SPDX-License-Identifier: AGPL-3.0-or-later

package dbtest

import (
	"testing"

	"github.com/noria-mlc/noria/ledger/db"
)

// Run runs test on every engine. open gives the book of this run; calling it
// again after closing the first handle opens the same book again.
func Run(t *testing.T, test func(t *testing.T, open func() *db.DB)) {
	t.Run("sqlite", func(t *testing.T) { test(t, Embedded(t)) })
}

// Embedded returns a function that opens one embedded book in a folder of the
// test.
func Embedded(t testing.TB) func() *db.DB {
	folder := t.TempDir()
	return func() *db.DB {
		d, err := db.Open(t.Context(), db.Config{Data: folder})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		return d
	}
}
