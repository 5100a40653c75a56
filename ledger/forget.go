// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/noria-mlc/noria/ledger/ident"
)

const (
	sqlForgetHolder  = `UPDATE holders SET name = $2, number = $3 WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM holders o WHERE o.number = $3)`
	sqlForgetMessage = `UPDATE memos SET message = '' WHERE entry = $1`
	sqlForgetMemo    = `UPDATE memos SET message = '', reference = '' WHERE entry = $1`
)

// Traces are the words that stand beside the movements of a holder's wallet.
type Traces struct {
	holder Holder
	last   int64 // the newest posting
	memos  []trace
}

type trace struct {
	entry int64
	named bool // the reference names the holder
}

// tracesPage is how many movements are read at once.
const tracesPage = 1000

// Traces reads where the words are that Forget deletes. It returns ErrMissing, or
// an error of the engine.
func (j *Journal) Traces(ctx context.Context, id ident.Holder) (Traces, error) {
	h, err := j.Holder(ctx, id)
	if err != nil {
		return Traces{}, err
	}
	t := Traces{holder: h}
	words := strings.FieldsFunc(strings.ToLower(h.Name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for before := int64(0); ; {
		list, err := j.Statement(ctx, Wallet(id), before, 0, tracesPage)
		if err != nil || len(list) == 0 {
			return t, err
		}
		if t.last == 0 {
			t.last = list[0].Posting
		}
		for _, m := range list {
			if m.Message != "" || m.Reference != "" {
				t.memos = append(t.memos, trace{m.Seq, names(m.Reference, words)})
			}
		}
		before = list[len(list)-1].Posting
	}
}

// names says whether a text holds one of the words of a name, initials apart.
func names(text string, words []string) bool {
	text = strings.ToLower(text)
	for _, w := range words {
		if utf8.RuneCountInString(w) > 1 && strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// Forget takes a holder's identity out of the book within a command (D6): the name
// becomes another, the number a fresh one that nobody knows, and the messages
// beside their movements go, with the references that name them. Entries, postings
// and sums stay. It returns ErrMoved where the wallet moved since Traces were read,
// or an error of the engine.
func (tx *Tx) Forget(t Traces, name string) error {
	wallet, err := tx.batch.account(Wallet(t.holder.ID))
	if err != nil {
		return err
	}
	if wallet.last != t.last {
		return ErrMoved
	}
	for _, m := range t.memos {
		query := sqlForgetMessage
		if m.named {
			query = sqlForgetMemo
		}
		if _, err := tx.Exec(query, m.entry); err != nil {
			return err
		}
	}
	for range 20 {
		number, err := newNumber()
		if err != nil {
			return err
		}
		n, err := tx.Exec(sqlForgetHolder, t.holder.ID, name, number)
		if err != nil || n == 1 {
			return err
		}
	}
	return ErrMoved
}

// Scrub makes the engine's files let go of what was deleted, as far as it can now:
// see db.Scrub.
func (l *Ledger) Scrub(ctx context.Context) error { return l.db.Scrub(ctx) }
