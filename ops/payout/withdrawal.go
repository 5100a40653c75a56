// SPDX-License-Identifier: AGPL-3.0-or-later

package payout

import (
	"context"
	"errors"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// Withdraw gives up a draft: its author found a mistake, or an approver did. It
// returns ErrForbidden, ErrMissing, ErrNotDraft, ErrWithdrawn, and what Execute
// returns.
func (s *Service) Withdraw(ctx context.Context, actor access.Actor, key string, id BatchID) (bool, error) {
	b, err := s.load(ctx, id)
	if err != nil {
		return false, hidden(actor, access.BatchWithdraw, err)
	}
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.BatchWithdraw, Owner: b.Collectivity, Key: key, Input: withdrawing{id}},
		func(tx *ledger.Tx) (ident.Ref, error) {
			n, err := tx.Exec(sqlWithdraw, tx.Now().UnixMicro(), id)
			if err != nil || n == 1 {
				return id.Ref(), err
			}
			now, err := scanBatch(tx.QueryRow(sqlBatch, id))
			switch {
			case err != nil:
				return ident.Ref{}, err
			case now.Status == Withdrawn:
				return ident.Ref{}, ErrWithdrawn
			}
			return ident.Ref{}, ErrNotDraft
		})
	return out.Replayed, err
}

type withdrawing struct {
	Withdraw BatchID `json:"withdraw"`
}

// Previous returns the last approved batch of the same collectivité and purpose
// for an earlier month, with its lines: what a new one is copied from and
// compared with. The second value says whether there is one. It returns
// ErrForbidden.
func (v *View) Previous(ctx context.Context, actor access.Actor, of DraftInput) (Batch, bool, error) {
	if err := access.Allow(actor, access.BatchRead, of.Collectivity); err != nil {
		return Batch{}, false, err
	}
	b, err := scanBatch(v.journal.Reader().QueryRowContext(ctx, sqlPreviousBatch, of.Collectivity, string(of.Purpose), of.Period))
	if errors.Is(err, fault.ErrMissing) {
		return Batch{}, false, nil
	}
	if err != nil {
		return Batch{}, false, err
	}
	b, err = v.load(ctx, b.ID)
	return b, err == nil, err
}
