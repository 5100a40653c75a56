// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/job"
)

// How long the links of a change of address hold: that to the new one, and that by
// which whoever reads the old one takes the change back.
const (
	addressLifetime = 24 * time.Hour
	undoLifetime    = 48 * time.Hour
)

// moving is what such a link stands for.
type moving struct {
	User     ident.User
	Old, New string
	Until    time.Time
}

// AskAddress sends a link to the address that somebody signed in wants to have from
// now on. Nothing changes before it is used. An address that has an account is told
// so instead, and whoever asks learns nothing of it. It returns ErrStale,
// mail.ErrAddress, ErrLimited, or what ledger.Execute returns.
func (s *Service) AskAddress(ctx context.Context, c Change, email string, from From) error {
	_, i, err := s.owner(ctx, c.Principal)
	if missing(err) {
		return ErrStale
	}
	if err != nil {
		return err
	}
	folded, err := fold(email)
	if err != nil {
		return err
	}
	if err := s.attempt(ctx, joinGates(), folded, from.Network); err != nil {
		return err
	}
	i.language = language(c.Language)
	notice, err := s.notice(ctx, i)
	if err != nil {
		return err
	}
	link, err := s.key.write("address", moving{i.user, i.email, folded, s.ledger.Now().Add(addressLifetime)})
	if err != nil {
		return err
	}
	command := ledger.Command{Actor: job.System(), Action: access.IdentityJoin, Key: s.newKey(), Input: s.key.digest("address", folded)}
	_, err = s.ledger.Execute(ctx, command, func(tx *ledger.Tx) (ident.Ref, error) {
		var known int
		if err := tx.QueryRow(sqlKnown, folded).Scan(&known); err != nil {
			return ident.Ref{}, err
		}
		if known > 0 {
			return i.user.Ref(), notice.At(folded).Letter(tx, "known", "/connexion", nil)
		}
		return i.user.Ref(), notice.At(folded).Letter(tx, "address", "/adresse/"+link, nil)
	})
	return err
}

// NewAddress opens such a link, and changes nothing: it returns the address that it
// would give, or ErrEnded.
func (s *Service) NewAddress(ctx context.Context, link string) (string, error) {
	m, err := s.moving(ctx, "address", link)
	return m.New, err
}

// OldAddress opens the link that takes a change back, and changes nothing: it
// returns the address that it would bring back, or ErrEnded.
func (s *Service) OldAddress(ctx context.Context, link string) (string, error) {
	m, err := s.moving(ctx, "address-back", link)
	return m.Old, err
}

func (s *Service) moving(ctx context.Context, purpose, link string) (moving, error) {
	var m moving
	if err := s.key.read(purpose, link, &m); err != nil {
		return moving{}, err
	}
	if !s.ledger.Now().Before(m.Until) {
		return moving{}, ErrEnded
	}
	i, err := s.find(ctx, sqlByUser, m.User)
	if missing(err) || (err == nil && purpose == "address" && i.email != m.Old) || (err == nil && purpose == "address-back" && i.email != m.New) {
		return moving{}, ErrEnded
	}
	return m, err
}

// MoveAddress uses up a link to a new address: letters go there, and one signs in
// with it. The old address is told, with a link that takes the change back within
// two days. It returns ErrEnded, or what ledger.Execute returns.
func (s *Service) MoveAddress(ctx context.Context, link string) error {
	m, err := s.moving(ctx, "address", link)
	if err != nil {
		return err
	}
	notice, err := s.Notice(ctx, m.User)
	if err != nil {
		return err
	}
	back, err := s.key.write("address-back", moving{m.User, m.Old, m.New, s.ledger.Now().Add(undoLifetime)})
	if err != nil {
		return err
	}
	return s.move(ctx, m.User, func(tx *ledger.Tx) error {
		if err := spend(tx, link, m.Until); err != nil {
			return err
		}
		if err := tx.Guard(ErrEnded, sqlMoveAddress, m.User, m.Old, m.New); err != nil {
			return err
		}
		return notice.At(m.Old).Letter(tx, "moved", "/adresse/annuler/"+back, nil)
	})
}

// MoveBack uses up the link that the old address got: it is the address again, and
// every session, token and bound device ends, since somebody else may have asked for
// the change. It returns ErrEnded, or what ledger.Execute returns.
func (s *Service) MoveBack(ctx context.Context, link string) error {
	m, err := s.moving(ctx, "address-back", link)
	if err != nil {
		return err
	}
	notice, err := s.Notice(ctx, m.User)
	if err != nil {
		return err
	}
	defer s.sessions.Forget()
	return s.move(ctx, m.User, func(tx *ledger.Tx) error {
		if err := spend(tx, link, m.Until); err != nil {
			return err
		}
		if err := tx.Guard(ErrEnded, sqlMoveAddress, m.User, m.New, m.Old); err != nil {
			return err
		}
		if err := s.EndDevices(tx, m.User); err != nil {
			return err
		}
		if err := s.sessions.End(tx, m.User); err != nil {
			return err
		}
		return notice.At(m.Old).Send(tx, "letter.address-back")
	})
}

func (s *Service) move(ctx context.Context, user ident.User, do func(*ledger.Tx) error) error {
	command := ledger.Command{Actor: job.System(), Action: access.IdentityRenew, Key: s.newKey(), Input: user}
	_, err := s.ledger.Execute(ctx, command, func(tx *ledger.Tx) (ident.Ref, error) { return user.Ref(), do(tx) })
	return err
}

// SetLanguage chooses what letters to somebody are written in: fr or en. It returns
// what ledger.Execute returns.
func (s *Service) SetLanguage(ctx context.Context, c Change) error {
	actor, err := s.sessions.Actor(ctx, c.Principal.Actor.ID)
	if err != nil {
		return err
	}
	actor.Scopes = c.Principal.Actor.Scopes
	command := ledger.Command{Actor: actor, Action: access.IdentityChange, Owner: actor.Holder, Key: s.newKey(), Input: language(c.Language)}
	_, err = s.ledger.Execute(ctx, command, func(tx *ledger.Tx) (ident.Ref, error) {
		_, err := tx.Exec(sqlSetLanguage, actor.ID, language(c.Language))
		return actor.ID.Ref(), err
	})
	return err
}

// AddressOf is the address of a user, "" where there is none. It decides nothing:
// the room that asks has checked who may know. It returns an error of the engine.
func (s *Service) AddressOf(ctx context.Context, user ident.User) (string, error) {
	i, err := s.find(ctx, sqlByUser, user)
	if missing(err) {
		return "", nil
	}
	return i.email, err
}
