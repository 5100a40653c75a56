// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// sqlWithdrawals sums the digital units that wait to become notes: the only thing
// besides redemptions that a holder's reserved account is made of.
const sqlWithdrawals = `SELECT holder, CAST(SUM(amount) AS BIGINT) FROM paper_moves
	WHERE kind = 'withdrawal' AND status = 'open' GROUP BY holder`

// withdrawing is what one holder waits for.
type withdrawing struct {
	holder ident.Holder
	amount money.Amount
}

// holdForNotes adds the withdrawals of notes that are open to what is held.
func holdForNotes(r rows, held map[ident.Holder]money.Amount) error {
	list, err := r.Query(sqlWithdrawals)
	all, err := collect(list, err, func(row db.Row) (withdrawing, error) {
		var w withdrawing
		return w, row.Scan(&w.holder, &w.amount)
	})
	for _, w := range all {
		held[w.holder] += w.amount
	}
	return err
}
