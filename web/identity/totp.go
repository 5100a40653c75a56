// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"github.com/noria-mlc/noria/ledger/ident"
)

// period is how long a one-time code is shown.
const period = 30 * time.Second

// Authenticator is what a person puts into the app that shows one-time codes.
type Authenticator struct {
	URI    string // for a QR code
	Secret string // for whoever types it: base 32
	Sealed string // the secret for the form that comes back with the first code
}

// NewAuthenticator draws the secret of a person's one-time codes.
func (s *Service) NewAuthenticator(ctx context.Context, email string) (Authenticator, error) {
	issuer, err := s.currency(ctx)
	if err != nil {
		return Authenticator{}, err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: email})
	if err != nil {
		return Authenticator{}, err
	}
	sealed, err := s.key.write("authenticator", key.URL())
	return Authenticator{URI: key.URL(), Secret: key.Secret(), Sealed: sealed}, err
}

// Authenticator opens again what NewAuthenticator sealed, for a form that is
// shown again. It returns ErrEnded for another text.
func (s *Service) Authenticator(sealed string) (Authenticator, error) {
	var uri string
	if err := s.key.read("authenticator", sealed, &uri); err != nil {
		return Authenticator{}, err
	}
	key, err := otp.NewKeyFromURL(uri)
	if err != nil {
		return Authenticator{}, err
	}
	return Authenticator{URI: uri, Secret: key.Secret(), Sealed: sealed}, nil
}

// step returns the time step whose code this is, of those that may be typed now:
// the current one, and its neighbours for clocks that are a little off. It
// returns ErrCode.
func step(secret, code string, now time.Time) (int64, error) {
	at := now.Unix() / int64(period/time.Second)
	found := int64(-1)
	for n := at - 1; n <= at+1; n++ {
		ok, err := hotp.ValidateCustom(code, uint64(n), secret, hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && ok {
			found = n
		}
	}
	if found < 0 {
		return 0, ErrCode
	}
	return found, nil
}

// sealCodes seals a secret for the book, bound to its user.
func (k Key) sealCodes(user ident.User, secret string) []byte {
	return k.seal("totp "+user.String(), []byte(secret))
}

// openCodes opens the secret in the book. It returns ErrEnded where the key is
// another one than the secret was sealed with.
func (k Key) openCodes(user ident.User, sealed []byte) (string, error) {
	plain, err := k.open("totp "+user.String(), sealed)
	return string(plain), err
}
