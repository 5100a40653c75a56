// SPDX-License-Identifier: AGPL-3.0-or-later

package payout

import (
	"context"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
)

const (
	sqlBatchesAt     = sqlBatchColumns + `WHERE status = $1 AND (id < $2 OR $2 IS NULL) ORDER BY id DESC LIMIT $3`
	sqlBatchOfFunds  = `SELECT batch FROM payout_fundings WHERE bank_reference = $1`
	sqlBatchApprover = `SELECT approved_by FROM payout_batches WHERE id = $1`
)

// At lists at most limit batches of all collectivités in one status, below an id
// where one is given, newest first, without their lines. It returns ErrForbidden.
func (v *View) At(ctx context.Context, actor access.Actor, status Status, before BatchID, limit int) ([]Batch, error) {
	if err := access.Allow(actor, access.BatchRead, ident.Holder{}); err != nil {
		return nil, err
	}
	rows, err := v.journal.Reader().QueryContext(ctx, sqlBatchesAt, string(status), before, limit)
	if err != nil {
		return nil, err
	}
	return scanBatches(rows)
}

// ApprovedBy is who approved a batch, the zero user where nobody did.
func (v *View) ApprovedBy(ctx context.Context, actor access.Actor, id BatchID) (ident.User, error) {
	if _, err := v.Batch(ctx, actor, id); err != nil {
		return ident.User{}, err
	}
	var user ident.User
	err := v.journal.Reader().QueryRowContext(ctx, sqlBatchApprover, id).Scan(&user)
	return user, err
}

// OfBankReference returns the batch that a bank transfer was counted for, the
// zero id where there is none. It returns ErrForbidden.
func (v *View) OfBankReference(ctx context.Context, actor access.Actor, reference string) (BatchID, error) {
	if err := access.Allow(actor, access.BatchRead, ident.Holder{}); err != nil {
		return BatchID{}, err
	}
	rows, err := v.journal.Reader().QueryContext(ctx, sqlBatchOfFunds, reference)
	if err != nil {
		return BatchID{}, err
	}
	defer rows.Close()
	var id BatchID
	if rows.Next() {
		err = rows.Scan(&id)
	}
	if err != nil {
		return BatchID{}, err
	}
	return id, rows.Err()
}

// Fundings lists the transfers that were counted for a batch, oldest first. It
// returns ErrForbidden and ErrMissing.
func (v *View) Fundings(ctx context.Context, actor access.Actor, id BatchID) ([]Funding, error) {
	if _, err := v.Batch(ctx, actor, id); err != nil {
		return nil, err
	}
	return v.fundings(ctx, id)
}
