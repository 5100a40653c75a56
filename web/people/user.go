// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"context"
	"database/sql"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/session"
)

// Person is a user with whom it stands for, as an administrator and the person
// see it.
type Person struct {
	session.User
	Name        string `json:"name"`
	Number      string `json:"number"`                 // of the holder
	Email       string `json:"email,omitempty"`        // verified; empty where nothing was set up
	DisabledFor string `json:"disabled_for,omitempty"` // administrator, block or erasure
}

// Filter narrows the list of people.
type Filter struct {
	Query string     // part of the name or the address, or the whole number; everybody where empty
	After ident.User // the last one of the page before
	Limit int
}

// longestQuery is how long a search may be, in characters.
const longestQuery = 100

// People lists users by the time they were let in, oldest first: for
// administrators only (D2). It returns ledger.ErrForbidden, fault.ErrInvalid, or an
// error of the engine.
func (s *Service) People(ctx context.Context, actor access.Actor, f Filter) ([]Person, error) {
	if err := access.Allow(actor, access.UserRead, ident.Holder{}); err != nil {
		return nil, err
	}
	query := strings.TrimSpace(f.Query)
	if !utf8.ValidString(query) || utf8.RuneCountInString(query) > longestQuery {
		return nil, fault.ErrInvalid.At("query/q", "must be 100 characters at most")
	}
	pattern := query
	if query != "" {
		pattern = "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(query) + "%"
	}
	return s.read(ctx, sqlPeople, f.After.Bits[:], pattern, strings.ReplaceAll(query, " ", ""), f.Limit)
}

// Person reads one user: oneself, or anybody for an administrator, whose look is
// written down (D8). It returns ledger.ErrForbidden, or to an administrator
// ledger.ErrMissing.
func (s *Service) Person(ctx context.Context, actor access.Actor, id ident.User) (Person, error) {
	u, err := s.Session.User(ctx, actor, id)
	if err != nil {
		return Person{}, err
	}
	if err := s.Looked(ctx, actor, u.Holder, "user"); err != nil {
		return Person{}, err
	}
	list, err := s.read(ctx, sqlPerson, id)
	if err != nil {
		return Person{}, err
	}
	if len(list) == 0 {
		return Person{}, ledger.ErrMissing
	}
	return list[0], nil
}

// read reads people whose rows come one a grant, each person's together.
func (s *Service) read(ctx context.Context, query string, args ...any) ([]Person, error) {
	rows, err := s.Ledger.Reader().QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []Person{}
	for rows.Next() {
		var p Person
		var g access.Grant
		var created int64
		var disabled sql.NullInt64
		if err := rows.Scan(&p.ID, &p.Holder, &created, &disabled, &p.DisabledFor, &p.Name, &p.Number, &p.Email, &g.Role, &g.Organisation); err != nil {
			return nil, err
		}
		if n := len(list); n > 0 && list[n-1].ID == p.ID {
			list[n-1].Grants = append(list[n-1].Grants, g)
			continue
		}
		p.CreatedAt, p.Grants = time.UnixMicro(created).UTC(), []access.Grant{g}
		if disabled.Valid {
			p.DisabledAt = time.UnixMicro(disabled.Int64).UTC()
		}
		list = append(list, p)
	}
	return list, rows.Err()
}

// Holding counts the users who stand, by role: what a currency still lacks. It
// returns ledger.ErrForbidden, or an error of the engine.
func (s *Service) Holding(ctx context.Context, actor access.Actor) (map[access.Role]int, error) {
	if err := access.Allow(actor, access.UserRead, ident.Holder{}); err != nil {
		return nil, err
	}
	rows, err := s.Ledger.Reader().QueryContext(ctx, sqlHolding)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	count := make(map[access.Role]int)
	for rows.Next() {
		var role access.Role
		var n int
		if err := rows.Scan(&role, &n); err != nil {
			return nil, err
		}
		count[role] = n
	}
	return count, rows.Err()
}
