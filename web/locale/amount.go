// SPDX-License-Identifier: AGPL-3.0-or-later

package locale

import (
	"errors"
	"strconv"
	"strings"

	"github.com/noria-mlc/noria/ledger/money"
)

// Signs of French number writing.
const (
	narrowSpace = "\u202f" // between groups of three digits
	minus       = "\u2212" // a real minus sign, as wide as a plus
)

// FormatAmount writes an amount as French does: "1 234,50", with a narrow
// no-break space between groups of three digits, a comma, always two decimals,
// and a true minus sign where it is negative.
func FormatAmount(a money.Amount) string {
	n, sign := uint64(a), ""
	if a < 0 {
		n, sign = -n, minus
	}
	cents := n % 100
	return sign + group(n/100) + "," + string([]byte{'0' + byte(cents/10), '0' + byte(cents%10)})
}

// FormatSigned is FormatAmount with a plus sign before a positive amount, for
// the movements of a statement.
func FormatSigned(a money.Amount) string {
	if a > 0 {
		return "+" + FormatAmount(a)
	}
	return FormatAmount(a)
}

// FormatPercent writes a share given in hundredths of a percent: 10025 is
// "100,25 %", with a no-break space before the sign.
func FormatPercent(hundredths int64) string {
	return FormatAmount(money.Amount(hundredths)) + "\u00a0%"
}

// Units is the word to put after an amount. French counts in the singular up
// to, and without, two: "1,50 Roue", "2,00 Roues".
func Units(a money.Amount, singular, plural string) string {
	if a > -200 && a < 200 {
		return singular
	}
	return plural
}

// SpeakAmount writes an amount as it is said, for screen readers:
// "12 Roues 50", "1 Roue", "moins 3 Roues 05".
func SpeakAmount(a money.Amount, singular, plural string) string {
	n, sign := uint64(a), ""
	if a < 0 {
		n, sign = -n, "moins "
	}
	said := sign + strconv.FormatUint(n/100, 10) + " " + Units(a, singular, plural)
	if cents := n % 100; cents > 0 {
		said += " " + string([]byte{'0' + byte(cents/10), '0' + byte(cents%10)})
	}
	return said
}

// group writes a whole number with a narrow space between groups of three.
func group(n uint64) string {
	digits := strconv.FormatUint(n, 10)
	var b strings.Builder
	for i, digit := range []byte(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(narrowSpace)
		}
		b.WriteByte(digit)
	}
	return b.String()
}

// ParseAmount reads an amount as a person types it: "12,50", "12.5", "12",
// "1 234,50" with ordinary, no-break or narrow spaces between groups of three.
// It returns ErrAmountMissing, ErrAmountMalformed, ErrAmountAmbiguous ("1.234":
// thousands or decimals?), ErrAmountPrecision or ErrAmountTooLarge. Zero is an
// amount; whether it may be asked for is for the domain to say.
func ParseAmount(typed string) (money.Amount, error) {
	text := strings.TrimSpace(typed)
	if text == "" {
		return 0, ErrAmountMissing
	}
	if strings.ContainsAny(text, ".,") && strings.Count(text, ".")+strings.Count(text, ",") > 1 {
		return 0, separators(text)
	}
	whole, decimals, cut := strings.Cut(strings.Replace(text, ",", ".", 1), ".")
	whole, err := ungroup(whole)
	if err != nil {
		return 0, err
	}
	switch {
	case !isDigits(decimals) || cut && decimals == "":
		return 0, ErrAmountMalformed
	case len(decimals) == 3 && len(whole) <= 3 && strings.TrimLeft(whole, "0") != "":
		return 0, ErrAmountAmbiguous
	case len(decimals) > 2:
		return 0, ErrAmountPrecision
	}
	whole = strings.TrimLeft(whole, "0")
	if whole == "" {
		whole = "0"
	}
	if len(whole) > 9 {
		return 0, ErrAmountTooLarge
	}
	amount, err := money.Parse(whole + "." + (decimals + "00")[:2])
	if err != nil {
		return 0, ErrAmountMalformed
	}
	return amount, nil
}

// separators says why a text with several dots or commas is refused: groups of
// thousands make it ambiguous, anything else is not an amount.
func separators(text string) error {
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == '.' || r == ',' }) {
		if !isDigits(part) {
			return ErrAmountMalformed
		}
	}
	return ErrAmountAmbiguous
}

// ungroup takes the spaces out of the whole part. It returns
// ErrAmountMalformed unless every group after the first has three digits.
func ungroup(whole string) (string, error) {
	groups := strings.FieldsFunc(whole, isGroupSpace)
	joined := strings.Join(groups, "")
	if joined == "" || !isDigits(joined) {
		return "", ErrAmountMalformed
	}
	if len(groups) > 1 && len(groups[0]) > 3 {
		return "", ErrAmountMalformed
	}
	for _, g := range groups[1:] {
		if len(g) != 3 {
			return "", ErrAmountMalformed
		}
	}
	return joined, nil
}

// isGroupSpace says whether a rune is one of the spaces put between thousands.
func isGroupSpace(r rune) bool {
	return r == ' ' || r == '\u00a0' || r == '\u202f' || r == '\u2009'
}

// isDigits says whether a text holds nothing but the digits 0 to 9.
func isDigits(text string) bool {
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// AmountAdvice is the sentence to put beside the field of an amount that
// ParseAmount refused, in English or French, or "" for another error.
func AmountAdvice(err error, lang string) string {
	french, english := "", ""
	switch {
	case errors.Is(err, ErrAmountMissing):
		french, english = "Saisissez un montant, par exemple 12,50.", "Type an amount, for example 12.50."
	case errors.Is(err, ErrAmountMalformed):
		french = "Ce montant n’est pas lisible. Écrivez des chiffres et une virgule, par exemple 12,50."
		english = "This amount cannot be read. Type digits and a point, for example 12.50."
	case errors.Is(err, ErrAmountAmbiguous):
		french = "Ce montant peut se lire de deux façons. Écrivez 1234,50 sans point ni virgule pour les milliers."
		english = "This amount can be read in two ways. Type 1234.50, without a point or comma for thousands."
	case errors.Is(err, ErrAmountPrecision):
		french, english = "Un montant a deux décimales au plus, par exemple 12,50.", "An amount has two decimals at most, for example 12.50."
	case errors.Is(err, ErrAmountTooLarge):
		french, english = "Ce montant est trop grand.", "This amount is too large."
	}
	if isEnglish(lang) {
		return english
	}
	return french
}
