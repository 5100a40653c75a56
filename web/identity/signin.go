// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/session"
)

// pause is how long somebody has from the password to the code.
const pause = 10 * time.Minute

// Credentials are the first half of a proof.
type Credentials struct {
	Email    string
	Password string
}

// String says that there are credentials, and not which.
func (Credentials) String() string { return "[credentials]" }

// GoString says that there are credentials, and not which.
func (Credentials) GoString() string { return "[credentials]" }

// halfway is a sign-in whose password held and whose code is awaited.
type halfway struct {
	User     ident.User
	Email    string
	Password string // the PHC string that held
	Until    time.Time
}

// Password checks the first half of a proof and returns what the form of the
// code brings back. An unknown address takes as long as a wrong password. It
// returns ErrProof, ErrLimited, or an error of the engine.
func (s *Service) Password(ctx context.Context, c Credentials, from From) (string, error) {
	email, err := fold(c.Email)
	if err != nil {
		email = "" // no address: nobody's, counted and computed like every other
	}
	if err := s.attempt(ctx, signInGates(), email, from.Network); err != nil {
		return "", err
	}
	i, err := s.find(ctx, sqlByEmail, email)
	if err != nil && !missing(err) {
		return "", err
	}
	if len(c.Password) > 4*longestPassword {
		c.Password = "" // none is as long; it is not worth its time
	}
	ok, err := s.hasher.matches(ctx, c.Password, i.password)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", ErrProof
	}
	return s.key.write("halfway", halfway{i.user, i.email, i.password, s.ledger.Now().Add(pause)})
}

// Code checks the second half, a one-time code or a recovery code, and opens a
// session. Each code holds once. It returns ErrEnded where the password was
// given too long ago or has changed since, ErrCode, ErrLimited,
// session.ErrUnauthenticated for a user who is disabled, or what ledger.Execute
// returns.
func (s *Service) Code(ctx context.Context, begun, code string, from From) (session.Issued, error) {
	var h halfway
	if err := s.key.read("halfway", begun, &h); err != nil {
		return session.Issued{}, err
	}
	if !s.ledger.Now().Before(h.Until) {
		return session.Issued{}, ErrEnded
	}
	if err := s.attempt(ctx, signInGates(), h.Email, from.Network); err != nil {
		return session.Issued{}, err
	}
	i, err := s.find(ctx, sqlByUser, h.User)
	if missing(err) || (err == nil && i.password != h.Password) {
		return session.Issued{}, ErrEnded
	}
	if err != nil {
		return session.Issued{}, err
	}
	use, err := s.second(i, code)
	if err != nil {
		return session.Issued{}, err
	}
	return s.admit(ctx, i, admission{proof: session.ByPassword, from: from, use: use})
}

// second returns what uses up the code of a person within a command, or ErrCode.
func (s *Service) second(i identity, code string) (func(*ledger.Tx) error, error) {
	code = strings.Join(strings.Fields(code), "")
	if len(code) != 6 {
		return func(tx *ledger.Tx) error {
			if err := samePassword(tx, i); err != nil {
				return err
			}
			return tx.Guard(ErrCode, sqlUseRecovery, i.user, recoveryDigest(code), tx.Now().UnixMicro())
		}, nil
	}
	secret, err := s.key.openCodes(i.user, i.totp)
	if err != nil {
		return nil, err
	}
	n, err := step(secret, code, s.ledger.Now())
	if err != nil {
		return nil, err
	}
	return func(tx *ledger.Tx) error { return tx.Guard(ErrCode, sqlUseStep, i.user, n, i.password) }, nil
}

// samePassword returns ErrEnded where the password changed since it was checked.
func samePassword(tx *ledger.Tx, i identity) error {
	var same int
	if err := tx.QueryRow(sqlSamePass, i.user, i.password).Scan(&same); err != nil {
		return err
	}
	if same == 0 {
		return ErrEnded
	}
	return nil
}

// admission is how a session is opened: by a proof that was checked, and is used up
// by use.
type admission struct {
	proof  session.Proof
	issuer string // who vouched, where it was not us
	from   From
	use    func(*ledger.Tx) error
}

// admit opens the session of a person.
func (s *Service) admit(ctx context.Context, i identity, a admission) (session.Issued, error) {
	actor, err := s.sessions.Actor(ctx, i.user)
	if err != nil {
		return session.Issued{}, err
	}
	odd, err := s.odd(ctx, i.user, a.proof, a.from)
	if err != nil {
		return session.Issued{}, err
	}
	notice, err := s.notice(ctx, i)
	if err != nil {
		return session.Issued{}, err
	}
	secret := session.NewSecret()
	var issued session.Issued
	command := ledger.Command{Actor: actor, Action: access.SessionOpen, Owner: actor.Holder, Key: s.newKey(), Input: string(a.proof)}
	_, err = s.ledger.Execute(ctx, command, func(tx *ledger.Tx) (ident.Ref, error) {
		if err := a.use(tx); err != nil {
			return ident.Ref{}, err
		}
		if err := s.forgive(tx, i.email, a.from); err != nil {
			return ident.Ref{}, err
		}
		if odd {
			if err := notice.Send(tx, "letter.odd-sign-in", a.from.Label()); err != nil {
				return ident.Ref{}, err
			}
		}
		var err error
		issued, err = s.sessions.Admit(tx, session.Admission{User: i.user, Proof: a.proof, Issuer: a.issuer, Label: a.from.Label(), Secret: secret})
		return issued.ID.Ref(), err
	})
	return issued, err
}

// Label says in sixty characters which device somebody signed in from, and
// roughly where it is.
func (f From) Label() string {
	text := strings.TrimSpace(f.Device + " " + f.Network)
	if len(text) > 60 {
		text = text[:60]
	}
	return strings.ToValidUTF8(text, "")
}
