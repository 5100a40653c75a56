// SPDX-License-Identifier: AGPL-3.0-or-later

package sepa

// maxRFBody is the longest body of a creditor reference, in characters.
const maxRFBody = 21

// NewRF returns the ISO 11649 creditor reference of a body: RF, two check
// digits, the body in upper case without spaces. It returns ErrRFBody where the
// body is empty, longer than 21 characters or holds other characters than
// letters without accents, digits and spaces.
func NewRF(body string) (string, error) {
	canonical, err := compact(body)
	if err != nil || canonical == "" || len(canonical) > maxRFBody {
		return "", ErrRFBody
	}
	return "RF" + checkDigits(canonical+"RF") + canonical, nil
}

// CheckRF tells whether the text is a creditor reference with right check
// digits. Lower case and spaces are accepted, as in ParseIBAN.
func CheckRF(s string) bool {
	_, ok := canonicalRF(s)
	return ok
}

// canonicalRF returns a valid creditor reference in upper case without spaces.
func canonicalRF(s string) (string, bool) {
	rf, err := compact(s)
	if err != nil || len(rf) < 5 || len(rf) > 4+maxRFBody || rf[:2] != "RF" {
		return "", false
	}
	if !allDigits(rf[2:4]) || !checkDigitsInRange(rf[2:4]) {
		return "", false
	}
	return rf, mod97(rf[4:]+rf[:4]) == 1
}
