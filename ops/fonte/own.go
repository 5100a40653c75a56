// SPDX-License-Identifier: AGPL-3.0-or-later

package fonte

import (
	"context"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Own is what a period took from one holder.
type Own struct {
	From    civil.Date   `json:"from"`
	Until   civil.Date   `json:"until"`
	Balance money.Amount `json:"balance"` // that was counted, the exempt amount included
	Amount  money.Amount `json:"amount"`
	Entry   ident.Entry  `json:"entry"`
}

// Of lists what was taken from a holder, oldest first, for whoever was allowed to
// know it (D7). It returns an error of the engine.
func Of(ctx context.Context, j *ledger.Journal, h ident.Holder) ([]Own, error) {
	rows, err := j.Reader().QueryContext(ctx, sqlOf, h)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(row db.Row) (Own, error) {
		var o Own
		return o, row.Scan(&o.From, &o.Until, &o.Balance, &o.Amount, &o.Entry)
	})
}
