// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"
	"crypto/sha256"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/job"
	"github.com/noria-mlc/noria/ops/mail"
	"github.com/noria-mlc/noria/web/session"
)

// invitationLifetime is how long the link in a letter holds.
const invitationLifetime = 24 * time.Hour

// JoinInput is what somebody says who wants to join.
type JoinInput struct {
	Name     string
	Email    string
	Language string // of the letter: fr or en
}

// Invitation is what the link of a letter stands for.
type Invitation struct {
	User  ident.User // who the identity will belong to
	Joins bool       // the user does not exist yet
	Name  string
	Email string
	Until time.Time

	Language string // of letters

	// What the new account is linked to, where an issuer vouched for the address.
	Issuer, Subject string

	folded string
}

// Join sends a letter: to a new address with a link that sets up an account, to
// an address that has one with words that say so. The caller learns nothing of
// the difference. It returns fault.ErrInvalid, mail.ErrAddress, ErrLimited, or
// an error of the engine.
func (s *Service) Join(ctx context.Context, in JoinInput, from From) error {
	in.Name = strings.TrimSpace(in.Name)
	address, err := mail.Address(in.Email)
	var check fault.Check
	check.That(validName(in.Name), "/name", "must be 1 to 100 printable characters")
	check.That(err == nil, "/email", "must be an e-mail address")
	if err := check.Err(); err != nil {
		return err
	}
	return s.invite(ctx, Invitation{User: ident.User{Bits: s.ledger.NewID()}, Joins: true, Name: in.Name, Email: address}, in.Language, from)
}

// Verify sends somebody who is let in, and has no identity, the link that sets
// one up. It returns mail.ErrAddress, ErrLimited, or an error of the engine.
func (s *Service) Verify(ctx context.Context, user ident.User, email, language string, from From) error {
	address, err := mail.Address(email)
	if err != nil {
		return err
	}
	actor, err := s.sessions.Actor(ctx, user)
	if err != nil {
		return err
	}
	h, err := s.ledger.Holder(ctx, actor.Holder)
	if err != nil {
		return err
	}
	return s.invite(ctx, Invitation{User: user, Name: h.Name, Email: address}, language, from)
}

func (s *Service) invite(ctx context.Context, i Invitation, language string, from From) error {
	email := strings.ToLower(i.Email)
	if err := s.attempt(ctx, joinGates(), email, from.Network); err != nil {
		return err
	}
	currency, err := s.currency(ctx)
	if err != nil {
		return err
	}
	i.Until, i.Language = s.ledger.Now().Add(invitationLifetime), language
	link, err := s.key.write("invitation", i)
	if err != nil {
		return err
	}
	letters := [2]mail.Letter{
		{To: i.Email, Language: language, Template: "verify", Words: map[string]string{"Currency": currency, "Link": s.base + "/rejoindre/" + link}},
		{To: i.Email, Language: language, Template: "known", Words: map[string]string{"Currency": currency, "Link": s.base + "/connexion"}},
	}
	command := ledger.Command{Actor: job.System(), Action: access.IdentityJoin, Key: s.newKey(), Input: s.key.digest("join", email)}
	_, err = s.ledger.Execute(ctx, command, func(tx *ledger.Tx) (ident.Ref, error) {
		var known int
		if err := tx.QueryRow(sqlKnown, email).Scan(&known); err != nil {
			return ident.Ref{}, err
		}
		return ident.Ref{}, mail.Queue(tx, letters[min(known, 1)])
	})
	return err
}

// Invitation opens a link, and changes nothing: a program that looks at links in
// letters uses none up. It returns ErrEnded for a link that was used or is too
// old, or an error of the engine.
func (s *Service) Invitation(ctx context.Context, link string) (Invitation, error) {
	var i Invitation
	if err := s.key.read("invitation", link, &i); err != nil {
		return Invitation{}, err
	}
	if !s.ledger.Now().Before(i.Until) {
		return Invitation{}, ErrEnded
	}
	i.folded = strings.ToLower(i.Email)
	var used int
	sum := sha256.Sum256([]byte(link))
	if err := s.ledger.Reader().QueryRowContext(ctx, sqlSpent, sum[:]).Scan(&used); err != nil {
		return Invitation{}, err
	}
	if used == 0 {
		if err := s.ledger.Reader().QueryRowContext(ctx, sqlKnown, i.folded).Scan(&used); err != nil {
			return Invitation{}, err
		}
	}
	if used > 0 {
		return Invitation{}, ErrEnded
	}
	return i, nil
}

