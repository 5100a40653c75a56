// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"
	"slices"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/session"
)

// freshness is how long after a sign-in one's own proofs can be changed.
const freshness = 5 * time.Minute

// Account is how somebody can sign in and where they are signed in.
type Account struct {
	Email    string // "" where nothing was set up yet
	Language string // of letters: fr or en
	Password bool   // there is a password, with one-time codes
	Recovery int    // recovery codes that were not used
	Passkeys []KeyView
	Links    []Link          // to issuers of identities, oldest first
	Sessions []session.Token // that hold now, newest first
}

// Account returns what somebody sees of their own account. It returns an error
// of the engine.
func (s *Service) Account(ctx context.Context, p session.Principal) (Account, error) {
	var a Account
	i, err := s.find(ctx, sqlByUser, p.Actor.ID)
	if err != nil && !missing(err) {
		return Account{}, err
	}
	a.Email, a.Language, a.Password = i.email, i.language, i.password != ""
	if err := s.ledger.Reader().QueryRowContext(ctx, sqlRecoveryLeft, p.Actor.ID).Scan(&a.Recovery); err != nil {
		return Account{}, err
	}
	keys, err := s.passkeys(ctx, p.Actor.ID)
	if err != nil {
		return Account{}, err
	}
	for _, k := range keys {
		a.Passkeys = append(a.Passkeys, k.KeyView)
	}
	if a.Links, err = s.links(ctx, p.Actor.ID); err != nil {
		return Account{}, err
	}
	a.Sessions, err = s.open(ctx, p)
	return a, err
}

// self is whoever asks with every role, and no wider than the token they ask
// with.
func (s *Service) self(ctx context.Context, p session.Principal) (access.Actor, error) {
	actor, err := s.sessions.Actor(ctx, p.Actor.ID)
	actor.Scopes = p.Actor.Scopes
	return actor, err
}

// open returns the sessions of somebody that hold now, newest first.
func (s *Service) open(ctx context.Context, p session.Principal) ([]session.Token, error) {
	actor, err := s.self(ctx, p)
	if err != nil {
		return nil, err
	}
	all, err := s.sessions.Tokens(ctx, actor, actor.ID)
	if err != nil {
		return nil, err
	}
	now := s.ledger.Now()
	all = slices.DeleteFunc(all, func(t session.Token) bool {
		return t.Kind != session.Session || !t.RevokedAt.IsZero() || !now.Before(t.ExpiresAt)
	})
	slices.Reverse(all)
	return all, nil
}

// EndSession ends one session of somebody's own, at once. It returns
// ledger.ErrForbidden for one that is not theirs, session.ErrTokenRevoked, or
// what ledger.Execute returns.
func (s *Service) EndSession(ctx context.Context, p session.Principal, id session.TokenID) error {
	actor, err := s.self(ctx, p)
	if err != nil {
		return err
	}
	_, err = s.sessions.RevokeToken(ctx, actor, s.newKey(), id)
	return err
}

// EndOthers ends every session of somebody but the one they ask from. It returns
// what EndSession returns.
func (s *Service) EndOthers(ctx context.Context, p session.Principal) error {
	list, err := s.open(ctx, p)
	if err != nil {
		return err
	}
	for _, t := range list {
		if t.ID == p.Token {
			continue
		}
		if err := s.EndSession(ctx, p, t.ID); err != nil {
			return err
		}
	}
	return nil
}

// Change is a wish to change how one signs in.
type Change struct {
	Principal session.Principal
	Language  string // of the letter that tells about it
}

// owner returns who changes their own account, as they are with every grant. It
// returns ErrStale unless they proved who they are within five minutes; whoever
// has a role that needs a passkey, and has one, by a passkey: a password that was
// given away must not lead to one.
func (s *Service) owner(ctx context.Context, p session.Principal) (access.Actor, identity, error) {
	at, proof, err := s.sessions.Proved(ctx, p)
	if err != nil {
		return access.Actor{}, identity{}, err
	}
	if proof == session.ByToken || proof == session.ByIssuer || s.ledger.Now().Sub(at) >= freshness {
		return access.Actor{}, identity{}, ErrStale
	}
	actor, err := s.sessions.Actor(ctx, p.Actor.ID)
	if err != nil {
		return access.Actor{}, identity{}, err
	}
	needs := slices.ContainsFunc(actor.Grants, func(g access.Grant) bool { return session.NeedsPasskey(g.Role) })
	if needs && proof != session.ByPasskey {
		keys, err := s.passkeys(ctx, actor.ID)
		if err != nil {
			return access.Actor{}, identity{}, err
		}
		if len(keys) > 0 {
			return access.Actor{}, identity{}, ErrStale
		}
	}
	i, err := s.find(ctx, sqlByUser, actor.ID)
	return actor, i, err
}

