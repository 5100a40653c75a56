// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// Desk is an exchange desk, whose till takes euros in cash.
type Desk struct {
	Slug    string         `json:"slug"` // short name of the account: letters, digits, hyphens
	Name    string         `json:"name"`
	Account ledger.Account `json:"account"`
}

// OpenDeskInput names a new desk.
type OpenDeskInput struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
}

// OpenDesk opens an exchange desk with its till. It returns ErrInvalid,
// ErrNotOpen, and ErrDeskExists where the slug is taken.
func (s *Service) OpenDesk(ctx context.Context, actor access.Actor, key string, in OpenDeskInput) (Desk, bool, error) {
	d := Desk{Slug: in.Slug, Name: in.Name, Account: ledger.Desk(in.Slug)}
	var check fault.Check
	_, err := ledger.Describe(d.Account)
	check.That(err == nil, "/slug", "must be 1 to 40 small letters, digits and hyphens")
	check.That(printable(in.Name, 60), "/name", "must be 1 to 60 printable characters")
	return execute[Desk](ctx, s, ledger.Command{Actor: actor, Action: access.DeskOpen, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			if _, err := opened(tx); err != nil {
				return ident.Ref{}, err
			}
			if err := tx.Guard(ErrDeskExists, sqlInsertDesk, d.Slug, d.Name, tx.Now().UnixMicro()); err != nil {
				return ident.Ref{}, err
			}
			if err := tx.Open(d.Account); err != nil {
				return ident.Ref{}, err
			}
			return keep(tx, d, ident.Ref{})
		})
}

func desks(r rows) ([]Desk, error) {
	list, err := r.Query(sqlDesks)
	return collect(list, err, func(row db.Row) (Desk, error) {
		var d Desk
		err := row.Scan(&d.Slug, &d.Name)
		d.Account = ledger.Desk(d.Slug)
		return d, err
	})
}

// deskNamed returns the desk that is named, or the only one where none is named.
// It returns ErrDeskMissing where there is none at all and ErrInvalid where the
// name is unknown or needed.
func deskNamed(r rows, slug string) (Desk, error) {
	all, err := desks(r)
	if err != nil {
		return Desk{}, err
	}
	if len(all) == 0 {
		return Desk{}, ErrDeskMissing
	}
	if slug == "" && len(all) == 1 {
		return all[0], nil
	}
	for _, d := range all {
		if d.Slug == slug {
			return d, nil
		}
	}
	return Desk{}, fault.ErrInvalid.At("/desk", "must be the slug of one of the desks")
}
