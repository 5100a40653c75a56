// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"github.com/noria-mlc/noria/web/session"
)

// phone is an authenticator that holds one passkey.
type phone struct {
	*testing.T
	key        *ecdsa.PrivateKey
	id, handle []byte
	count      uint32
	flags      byte   // user present and verified
	origin     string // of the site that asks
}

func newPhone(t *testing.T) *phone {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 16)
	if _, err := rand.Read(id); err != nil {
		t.Fatal(err)
	}
	return &phone{T: t, key: key, id: id, flags: 0x05, origin: "http://localhost:8080"}
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// asked reads the challenge, and the user's handle where there is one.
func (p *phone) asked(options string) string {
	p.Helper()
	var o struct {
		Challenge string
		User      struct{ ID string }
	}
	if err := json.Unmarshal([]byte(options), &o); err != nil {
		p.Fatal(err)
	}
	if handle, err := base64.RawURLEncoding.DecodeString(o.User.ID); err == nil && len(handle) > 0 {
		p.handle = handle
	}
	return o.Challenge
}

func (p *phone) client(kind, challenge string) []byte {
	b, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": p.origin, "crossOrigin": false})
	if err != nil {
		p.Fatal(err)
	}
	return b
}

func (p *phone) data(flags byte) []byte {
	host := sha256.Sum256([]byte("localhost"))
	return binary.BigEndian.AppendUint32(append(host[:], flags), p.count)
}

