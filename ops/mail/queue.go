// SPDX-License-Identifier: AGPL-3.0-or-later

package mail

import (
	"context"
	"encoding/json"
	"time"

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

// Backlog is what waits to be sent.
type Backlog struct {
	Letters int
	Oldest  time.Time // when the oldest was written, UTC; zero where none waits
	Tries   int       // of the letter that was tried most
}

// Waiting returns the letters that wait, without what they say. It returns an error
// of the engine.
func Waiting(ctx context.Context, j *ledger.Journal) (Backlog, error) {
	var b Backlog
	var oldest int64
	err := j.Reader().QueryRowContext(ctx, sqlWaiting).Scan(&b.Letters, &oldest, &b.Tries)
	if oldest > 0 {
		b.Oldest = time.UnixMicro(oldest).UTC()
	}
	return b, err
}