// Setup is a password with the first code of an authenticator.
type Setup struct {
	Password string
	Sealed   string // of the Authenticator
	Code     string
}

// String says that there is a setup, and not which.
func (Setup) String() string { return "[setup]" }

// GoString says that there is a setup, and not which.
func (Setup) GoString() string { return "[setup]" }

// Welcome is what somebody gets who has set up an identity.
type Welcome struct {
	Session       session.Issued
	RecoveryCodes []string // shown once
}

// Accept uses up a link: it makes the account, with a password and one-time
// codes, and signs in. It returns ErrEnded, ErrPassword, ErrCode, or what
// ledger.Execute returns.
func (s *Service) Accept(ctx context.Context, link string, in Setup, from From) (Welcome, error) {
	i, err := s.Invitation(ctx, link)
	if err != nil {
		return Welcome{}, err
	}
	made, err := s.check(ctx, in, i.Email, i.Name)
	if err != nil {
		return Welcome{}, err
	}
	proof := identity{user: i.User, email: i.folded, password: made.password, totp: s.key.sealCodes(i.User, made.secret)}
	return s.settle(ctx, link, i, proof, made.step, session.ByPassword, from, nil)
}

// checked is a setup that was checked.
type checked struct {
	password string // PHC string
	secret   string
	step     int64
}

// check checks a password and the first code that goes with it.
func (s *Service) check(ctx context.Context, in Setup, own ...string) (checked, error) {
	if err := s.checkPassword(in.Password, own...); err != nil {
		return checked{}, err
	}
	a, err := s.Authenticator(in.Sealed)
	if err != nil {
		return checked{}, err
	}
	c := checked{secret: a.Secret}
	if c.step, err = step(c.secret, strings.Join(strings.Fields(in.Code), ""), s.ledger.Now()); err != nil {
		return checked{}, err
	}
	c.password, err = s.hasher.hash(ctx, in.Password)
	return c, err
}

// settle makes the identity that a link stands for, and the account where there
// is none, and opens a session. More is what else the command does.
func (s *Service) settle(ctx context.Context, link string, i Invitation, proof identity, used int64, by session.Proof, from From,
	more func(*ledger.Tx) error) (Welcome, error) {
	secret, codes := session.NewSecret(), newRecoveryCodes()
	w := Welcome{RecoveryCodes: codes}
	command := ledger.Command{Actor: job.System(), Action: access.IdentityJoin, Key: s.newKey(), Input: i.User}
	_, err := s.ledger.Execute(ctx, command, func(tx *ledger.Tx) (ident.Ref, error) {
		if err := spend(tx, link, i.Until); err != nil {
			return ident.Ref{}, err
		}
		if i.Joins {
			h, err := tx.OpenHolder(ledger.NewHolder{Kind: ledger.Individual, Name: i.Name})
			if err != nil {
				return ident.Ref{}, err
			}
			if err := s.sessions.Enrol(tx, i.User, h.ID); err != nil {
				return ident.Ref{}, err
			}
		}
		err := tx.Guard(ErrEnded, sqlInsertIdentity, proof.user, proof.email, proof.password, proof.totp, used, tx.Now().UnixMicro(), language(i.Language))
		if err != nil {
			return ident.Ref{}, err
		}
		if err := putRecoveryCodes(tx, i.User, codes); err != nil {
			return ident.Ref{}, err
		}
		if i.Subject != "" {
			if err := tx.Guard(ErrLinked, sqlPutLink, i.Issuer, i.Subject, i.User, tx.Now().UnixMicro()); err != nil {
				return ident.Ref{}, err
			}
		}
		if more != nil {
			if err := more(tx); err != nil {
				return ident.Ref{}, err
			}
		}
		w.Session, err = s.sessions.Admit(tx, session.Admission{User: i.User, Proof: by, Label: from.Label(), Secret: secret})
		return i.User.Ref(), err
	})
	if err != nil {
		return Welcome{}, err
	}
	return w, nil
}

// validName says whether a text can be the name of a holder.
func validName(name string) bool {
	n := utf8.RuneCountInString(name)
	return n > 0 && n <= 100 && utf8.ValidString(name) && !strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) })
}
