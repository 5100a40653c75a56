// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/netip"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/session"
)

// ceremonyLifetime is how long a page with a challenge can be used.
const ceremonyLifetime = 10 * time.Minute

// mostPasskeys is how many passkeys one person can have.
const mostPasskeys = 20

// Ceremony is what a page hands to the browser to make or use a passkey.
type Ceremony struct {
	Options string // JSON for the browser
	State   string // sealed, for the form that comes back; it holds once
}

// ceremony is the sealed state.
type ceremony struct {
	Data  webauthn.SessionData
	Until time.Time
}

// Attestation is the answer of a browser to a ceremony.
type Attestation struct {
	State    string // of the Ceremony
	Response string // JSON from the browser
	Name     string // what the person calls the passkey; 1 to 60 characters
}

// person is a user as the library knows one.
type person struct {
	user   ident.User
	name   string
	stored []webauthn.Credential
}

// WebAuthnID is the handle that authenticators keep.
func (p *person) WebAuthnID() []byte { return p.user.Bits[:] }

// WebAuthnName is what the person's browser shows.
func (p *person) WebAuthnName() string { return p.name }

// WebAuthnDisplayName is what the person's browser shows.
func (p *person) WebAuthnDisplayName() string { return p.name }

// WebAuthnCredentials are the person's passkeys.
func (p *person) WebAuthnCredentials() []webauthn.Credential { return p.stored }

// relyingParty prepares passkeys for the host of a base URL; nil where that is a
// bare address of a network, for which browsers make none.
func relyingParty(base string) *webauthn.WebAuthn {
	u, err := url.Parse(base)
	if err != nil || u.Hostname() == "" {
		return nil
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil {
		return nil
	}
	required := true
	w, err := webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: "Noria", RPOrigins: []string{u.Scheme + "://" + u.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{RequireResidentKey: &required,
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired},
	})
	if err != nil {
		return nil
	}
	return w
}

// BeginPasskey prepares a passkey for a user. It returns ErrPasskeysOff, or an
// error of the engine.
func (s *Service) BeginPasskey(ctx context.Context, user ident.User, name string) (Ceremony, error) {
	if s.party == nil {
		return Ceremony{}, ErrPasskeysOff
	}
	currency, err := s.currency(ctx)
	if err != nil {
		return Ceremony{}, err
	}
	keys, err := s.passkeys(ctx, user)
	if err != nil {
		return Ceremony{}, err
	}
	p := &person{user: user, name: name}
	var known []protocol.CredentialDescriptor
	for _, k := range keys {
		known = append(known, k.stored.Descriptor())
	}
	creation, data, err := s.party.BeginRegistration(p, webauthn.WithExclusions(known), webauthn.WithRegistrationRelyingPartyName(currency))
	if err != nil {
		return Ceremony{}, err
	}
	return s.begin("passkey made", creation.Response, data)
}

// BeginSignIn prepares a sign-in by whatever passkey the person has here. It
// returns ErrPasskeysOff.
func (s *Service) BeginSignIn() (Ceremony, error) {
	if s.party == nil {
		return Ceremony{}, ErrPasskeysOff
	}
	assertion, data, err := s.party.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Ceremony{}, err
	}
	return s.begin("passkey used", assertion.Response, data)
}

// begin seals the state of a ceremony. Its end is ours: the library has a clock
// of its own.
func (s *Service) begin(purpose string, options any, data *webauthn.SessionData) (Ceremony, error) {
	data.Expires = time.Time{}
	text, err := json.Marshal(options)
	if err != nil {
		return Ceremony{}, err
	}
	state, err := s.key.write(purpose, ceremony{*data, s.ledger.Now().Add(ceremonyLifetime)})
	return Ceremony{Options: string(text), State: state}, err
}

// resume opens the state of a ceremony, or returns ErrPasskeysOff or ErrEnded.
func (s *Service) resume(purpose, state string) (ceremony, error) {
	if s.party == nil {
		return ceremony{}, ErrPasskeysOff
	}
	var c ceremony
	if err := s.key.read(purpose, state, &c); err != nil {
		return ceremony{}, err
	}
	if !s.ledger.Now().Before(c.Until) {
		return ceremony{}, ErrEnded
	}
	return c, nil
}

