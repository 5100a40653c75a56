// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant

import (
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
)

const (
	// Whoever kept the holder wrote words of their own beside them, a name perhaps.
	sqlForgetBeneficiaries = `DELETE FROM beneficiaries WHERE owner = $1 OR payee = $1`
	sqlForgetTries         = `DELETE FROM handle_tries WHERE owner = $1`
	// A request that is still open could be paid to somebody who is gone.
	sqlEndPersonal    = `UPDATE personal_requests SET status = 'cancelled' WHERE holder = $1 AND status = 'open'`
	sqlForgetPersonal = `UPDATE personal_requests SET reference = '' WHERE holder = $1`
)

// Forget takes out of trade, within a command, the words that stand beside a person
// (D6): those whom they keep and who keep them, and what they asked others for. It
// returns an error of the engine.
func Forget(tx *ledger.Tx, person ident.Holder) error {
	for _, query := range []string{sqlForgetBeneficiaries, sqlForgetTries, sqlEndPersonal, sqlForgetPersonal} {
		if _, err := tx.Exec(query, person); err != nil {
			return err
		}
	}
	return nil
}
