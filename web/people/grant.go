// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"context"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/session"
)

// GrantInput names a role of a user.
type GrantInput struct {
	User  ident.User   `json:"user"`
	Grant access.Grant `json:"grant"`
}

// GiveGrant gives a user one more role, at once, and has a letter tell them. It
// says whether an earlier request with this key did it, and returns
// ledger.ErrForbidden, what session.Giving and Give.Apply return, or what
// ledger.Execute returns.
func (s *Service) GiveGrant(ctx context.Context, actor access.Actor, key string, in GrantInput) (bool, error) {
	if err := access.Allow(actor, access.UserGrant, ident.Holder{}); err != nil {
		return false, err
	}
	give, err := s.Session.Giving(ctx, actor, in.User, in.Grant)
	if err != nil {
		return false, err
	}
	return s.told(ctx, ledger.Command{Actor: actor, Action: access.UserGrant, Key: key, Input: in}, in, "letter.grant-given", give.Apply)
}

// WithdrawGrant takes a role from a user, at once, in every session and token, and
// has a letter tell them. It says whether an earlier request with this key did it,
// and returns ledger.ErrForbidden, what session.Withdraw returns, or what
// ledger.Execute returns.
func (s *Service) WithdrawGrant(ctx context.Context, actor access.Actor, key string, in GrantInput) (bool, error) {
	command := ledger.Command{Actor: actor, Action: access.UserWithdraw, Key: key, Input: in}
	return s.told(ctx, command, in, "letter.grant-withdrawn", func(tx *ledger.Tx) error { return s.Session.Withdraw(tx, in.User, in.Grant) })
}

// told runs a command about a role and has a letter tell the user.
func (s *Service) told(ctx context.Context, c ledger.Command, in GrantInput, words string, do func(*ledger.Tx) error) (bool, error) {
	if err := access.Allow(c.Actor, c.Action, ident.Holder{}); err != nil {
		return false, err
	}
	notice, err := s.Identity.Notice(ctx, in.User)
	if err != nil {
		return false, err
	}
	role, err := s.roleWords(ctx, notice, in.Grant)
	if err != nil {
		return false, err
	}
	defer s.Session.Forget()
	out, err := s.Ledger.Execute(ctx, c, func(tx *ledger.Tx) (ident.Ref, error) {
		if err := do(tx); err != nil {
			return ident.Ref{}, err
		}
		return in.User.Ref(), notice.Send(tx, words, role)
	})
	return out.Replayed, err
}

// roleWords names a role in the language of a letter, with its organisation.
func (s *Service) roleWords(ctx context.Context, n identity.Notice, g access.Grant) (string, error) {
	if !g.Role.Valid() {
		return "", session.ErrGrantMissing
	}
	role, err := n.Say("role." + string(g.Role))
	if err != nil || g.Organisation.IsZero() {
		return role, err
	}
	h, err := s.Ledger.Holder(ctx, g.Organisation)
	return role + " – " + h.Name, err
}

// DisableUser shuts somebody out at once, forgets the devices that they bound and
// that hint at their credits, and has a letter tell them. It returns
// what session.DisableUser returns.
func (s *Service) DisableUser(ctx context.Context, actor access.Actor, key string, id ident.User) (bool, error) {
	return s.about(ctx, id, "letter.user-disabled", func() (bool, error) { return s.Session.DisableUser(ctx, actor, key, id, s.Identity.EndDevices) })
}

// EnableUser lets somebody in again and has a letter tell them. It returns what
// session.EnableUser returns.
func (s *Service) EnableUser(ctx context.Context, actor access.Actor, key string, id ident.User) (bool, error) {
	return s.about(ctx, id, "letter.user-enabled", func() (bool, error) { return s.Session.EnableUser(ctx, actor, key, id) })
}

// about does something about a user by a command of another room, and has a
// letter tell them afterwards, once.
func (s *Service) about(ctx context.Context, id ident.User, words string, do func() (bool, error)) (bool, error) {
	replayed, err := do()
	if err != nil || replayed {
		return replayed, err
	}
	return false, s.write(ctx, id, words)
}
