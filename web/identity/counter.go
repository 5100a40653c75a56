// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"
	"strings"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/mail"
)

// WelcomeInput is what somebody says at a counter who wants to become a member.
type WelcomeInput struct {
	Name     string `json:"name"`
	Email    string `json:"email,omitempty"` // "" for somebody without one
	Language string `json:"-"`               // of the letter: fr or en
}

// Counter makes a member of somebody who stands at a counter: a wallet with a
// number and, where there is an address, an account whose proof they set up by
// the link in a letter. It returns fault.ErrForbidden, fault.ErrInvalid with
// every wrong field, ErrKnown, and what ledger.Execute returns.
func (s *Service) Counter(ctx context.Context, actor access.Actor, key string, in WelcomeInput) (ledger.Holder, bool, error) {
	if err := access.Allow(actor, access.HolderCreate, ident.Holder{}); err != nil {
		return ledger.Holder{}, false, err
	}
	in.Name, in.Email = strings.TrimSpace(in.Name), strings.TrimSpace(in.Email)
	var check fault.Check
	check.That(validName(in.Name), "/name", "must be 1 to 100 printable characters")
	if in.Email != "" {
		address, err := mail.Address(in.Email)
		check.That(err == nil, "/email", "must be an e-mail address")
		in.Email = address
	}
	if err := check.Err(); err != nil {
		return ledger.Holder{}, false, err
	}
	user := ident.User{Bits: s.ledger.NewID()}
	letter, err := s.welcome(ctx, user, in)
	if err != nil {
		return ledger.Holder{}, false, err
	}
	// The address is hidden from the audit trail's fingerprint as everywhere else.
	asked := counted{in.Name, s.key.digest("counter", strings.ToLower(in.Email))}
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.HolderCreate, Key: key, Input: asked},
		func(tx *ledger.Tx) (ident.Ref, error) {
			h, err := tx.OpenHolder(ledger.NewHolder{Kind: ledger.Individual, Name: in.Name})
			if err != nil || in.Email == "" {
				return h.ID.Ref(), err
			}
			var known int
			if err := tx.QueryRow(sqlKnown, strings.ToLower(in.Email)).Scan(&known); err != nil {
				return ident.Ref{}, err
			}
			if known > 0 {
				return ident.Ref{}, ErrKnown
			}
			if err := s.sessions.Enrol(tx, user, h.ID); err != nil {
				return ident.Ref{}, err
			}
			return h.ID.Ref(), mail.Queue(tx, letter)
		})
	if err != nil {
		return ledger.Holder{}, false, err
	}
	h, err := s.ledger.Holder(ctx, ident.Holder{Bits: out.Ref.Bits})
	return h, out.Replayed, err
}

// counted is what the book keeps of a WelcomeInput.
type counted struct {
	Name  string `json:"name"`
	Email []byte `json:"email"`
}

// welcome writes the letter that lets a new member set up a proof.
func (s *Service) welcome(ctx context.Context, user ident.User, in WelcomeInput) (mail.Letter, error) {
	if in.Email == "" {
		return mail.Letter{}, nil
	}
	currency, err := s.currency(ctx)
	if err != nil {
		return mail.Letter{}, err
	}
	link, err := s.key.write("invitation", Invitation{User: user, Name: in.Name, Email: in.Email, Until: s.ledger.Now().Add(invitationLifetime)})
	if err != nil {
		return mail.Letter{}, err
	}
	return mail.Letter{To: in.Email, Language: in.Language, Template: "verify",
		Words: map[string]string{"Currency": currency, "Link": s.base + "/rejoindre/" + link}}, nil
}
