// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant

import (
	"crypto/rand"
	"strings"
)

// codeAlphabet is Crockford's base 32 in upper case: no I, L, O, U. Its letters
// begin at codeLetters.
const (
	codeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	codeLetters  = 10

	merchantCodeLength = 8
	requestCodeLength  = 6
	personalCodeLength = 7
	screenCodeLength   = 8

	merchantNumberLength = 6
)

// newMerchantCode draws a merchant's code. It begins with a letter, so that no
// code can be taken for a holder's number. Codes are drawn and not counted, so
// that neighbours of a known one lead nowhere (rule D2).
func newMerchantCode() string { return newCode(merchantCodeLength) }

// newRequestCode draws the code of a payment request.
func newRequestCode() string { return newCode(requestCodeLength) }

// newPersonalCode draws the code of what a person asks for; it is longer, so that
// it cannot be taken for a merchant's.
func newPersonalCode() string { return newCode(personalCodeLength) }

// newScreenCode draws the code that pairs a screen.
func newScreenCode() string { return newCode(screenCodeLength) }

// newMerchantNumber draws six digits, the first not zero.
func newMerchantNumber() string {
	number := []byte{byte('1' + draw(9))}
	for len(number) < merchantNumberLength {
		number = append(number, byte('0'+draw(10)))
	}
	return string(number)
}

// isMerchantNumber says whether a text has the form of a merchant's number. A
// holder's number is longer and a code begins with a letter.
func isMerchantNumber(text string) bool {
	if len(text) != merchantNumberLength {
		return false
	}
	return strings.Trim(text, "0123456789") == ""
}

// newCode draws length − 1 characters, the first a letter, and adds a check
// character.
func newCode(length int) string {
	code := make([]byte, length)
	for i := range length - 1 {
		first := 0
		if i == 0 {
			first = codeLetters
		}
		code[i] = codeAlphabet[first+draw(len(codeAlphabet)-first)]
	}
	code[length-1] = checkCharacter(string(code[:length-1]))
	return string(code)
}

// draw returns a number from 0 to n − 1, each as likely, for n up to 32.
func draw(n int) int {
	var b [1]byte
	for {
		if _, err := rand.Read(b[:]); err != nil {
			panic("merchant: no randomness: " + err.Error())
		}
		if v := int(b[0] & 31); v < n {
			return v
		}
	}
}

// readCode reads a code as people type it: any case, blanks and hyphens between
// groups, O for zero, I and L for one. It says whether length and check
// character are right.
func readCode(text string, length int) (string, bool) {
	if len(text) > 4*length {
		return "", false
	}
	var b strings.Builder
	for _, r := range strings.ToUpper(text) {
		switch r {
		case ' ', '-':
			continue
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if r >= 0x80 || strings.IndexByte(codeAlphabet, byte(r)) < 0 {
			return "", false
		}
		b.WriteByte(byte(r))
	}
	code := b.String()
	if len(code) != length || strings.IndexByte(codeAlphabet, code[0]) < codeLetters {
		return "", false
	}
	return code, checkCharacter(code[:length-1]) == code[length-1]
}

// checkCharacter computes Luhn's check in base 32: it finds any one wrong
// character and most exchanges of neighbours.
func checkCharacter(text string) byte {
	const base = len(codeAlphabet)
	sum := 0
	for i := range len(text) {
		v := strings.IndexByte(codeAlphabet, text[len(text)-1-i])
		if i%2 == 0 {
			v *= 2
			v = v/base + v%base
		}
		sum += v
	}
	return codeAlphabet[(base-sum%base)%base]
}
