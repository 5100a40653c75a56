// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
)

// Dedicated returns, within a command of another room, the compte dédié of
// digital units that is asked for, the first one where none is. It returns
// ErrNotOpen, ErrInvalid for any other account and ErrChannel where there is none.
func Dedicated(tx *ledger.Tx, asked ledger.Account) (ledger.Account, error) {
	if _, err := opened(tx); err != nil {
		return "", err
	}
	b, err := dedicated(tx, asked)
	return b.Account, err
}

// Moved notes, within a command of another room, the bank reference of euros
// that were moved between the issuer's own accounts. It returns ErrReferenceUsed
// where it was booked before.
func Moved(tx *ledger.Tx, bankReference string, e ident.Entry) error {
	return tx.Guard(ErrReferenceUsed, sqlInsertTransfer, bankReference, e, tx.Now().UnixMicro())
}
