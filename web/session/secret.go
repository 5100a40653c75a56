// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"hash/crc32"
	"log/slog"
)

// Kind says what a token is for.
type Kind string

// The kinds of token.
const (
	API     Kind = "api"     // for programs, and to open sessions
	Session Kind = "session" // in the cookie of a page
	Link    Kind = "link"    // opens one session and nothing else
)

// letter is how the text of a token tells its kind.
func (k Kind) letter() byte { return k[0] }

func kindOf(letter byte) (Kind, bool) {
	for _, k := range [3]Kind{API, Session, Link} {
		if k.letter() == letter {
			return k, true
		}
	}
	return "", false
}

// Secret is the random part of a token. It does not show itself in logs and
// messages.
type Secret [32]byte

// NewSecret draws a secret.
func NewSecret() Secret {
	var s Secret
	if _, err := rand.Read(s[:]); err != nil {
		panic("session: no randomness: " + err.Error())
	}
	return s
}

// String says that there is a secret, and not which.
func (Secret) String() string { return "[secret]" }

// GoString says that there is a secret, and not which.
func (Secret) GoString() string { return "[secret]" }

// LogValue says that there is a secret, and not which.
func (Secret) LogValue() slog.Value { return slog.StringValue("[secret]") }

// MarshalText says that there is a secret, and not which.
func (Secret) MarshalText() ([]byte, error) { return []byte("[secret]"), nil }

// The text of a token: "noria_", a letter for the kind, 52 letters and digits
// for the secret and 6 that check the others, so that a program can tell a
// token from other texts, and a typing error from a refusal.
const (
	textPrefix  = "noria_"
	secretStart = len(textPrefix) + 1
	checkStart  = secretStart + 52
	textLen     = checkStart + 6
)

// alphabet is Crockford's base 32 in lower case: no i, l, o, u.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// Text writes the token of a kind with this secret. Whoever has the text can
// act as the token's user.
func (s Secret) Text(kind Kind) string {
	b := make([]byte, textLen)
	copy(b, textPrefix)
	b[len(textPrefix)] = kind.letter()
	base32.NewEncoding(alphabet).WithPadding(base32.NoPadding).Encode(b[secretStart:checkStart], s[:])
	check(b)
	return string(b)
}

// check writes the six last characters of a text: thirty bits of the CRC-32 of
// what stands before them.
func check(b []byte) {
	sum := crc32.ChecksumIEEE(b[:checkStart]) >> 2
	for i := textLen - 1; i >= checkStart; i-- {
		b[i] = alphabet[sum&31]
		sum >>= 5
	}
}

// digest is what the book keeps of a token: the SHA-256 of its text.
type digest [sha256.Size]byte

// parse reads the text of a token; it says false for what cannot be one.
func parse(text string) (Kind, digest, bool) {
	if len(text) != textLen || text[:len(textPrefix)] != textPrefix {
		return "", digest{}, false
	}
	kind, ok := kindOf(text[len(textPrefix)])
	if !ok {
		return "", digest{}, false
	}
	var given, want [textLen]byte
	copy(given[:], text)
	copy(want[:], text[:checkStart])
	if check(want[:]); given != want {
		return "", digest{}, false
	}
	return kind, sha256.Sum256(given[:]), true
}

// derive makes the secret of the session that a token opens under a key. The
// same token and key give the same session, so that a repeated request can be
// answered although the book keeps no secret; and nobody without the token can
// compute it.
func derive(text, key string) Secret {
	mac := hmac.New(sha256.New, []byte(text))
	mac.Write([]byte("noria session v1\n" + key))
	return Secret(mac.Sum(nil))
}
