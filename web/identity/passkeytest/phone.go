// SPDX-License-Identifier: AGPL-3.0-or-later

package passkeytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"github.com/noria-mlc/noria/web/identity"
)

// Flags that an authenticator tells of the person.
const (
	Present  = 0x01
	Verified = 0x04
)

// Phone is an authenticator that holds one passkey.
type Phone struct {
	Host, Origin string // of the site that asks
	Flags        byte   // Present and Verified
	Count        uint32 // of signatures; it stands still unless the test moves it
	ID, Handle   []byte

	test testing.TB
	key  *ecdsa.PrivateKey
}

// New returns a phone with a fresh key, for the site of an origin.
func New(t testing.TB, host, origin string) *Phone {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &Phone{Host: host, Origin: origin, Flags: Present | Verified, ID: make([]byte, 16), test: t, key: key}
	if _, err := rand.Read(p.ID); err != nil {
		t.Fatal(err)
	}
	return p
}

// Make makes the passkey that a ceremony asks for.
func (p *Phone) Make(c identity.Ceremony) identity.Attestation {
	p.test.Helper()
	var o struct {
		Challenge string
		User      struct{ ID string }
	}
	p.read(c.Options, &o)
	handle, err := base64.RawURLEncoding.DecodeString(o.User.ID)
	p.must(err)
	p.Handle = handle
	point, err := p.key.PublicKey.Bytes()
	p.must(err)
	public, err := cbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	p.must(err)
	data := append(p.data(p.Flags|0x40), make([]byte, 16)...)
	data = append(binary.BigEndian.AppendUint16(data, uint16(len(p.ID))), p.ID...)
	object, err := cbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": append(data, public...)})
	p.must(err)
	return identity.Attestation{State: c.State, Name: "Téléphone", Response: p.respond(map[string]string{
		"clientDataJSON": encode(p.client("webauthn.create", o.Challenge)), "attestationObject": encode(object)})}
}

// Sign answers the options of a browser's request, whose challenge it signs.
func (p *Phone) Sign(options string) string {
	p.test.Helper()
	var o struct{ Challenge string }
	p.read(options, &o)
	client, data := p.client("webauthn.get", o.Challenge), p.data(p.Flags)
	hash := sha256.Sum256(client)
	sum := sha256.Sum256(append(append([]byte(nil), data...), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, p.key, sum[:])
	p.must(err)
	return p.respond(map[string]string{"clientDataJSON": encode(client), "authenticatorData": encode(data),
		"signature": encode(signature), "userHandle": encode(p.Handle)})
}

func (p *Phone) client(kind, challenge string) []byte {
	b, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": p.Origin, "crossOrigin": false})
	p.must(err)
	return b
}

func (p *Phone) data(flags byte) []byte {
	site := sha256.Sum256([]byte(p.Host))
	return binary.BigEndian.AppendUint32(append(site[:], flags), p.Count)
}

func (p *Phone) respond(response map[string]string) string {
	b, err := json.Marshal(map[string]any{"id": encode(p.ID), "rawId": encode(p.ID), "type": "public-key",
		"response": response, "clientExtensionResults": map[string]any{}})
	p.must(err)
	return string(b)
}

func (p *Phone) read(options string, into any) {
	p.test.Helper()
	p.must(json.Unmarshal([]byte(options), into))
}

func (p *Phone) must(err error) {
	p.test.Helper()
	if err != nil {
		p.test.Fatal(err)
	}
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
