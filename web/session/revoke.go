// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
)

// RevokeToken ends a token and the sessions that were opened with it, at once.
// Everybody may revoke their own; an administrator any. It says whether an
// earlier request with this key did it, and returns ledger.ErrForbidden for a
// token of somebody else as for one that does not exist, ledger.ErrMissing to an
// administrator, ErrTokenRevoked, or what ledger.Execute returns.
func (s *Service) RevokeToken(ctx context.Context, actor access.Actor, key string, id TokenID) (bool, error) {
	var holder ident.Holder
	var user ident.User
	err := s.ledger.Reader().QueryRowContext(ctx, sqlTokenHolder, id).Scan(&holder, &user)
	if err := refuse(err, actor, access.TokenRevoke, user); err != nil {
		return false, err
	}
	return s.revoke(ctx, ledger.Command{Actor: actor, Action: access.TokenRevoke, Owner: holder, Key: key, Input: id}, id, user)
}

// CloseSession ends the session of whoever is signed in, at once. Closing it
// again changes nothing, and an api token is no session and stays. It returns
// what ledger.Execute returns.
func (s *Service) CloseSession(ctx context.Context, p Principal) error {
	if p.Kind != Session {
		return nil
	}
	// A key that could be foreseen could be used up by whoever wants to stay in;
	// a session closed twice is closed, and needs none.
	key := "close:" + TokenID{Bits: s.ledger.NewID()}.String()
	command := ledger.Command{Actor: p.Actor, Action: access.SessionClose, Owner: p.Actor.Holder, Key: key, Input: p.Token}
	_, err := s.revoke(ctx, command, p.Token, p.Actor.ID)
	if errors.Is(err, ErrTokenRevoked) {
		return nil
	}
	return err
}

func (s *Service) revoke(ctx context.Context, c ledger.Command, id TokenID, user ident.User) (bool, error) {
	defer s.cache.forget()
	out, err := s.ledger.Execute(ctx, c, func(tx *ledger.Tx) (ident.Ref, error) {
		now := tx.Now().UnixMicro()
		if err := tx.Guard(ErrTokenRevoked, sqlRevoke, id, now); err != nil {
			return ident.Ref{}, err
		}
		tx.Touch(user.Ref())
		_, err := tx.Exec(sqlRevokeSessions, id, now)
		return id.Ref(), err
	})
	return out.Replayed, err
}

// refuse decides on a thing of a user that was looked up: where it is missing
// only those who may see everybody's are told so, and nobody else may touch what
// is another user's, even one with the same holder.
func refuse(lookup error, actor access.Actor, action access.Action, user ident.User) error {
	everybody := access.Allow(actor, action, ident.Holder{}) == nil
	switch {
	case errors.Is(lookup, sql.ErrNoRows) && everybody:
		return ledger.ErrMissing
	case errors.Is(lookup, sql.ErrNoRows):
		return ledger.ErrForbidden
	case lookup != nil:
		return lookup
	case !everybody && (user != actor.ID || access.Allow(actor, action, actor.Holder) != nil):
		return ledger.ErrForbidden
	}
	return nil
}

// User reads a user: oneself, or anybody for an administrator. It returns
// ledger.ErrForbidden or, to an administrator, ledger.ErrMissing.
func (s *Service) User(ctx context.Context, actor access.Actor, id ident.User) (User, error) {
	u, err := s.user(ctx, id)
	if err := refuse(err, actor, access.UserRead, id); err != nil {
		return User{}, err
	}
	return u, nil
}

func (s *Service) user(ctx context.Context, id ident.User) (User, error) {
	rows, err := s.ledger.Reader().QueryContext(ctx, sqlUser, id)
	if err != nil {
		return User{}, err
	}
	defer rows.Close()
	var u User
	for rows.Next() {
		var g access.Grant
		var created int64
		var disabled sql.NullInt64
		if err := rows.Scan(&u.ID, &u.Holder, &created, &disabled, &g.Role, &g.Organisation); err != nil {
			return User{}, err
		}
		u.CreatedAt, u.DisabledAt = time.UnixMicro(created).UTC(), instant(disabled)
		u.Grants = append(u.Grants, g)
	}
	if err := rows.Err(); err != nil {
		return User{}, err
	}
	if u.ID.IsZero() {
		return User{}, sql.ErrNoRows
	}
	return u, nil
}

// Tokens lists the tokens and sessions of a user, oldest first, those that
// ended included: one's own, or anybody's for an administrator. It returns
// ledger.ErrForbidden or, to an administrator, ledger.ErrMissing.
func (s *Service) Tokens(ctx context.Context, actor access.Actor, id ident.User) ([]Token, error) {
	if _, err := s.User(ctx, actor, id); err != nil {
		return nil, err
	}
	rows, err := s.ledger.Reader().QueryContext(ctx, sqlTokens, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Token
	for rows.Next() {
		t, err := scanToken(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, rows.Err()
}

func scanToken(row db.Row) (Token, error) {
	var t Token
	var created, expires int64
	var used, revoked, seen sql.NullInt64
	err := row.Scan(&t.ID, &t.User, &t.Kind, &t.Label, &t.Demo, &created, &expires, &used, &revoked, &seen, &t.Scopes, &t.Organisation)
	if t.Kind != API {
		t.Scopes = ""
	}
	t.CreatedAt, t.ExpiresAt = time.UnixMicro(created).UTC(), time.UnixMicro(expires).UTC()
	t.UsedAt, t.RevokedAt, t.SeenAt = instant(used), instant(revoked), instant(seen)
	return t, err
}

// instant reads stored microseconds, null for never.
func instant(us sql.NullInt64) time.Time {
	if !us.Valid {
		return time.Time{}
	}
	return time.UnixMicro(us.Int64).UTC()
}
