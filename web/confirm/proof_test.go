// SPDX-License-Identifier: AGPL-3.0-or-later

package confirm

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/job"
)

func identityText(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// layout is the digest of the statement below.
const layout = "67f80f2b29323e55dd8e83a2138e8ff0594e87a8ed129bc27a0844e2a8b91577"

// TestTheLayoutOfADigestNeverChanges repeats a digest that was computed by hand
// from the layout, with another program.
func TestTheLayoutOfADigestNeverChanges(t *testing.T) {
	at := func(n byte) ident.Bits { return ident.Bits{15: n} }
	s := Statement{Intent: ID{Bits: at(1)}, Kind: Payment, User: ident.User{Bits: at(2)}, Payer: ident.Wallet{Bits: at(3)}, Payee: ident.Wallet{Bits: at(4)},
		Merchant: merchant.ID{Bits: at(5)}, Name: HashText([16]byte{1}, "Épicerie"), Message: HashText([16]byte{1}, ""), Amount: 12_50, Currency: "ROUE",
		Nonce: [32]byte{31: 9}, ExpiresAt: time.UnixMicro(1_773_482_700_000_001)}
	digest := s.Digest()
	if got := hex.EncodeToString(digest[:]); got != layout {
		t.Errorf("%s, want %s", got, layout)
	}
}

func TestAStoredSignatureIsCheckedYearsLater(t *testing.T) {
	each(t, func(w *town) {
		c := w.withPhone("amina@example.org")
		i := w.prepare(c.Principal, w.wish(12_50))
		done := w.confirmed(c.Principal, i, w.signed(c, i))
		// The passkey, the intent and its texts are long gone.
		w.change("DELETE FROM passkeys")
		w.change("DELETE FROM intents")
		w.pass(10 * 365 * 24 * time.Hour)
		p, err := w.Proof(t.Context(), office(), done.Entry)
		w.must(err)
		e, err := w.ledger.Entry(t.Context(), done.Entry)
		w.must(err)
		if err := VerifyEntry(p, e); err != nil || p.Method != ByPasskey || p.Session != c.Token {
			t.Fatalf("%+v, %v", p, err)
		}
		if n, err := VerifyAll(t.Context(), w.ledger.Journal, w.ledger.Reader()); n != 1 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		// One bit of anything that was stored is found.
		for name, field := range map[string]func(*Proof) []byte{
			"credential key": func(p *Proof) []byte { return p.PublicKey }, "authenticator data": func(p *Proof) []byte { return p.AuthenticatorData },
			"client data": func(p *Proof) []byte { return p.ClientData }, "signature": func(p *Proof) []byte { return p.Signature },
			"digest": func(p *Proof) []byte { return p.Digest[:] }, "nonce": func(p *Proof) []byte { return p.Nonce[:] },
			"name": func(p *Proof) []byte { return p.Name[:] }, "message": func(p *Proof) []byte { return p.Message[:] },
			"intent": func(p *Proof) []byte { return p.Intent.Bits[:] }, "user": func(p *Proof) []byte { return p.User.Bits[:] },
			"payer": func(p *Proof) []byte { return p.Payer.Bits[:] }, "payee": func(p *Proof) []byte { return p.Payee.Bits[:] },
			"merchant": func(p *Proof) []byte { return p.Merchant.Bits[:] }, "entry": func(p *Proof) []byte { return p.Entry.Bits[:] },
		} {
			for at := range field(&p) {
				forged := p
				forged.PublicKey, forged.AuthenticatorData = slices.Clone(p.PublicKey), slices.Clone(p.AuthenticatorData)
				forged.ClientData, forged.Signature = slices.Clone(p.ClientData), slices.Clone(p.Signature)
				field(&forged)[at] ^= 1 << (at % 8)
				if VerifyEntry(forged, e) == nil {
					t.Errorf("%s: a bit of byte %d was flipped", name, at)
				}
			}
		}
		for name, forge := range map[string]func(*Proof){
			"amount": func(p *Proof) { p.Amount++ }, "euros": func(p *Proof) { p.Euros++ }, "currency": func(p *Proof) { p.Currency = "EUR" },
			"kind": func(p *Proof) { p.Kind = Request }, "end": func(p *Proof) { p.ExpiresAt = p.ExpiresAt.Add(time.Microsecond) },
			"site": func(p *Proof) { p.RelyingParty = "imitation.example" }, "time": func(p *Proof) { p.ConfirmedAt = p.ConfirmedAt.Add(-time.Second) },
			"too late":              func(p *Proof) { p.ConfirmedAt = p.ExpiresAt },
			"amount, with a digest": func(p *Proof) { p.Amount++; p.Digest = p.Statement.Digest() },
		} {
			forged := p
			forge(&forged)
			if VerifyEntry(forged, e) == nil {
				t.Errorf("%s was forged", name)
			}
		}
	})
}

// TestAForgedConfirmationIsFound tries to change what was confirmed, and adds a
// confirmation that nobody gave.
func TestAForgedConfirmationIsFound(t *testing.T) {
	each(t, func(w *town) {
		c := w.withPhone("amina@example.org")
		i := w.prepare(c.Principal, w.wish(2_00))
		done := w.confirmed(c.Principal, i, w.signed(c, i))
		command := ledger.Command{Actor: job.System(), Action: access.JobLease, Key: w.nextKey()}
		for _, statement := range []string{"UPDATE confirmations SET amount = 3", "DELETE FROM confirmations"} {
			_, err := w.ledger.Execute(t.Context(), command, func(tx *ledger.Tx) (ident.Ref, error) {
				_, err := tx.Exec(statement)
				return ident.Ref{}, err
			})
			if err == nil {
				t.Errorf("%s was let through", statement)
			}
		}
		w.change(`INSERT INTO confirmations (entry, intent, user_id, session, method, kind, payer, payee, merchant, request, name_hash, message_hash, amount, euros,
				currency, nonce, expires_at, digest, device, relying_party, credential, public_key, authenticator_data, client_data, signature, confirmed_at)
			SELECT $1, $1, user_id, session, method, kind, payer, payee, merchant, request, name_hash, message_hash, amount + 1, euros,
				currency, nonce, expires_at, digest, device, relying_party, credential, public_key, authenticator_data, client_data, signature, confirmed_at
			FROM confirmations WHERE entry = $2`, ident.Entry{Bits: ident.Bits{15: 1}}, done.Entry)
		var d *ledger.Difference
		w.forged = true
		if _, err := VerifyAll(t.Context(), w.ledger.Journal, w.ledger.Reader()); !errors.As(err, &d) || d.What != "there is no such entry" {
			t.Errorf("%v", err)
		}
	})
}

func TestD2WhoReadsAProof(t *testing.T) {
	each(t, func(w *town) {
		c, other := w.withPhone("amina@example.org"), w.withPhone("noe@example.org")
		i := w.prepare(c.Principal, w.wish(2_00))
		done := w.confirmed(c.Principal, i, w.signed(c, i))
		if p, err := w.Proof(t.Context(), c.Actor, done.Entry); err != nil || p.Intent != i.Intent {
			t.Errorf("the payer: %v", err)
		}
		for _, entry := range []ident.Entry{done.Entry, {}} {
			for _, who := range []*citizen{other} {
				if _, err := w.Proof(t.Context(), who.Actor, entry); !errors.Is(err, ledger.ErrForbidden) {
					t.Errorf("somebody else: %v", err)
				}
			}
			if _, err := w.Proof(t.Context(), w.owner.Actor, entry); !errors.Is(err, ledger.ErrForbidden) {
				t.Errorf("the payee: %v", err)
			}
		}
		if _, err := w.Proof(t.Context(), office(), ident.Entry{}); !errors.Is(err, fault.ErrMissing) {
			t.Errorf("no entry: %v", err)
		}
	})
}
