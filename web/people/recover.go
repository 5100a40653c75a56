// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base32"
	"errors"
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/identity"
)

// codeAlphabet is Crockford's base 32 in lower case: no i, l, o, u.
const codeAlphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// newCode draws the secret of a recovery: eighty bits in groups of four.
func newCode() string {
	var b [10]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic("people: no randomness: " + err.Error())
	}
	text := base32.NewEncoding(codeAlphabet).WithPadding(base32.NoPadding).EncodeToString(b[:])
	return text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:]
}

// codeDigest is what the book keeps of a secret, however it was typed.
func codeDigest(code string) []byte {
	bare := strings.NewReplacer("-", "", " ", "", "\u00a0", "", "o", "0", "i", "1", "l", "1").Replace(strings.ToLower(code))
	sum := sha256.Sum256([]byte("noria recovery case v1\n" + bare))
	return sum[:]
}

// Recovering opens the secret of a recovery and uses nothing up: whose account it
// is, for the page on which the new way to sign in is chosen (see
// identity.BeginPasskey and identity.NewAuthenticator). It returns
// identity.ErrLimited, ErrEarly, ErrCaseEnded for every other secret that does not
// hold, or an error of the engine.
func (s *Service) Recovering(ctx context.Context, code string, from identity.From) (Case, error) {
	if len(code) > 64 {
		code = ""
	}
	if err := s.Identity.Try(ctx, string(codeDigest(code)), from); err != nil {
		return Case{}, err
	}
	c, err := s.recovery(ctx, sqlCaseByCode, codeDigest(code))
	if errors.Is(err, ledger.ErrMissing) {
		return Case{}, ErrCaseEnded
	}
	if err != nil {
		return Case{}, err
	}
	now := s.Ledger.Now()
	if !c.EndedAt.IsZero() || !now.Before(c.ExpiresAt) {
		return Case{}, ErrCaseEnded
	}
	if now.Before(c.UsableAt) {
		return Case{}, ErrEarly.After(c.UsableAt.Sub(now))
	}
	return c, nil
}

// Recover uses up the secret of a recovery and sets a password with one-time codes.
// Every former way to sign in ends. It returns what Recovering and identity.Renew
// return.
func (s *Service) Recover(ctx context.Context, code string, in identity.Setup, from identity.From) (identity.Welcome, error) {
	r, err := s.renewal(ctx, code, from)
	if err != nil {
		return identity.Welcome{}, err
	}
	return s.Identity.Renew(ctx, r, in)
}

// RecoverPasskey is Recover with a passkey. It returns what Recovering and
// identity.RenewPasskey return.
func (s *Service) RecoverPasskey(ctx context.Context, code string, in identity.Attestation, from identity.From) (identity.Welcome, error) {
	r, err := s.renewal(ctx, code, from)
	if err != nil {
		return identity.Welcome{}, err
	}
	return s.Identity.RenewPasskey(ctx, r, in)
}

func (s *Service) renewal(ctx context.Context, code string, from identity.From) (identity.Renewal, error) {
	c, err := s.Recovering(ctx, code, from)
	return identity.Renewal{User: c.User, From: from, Spend: func(tx *ledger.Tx) error {
		return tx.Guard(ErrCaseEnded, sqlFinishCase, c.ID, tx.Now().UnixMicro())
	}}, err
}

// delay is how long after the approval the secret of a recovery holds: at once by
// letter to the verified address, otherwise after the time that was set.
func (s *Service) delay(ctx context.Context, way Way) (time.Duration, error) {
	if way == ByMail {
		return 0, nil
	}
	var us int64
	err := s.Ledger.Reader().QueryRowContext(ctx, sqlDelay).Scan(&us)
	if errors.Is(err, sql.ErrNoRows) {
		return RecoveryDelay, nil
	}
	return time.Duration(us) * time.Microsecond, err
}

// SetRecoveryDelay sets how long a person is given to object before a code that
// was handed over holds: from an hour to a week. It returns ledger.ErrForbidden,
// fault.ErrInvalid, or what ledger.Execute returns.
func (s *Service) SetRecoveryDelay(ctx context.Context, actor access.Actor, key string, d time.Duration) (bool, error) {
	if d < time.Hour || d > 7*24*time.Hour {
		return false, fault.ErrInvalid.At("/delay", "must be from an hour to a week")
	}
	out, err := s.Ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.RecoverySet, Key: key, Input: d}, func(tx *ledger.Tx) (ident.Ref, error) {
		_, err := tx.Exec(sqlSetDelay, d.Microseconds())
		return ident.Ref{}, err
	})
	return out.Replayed, err
}
