// SPDX-License-Identifier: AGPL-3.0-or-later

package confirm

import (
	"context"
	"database/sql"
	"errors"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/web/identity"
	"github.com/noria-mlc/noria/web/session"
)

// Config is what confirmations are made of.
type Config struct {
	Ledger     *ledger.Ledger
	Merchant   *merchant.Service
	Conversion *conversion.Service
	Paper      *paper.Service
	Session    *session.Service
	Identity   *identity.Service
	Secure     bool // the base URL is https: the device's cookie is bound to the host
}

// Service has people confirm what leaves a wallet. It is safe for concurrent use.
type Service struct {
	ledger     *ledger.Ledger
	merchant   *merchant.Service
	conversion *conversion.Service
	paper      *paper.Service
	sessions   *session.Service
	identity   *identity.Service
	secure     bool
}

// New returns the confirmations of a book.
func New(c Config) *Service {
	return &Service{ledger: c.Ledger, merchant: c.Merchant, conversion: c.Conversion, paper: c.Paper, sessions: c.Session, identity: c.Identity, secure: c.Secure}
}

// Direct decides whether a caller may take an action that takes units out of a
// wallet without an intent: access.PaymentCreate, access.RedemptionRequest or
// access.PaperAsk, from the wallet that the request names, or zero. It is asked by every route and
// page that does so, and nowhere else is decided.
//
// Tokens of a demonstration may, and the sessions opened with them; they hold
// nowhere else. A program may from an organisation's wallet. A session may not,
// nor a program from an individual's wallet: it returns ErrRequired. Where the
// action would be refused anyway it returns nil or that refusal.
func (s *Service) Direct(ctx context.Context, p session.Principal, action access.Action, from ident.Wallet) error {
	switch {
	case p.Demo:
		return nil
	case p.Kind == session.Session:
		return ErrRequired
	case action == access.RedemptionRequest:
		return nil // no individual redeems (rule L5)
	}
	_, kind, err := s.merchant.Payer(ctx, p.Actor, from)
	if err != nil {
		return err
	}
	if kind == ledger.Individual {
		return ErrRequired
	}
	return nil
}

// person returns nil for somebody who can confirm: in a session that a proof
// opened, or in a demonstration. A session that was opened with a token is its
// program's as much as its person's, and cannot.
func (s *Service) person(ctx context.Context, p session.Principal) error {
	if p.Demo {
		return nil
	}
	if p.Kind != session.Session {
		return ErrRequired
	}
	_, proof, err := s.sessions.Proved(ctx, p)
	if err != nil {
		return err
	}
	if proof == session.ByToken {
		return ErrRequired
	}
	return nil
}

// newKey makes the idempotency key of a command that is made once.
func (s *Service) newKey() string {
	return ident.Ref{Prefix: "confirm_", Bits: s.ledger.NewID()}.String()
}

// row is what one row is read from: a command's Tx, which sees its batch, or
// what is committed.
type row interface {
	QueryRow(query string, args ...any) *sql.Row
}

// committed reads what is committed.
type committed struct {
	ctx context.Context
	l   *ledger.Ledger
}

// QueryRow reads one row.
func (c committed) QueryRow(query string, args ...any) *sql.Row {
	return c.l.Reader().QueryRowContext(c.ctx, query, args...)
}

// missing says that an error is about a row that is not there.
func missing(err error) bool { return errors.Is(err, sql.ErrNoRows) }
