// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"
	"encoding/base64"
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
)

// codeGates are those of codes that confirm: of one person from one network,
// from one network, and of one person from anywhere. A code has a million values
// and three of them hold at a time.
func codeGates() [3]gate {
	return [3]gate{{"confirm here", 5, time.Minute}, {"confirm network", 100, 6 * time.Second}, {"confirm person", 20, 5 * time.Minute}}
}

// HasCodes says whether a user has an app that shows one-time codes. It returns
// an error of the engine.
func (s *Service) HasCodes(ctx context.Context, user ident.User) (bool, error) {
	i, err := s.find(ctx, sqlByUser, user)
	if missing(err) {
		return false, nil
	}
	return len(i.totp) > 0, err
}

// OneTimeCode counts a try and checks a one-time code of a user; recovery codes
// are none. It returns what uses the code up within a command, or ErrCode,
// ErrLimited, or what ledger.Execute returns.
func (s *Service) OneTimeCode(ctx context.Context, user ident.User, code string, from From) (func(*ledger.Tx) error, error) {
	if err := s.attempt(ctx, codeGates(), user.String(), from.Network); err != nil {
		return nil, err
	}
	i, err := s.find(ctx, sqlByUser, user)
	if missing(err) || (err == nil && len(i.totp) == 0) {
		return nil, ErrCode
	}
	if err != nil {
		return nil, err
	}
	code = strings.Join(strings.Fields(code), "")
	if len(code) != 6 {
		return nil, ErrCode
	}
	use, err := s.second(i, code)
	if err != nil {
		return nil, err
	}
	return func(tx *ledger.Tx) error {
		if err := use(tx); err != nil {
			return err
		}
		_, err := tx.Exec(sqlForgive, s.subjects(codeGates(), user.String(), from.Network)[0])
		return err
	}, nil
}

// HashPIN writes a PIN for the book, bound to one thing. A million PINs are soon
// tried by whoever has the book, so that the service's key, which is not in it,
// is mixed in first. It waits for its turn like a password, and returns the error
// of ctx where that ends meanwhile.
func (s *Service) HashPIN(ctx context.Context, of ident.Ref, pin string) (string, error) {
	return s.hasher.hash(ctx, s.peppered(of, pin))
}

// MatchesPIN says whether a PIN is the one that HashPIN wrote for the same thing.
func (s *Service) MatchesPIN(ctx context.Context, of ident.Ref, pin, stored string) (bool, error) {
	return s.hasher.matches(ctx, s.peppered(of, pin), stored)
}

func (s *Service) peppered(of ident.Ref, pin string) string {
	return base64.RawStdEncoding.EncodeToString(s.key.digest("pin "+of.String(), pin))
}

// Secure changes something that protects a person's account, within five minutes
// of a proof of who they are, and has a letter tell them of it: words is the key
// of its sentence. It returns ErrStale, or what ledger.Execute returns.
func (s *Service) Secure(ctx context.Context, c Change, words string, do func(*ledger.Tx) error) error {
	return s.change(ctx, c, words, do)
}
