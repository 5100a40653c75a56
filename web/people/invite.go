// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"context"
	"errors"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/mail"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/session"
)

// InviteInput is where a user is invited.
type InviteInput struct {
	User     ident.User
	Email    string
	Language string // of the letter: fr or en
}

// Invite sends the link that sets up the first way to sign in of a user who was
// let in by an administrator. An address that has an account is told so instead.
// The same key sends one letter. It says whether an earlier request with this key
// did it, and returns ledger.ErrForbidden, ErrHasIdentity, fault.ErrInvalid,
// identity.ErrLimited, session.ErrUserMissing, or what ledger.Execute returns.
func (s *Service) Invite(ctx context.Context, actor access.Actor, key string, in InviteInput) (bool, error) {
	if err := access.Allow(actor, access.UserInvite, ident.Holder{}); err != nil {
		return false, err
	}
	if _, err := mail.Address(in.Email); err != nil {
		return false, fault.ErrInvalid.At("/email", "must be an e-mail address")
	}
	if _, err := s.Session.Actor(ctx, in.User); err != nil {
		if errors.Is(err, session.ErrUnauthenticated) {
			return false, session.ErrUserMissing
		}
		return false, err
	}
	notice, err := s.Identity.Notice(ctx, in.User)
	if err != nil {
		return false, err
	}
	if notice.Reachable() {
		return false, ErrHasIdentity
	}
	command := ledger.Command{Actor: actor, Action: access.UserInvite, Key: key, Input: in.User}
	out, err := s.Ledger.Execute(ctx, command, func(*ledger.Tx) (ident.Ref, error) { return in.User.Ref(), nil })
	if err != nil || out.Replayed {
		return out.Replayed, err
	}
	return false, s.Identity.Verify(ctx, in.User, in.Email, in.Language, identity.From{Network: "invitation " + actor.ID.String()})
}
