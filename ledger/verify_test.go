// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
)

// TestVerifyFindsEveryTampering changes the stored book behind the ledger's
// back, one way at a time, and asks that verify names the place.
func TestVerifyFindsEveryTampering(t *testing.T) {
	for _, c := range []struct{ name, statement, where string }{
		{"an amount", `UPDATE postings SET amount = amount + 1 WHERE id = 9`, "posting 9"},
		{"a payee", `UPDATE postings SET credit = debit - 1 WHERE id = 9`, "posting 9"},
		{"a running balance", `UPDATE postings SET credit_balance = credit_balance + 1 WHERE id = 9`, "posting 9"},
		{"a back pointer", `UPDATE postings SET debit_prev = 0 WHERE id = 9`, "posting 9"},
		{"a deleted posting", `DELETE FROM postings WHERE id = 9`, "entry 6"},
		{"a date", `UPDATE entries SET booked_on = booked_on + 1 WHERE seq = 6`, "entry 6"},
		{"an instant", `UPDATE entries SET at = at - 60000000 WHERE seq = 6`, "entry 6"},
		{"a hash", `UPDATE entries SET hash = (SELECT hash FROM entries WHERE seq = 5) WHERE seq = 6`, "entry 6"},
		{"a deleted entry", `DELETE FROM entries WHERE seq = 6`, "entry"},
		{"an actor", `UPDATE commands SET actor = SUBSTR(fingerprint, 1, 16) WHERE seq = (SELECT command FROM entries WHERE seq = 6)`, "entry 6"},
		{"a deleted command", `DELETE FROM commands WHERE seq = 2`, "command"},
		{"a stored balance", `UPDATE balances SET credits = credits + 1, debits = debits + 1 WHERE account = (SELECT debit FROM postings WHERE id = 9)`, "account"},
		{"an account's floor", `UPDATE accounts SET floor = NOT floor WHERE id = (SELECT debit FROM postings WHERE id = 9)`, "account"},
		{"the head's hash", `UPDATE head SET hash = (SELECT hash FROM entries WHERE seq = 5)`, "head"},
		{"the last entry", `DELETE FROM entries WHERE seq = (SELECT MAX(seq) FROM entries)`, "entry"},
		{"an account's code", `UPDATE accounts SET code = 'loc:wallet:hol_x' WHERE id = (SELECT debit FROM postings WHERE id = 9)`, "entry"},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			dbtest.Run(t, func(t *testing.T, open func() *db.DB) {
				d := open()
				l := book(t, d)
				h := wallets(t, l, 3, "10.00")
				for i := range 8 {
					if _, err := pay(t, l, key(), h[i%3], h[(i+1)%3], 10); err != nil {
						t.Fatal(err)
					}
				}
				verify(t, l)
				l.Close()
				tamper(t, d, c.statement)
				_, err := l.Verify(t.Context(), nil)
				var difference *ledger.Difference
				if !errors.As(err, &difference) || !strings.Contains(difference.Where, c.where) {
					t.Errorf("verify says %v, want a difference at %q", err, c.where)
				}
			})
		})
	}
}

func tamper(t *testing.T, d *db.DB, statement string) {
	t.Helper()
	conn, err := d.Writer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	dbtest.Unprotect(t, d, conn)
	result, err := conn.ExecContext(t.Context(), statement)
	if err != nil {
		t.Fatal(err)
	}
	if n, _ := result.RowsAffected(); n == 0 {
		t.Fatalf("%q changed nothing", statement)
	}
}
