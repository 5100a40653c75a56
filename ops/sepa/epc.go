// SPDX-License-Identifier: AGPL-3.0-or-later

package sepa

import (
	"fmt"
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/noria-mlc/noria/ledger/money"
)

// The limits of EPC069-12, in characters, and in bytes for the payload.
const (
	maxName    = 70
	maxText    = 140
	maxPayload = 331
)

// Transfer is a credit transfer in euros that somebody is asked to make. Its
// payload, drawn as a QR code of level M and at most version 13, fills in the
// order in the payer's banking application.
type Transfer struct {
	// Name is the beneficiary's, exactly as at the bank (rule S5): 1 to 70 characters.
	Name string
	// IBAN is the beneficiary's account.
	IBAN IBAN
	// BIC may be empty for an account of the European Economic Area.
	BIC string
	// Amount is in cents of euro, 0.01 to 999999999.99 euros.
	Amount money.Amount
	// Reference is an ISO 11649 creditor reference; it excludes Text.
	Reference string
	// Text is free, at most 140 characters; it excludes Reference.
	Text string
}

// Payload returns the text of the code under EPC069-12 version 002: lines
// separated by a line feed, UTF-8, trailing empty lines dropped, at most 331
// bytes. Spaces around Name and Text are dropped; a reference is written in
// upper case without spaces.
//
// It returns ErrUnprintable (with the name of the field), ErrNameMissing,
// ErrNameTooLong, the refusals of ParseIBAN, ErrBIC, ErrBICMissing, ErrAmount,
// ErrReference, ErrTextTooLong, ErrBothReferences or ErrPayloadTooLong.
func (t Transfer) Payload() (string, error) {
	name, err := t.name()
	if err != nil {
		return "", err
	}
	iban, err := ParseIBAN(string(t.IBAN))
	if err != nil {
		return "", err
	}
	if err := t.checkBIC(iban); err != nil {
		return "", err
	}
	if t.Amount < 1 || t.Amount > money.Max {
		return "", ErrAmount
	}
	reference, text, err := t.remittance()
	if err != nil {
		return "", err
	}
	lines := []string{
		"BCD", "002", "1", "SCT",
		t.BIC,
		name,
		iban.String(),
		"EUR" + t.Amount.Format(),
		"", // purpose
		reference,
		text,
	}
	payload := strings.TrimRight(strings.Join(lines, "\n"), "\n")
	if len(payload) > maxPayload {
		return "", ErrPayloadTooLong
	}
	return payload, nil
}

// LogValue makes structured logs show the masked account and the amount, and
// neither name nor text (rule D1).
func (t Transfer) LogValue() slog.Value {
	return slog.GroupValue(
		slog.Any("iban", t.IBAN),
		slog.String("amount", t.Amount.Format()),
	)
}

func (t Transfer) name() (string, error) {
	name, err := field{label: "name", value: t.Name}.line()
	if err != nil {
		return "", err
	}
	if name == "" {
		return "", ErrNameMissing
	}
	if utf8.RuneCountInString(name) > maxName {
		return "", ErrNameTooLong
	}
	return name, nil
}

// remittance returns the structured reference and the text, of which at least
// one is empty.
func (t Transfer) remittance() (string, string, error) {
	text, err := field{label: "text", value: t.Text}.line()
	if err != nil {
		return "", "", err
	}
	if utf8.RuneCountInString(text) > maxText {
		return "", "", ErrTextTooLong
	}
	if t.Reference == "" {
		return "", text, nil
	}
	if text != "" {
		return "", "", ErrBothReferences
	}
	reference, ok := canonicalRF(t.Reference)
	if !ok {
		return "", "", ErrReference
	}
	return reference, "", nil
}

// checkBIC returns ErrBICMissing or ErrBIC. A BIC is four letters or digits for
// the bank, two letters for the country, two letters or digits for the place
// and, perhaps, three for the branch.
func (t Transfer) checkBIC(iban IBAN) error {
	if t.BIC == "" {
		if c, _ := countryOf(string(iban[:2])); !c.eea {
			return ErrBICMissing
		}
		return nil
	}
	if len(t.BIC) != 8 && len(t.BIC) != 11 {
		return ErrBIC
	}
	for n, r := range t.BIC {
		inCountry := n == 4 || n == 5
		if !isUpper(r) && (inCountry || !isDigit(r)) {
			return ErrBIC
		}
	}
	return nil
}

// field is one line of the payload before it is checked.
type field struct {
	label string
	value string
}

// line returns the value without the spaces around it, or ErrUnprintable.
// Format characters (text direction, zero width) are refused too: with them a
// name can look like another one.
func (f field) line() (string, error) {
	if !utf8.ValidString(f.value) {
		return "", fmt.Errorf("%s: %w", f.label, ErrUnprintable)
	}
	for _, r := range f.value {
		if !unicode.IsGraphic(r) {
			return "", fmt.Errorf("%s: %w", f.label, ErrUnprintable)
		}
	}
	return strings.TrimSpace(f.value), nil
}
