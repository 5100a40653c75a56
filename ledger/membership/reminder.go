// SPDX-License-Identifier: AGPL-3.0-or-later

package membership

import (
	"context"
	"fmt"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
)

// Tell writes within a command to whoever acts for a holder that their
// membership ends after a day.
type Tell func(tx *ledger.Tx, h ident.Holder, until civil.Date) error

// reminded is the input of one reminder.
type reminded struct {
	Holder ident.Holder `json:"holder"`
	Until  civil.Date   `json:"until"`
}

// Remind writes to those whose membership ends within the days that the rules
// say, once for each end. It returns how many were written to, ErrForbidden, or
// an error of the engine.
func (s *Service) Remind(ctx context.Context, actor access.Actor, tell Tell) (int, error) {
	r, err := s.Rules(ctx)
	if err != nil || !r.On || r.ReminderDays == 0 {
		return 0, err
	}
	list, err := s.ending(ctx, r)
	if err != nil {
		return 0, err
	}
	for i, m := range list {
		if err := ctx.Err(); err != nil {
			return i, err
		}
		key := fmt.Sprintf("membership/%s/%d", m.Holder, m.Until)
		_, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.MembershipRemind, Key: key, Input: m},
			func(tx *ledger.Tx) (ident.Ref, error) {
				// Paid for in between: there is nothing to remind of.
				n, err := tx.Exec(sqlRemind, m.Holder, m.Until)
				if err != nil || n == 0 {
					return ident.Ref{}, err
				}
				return m.Holder.Ref(), tell(tx, m.Holder, m.Until)
			})
		if err != nil {
			return i, err
		}
	}
	return len(list), nil
}

// remindedAtOnce bounds one run; the next one goes on.
const remindedAtOnce = 500

// ending lists those to remind today.
func (s *Service) ending(ctx context.Context, r Condition) ([]reminded, error) {
	today := civil.Of(s.ledger.Now())
	rows, err := s.ledger.Reader().QueryContext(ctx, sqlEnding, today, today+civil.Date(r.ReminderDays), remindedAtOnce)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []reminded
	for rows.Next() {
		var m reminded
		if err := rows.Scan(&m.Holder, &m.Until); err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, rows.Err()
}
