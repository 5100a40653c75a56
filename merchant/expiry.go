// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant

import (
	"context"
	"errors"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
)

// expirySlice is how many requests one command closes at most.
const expirySlice = 200

// ExpireDue closes the open requests whose time is over and returns how many.
// It is for the job that does so, and may be run at any time and again.
func (s *Service) ExpireDue(ctx context.Context, actor access.Actor) (int, error) {
	if err := access.Allow(actor, access.RequestExpire, ident.Holder{}); err != nil {
		return 0, err
	}
	shops, err := s.expireAll(ctx, actor, ofMerchants())
	if err != nil {
		return shops, err
	}
	people, err := s.expireAll(ctx, actor, ofPersons())
	return shops + people, err
}

// expireAll closes what is due in one of the two tables.
func (s *Service) expireAll(ctx context.Context, actor access.Actor, q statements) (int, error) {
	total := 0
	for {
		var first RequestID
		err := s.ledger.Reader().QueryRowContext(ctx, q.due, s.ledger.Now().UnixMicro(), 1).Scan(&first)
		if noRows(err) {
			return total, nil
		}
		if err != nil {
			return total, err
		}
		closed := 0
		// The oldest one due makes the key: no later command can meet it again,
		// since one that closes nothing is refused and leaves its key free.
		_, err = s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.RequestExpire, Key: "expire/" + first.String(), Input: first},
			func(tx *ledger.Tx) (ident.Ref, error) {
				var err error
				closed, err = expire(tx, q)
				return first.Ref(), err
			})
		if errors.Is(err, errNothingDue) {
			return total, nil
		}
		if err != nil {
			return total, err
		}
		if total += closed; closed == 0 {
			return total, nil
		}
	}
}

// expire closes the requests that are due at the instant of the batch. It
// returns errNothingDue where none is, as by a clock that was set back since.
func expire(tx *ledger.Tx, q statements) (int, error) {
	now := tx.Now().UnixMicro()
	due, err := dueRequests(tx, q, now)
	if err != nil {
		return 0, err
	}
	if len(due) == 0 {
		return 0, errNothingDue
	}
	for _, id := range due {
		if err := tx.Guard(ErrRequestExpired, q.expire, id, now); err != nil {
			return 0, err
		}
		tx.Touch(id.Ref())
	}
	return len(due), nil
}

func dueRequests(tx *ledger.Tx, q statements, now int64) ([]RequestID, error) {
	rows, err := tx.Query(q.due, now, expirySlice)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var due []RequestID
	for rows.Next() {
		var id RequestID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		due = append(due, id)
	}
	return due, rows.Err()
}
