// SPDX-License-Identifier: AGPL-3.0-or-later

package fonte

import (
	"context"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
)

// Tell writes within a command to whoever acts for a holder that a rule was
// decided.
type Tell func(tx *ledger.Tx, h ident.Holder, r Rule) error

// notice is the input of one letter.
type notice struct {
	Rule   RuleID       `json:"rule"`
	Holder ident.Holder `json:"holder"`
}

// untold lists holders whom a rule concerns and who were not told of it; nobody
// where the rule was not decided or has ended.
func (s *Service) untold(ctx context.Context, r Rule, after ident.Holder, most int) ([]ident.Holder, error) {
	if r.Status != Announced && r.Status != InForce {
		return nil, nil
	}
	rows, err := s.ledger.Reader().QueryContext(ctx, sqlUntold, after.Bits[:], padded(r), r.Receiver, r.ID, most)
	if err != nil {
		return nil, err
	}
	return collect(rows, scanHolder)
}

// Notify writes to everybody whom a decided rule concerns, once each, those who
// joined later too (L12). It returns how many holders were told, ErrForbidden, or
// an error of the engine.
func (s *Service) Notify(ctx context.Context, actor access.Actor, tell Tell) (int, error) {
	rules, err := s.committed(ctx, s.ledger.Reader())
	if err != nil {
		return 0, err
	}
	told := 0
	for _, r := range rules {
		var after ident.Holder
		for {
			list, err := s.untold(ctx, r, after, page)
			if err != nil {
				return told, err
			}
			for _, h := range list {
				if err := ctx.Err(); err != nil {
					return told, err
				}
				if err := s.notify(ctx, actor, r, h, tell); err != nil {
					return told, err
				}
				told, after = told+1, h
			}
			if len(list) < page {
				break
			}
		}
	}
	return told, nil
}

// notify tells one holder.
func (s *Service) notify(ctx context.Context, actor access.Actor, r Rule, h ident.Holder, tell Tell) error {
	_, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.FonteTell, Key: derived("tell", r.ID, h), Input: notice{r.ID, h}}, func(tx *ledger.Tx) (ident.Ref, error) {
		n, err := tx.Exec(sqlTell, r.ID, h, tx.Now().UnixMicro())
		if err != nil || n == 0 {
			return ident.Ref{}, err
		}
		return h.Ref(), tell(tx, h, r)
	})
	return err
}
