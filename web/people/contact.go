// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/mail"
)

// Contact is how the association is reached by whoever lost their phone. It is
// public. Both are empty where nothing was set.
type Contact struct {
	Phone string `json:"phone"` // as people dial it, 30 characters at most
	Email string `json:"email"`
}

// Dial is the number as a telephone takes it: digits, with a plus before them.
func (c Contact) Dial() string {
	return strings.Map(func(r rune) rune {
		if r == '+' || (r >= '0' && r <= '9') {
			return r
		}
		return -1
	}, c.Phone)
}

// Contact returns how the association is reached. It returns an error of the engine.
func (s *Service) Contact(ctx context.Context) (Contact, error) {
	var c Contact
	err := s.Ledger.Reader().QueryRowContext(ctx, sqlContact).Scan(&c.Phone, &c.Email)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return c, err
}

// SetContact says how the association is reached. It returns ledger.ErrForbidden,
// fault.ErrInvalid, or what ledger.Execute returns.
func (s *Service) SetContact(ctx context.Context, actor access.Actor, key string, c Contact) (bool, error) {
	if err := access.Allow(actor, access.RecoverySet, ident.Holder{}); err != nil {
		return false, err
	}
	c.Phone, c.Email = strings.TrimSpace(c.Phone), strings.TrimSpace(c.Email)
	var check fault.Check
	check.That(c.Phone == "" || validPhone(c.Phone), "/phone", "must be a telephone number")
	if c.Email != "" {
		_, err := mail.Address(c.Email)
		check.That(err == nil, "/email", "must be an e-mail address")
	}
	if err := check.Err(); err != nil {
		return false, err
	}
	out, err := s.Ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.RecoverySet, Key: key, Input: c}, func(tx *ledger.Tx) (ident.Ref, error) {
		_, err := tx.Exec(sqlSetContact, c.Phone, c.Email)
		return ident.Ref{}, err
	})
	return out.Replayed, err
}

// validPhone says whether a text can be dialled: six digits at least, and nothing
// but digits, blanks, dots and a plus at the beginning.
func validPhone(text string) bool {
	digits := 0
	for i, c := range text {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c == ' ' || c == '.' || (c == '+' && i == 0):
		default:
			return false
		}
	}
	return digits >= 6 && len(text) <= 30
}

// RecoveryDelay is how long a person is given to object before a code that was
// handed over holds. It returns an error of the engine.
func (s *Service) RecoveryDelay(ctx context.Context) (time.Duration, error) {
	return s.delay(ctx, ByHand)
}
