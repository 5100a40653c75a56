// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"context"
	"database/sql"
	"errors"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// A Give puts one more role into the hands of a user, within a command of
// whoever tells them about it.
type Give struct {
	User  ident.User
	Grant access.Grant
	by    access.Actor
	owner User
	kind  ledger.HolderKind // of the user's holder
}

// Giving checks what can be known before the command: a user who stands, and a
// role that makes sense. It returns ErrUserMissing, ErrOwnGrant for a role that
// decides given to oneself or to another user of one's own wallet (D9),
// fault.ErrInvalid with every wrong field, or an error of the engine.
func (s *Service) Giving(ctx context.Context, by access.Actor, user ident.User, g access.Grant) (Give, error) {
	u, err := s.user(ctx, user)
	if errors.Is(err, sql.ErrNoRows) {
		return Give{}, ErrUserMissing
	}
	if err != nil {
		return Give{}, err
	}
	var check fault.Check
	if err := s.checkGrant(ctx, &check, "", g); err != nil {
		return Give{}, err
	}
	if err := check.Err(); err != nil {
		return Give{}, err
	}
	if decides(g.Role) && (u.ID == by.ID || u.Holder == by.Holder) {
		return Give{}, ErrOwnGrant
	}
	kind, _, err := s.kindOf(ctx, u.Holder)
	return Give{User: user, Grant: g, by: by, owner: u, kind: kind}, err
}

// Apply writes the grant. It returns ErrUserMissing, ErrTooManyGrants,
// ErrGrantGiven, fault.ErrInvalid for a second user of a person who decides (D9),
// or an error of the engine. Rights are looked up by whoever forgets what it
// remembers: call Forget once the command is answered.
func (g Give) Apply(tx *ledger.Tx) error {
	if err := stands(tx, g.User); err != nil {
		return err
	}
	if err := onlyOne(tx, g.kind, g.owner.Holder, g.User, []access.Grant{g.Grant}); err != nil {
		return err
	}
	var n int
	if err := tx.QueryRow(sqlGrants, g.User).Scan(&n); err != nil {
		return err
	}
	if n >= grantsLimit {
		return ErrTooManyGrants
	}
	tx.Touch(g.User.Ref())
	return tx.Guard(ErrGrantGiven, sqlGive, g.User, string(g.Grant.Role), g.Grant.Organisation.Bits[:])
}

// Withdraw takes a role from a user within a command. It returns ErrGrantMissing,
// ErrLastGrant, ErrLastAdministrator, or an error of the engine. Call Forget once
// the command is answered.
func (s *Service) Withdraw(tx *ledger.Tx, user ident.User, g access.Grant) error {
	var holds, all int
	if err := tx.QueryRow(sqlHolds, user, string(g.Role), g.Organisation.Bits[:]).Scan(&holds); err != nil {
		return err
	}
	if holds == 0 {
		return ErrGrantMissing
	}
	if g.Role == access.Administrator {
		var others int
		if err := tx.QueryRow(sqlOtherAdministrators, user).Scan(&others); err != nil {
			return err
		}
		if others == 0 {
			return ErrLastAdministrator
		}
	}
	if err := tx.QueryRow(sqlGrants, user).Scan(&all); err != nil {
		return err
	}
	if all == 1 {
		return ErrLastGrant
	}
	tx.Touch(user.Ref())
	return tx.Guard(ErrGrantMissing, sqlWithdraw, user, string(g.Role), g.Organisation.Bits[:])
}

// EnableUser lets a disabled user in again; what was revoked stays so. It says
// whether an earlier request with this key did it, and returns ErrUserStands, or
// what ledger.Execute returns.
func (s *Service) EnableUser(ctx context.Context, actor access.Actor, key string, id ident.User) (bool, error) {
	defer s.cache.forget()
	u, err := s.user(ctx, id)
	if errors.Is(err, sql.ErrNoRows) {
		u, err = User{}, nil // told below, to whoever may ask
	}
	if err != nil {
		return false, err
	}
	kind, _, err := s.kindOf(ctx, u.Holder)
	if err != nil {
		return false, err
	}
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.UserEnable, Key: key, Input: id},
		func(tx *ledger.Tx) (ident.Ref, error) {
			if err := onlyOne(tx, kind, u.Holder, id, u.Grants); err != nil {
				return ident.Ref{}, err
			}
			return id.Ref(), tx.Guard(ErrUserStands, sqlEnableUser, id)
		})
	return out.Replayed, err
}

// End revokes every token and session of a user within a command. Call Forget
// once the command is answered.
func (s *Service) End(tx *ledger.Tx, user ident.User) error {
	tx.Touch(user.Ref())
	_, err := tx.Exec(sqlRevokeUser, user, tx.Now().UnixMicro())
	return err
}

// EndVouched revokes, within a command, the sessions of a user that an issuer of
// identities vouched for. Call Forget once the command is answered.
func (s *Service) EndVouched(tx *ledger.Tx, user ident.User) error {
	tx.Touch(user.Ref())
	_, err := tx.Exec(sqlRevokeVouched, user, tx.Now().UnixMicro())
	return err
}

// Block shuts a user out within a command of their own, until they are recovered
// or enabled. The last administrator is not disabled, so that somebody is left who
// lets people in: their sessions and tokens end all the same. It returns
// ErrUserMissing, or an error of the engine. Call Forget once the command is
// answered.
func (s *Service) Block(tx *ledger.Tx, user ident.User) error {
	err := s.disable(tx, user, byOwner)
	if errors.Is(err, ErrLastAdministrator) {
		return s.End(tx, user)
	}
	return err
}

// Unblock lets a user in again who had blocked themselves; of another it changes
// nothing. It returns an error of the engine.
func (s *Service) Unblock(tx *ledger.Tx, user ident.User) error {
	_, err := tx.Exec(sqlUnblock, user)
	return err
}

// Erase deletes every token and session of a user, whose labels say where they
// are, and disables the user for good (D6). It returns an error of the engine.
// Call Forget once the command is answered.
func (s *Service) Erase(tx *ledger.Tx, user ident.User) error {
	tx.Touch(user.Ref())
	for _, query := range []string{sqlDropSessions, sqlDropTokens} {
		if _, err := tx.Exec(query, user); err != nil {
			return err
		}
	}
	_, err := tx.Exec(sqlErase, user, tx.Now().UnixMicro())
	return err
}
