// SPDX-License-Identifier: AGPL-3.0-or-later

package sepa

// RIB is a French account as bank files of fixed width (CFONB 120) name it,
// without its key: five digits, five digits, eleven letters or digits.
type RIB struct {
	Bank    string
	Branch  string
	Account string
}

// Key returns the two digits that end the account number, 01 to 97. It returns
// ErrRIB where a part does not have its length or holds other characters.
func (r RIB) Key() (string, error) {
	if err := r.check(); err != nil {
		return "", err
	}
	return ribKey(r.Bank + r.Branch + r.Account), nil
}

// IBAN returns the French account number, key and check digits computed. It
// returns ErrRIB where a part does not have its length or holds other characters.
func (r RIB) IBAN() (IBAN, error) {
	if err := r.check(); err != nil {
		return "", err
	}
	body := r.Bank + r.Branch + r.Account
	bban := body + ribKey(body)
	return IBAN("FR" + checkDigits(bban+"FR") + bban), nil
}

func (r RIB) check() error {
	if len(r.Bank) != 5 || len(r.Branch) != 5 || len(r.Account) != 11 {
		return ErrRIB
	}
	if !allDigits(r.Bank) || !allDigits(r.Branch) {
		return ErrRIB
	}
	for _, c := range r.Account {
		if !isDigit(c) && !isUpper(c) {
			return ErrRIB
		}
	}
	return nil
}

// ribKey computes the key of bank, branch and account written together: the
// complement to 97 of 89, 15 and 3 times them. The text has the 21 characters
// of a checked RIB.
func ribKey(s string) string {
	return twoDigits(97 - (89*ribNumber(s[:5])+15*ribNumber(s[5:10])+3*ribNumber(s[10:21]))%97)
}

// ribNumber reads the text as a number modulo 97, letters having the values of
// the old French code: A and J are 1, B, K and S are 2, up to I, R and Z, 9.
func ribNumber(s string) int {
	n := 0
	for _, r := range s {
		n = (n*10 + ribDigit(r)) % 97
	}
	return n
}

func ribDigit(r rune) int {
	switch {
	case r >= 'S':
		return int(r-'S') + 2
	case r >= 'J':
		return int(r-'J') + 1
	case r >= 'A':
		return int(r-'A') + 1
	}
	return int(r - '0')
}
