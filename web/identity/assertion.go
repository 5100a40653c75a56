// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"
	"encoding/json"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
)

// Assertion is what a passkey signed, with all that is needed to check the
// signature again when the passkey is long gone.
type Assertion struct {
	RelyingParty      string // the host that the passkey belongs to
	Credential        []byte // the id that the authenticator gave the passkey
	PublicKey         []byte // COSE
	AuthenticatorData []byte
	ClientData        []byte // JSON, with the challenge
	Signature         []byte // over AuthenticatorData and the SHA-256 of ClientData

	use func(*ledger.Tx) error
}

// Use moves the passkey's counter on within the command that the signature is
// for. It returns ErrProof where the passkey was used or removed meanwhile.
func (a Assertion) Use(tx *ledger.Tx) error { return a.use(tx) }

// Passkeys returns how many passkeys a user could be asked for here: none where
// the service has no name. It returns an error of the engine.
func (s *Service) Passkeys(ctx context.Context, user ident.User) (int, error) {
	if s.party == nil {
		return 0, nil
	}
	keys, err := s.passkeys(ctx, user)
	return len(keys), err
}

// BeginAssertion returns the options, JSON for the browser, with which one of a
// user's passkeys signs a digest after it has verified the person. It returns
// ErrPasskeysOff, ErrProof for a user without passkeys, or an error of the
// engine.
func (s *Service) BeginAssertion(ctx context.Context, user ident.User, digest []byte) (string, error) {
	p, err := s.signer(ctx, user)
	if err != nil {
		return "", err
	}
	assertion, _, err := s.party.BeginLogin(p, webauthn.WithChallenge(digest), webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(assertion.Response)
	return string(text), err
}

// Assert checks that a passkey of the user, and of nobody else, signed this
// digest and verified the person. It returns ErrPasskeysOff, ErrProof, or an
// error of the engine.
func (s *Service) Assert(ctx context.Context, user ident.User, digest []byte, response string) (Assertion, error) {
	p, err := s.signer(ctx, user)
	if err != nil {
		return Assertion{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(response))
	if err != nil {
		return Assertion{}, ErrProof
	}
	_, data, err := s.party.BeginLogin(p, webauthn.WithChallenge(digest), webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Assertion{}, err
	}
	used, err := s.party.ValidateLogin(p, *data, parsed)
	if err != nil || used.Authenticator.CloneWarning {
		return Assertion{}, ErrProof
	}
	k, err := s.passkey(ctx, parsed.RawID)
	if missing(err) || (err == nil && k.user != user) {
		return Assertion{}, ErrProof
	}
	if err != nil {
		return Assertion{}, err
	}
	record, err := json.Marshal(used)
	if err != nil {
		return Assertion{}, err
	}
	raw := parsed.Raw.AssertionResponse
	return Assertion{RelyingParty: s.party.Config.RPID, Credential: used.ID, PublicKey: used.PublicKey,
		AuthenticatorData: raw.AuthenticatorData, ClientData: raw.ClientDataJSON, Signature: raw.Signature,
		use: func(tx *ledger.Tx) error {
			return tx.Guard(ErrProof, sqlUsePasskey, k.id[:], int64(used.Authenticator.SignCount), string(record),
				used.Flags.BackupState, tx.Now().UnixMicro(), int64(k.stored.Authenticator.SignCount))
		}}, nil
}

// signer is a user with the passkeys that could sign, or ErrPasskeysOff or
// ErrProof.
func (s *Service) signer(ctx context.Context, user ident.User) (*person, error) {
	if s.party == nil {
		return nil, ErrPasskeysOff
	}
	keys, err := s.passkeys(ctx, user)
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, ErrProof
	}
	p := &person{user: user}
	for _, k := range keys {
		p.stored = append(p.stored, k.stored)
	}
	return p, nil
}
