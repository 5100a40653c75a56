// SPDX-License-Identifier: AGPL-3.0-or-later

package fonte

import (
	"context"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Preview is what the next period of a rule would take if every wallet held then
// what it holds now.
type Preview struct {
	Rule    RuleID       `json:"rule"`
	From    civil.Date   `json:"from"`
	Until   civil.Date   `json:"until"`
	Holders int          `json:"holders"` // from whom something would be taken
	Total   money.Amount `json:"total"`
	At      time.Time    `json:"at"`
}

// Preview computes the next period of a rule that is prepared, announced or in
// force. It returns ErrForbidden, ErrMissing, and ErrEnded where no period is to
// come.
func (s *Service) Preview(ctx context.Context, actor access.Actor, id RuleID) (Preview, error) {
	if err := access.Allow(actor, access.FonteRead, ident.Holder{}); err != nil {
		return Preview{}, err
	}
	v := Preview{Rule: id, At: s.ledger.Now()}
	err := s.ledger.Snapshot(ctx, func(r db.Reader) error {
		all, err := s.committed(ctx, r)
		if err != nil {
			return err
		}
		rule, err := find(all, id)
		if err != nil {
			return err
		}
		next, ok := rule.next(civil.Of(v.At))
		if !ok {
			return ErrEnded
		}
		v.From, v.Until = next.first, next.last
		return s.count(ctx, r, rule, &v)
	})
	return v, err
}

// count adds up the wallets of everybody whom a rule concerns.
func (s *Service) count(ctx context.Context, r db.Reader, rule Rule, v *Preview) error {
	rows, err := r.QueryContext(ctx, sqlKinds)
	if err != nil {
		return err
	}
	concerned := make(map[ident.Holder]bool)
	if _, err := collect(rows, func(row db.Row) (ident.Holder, error) {
		var h ident.Holder
		var kind ledger.HolderKind
		err := row.Scan(&h, &kind)
		concerned[h] = rule.Concerns(h, kind)
		return h, err
	}); err != nil {
		return err
	}
	wallets, err := s.ledger.Balances(ctx, r, "loc:wallet:")
	if err != nil {
		return err
	}
	for _, b := range wallets {
		h, ok := ledger.HolderOf(b.Account)
		if share := rule.share(b.Amount); ok && concerned[h] && share > 0 {
			v.Holders++
			v.Total += share
		}
	}
	return nil
}
