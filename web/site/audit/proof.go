// SPDX-License-Identifier: AGPL-3.0-or-later

package audit

import (
	"context"
	"encoding/hex"
	"errors"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/confirm"
)

// proofRow is how an entry was confirmed, checked again when the page is asked
// for.
type proofRow struct {
	Method, Intent    string
	Digest, Signature string // in hexadecimal letters; the second of a passkey only
	Amount            money.Amount
	At                time.Time
	Problem           string // what does not hold, "" for nothing; a word for experts
}

// proof reads how an entry was confirmed and checks it against itself and against
// the entry, and says whether it was confirmed at all.
func (c control) proof(ctx context.Context, a access.Actor, e *ledger.Entry) (proofRow, bool, error) {
	p, err := c.Confirm.Proof(ctx, a, e.ID)
	if errors.Is(err, fault.ErrMissing) || errors.Is(err, access.ErrForbidden) {
		return proofRow{}, false, nil
	}
	if err != nil {
		return proofRow{}, false, err
	}
	row := proofRow{Method: string(p.Method), Intent: p.Intent.String(), Digest: p.Digest.String(), Signature: hex.EncodeToString(p.Signature), Amount: p.Amount, At: p.ConfirmedAt}
	if wrong := confirm.VerifyEntry(p, e); wrong != nil {
		row.Problem = wrong.Error()
	}
	return row, true, nil
}
