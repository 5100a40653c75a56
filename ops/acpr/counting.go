// SPDX-License-Identifier: AGPL-3.0-or-later

package acpr

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
)

// Counting says what counts besides payments between holders (L4). Nothing does
// until the treasurers decide so.
type Counting struct {
	Conversions bool `json:"conversions"` // euros changed into units
	Redemptions bool `json:"redemptions"` // units redeemed for euros
}

// counts says whether operations of a kind count.
func (c Counting) counts(kind ledger.Kind) bool {
	switch kind {
	case ledger.KindPayment:
		return true
	case ledger.KindConversion:
		return c.Conversions
	case ledger.KindRedemption:
		return c.Redemptions
	}
	return false
}

// counting reads what the treasurers decided.
func counting(ctx context.Context, r db.Reader) (Counting, error) {
	var c Counting
	err := r.QueryRowContext(ctx, sqlCounting).Scan(&c.Conversions, &c.Redemptions)
	if errors.Is(err, sql.ErrNoRows) {
		return Counting{}, nil
	}
	return c, err
}

// Decide says what counts from now on, in the readings of past days too: the
// books stay as they are, only their reading changes (L4). It returns
// ErrForbidden, and what ledger.Execute returns.
func Decide(ctx context.Context, l *ledger.Ledger, actor access.Actor, key string, in Counting) (Counting, bool, error) {
	out, err := l.Execute(ctx, ledger.Command{Actor: actor, Action: access.MeterSet, Key: key, Input: in}, func(tx *ledger.Tx) (ident.Ref, error) {
		if _, err := tx.Exec(sqlDecide, flag(in.Conversions), flag(in.Redemptions)); err != nil {
			return ident.Ref{}, err
		}
		return ident.Ref{}, tx.Keep(in)
	})
	if err != nil {
		return Counting{}, false, err
	}
	var kept Counting
	if err := json.Unmarshal(out.Result, &kept); err != nil {
		return Counting{}, false, fmt.Errorf("stored answer: %w", err)
	}
	return kept, out.Replayed, nil
}

// flag is how the engines keep a yes or no.
func flag(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