// Fresh returns ErrStale unless somebody proved who they are within five minutes,
// as strongly as their roles ask for.
func (s *Service) Fresh(ctx context.Context, p session.Principal) error {
	_, _, err := s.owner(ctx, p)
	if missing(err) {
		return ErrStale
	}
	return err
}

// change runs a command on somebody's own account, and has a letter tell them.
func (s *Service) change(ctx context.Context, c Change, words string, do func(*ledger.Tx) error) error {
	actor, i, err := s.owner(ctx, c.Principal)
	if err != nil {
		return err
	}
	i.language = language(c.Language)
	notice, err := s.notice(ctx, i)
	if err != nil {
		return err
	}
	command := ledger.Command{Actor: actor, Action: access.IdentityChange, Owner: actor.Holder, Key: s.newKey(), Input: words}
	_, err = s.ledger.Execute(ctx, command, func(tx *ledger.Tx) (ident.Ref, error) {
		if err := do(tx); err != nil {
			return ident.Ref{}, err
		}
		return actor.ID.Ref(), notice.Send(tx, words)
	})
	return err
}

// BeginAdding prepares one more passkey of somebody's own. It returns ErrStale,
// ErrPasskeysOff, or an error of the engine.
func (s *Service) BeginAdding(ctx context.Context, p session.Principal) (Ceremony, error) {
	_, i, err := s.owner(ctx, p)
	if err != nil {
		return Ceremony{}, err
	}
	return s.BeginPasskey(ctx, i.user, i.email)
}

// AddPasskey adds a passkey. It returns ErrStale, ErrProof, ErrEnded, ErrPasskeys,
// ErrPasskeysOff, or what ledger.Execute returns.
func (s *Service) AddPasskey(ctx context.Context, c Change, in Attestation) error {
	put, err := s.attested(in, c.Principal.Actor.ID)
	if err != nil {
		return err
	}
	return s.change(ctx, c, "letter.passkey-added", put)
}

// RemovePasskey removes a passkey, and never the last proof. It returns ErrStale,
// ErrLastProof, or what ledger.Execute returns.
func (s *Service) RemovePasskey(ctx context.Context, c Change, id KeyID) error {
	return s.change(ctx, c, "letter.passkey-removed", func(tx *ledger.Tx) error {
		return tx.Guard(ErrLastProof, sqlDropPasskey, id, c.Principal.Actor.ID)
	})
}

// SetPassword gives somebody a password and a secret of one-time codes, in place
// of those they had. It returns ErrStale, ErrPassword, ErrCode, ErrEnded, or what
// ledger.Execute returns.
func (s *Service) SetPassword(ctx context.Context, c Change, in Setup) error {
	actor, i, err := s.owner(ctx, c.Principal)
	if err != nil {
		return err
	}
	h, err := s.ledger.Holder(ctx, actor.Holder)
	if err != nil {
		return err
	}
	made, err := s.check(ctx, in, i.email, h.Name)
	if err != nil {
		return err
	}
	sealed := s.key.sealCodes(i.user, made.secret)
	return s.change(ctx, c, "letter.password-set", func(tx *ledger.Tx) error {
		return tx.Guard(ErrEnded, sqlSetPassword, i.user, made.password, sealed, made.step)
	})
}

// NewRecoveryCodes gives somebody ten recovery codes in place of those they had.
// It returns ErrStale, or what ledger.Execute returns.
func (s *Service) NewRecoveryCodes(ctx context.Context, c Change) ([]string, error) {
	codes := newRecoveryCodes()
	err := s.change(ctx, c, "letter.recovery-made", func(tx *ledger.Tx) error {
		return putRecoveryCodes(tx, c.Principal.Actor.ID, codes)
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}