func (p *phone) respond(response map[string]string) string {
	b, err := json.Marshal(map[string]any{"id": b64(p.id), "rawId": b64(p.id), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
	if err != nil {
		p.Fatal(err)
	}
	return string(b)
}

// make makes the passkey.
func (p *phone) make(c Ceremony) Attestation {
	p.Helper()
	client := p.client("webauthn.create", p.asked(c.Options))
	point, err := p.key.PublicKey.Bytes()
	if err != nil {
		p.Fatal(err)
	}
	public, err := cbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	if err != nil {
		p.Fatal(err)
	}
	data := append(p.data(p.flags|0x40), make([]byte, 16)...)
	data = append(binary.BigEndian.AppendUint16(data, uint16(len(p.id))), p.id...)
	object, err := cbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": append(data, public...)})
	if err != nil {
		p.Fatal(err)
	}
	return Attestation{State: c.State, Name: "Téléphone", Response: p.respond(map[string]string{"clientDataJSON": b64(client), "attestationObject": b64(object)})}
}

// use signs in.
func (p *phone) use(c Ceremony) Attestation {
	p.Helper()
	client := p.client("webauthn.get", p.asked(c.Options))
	data := p.data(p.flags)
	hash := sha256.Sum256(client)
	sum := sha256.Sum256(append(append([]byte(nil), data...), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, p.key, sum[:])
	if err != nil {
		p.Fatal(err)
	}
	return Attestation{State: c.State, Response: p.respond(map[string]string{"clientDataJSON": b64(client), "authenticatorData": b64(data),
		"signature": b64(signature), "userHandle": b64(p.handle)})}
}

// withPhone joins with a phone.
func (w *town) withPhone(email string) (*phone, Welcome) {
	w.Helper()
	at := w.invited(email)
	i, err := w.Invitation(w.Context(), at)
	if err != nil {
		w.Fatal(err)
	}
	c, err := w.BeginPasskey(w.Context(), i.User, i.Email)
	if err != nil {
		w.Fatal(err)
	}
	p := newPhone(w.T)
	welcome, err := w.AcceptPasskey(w.Context(), at, p.make(c), here())
	if err != nil {
		w.Fatal(err)
	}
	return p, welcome
}

func (w *town) challenge() Ceremony {
	w.Helper()
	c, err := w.BeginSignIn()
	if err != nil {
		w.Fatal(err)
	}
	return c
}

func TestJoinAndSignInByPasskey(t *testing.T) {
	each(t, func(w *town) {
		p, welcome := w.withPhone("amina@example.org")
		for range 2 {
			p.count++
			opened, err := w.Passkey(w.Context(), p.use(w.challenge()), here())
			if err != nil || opened.User != welcome.Session.User {
				t.Fatal(opened, err)
			}
			principal, err := w.sessions.Authenticate(w.Context(), opened.Text)
			if err != nil {
				t.Fatal(err)
			}
			if _, proof, err := w.sessions.Proved(w.Context(), principal); err != nil || proof != session.ByPasskey {
				t.Errorf("%q, %v", proof, err)
			}
		}
		keys, err := w.passkeys(w.Context(), welcome.Session.User)
		if err != nil || len(keys) != 1 || keys[0].Name != "Téléphone" || keys[0].BackedUp || keys[0].UsedAt.IsZero() || keys[0].stored.Authenticator.SignCount != 2 {
			t.Errorf("%+v, %v", keys, err)
		}
		if _, err := w.Password(w.Context(), Credentials{"amina@example.org", ""}, here()); !errors.Is(err, ErrProof) {
			t.Errorf("by no password: %v", err)
		}
	})
}

func TestAPasskeyIsRefused(t *testing.T) {
	each(t, func(w *town) {
		p, _ := w.withPhone("amina@example.org")
		other, _ := w.withPhone("noe@example.org")
		p.count = 5
		first := p.use(w.challenge())
		if _, err := w.Passkey(w.Context(), first, here()); err != nil {
			t.Fatal(err)
		}
		refuse := func(why string, want error, in Attestation) {
			t.Helper()
			if _, err := w.Passkey(w.Context(), in, here()); !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", why, err, want)
			}
		}
		refuse("the same answer again", ErrProof, first) // its counter stands still
		again := first
		again.State += "\n"
		refuse("its state in another spelling", ErrEnded, again)
		p.count = 6
		c := w.challenge()
		in := p.use(c)
		in.State = w.challenge().State
		refuse("the answer to another challenge", ErrProof, in)
		p.origin = "http://imitation.example"
		refuse("made for another site", ErrProof, p.use(c))
		p.origin, p.flags = "http://localhost:8080", 0x01
		refuse("without verification of the person", ErrProof, p.use(c))
		p.flags, p.count = 0x05, 3
		refuse("a counter that went back", ErrProof, p.use(c))
		p.count = 7
		mine := p.handle
		p.handle = other.handle
		refuse("somebody else's handle", ErrProof, p.use(c))
		p.handle = mine
		stranger := newPhone(t)
		stranger.handle = mine
		refuse("a passkey that nobody has", ErrProof, stranger.use(c))
		stranger.id = p.id
		refuse("another key under the same id", ErrProof, stranger.use(c))
		refuse("no answer", ErrProof, Attestation{State: c.State, Response: "{}"})
		w.pass(ceremonyLifetime)
		refuse("too late", ErrEnded, p.use(c))
	})
}

// Authenticators that count nothing are told apart by the challenge alone.
func TestAChallengeHoldsOnce(t *testing.T) {
	each(t, func(w *town) {
		p, _ := w.withPhone("amina@example.org")
		in := p.use(w.challenge())
		if _, err := w.Passkey(w.Context(), in, here()); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Passkey(w.Context(), in, here()); !errors.Is(err, ErrEnded) {
			t.Errorf("a second time: %v", err)
		}
	})
}

func TestAPasskeyIsMadeForOnePerson(t *testing.T) {
	each(t, func(w *town) {
		at, other := w.invited("amina@example.org"), w.invited("noe@example.org")
		i, err := w.Invitation(w.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		c, err := w.BeginPasskey(w.Context(), i.User, i.Email)
		if err != nil {
			t.Fatal(err)
		}
		in := newPhone(t).make(c)
		if _, err := w.AcceptPasskey(w.Context(), other, in, here()); !errors.Is(err, ErrProof) {
			t.Errorf("for somebody else: %v", err)
		}
		if _, err := w.AcceptPasskey(w.Context(), at, in, here()); err != nil {
			t.Error(err)
		}
		w.party = nil
		if _, err := w.BeginSignIn(); !errors.Is(err, ErrPasskeysOff) {
			t.Errorf("on a bare address: %v", err)
		}
	})
}

func TestPasskeysNeedAName(t *testing.T) {
	for base, want := range map[string]bool{"https://roue.example": true, "http://localhost:8080": true, "http://127.0.0.1:8080": false, "http://[::1]:8080": false, "": false} {
		if got := relyingParty(base) != nil; got != want {
			t.Errorf("%s: %v", base, got)
		}
	}
}
