// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"encoding/binary"
	"errors"
	"strings"

	"github.com/noria-mlc/noria/ledger"
)

// A reference is what the payer writes on a transfer: the currency's code, six
// characters drawn, and a check character, as in "ROUE-7F3K9Q-5".
const (
	referenceAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ" // no I, L, O, U: they are misread
	checkAlphabet     = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	referenceBody     = 6
)

// newReference draws a reference whose check character is in the alphabet too,
// so that every character can be read aloud.
func newReference(tx *ledger.Tx, code string) (string, error) {
	for range 100 {
		id := tx.NewID()
		bits := binary.BigEndian.Uint64(id[8:])
		var body [referenceBody]byte
		for i := range body {
			body[i] = referenceAlphabet[bits&31]
			bits >>= 5
		}
		if check := checkCharacter(code + string(body[:])); strings.IndexByte(referenceAlphabet, check) >= 0 {
			return code + "-" + string(body[:]) + "-" + string(check), nil
		}
	}
	return "", errors.New("no reference was found in a hundred draws")
}

// checkCharacter computes the check character of ISO 7064, MOD 37,36, over
// digits and capitals: it finds every single wrong character and nearly every
// exchange of neighbours.
func checkCharacter(body string) byte {
	const m = len(checkAlphabet)
	p := m
	for i := range len(body) {
		if p = (p + strings.IndexByte(checkAlphabet, body[i])) % m; p == 0 {
			p = m
		}
		p = p * 2 % (m + 1)
	}
	return checkAlphabet[(m+1-p)%m]
}

// ParseReference reads a conversion's reference as a person or a bank writes
// it: small letters, missing or extra spaces and hyphens, O for 0 and I or L
// for 1 are understood. It returns the reference as it was given out, or
// ErrReference.
func ParseReference(text string) (string, error) {
	s := strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '-' || r == '\u00a0' || r == '\u202f' || r == '\u2011':
			return -1
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return r
	}, text)
	cut := len(s) - referenceBody - 1
	if cut < 2 || !validCode(s[:cut]) {
		return "", ErrReference
	}
	code, body := s[:cut], strings.NewReplacer("O", "0", "I", "1", "L", "1").Replace(s[cut:])
	for i := range len(body) {
		if strings.IndexByte(referenceAlphabet, body[i]) < 0 {
			return "", ErrReference
		}
	}
	if checkCharacter(code+body[:referenceBody]) != body[referenceBody] {
		return "", ErrReference
	}
	return code + "-" + body[:referenceBody] + "-" + body[referenceBody:], nil
}
