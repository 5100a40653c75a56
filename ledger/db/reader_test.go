// SPDX-License-Identifier: AGPL-3.0-or-later

package db_test

import (
	"fmt"
	"sync"
	"testing"
)

// TestReadersAnswerAtOnce asks more queries than are kept prepared, each by
// several at once and each within another of the same text.
func TestReadersAnswerAtOnce(t *testing.T) {
	d, err := open(t, t.TempDir(), false)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for asker := range 4 {
		wg.Go(func() {
			for i := range 300 {
				query := fmt.Sprintf("SELECT $1 + %d UNION ALL SELECT $1 + %d", i, i+1)
				rows, err := d.Reader().QueryContext(t.Context(), query, asker)
				if err != nil {
					t.Error(err)
					return
				}
				for want := asker + i; rows.Next(); want++ {
					var outer, inner int
					if err := rows.Scan(&outer); err != nil || outer != want {
						t.Errorf("%s: %d, want %d, %v", query, outer, want, err)
					}
					if err := d.Reader().QueryRowContext(t.Context(), query, asker+1).Scan(&inner); err != nil || inner != asker+i+1 {
						t.Errorf("%s, inside: %d, %v", query, inner, err)
					}
				}
				if err := rows.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for range 2 {
		if _, err := d.Reader().QueryContext(t.Context(), "SELECT nothing FROM nowhere"); err == nil {
			t.Error("a query of what is not there was answered")
		}
	}
}
