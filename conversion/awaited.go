// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
)

const sqlAwaited = `SELECT (SELECT COUNT(*) FROM conversions WHERE holder = $1 AND status = 'awaiting_euros')
	+ (SELECT COUNT(*) FROM redemptions WHERE holder = $1 AND status IN ('requested', 'in_run', 'sent'))
	+ (SELECT COUNT(*) FROM receivables WHERE holder = $1 AND owed > 0)`

// Awaited says within a command whether a holder awaits euros, or the association
// awaits theirs: what they owe since a debit came back counts too. It returns an error of the engine.
func Awaited(tx *ledger.Tx, holder ident.Holder) (bool, error) {
	var n int
	err := tx.QueryRow(sqlAwaited, holder).Scan(&n)
	return n > 0, err
}
