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

// Renewal is the permission to begin anew with other proofs, which another room
// gives. It is used up by Spend, within the command that sets the new proofs.
type Renewal struct {
	User  ident.User
	From  From
	Spend func(*ledger.Tx) error
}

// Renew replaces every way to sign in of a user by a password and one-time codes:
// the old ones, every session, token and bound device end, and a letter tells it.
// Whoever had blocked their account is let in again. It returns ErrEnded where
// there is nothing to replace, ErrPassword, ErrCode, session.ErrUnauthenticated for
// a user whom an administrator disabled, what Spend returns, or what
// ledger.Execute returns.
func (s *Service) Renew(ctx context.Context, r Renewal, in Setup) (Welcome, error) {
	i, name, err := s.renewable(ctx, r.User)
	if err != nil {
		return Welcome{}, err
	}
	made, err := s.check(ctx, in, i.email, name)
	if err != nil {
		return Welcome{}, err
	}
	i.password, i.totp = made.password, s.key.sealCodes(i.user, made.secret)
	return s.renew(ctx, r, i, made.step, session.ByPassword, func(*ledger.Tx) error { return nil })
}

// RenewPasskey is Renew with a passkey in place of a password. It returns ErrProof
// and ErrPasskeysOff too.
func (s *Service) RenewPasskey(ctx context.Context, r Renewal, in Attestation) (Welcome, error) {
	i, _, err := s.renewable(ctx, r.User)
	if err != nil {
		return Welcome{}, err
	}
	put, err := s.attested(in, r.User)
	if err != nil {
		return Welcome{}, err
	}
	i.password, i.totp = "", nil
	return s.renew(ctx, r, i, 0, session.ByPasskey, put)
}

// renewable reads the identity of a user and the name of their holder.
func (s *Service) renewable(ctx context.Context, user ident.User) (identity, string, error) {
	i, err := s.find(ctx, sqlByUser, user)
	if missing(err) {
		return identity{}, "", ErrEnded
	}
	if err != nil {
		return identity{}, "", err
	}
	var name string
	err = s.ledger.Reader().QueryRowContext(ctx, sqlNameOf, user).Scan(&name)
	return i, name, err
}

func (s *Service) renew(ctx context.Context, r Renewal, i identity, used int64, by session.Proof, put func(*ledger.Tx) error) (Welcome, error) {
	notice, err := s.notice(ctx, i)
	if err != nil {
		return Welcome{}, err
	}
	secret, codes := session.NewSecret(), newRecoveryCodes()
	w := Welcome{RecoveryCodes: codes}
	command := ledger.Command{Actor: job.System(), Action: access.IdentityRenew, Key: s.newKey(), Input: i.user}
	defer s.sessions.Forget()
	_, err = s.ledger.Execute(ctx, command, func(tx *ledger.Tx) (ident.Ref, error) {
		steps := []func(*ledger.Tx) error{
			r.Spend,
			func(tx *ledger.Tx) error { return s.end(tx, i.user) },
			func(tx *ledger.Tx) error {
				return tx.Guard(ErrEnded, sqlSetPassword, i.user, i.password, i.totp, used)
			},
			put,
			func(tx *ledger.Tx) error { return putRecoveryCodes(tx, i.user, codes) },
			func(tx *ledger.Tx) error { return s.sessions.Unblock(tx, i.user) },
			func(tx *ledger.Tx) error { return notice.Send(tx, "letter.recovered") },
		}
		for _, step := range steps {
			if err := step(tx); err != nil {
				return ident.Ref{}, err
			}
		}
		var err error
		w.Session, err = s.sessions.Admit(tx, session.Admission{User: i.user, Proof: by, Label: r.From.Label(), Secret: secret})
		return i.user.Ref(), err
	})
	if err != nil {
		return Welcome{}, err
	}
	return w, nil
}

// end ends every proof, session, token and bound device of a user, but for the
// address.
func (s *Service) end(tx *ledger.Tx, user ident.User) error {
	for _, query := range []string{sqlDropPasskeys, sqlDropRecovery, sqlUnlinkAll} {
		if _, err := tx.Exec(query, user); err != nil {
			return err
		}
	}
	if err := s.EndDevices(tx, user); err != nil {
		return err
	}
	return s.sessions.End(tx, user)
}

// EndDevices tells the other rooms that keep devices of a user to forget them,
// within a command. It returns an error of the engine.
func (s *Service) EndDevices(tx *ledger.Tx, user ident.User) error {
	for _, ended := range s.ended {
		if err := ended(tx, user); err != nil {
			return err
		}
	}
	return nil
}

// Erase deletes how a user proves who they are, the address and every letter that
// waits for it (D6). It returns an error of the engine.
func (s *Service) Erase(tx *ledger.Tx, user ident.User) error {
	if err := s.end(tx, user); err != nil {
		return err
	}
	for _, query := range []string{sqlDropLetters, sqlDropIdentity} {
		if _, err := tx.Exec(query, user); err != nil {
			return err
		}
	}
	return nil
}

// Try counts a try of something that is guessed, by one network and on one thing.
// It returns ErrLimited, with the time to wait, where there were too many.
func (s *Service) Try(ctx context.Context, thing string, from From) error {
	gates := [3]gate{{"guess here", 10, time.Minute}, {"guess network", 30, time.Minute}, {"guess thing", 50, time.Minute}}
	return s.attempt(ctx, gates, thing, from.Network)
}
