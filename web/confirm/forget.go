// SPDX-License-Identifier: AGPL-3.0-or-later

package confirm

import (
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
)

const (
	sqlForgetDevices = `DELETE FROM devices WHERE user_id = $1`
	sqlForgetPayer   = `DELETE FROM intents WHERE user_id = $1 AND entry IS NULL`
	sqlForgetPayee   = `DELETE FROM intents WHERE payee = $1 AND entry IS NULL`
	// The salt goes with the words: without it nobody can try names against what was
	// kept of the confirmation.
	sqlForgetPaying = `UPDATE intents SET handle = '', payee_name = '', message = '', salt = $2 WHERE user_id = $1`
	sqlForgetPaid   = `UPDATE intents SET handle = '', payee_name = '', message = '', salt = $2 WHERE payee = $1`
)

// Forget deletes, within a command, the devices that a person bound and the words of
// what they were asked to confirm, or others were who paid them (D6). What was
// confirmed stays, without words. It returns an error of the engine.
func Forget(tx *ledger.Tx, user ident.User, holder ident.Holder) error {
	if _, err := tx.Exec(sqlForgetDevices, user); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlForgetPayer, user); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlForgetPayee, holder); err != nil {
		return err
	}
	salt := make([]byte, 16)
	if _, err := tx.Exec(sqlForgetPaying, user, salt); err != nil {
		return err
	}
	_, err := tx.Exec(sqlForgetPaid, holder, salt)
	return err
}
