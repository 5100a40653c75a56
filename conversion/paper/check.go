// SPDX-License-Identifier: AGPL-3.0-or-later

package paper

import (
	"context"
	"fmt"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/money"
)

// Check proves, on the state of the book that r sees, that no note came from
// nowhere: of each kind all places and all ranges together have what was printed;
// the notes in people's hands are what the ledger says circulates; and what the
// two pools owe each other cancels out (G2). It returns the first difference as a
// *ledger.Difference, or an error of the engine.
func (v *View) Check(ctx context.Context, r db.Reader) error {
	list, err := r.QueryContext(ctx, sqlWrongTotals)
	totals, err := collect(list, err, func(row db.Row) (total, error) {
		var t total
		return t, row.Scan(&t.series, &t.face, &t.stock, &t.numbers, &t.printed)
	})
	if err != nil {
		return err
	}
	for _, t := range totals {
		if t.stock != t.printed || t.numbers != t.printed {
			return &ledger.Difference{Where: fmt.Sprintf("notes of %s, series %s", t.face, t.series),
				What: fmt.Sprintf("%d printed, %d in all places, %d numbers", t.printed, t.stock, t.numbers)}
		}
	}
	return v.checkBooks(ctx, r)
}

// total is what is known of one kind of note.
type total struct {
	series                  string
	face                    money.Amount
	stock, numbers, printed int64
}

// checkBooks compares notes with the ledger.
func (v *View) checkBooks(ctx context.Context, r db.Reader) error {
	var public money.Amount
	if err := r.QueryRowContext(ctx, sqlPublicValue).Scan(&public); err != nil {
		return err
	}
	balance := make(map[ledger.Account]money.Amount)
	for _, a := range []ledger.Account{ledger.Notes, ledger.Issued(ledger.Paper), ledger.Between(ledger.Paper), ledger.Between(ledger.Digital)} {
		b, err := v.journal.Balance(ctx, r, a)
		if err != nil {
			return err
		}
		balance[a] = b.Amount
	}
	if public != balance[ledger.Notes] || public != balance[ledger.Issued(ledger.Paper)] {
		return &ledger.Difference{Where: "notes in circulation", What: fmt.Sprintf("%s of notes in people's hands, %s and %s in the ledger",
			public, balance[ledger.Notes], balance[ledger.Issued(ledger.Paper)])}
	}
	if balance[ledger.Between(ledger.Paper)] != -balance[ledger.Between(ledger.Digital)] {
		return &ledger.Difference{Where: "what the pools owe each other", What: "does not cancel out (G2)"}
	}
	return nil
}
