// SPDX-License-Identifier: AGPL-3.0-or-later

package mail

import (
	"encoding/json"

	"github.com/noria-mlc/noria/ledger"
)

// Queue writes a letter into the book within a command: it is sent once the
// command is committed. It returns ErrAddress, ErrInvalid, or an error of the
// engine.
func Queue(tx *ledger.Tx, l Letter) error {
	to, err := Address(l.To)
	if err != nil {
		return err
	}
	if _, _, err := l.render(); err != nil {
		return err
	}
	words, err := json.Marshal(l.Words)
	if err != nil {
		return err
	}
	id := tx.NewID()
	_, err = tx.Exec(sqlQueue, id[:], to, l.Language, l.Template, string(words), tx.Now().UnixMicro())
	return err
}