// attested checks a new passkey of a user, and returns what stores it.
func (s *Service) attested(in Attestation, user ident.User) (func(*ledger.Tx) error, error) {
	c, err := s.resume("passkey made", in.State)
	if err != nil {
		return nil, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(in.Response))
	if err != nil {
		return nil, ErrProof
	}
	made, err := s.party.CreateCredential(&person{user: user}, c.Data, parsed)
	if err != nil {
		return nil, ErrProof
	}
	record, err := json.Marshal(made)
	if err != nil {
		return nil, err
	}
	name := strings.TrimSpace(in.Name)
	if name == "" || utf8.RuneCountInString(name) > 60 || !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		name = "Passkey"
	}
	return func(tx *ledger.Tx) error {
		if err := spend(tx, in.State, c.Until); err != nil {
			return err
		}
		var held int
		if err := tx.QueryRow(sqlPasskeysHeld, user).Scan(&held); err != nil {
			return err
		}
		if held >= mostPasskeys {
			return ErrPasskeys
		}
		id := tx.NewID()
		return tx.Guard(ErrProof, sqlPutPasskey, id[:], user, made.ID, string(record), int64(made.Authenticator.SignCount),
			made.Flags.BackupState, name, tx.Now().UnixMicro())
	}, nil
}

// AcceptPasskey uses up the link of a letter as Accept does, with a passkey in
// place of a password. It returns ErrEnded, ErrProof, ErrPasskeysOff, or what
// ledger.Execute returns.
func (s *Service) AcceptPasskey(ctx context.Context, link string, in Attestation, from From) (Welcome, error) {
	i, err := s.Invitation(ctx, link)
	if err != nil {
		return Welcome{}, err
	}
	put, err := s.attested(in, i.User)
	if err != nil {
		return Welcome{}, err
	}
	return s.settle(ctx, link, i, identity{user: i.User, email: i.folded}, 0, session.ByPasskey, from, put)
}

// Passkey checks a passkey and opens a session. The challenge holds once. It
// returns ErrProof, ErrEnded, ErrPasskeysOff, ErrLimited,
// session.ErrUnauthenticated for a user who is disabled, or what ledger.Execute
// returns.
func (s *Service) Passkey(ctx context.Context, in Attestation, from From) (session.Issued, error) {
	c, err := s.resume("passkey used", in.State)
	if err != nil {
		return session.Issued{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(in.Response))
	if err != nil {
		return session.Issued{}, ErrProof
	}
	if err := s.attempt(ctx, signInGates(), base64.RawURLEncoding.EncodeToString(parsed.RawID), from.Network); err != nil {
		return session.Issued{}, err
	}
	k, err := s.passkey(ctx, parsed.RawID)
	if missing(err) {
		return session.Issued{}, ErrProof
	}
	if err != nil {
		return session.Issued{}, err
	}
	_, used, err := s.party.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		if string(handle) != string(k.user.Bits[:]) {
			return nil, ErrProof
		}
		return &person{user: k.user, stored: []webauthn.Credential{k.stored}}, nil
	}, c.Data, parsed)
	if err != nil || used.Authenticator.CloneWarning {
		return session.Issued{}, ErrProof
	}
	record, err := json.Marshal(used)
	if err != nil {
		return session.Issued{}, err
	}
	i, err := s.find(ctx, sqlByUser, k.user)
	if err != nil {
		return session.Issued{}, err
	}
	return s.admit(ctx, i, admission{proof: session.ByPasskey, from: from, use: func(tx *ledger.Tx) error {
		if err := spend(tx, in.State, c.Until); err != nil {
			return err
		}
		return tx.Guard(ErrProof, sqlUsePasskey, k.id[:], int64(used.Authenticator.SignCount), string(record),
			used.Flags.BackupState, tx.Now().UnixMicro(), int64(k.stored.Authenticator.SignCount))
	}})
}
