// SPDX-License-Identifier: AGPL-3.0-or-later

package export

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"io"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// movementLine is an entry as a line of JSON. Amounts are whole cents; balances
// are those of the accounts afterwards, on their normal sides.
type movementLine struct {
	Seq      int64         `json:"seq"`
	Entry    ident.Entry   `json:"entry"`
	Kind     ledger.Kind   `json:"kind"`
	At       time.Time     `json:"at"`
	BookedOn civil.Date    `json:"booked_on"`
	Command  int64         `json:"command"`
	Reverses ident.Entry   `json:"reverses,omitzero"`
	Postings []postingLine `json:"postings"`
	Hash     string        `json:"hash"`
}

type postingLine struct {
	N             int64          `json:"n"`
	Unit          string         `json:"unit"`
	Debit         ledger.Account `json:"debit"`
	Credit        ledger.Account `json:"credit"`
	Cents         int64          `json:"cents"`
	DebitBalance  int64          `json:"debit_balance_cents"`
	CreditBalance int64          `json:"credit_balance_cents"`
}

// Movements writes the whole journal as lines of JSON, one for each entry, in
// order and with nothing rounded or left out but people's words. It returns
// ErrCode, or what the engine or the writer returns.
func Movements(ctx context.Context, j *ledger.Journal, w io.Writer, o Options) error {
	if _, err := commodity(o.Code); err != nil {
		return err
	}
	return write(ctx, j, w, o, func(b *book) error {
		encoder := json.NewEncoder(b.out)
		encoder.SetEscapeHTML(false)
		return b.each(ctx, func(e *ledger.Entry) error {
			line := movementLine{Seq: e.Seq, Entry: e.ID, Kind: e.Kind, At: e.At, BookedOn: e.BookedOn, Command: e.Command,
				Reverses: e.Reverses, Hash: hex.EncodeToString(e.Hash[:]), Postings: make([]postingLine, 0, len(e.Lines))}
			for _, l := range e.Lines {
				unit := o.Code
				if l.Unit == money.EUR {
					unit = string(money.EUR)
				}
				line.Postings = append(line.Postings, postingLine{N: l.ID, Unit: unit, Debit: l.Debit, Credit: l.Credit,
					Cents: int64(l.Amount), DebitBalance: int64(l.DebitBalance), CreditBalance: int64(l.CreditBalance)})
			}
			return encoder.Encode(line)
		})
	})
}
