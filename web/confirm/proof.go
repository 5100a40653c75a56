// SPDX-License-Identifier: AGPL-3.0-or-later

package confirm

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/session"
)

// Proof is what is kept of a confirmation: enough to check it again years later
// with nothing else. What a passkey signed is there where Method is ByPasskey.
type Proof struct {
	Statement
	Entry       ident.Entry     `json:"entry"`
	Method      Method          `json:"method"`
	Digest      Digest          `json:"digest"`
	Session     session.TokenID `json:"session"`
	Device      DeviceID        `json:"device,omitzero"` // whose PIN was given
	ConfirmedAt time.Time       `json:"confirmed_at"`

	RelyingParty      string `json:"relying_party,omitempty"`
	Credential        []byte `json:"credential,omitempty"`
	PublicKey         []byte `json:"public_key,omitempty"` // COSE
	AuthenticatorData []byte `json:"authenticator_data,omitempty"`
	ClientData        []byte `json:"client_data,omitempty"`
	Signature         []byte `json:"signature,omitempty"`
}

// Verify checks a proof with nothing but itself: that its digest is that of its
// fields, that it was confirmed in time, and where a passkey confirmed it, that
// the passkey's key signed this digest for this site after it had verified the
// person. It returns an error that says what does not hold.
func Verify(p Proof) error {
	if p.Statement.Digest() != p.Digest {
		return errors.New("the digest is not that of the fields")
	}
	if !p.ConfirmedAt.Before(p.ExpiresAt) {
		return errors.New("it was confirmed after its end")
	}
	if p.Method != ByPasskey {
		return nil
	}
	return p.verifySignature()
}

func (p Proof) verifySignature() error {
	var client struct {
		Type      string `json:"type"`
		Challenge string `json:"challenge"`
	}
	if err := json.Unmarshal(p.ClientData, &client); err != nil {
		return fmt.Errorf("client data: %w", err)
	}
	if client.Type != string(protocol.AssertCeremony) {
		return errors.New("the client data is not of an assertion")
	}
	if client.Challenge != base64.RawURLEncoding.EncodeToString(p.Digest[:]) {
		return errors.New("the challenge is not the digest")
	}
	var data protocol.AuthenticatorData
	if err := data.Unmarshal(p.AuthenticatorData); err != nil {
		return fmt.Errorf("authenticator data: %w", err)
	}
	if site := sha256.Sum256([]byte(p.RelyingParty)); !bytes.Equal(data.RPIDHash, site[:]) {
		return errors.New("the passkey is of another site")
	}
	if !data.Flags.UserPresent() || !data.Flags.UserVerified() {
		return errors.New("the person was not verified")
	}
	key, err := webauthncose.ParsePublicKey(p.PublicKey)
	if err != nil {
		return fmt.Errorf("public key: %w", err)
	}
	hash := sha256.Sum256(p.ClientData)
	valid, err := webauthncose.VerifySignature(key, slices.Concat(p.AuthenticatorData, hash[:]), p.Signature)
	if err != nil || !valid {
		return errors.Join(errors.New("the signature is not by this key"), err)
	}
	return nil
}

// VerifyEntry checks a proof as Verify does, and that the entry is the one that
// was confirmed: from this payer to this payee, this amount, at this time.
func VerifyEntry(p Proof, e *ledger.Entry) error {
	if err := Verify(p); err != nil {
		return err
	}
	if e.ID != p.Entry || !e.At.Equal(p.ConfirmedAt) {
		return errors.New("it is not of this entry")
	}
	return p.same(e)
}

// same returns an error unless an entry moves what a statement says.
func (s Statement) same(e *ledger.Entry) error {
	want := ledger.Posting{Debit: ledger.Wallet(ident.HolderOf(s.Payer)), Credit: ledger.Wallet(ident.HolderOf(s.Payee)), Amount: s.Amount}
	kind := ledger.KindPayment
	if !s.Kind.pays() { // the units are held: for euros, or for notes
		want.Credit, kind = ledger.Reserved(ident.HolderOf(s.Payer)), ledger.KindReservation
	}
	if e.Kind != kind || len(e.Lines) != 1 || e.Lines[0].Posting != want || e.Lines[0].Unit != money.Local {
		return errors.New("the entry moves something else")
	}
	return nil
}
