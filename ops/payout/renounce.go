// SPDX-License-Identifier: AGPL-3.0-or-later

package payout

import (
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
)

const (
	sqlAwaited  = `SELECT COUNT(*) FROM payout_lines WHERE holder = $1 AND status = 'pending'`
	sqlRenounce = `UPDATE instructions SET revoked_at = $2 WHERE official = $1 AND revoked_at IS NULL`
)

// Awaited says within a command whether a line of a batch is to be paid to a
// holder. It returns an error of the engine.
func Awaited(tx *ledger.Tx, holder ident.Holder) (bool, error) {
	var n int
	err := tx.QueryRow(sqlAwaited, holder).Scan(&n)
	return n > 0, err
}

// Renounce ends, within a command, every choice of an official. It returns an error
// of the engine.
func Renounce(tx *ledger.Tx, official ident.Holder) error {
	_, err := tx.Exec(sqlRenounce, official, tx.Now().UnixMicro())
	return err
}
