// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/job"
	"github.com/noria-mlc/noria/web/session"
)

// blockLifetime is how long the link holds that blocks an account.
const blockLifetime = time.Hour

// blocking is what such a link stands for.
type blocking struct {
	User  ident.User
	Until time.Time
}

// AskToBlock sends whoever lost their phone a link that blocks their account. The
// caller learns nothing of whether the address has one. It returns
// mail.ErrAddress, ErrLimited, or an error of the engine.
func (s *Service) AskToBlock(ctx context.Context, email string, from From) error {
	folded, err := fold(email)
	if err != nil {
		return err
	}
	gates := [3]gate{{"block here", 3, 10 * time.Minute}, {"block network", 30, time.Minute}, {"block address", 5, time.Hour}}
	if err := s.attempt(ctx, gates, folded, from.Network); err != nil {
		return err
	}
	i, err := s.find(ctx, sqlByEmail, folded)
	if err != nil && !missing(err) {
		return err
	}
	notice, err := s.notice(ctx, i)
	if err != nil {
		return err
	}
	link, err := s.key.write("block", blocking{i.user, s.ledger.Now().Add(blockLifetime)})
	if err != nil {
		return err
	}
	command := ledger.Command{Actor: job.System(), Action: access.IdentityBlock, Key: s.newKey(), Input: s.key.digest("block", folded)}
	_, err = s.ledger.Execute(ctx, command, func(tx *ledger.Tx) (ident.Ref, error) {
		return ident.Ref{}, notice.Letter(tx, "block", "/bloquer/"+link, nil)
	})
	return err
}

// Block uses up such a link: every session, token and bound device ends, and
// nobody signs in until the association has checked who they are. It returns
// ErrEnded, session.ErrUserMissing, or what ledger.Execute returns.
func (s *Service) Block(ctx context.Context, link string) error {
	var b blocking
	if err := s.key.read("block", link, &b); err != nil {
		return err
	}
	if !s.ledger.Now().Before(b.Until) {
		return ErrEnded
	}
	return s.block(ctx, b.User, func(tx *ledger.Tx) error { return spend(tx, link, b.Until) })
}

// BlockOwn blocks the account of whoever is signed in. It returns
// session.ErrUserMissing, or what ledger.Execute returns.
func (s *Service) BlockOwn(ctx context.Context, p session.Principal) error {
	if err := access.Allow(p.Actor, access.SessionClose, p.Actor.Holder); err != nil {
		return err
	}
	return s.block(ctx, p.Actor.ID, func(*ledger.Tx) error { return nil })
}

func (s *Service) block(ctx context.Context, user ident.User, use func(*ledger.Tx) error) error {
	notice, err := s.Notice(ctx, user)
	if err != nil {
		return err
	}
	defer s.sessions.Forget()
	command := ledger.Command{Actor: job.System(), Action: access.IdentityBlock, Key: s.newKey(), Input: user}
	_, err = s.ledger.Execute(ctx, command, func(tx *ledger.Tx) (ident.Ref, error) {
		if err := use(tx); err != nil {
			return ident.Ref{}, err
		}
		if err := s.EndDevices(tx, user); err != nil {
			return ident.Ref{}, err
		}
		if err := s.sessions.Block(tx, user); err != nil {
			return ident.Ref{}, err
		}
		return user.Ref(), notice.Send(tx, "letter.blocked")
	})
	return err
}
