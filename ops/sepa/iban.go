// SPDX-License-Identifier: AGPL-3.0-or-later

package sepa

import "log/slog"

// maxIBAN is the longest IBAN that ISO 13616 foresees, in characters.
const maxIBAN = 34

// hidden stands for the part of an IBAN that is not shown.
const hidden = "••••"

// IBAN is an international bank account number in canonical form: upper case,
// no spaces. A value made by ParseIBAN or RIB.IBAN is valid (rule S7); the
// empty value is no account. It masks itself in structured logs.
type IBAN string

// ParseIBAN reads an account number as people write it: lower case is
// accepted, and spaces anywhere, non-breaking ones included. It checks the country (single euro
// payments area), the length and layout of that country, the check digits
// modulo 97, and for French and Monegasque accounts the RIB key (rule S7).
//
// It returns ErrIBANCharacter, ErrIBANCountry, ErrIBANLength, ErrIBANLayout,
// ErrIBANCheck or ErrRIBKey.
func ParseIBAN(s string) (IBAN, error) {
	canonical, err := compact(s)
	if err != nil {
		return "", err
	}
	if len(canonical) < 2 {
		return "", ErrIBANLength
	}
	country, ok := countryOf(canonical[:2])
	if !ok {
		return "", ErrIBANCountry
	}
	if len(canonical) != 4+country.length() {
		return "", ErrIBANLength
	}
	digits, bban := canonical[2:4], canonical[4:]
	if !allDigits(digits) || !country.fits(bban) {
		return "", ErrIBANLayout
	}
	if !checkDigitsInRange(digits) || mod97(bban+canonical[:4]) != 1 {
		return "", ErrIBANCheck
	}
	if country.rib && ribKey(bban[:21]) != bban[21:] {
		return "", ErrRIBKey
	}
	return IBAN(canonical), nil
}

// String returns the whole account number without spaces. It is for files and
// for the holder's own pages, never for logs.
func (i IBAN) String() string { return string(i) }

// Grouped returns the whole account number in groups of four characters, as it
// is printed for people.
func (i IBAN) Grouped() string {
	out := make([]byte, 0, maxIBAN+maxIBAN/4)
	for n := range len(i) {
		if n > 0 && n%4 == 0 {
			out = append(out, ' ')
		}
		out = append(out, i[n])
	}
	return string(out)
}

// Masked returns the first and the last four characters around dots, enough
// for the holder to recognise the account and for nobody to use it. A value
// that is too short to be an account shows nothing of itself.
func (i IBAN) Masked() string {
	if i == "" {
		return ""
	}
	if len(i) < 15 {
		return hidden
	}
	return string(i[:4]) + " " + hidden + " " + string(i[len(i)-4:])
}

// LogValue makes structured logs show the masked number (rule D1).
func (i IBAN) LogValue() slog.Value { return slog.StringValue(i.Masked()) }

// compact drops the spaces and raises the case of an account number or a
// reference. Only ASCII letters are raised, so that no foreign letter turns
// into one of ours. It returns ErrIBANCharacter, or ErrIBANLength once the text
// exceeds every IBAN.
func compact(s string) (string, error) {
	out := make([]byte, 0, maxIBAN)
	for _, r := range s {
		switch {
		case r == ' ' || r == '\u00a0' || r == '\u2009' || r == '\u202f':
			continue
		case r >= 'a' && r <= 'z':
			r -= 'a' - 'A'
		case !isUpper(r) && !isDigit(r):
			return "", ErrIBANCharacter
		}
		if len(out) == maxIBAN {
			return "", ErrIBANLength
		}
		out = append(out, byte(r))
	}
	return string(out), nil
}

// mod97 reads the text as one number, each letter being worth 10 to 35, and
// returns its remainder by 97. The text holds upper-case letters and digits.
func mod97(s string) int {
	n := 0
	for _, r := range s {
		if isDigit(r) {
			n = (n*10 + int(r-'0')) % 97
		} else {
			n = (n*100 + int(r-'A') + 10) % 97
		}
	}
	return n
}

// checkDigitsInRange tells whether two check digits can result from the
// computation, which yields 02 to 98. 00, 01 and 99 would pass modulo 97 as
// second spellings of 97, 98 and 02.
func checkDigitsInRange(digits string) bool {
	return digits >= "02" && digits <= "98"
}

// checkDigits returns the two digits that make a number valid, as ISO 13616 and
// ISO 11649 both define them. The text is the body followed by the prefix that
// will stand before the digits: the country, or RF.
func checkDigits(bodyAndPrefix string) string {
	return twoDigits(98 - mod97(bodyAndPrefix+"00"))
}

func twoDigits(n int) string {
	return string([]byte{byte('0' + n/10), byte('0' + n%10)})
}

func isUpper(r rune) bool { return r >= 'A' && r <= 'Z' }

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func allDigits(s string) bool {
	for _, r := range s {
		if !isDigit(r) {
			return false
		}
	}
	return true
}
