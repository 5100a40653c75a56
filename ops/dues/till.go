// SPDX-License-Identifier: AGPL-3.0-or-later

package dues

import (
	"context"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// DeskTill is the euros of dues that a desk took and that were not brought to the
// operating account yet. conversion.MoveEuros brings them there, and nowhere else
// (P11).
type DeskTill struct {
	Desk    string         `json:"desk"` // its slug
	Account ledger.Account `json:"account"`
	Amount  money.Amount   `json:"amount_eur"`
}

// Tills lists the tills of dues that hold euros. It returns ErrForbidden.
func (s *Service) Tills(ctx context.Context, actor access.Actor) ([]DeskTill, error) {
	if err := access.Allow(actor, access.DuesRead, ident.Holder{}); err != nil {
		return nil, err
	}
	prefix := ledger.DuesDesk("")
	held, err := s.ledger.Balances(ctx, s.ledger.Reader(), string(prefix))
	list := []DeskTill{}
	for _, b := range held {
		if b.Amount > 0 {
			list = append(list, DeskTill{string(b.Account[len(prefix):]), b.Account, b.Amount})
		}
	}
	return list, err
}

// One returns dues, to staff and to whose they are. It returns ErrForbidden, to
// everybody else for all that there is and is not (D2), and ErrMissing.
func (s *Service) One(ctx context.Context, actor access.Actor, id ID) (Dues, error) {
	d, err := scan(s.ledger.Reader().QueryRowContext(ctx, sqlOne, id))
	if allowed := access.Allow(actor, access.DuesRead, d.Holder); allowed != nil {
		return Dues{}, allowed
	}
	return d, err
}
