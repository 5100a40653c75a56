// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/session"
)

// Link says under which identity an issuer knows somebody. An identity is known by
// its issuer and its subject there, never by an address (ASVS 6.8.1).
type Link struct {
	Issuer   string    `json:"issuer"`
	Subject  string    `json:"subject"`
	LinkedAt time.Time `json:"linked_at"` // UTC
}

// linking is a link that its owner has not agreed to yet.
type linking struct {
	User            ident.User
	Session         session.TokenID
	Issuer, Subject string
	Until           time.Time
}

// link returns whose account an identity is linked to, or sql.ErrNoRows.
func (s *Service) link(ctx context.Context, issuer, subject string) (ident.User, error) {
	_, user, err := scanLink(s.ledger.Reader().QueryRowContext(ctx, sqlLink, issuer, subject))
	return user, err
}

// Links lists the links of a user, oldest first, for the copy of their data. It
// returns an error of the engine.
func (s *Service) Links(ctx context.Context, user ident.User) ([]Link, error) {
	return s.links(ctx, user)
}

func (s *Service) links(ctx context.Context, user ident.User) ([]Link, error) {
	rows, err := s.ledger.Reader().QueryContext(ctx, sqlLinks, user)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []Link{}
	for rows.Next() {
		l, _, err := scanLink(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, l)
	}
	return list, rows.Err()
}

func scanLink(row db.Row) (Link, ident.User, error) {
	var l Link
	var user ident.User
	var at int64
	err := row.Scan(&l.Issuer, &l.Subject, &user, &at)
	l.LinkedAt = time.UnixMicro(at).UTC()
	return l, user, err
}

// Link links the identity that Arrive found to the account of whoever agrees. It
// returns ErrStale, ErrEnded for a form of another session, used before or too old,
// ErrLinked, or what ledger.Execute returns.
func (s *Service) Link(ctx context.Context, c Change, sealed string) error {
	var l linking
	if err := s.key.read("linking", sealed, &l); err != nil {
		return err
	}
	if !s.ledger.Now().Before(l.Until) || l.User != c.Principal.Actor.ID || l.Session != c.Principal.Token {
		return ErrEnded
	}
	return s.change(ctx, c, "letter.issuer-linked", func(tx *ledger.Tx) error {
		if err := spend(tx, sealed, l.Until); err != nil {
			return err
		}
		return tx.Guard(ErrLinked, sqlPutLink, l.Issuer, l.Subject, l.User, tx.Now().UnixMicro())
	})
}

// Unlink takes every link from an account, and ends the sessions that were opened
// by one. Each account has a proof of its own besides, so that nobody locks
// themselves out. It returns ErrStale, ErrEnded where there is none, or what ledger.Execute returns.
func (s *Service) Unlink(ctx context.Context, c Change) error {
	defer s.sessions.Forget()
	return s.change(ctx, c, "letter.issuer-unlinked", func(tx *ledger.Tx) error {
		n, err := tx.Exec(sqlUnlinkAll, c.Principal.Actor.ID)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrEnded
		}
		return s.sessions.EndVouched(tx, c.Principal.Actor.ID)
	})
}
