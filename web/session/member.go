// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"context"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
)

// Member is somebody with a role in an organisation.
type Member struct {
	User   ident.User
	Holder ident.Holder
}

// Members lists who holds a role in an organisation and can sign in, for those
// who prepare its batches and have to name whom they ask. It returns
// access.ErrForbidden.
func (s *Service) Members(ctx context.Context, actor access.Actor, organisation ident.Holder, role access.Role) ([]Member, error) {
	if err := access.Allow(actor, access.BatchCreate, organisation); err != nil {
		return nil, err
	}
	rows, err := s.ledger.Reader().QueryContext(ctx, sqlMembers, string(role), organisation)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []Member{}
	for rows.Next() {
		var m Member
		if err := rows.Scan(&m.User, &m.Holder); err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, rows.Err()
}
