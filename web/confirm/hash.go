// SPDX-License-Identifier: AGPL-3.0-or-later

package confirm

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"time"

	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
)

// The domain and the version of a digest, so that a signature over it can be
// taken for no other signature, nor for one over another layout.
const (
	domain     = "noria.confirmation"
	domainText = "noria.confirmation.text"
	version    = "1"
)

// Digest is the SHA-256 of what a person confirms.
type Digest [sha256.Size]byte

// String writes the digest in 64 hexadecimal letters, as forms bring it back.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// MarshalText writes the digest like String.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Statement is what a person confirms. The payee's name and the message are in it
// as salted hashes, so that they can be forgotten (rule D6) and the digest still
// be computed.
type Statement struct {
	Intent    ID                 `json:"intent"`
	Kind      Kind               `json:"kind"`
	User      ident.User         `json:"user"`
	Payer     ident.Wallet       `json:"payer"`
	Payee     ident.Wallet       `json:"payee,omitzero"` // zero where euros or notes are asked for
	Merchant  merchant.ID        `json:"merchant,omitzero"`
	Request   merchant.RequestID `json:"request,omitzero"`
	Name      Digest             `json:"name_hash"`
	Message   Digest             `json:"message_hash"`
	Amount    money.Amount       `json:"amount"`
	Currency  string             `json:"currency"`
	Euros     money.Amount       `json:"euros"` // that a redemption gives; zero for all else
	Nonce     [32]byte           `json:"-"`
	ExpiresAt time.Time          `json:"expires_at"` // whole microseconds
}

// Digest computes what a passkey signs. The layout, version 1, is public and
// never changes: SHA-256 over fields, each written as its length in bytes (32
// bits, the highest byte first) followed by the bytes:
//
//  1. "noria.confirmation"
//  2. "1", the version
//  3. the kind: payment, request, redemption or notes
//  4. the id of the intent, int_…
//  5. the id of the user, usr_…
//  6. the id of the payer's wallet, wal_…
//  7. the id of the payee's wallet, empty for a redemption and for notes
//  8. the id of the merchant, mer_…, empty for none
//  9. the id of the payment request, prq_…, empty for none
//  10. the hash of the payee's name as it was shown, for notes that of the desk, 32
//     bytes: see HashText
//  11. the amount in local units, as 12.50
//  12. the code of the currency
//  13. the euros that a redemption gives, 0.00 for all else
//  14. the hash of the message, 32 bytes; of notes it is the JSON of Asked: the desk
//     and each kind of note with how many
//  15. the nonce, 32 bytes
//  16. the end of the intent in microseconds since 1970 UTC, decimal
func (s Statement) Digest() Digest {
	return sum(domain, version, string(s.Kind), text(s.Intent), text(s.User), text(s.Payer), text(s.Payee), text(s.Merchant), text(s.Request),
		string(s.Name[:]), s.Amount.Format(), s.Currency, s.Euros.Format(), string(s.Message[:]), string(s.Nonce[:]),
		strconv.FormatInt(s.ExpiresAt.UnixMicro(), 10))
}

// HashText hashes a text that was shown, with the salt of its intent: SHA-256
// over the fields "noria.confirmation.text", "1", the salt (16 bytes) and the
// text in UTF-8, written like those of a digest. Without the salt, which is
// forgotten with the text, nobody can tell which text it was.
func HashText(salt [16]byte, s string) Digest { return sum(domainText, version, string(salt[:]), s) }

func sum(fields ...string) Digest {
	var b []byte
	for _, f := range fields {
		b = binary.BigEndian.AppendUint32(b, uint32(len(f)))
		b = append(b, f...)
	}
	return sha256.Sum256(b)
}

// text writes an id, and no id as the empty text.
func text[N ident.Noun](id ident.ID[N]) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}
