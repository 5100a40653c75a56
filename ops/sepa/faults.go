// SPDX-License-Identifier: AGPL-3.0-or-later

package sepa

import (
	"errors"
	"strings"
)

// Refusals of account numbers. None of them repeats the text that was refused,
// because an IBAN is personal data and errors end in logs.
var (
	// ErrIBANCharacter says that the text holds something else than letters
	// without accents, digits and spaces.
	ErrIBANCharacter = errors.New("an IBAN holds only letters without accents, digits and spaces")
	// ErrIBANCountry says that the two first letters are not a country of the
	// single euro payments area.
	ErrIBANCountry = errors.New("the IBAN does not begin with a country of the single euro payments area")
	// ErrIBANLength says that the number of characters is not that of the country.
	ErrIBANLength = errors.New("the IBAN does not have the length of its country")
	// ErrIBANLayout says that a letter stands where the country wants a digit,
	// or a digit where it wants a letter.
	ErrIBANLayout = errors.New("the IBAN has letters or digits where its country does not")
	// ErrIBANCheck says that the two check digits do not fit, as after a typing error.
	ErrIBANCheck = errors.New("the check digits of the IBAN are wrong")
	// ErrRIBKey says that the national key of a French or Monegasque account is wrong.
	ErrRIBKey = errors.New("the RIB key of the account is wrong")
	// ErrRIB says that bank, branch and account are not five digits, five digits
	// and eleven letters or digits.
	ErrRIB = errors.New("a RIB is a bank of 5 digits, a branch of 5 digits and an account of 11 letters or digits")
)

// Refusals of creditor references.
var (
	// ErrRFBody says that the body of a creditor reference is empty, too long or
	// holds other characters than letters without accents and digits.
	ErrRFBody = errors.New("the body of a creditor reference is 1 to 21 letters without accents or digits")
)

// Refusals of a transfer that is to be written as an EPC069-12 code.
var (
	// ErrNameMissing says that the beneficiary has no name.
	ErrNameMissing = errors.New("the name of the beneficiary is missing")
	// ErrNameTooLong says that the beneficiary's name exceeds 70 characters.
	ErrNameTooLong = errors.New("the name of the beneficiary is longer than 70 characters")
	// ErrBIC says that the text is not a BIC of 8 or 11 upper-case characters.
	ErrBIC = errors.New("a BIC has 8 or 11 upper-case letters and digits")
	// ErrBICMissing says that the account lies outside the European Economic
	// Area, where version 002 of the code still asks for the BIC.
	ErrBICMissing = errors.New("an account outside the European Economic Area needs its BIC")
	// ErrAmount says that the amount is not between 0.01 and 999999999.99 euros.
	ErrAmount = errors.New("the amount of a transfer is from 0.01 to 999999999.99 euros")
	// ErrReference says that the structured reference is no valid ISO 11649
	// creditor reference.
	ErrReference = errors.New("the structured reference is not a valid creditor reference")
	// ErrTextTooLong says that the unstructured text exceeds 140 characters.
	ErrTextTooLong = errors.New("the text of a transfer is longer than 140 characters")
	// ErrBothReferences says that a structured reference and a text were both given.
	ErrBothReferences = errors.New("a transfer carries a structured reference or a text, not both")
	// ErrUnprintable says that a field holds a line break, a control or invisible
	// character, or bytes that are not UTF-8. A line break would let a text
	// forge the fields that follow it.
	ErrUnprintable = errors.New("a field holds a line break, an invisible character or broken UTF-8")
	// ErrPayloadTooLong says that the whole payload exceeds 331 bytes.
	ErrPayloadTooLong = errors.New("the payload of the code is longer than 331 bytes")
)

// Refusals of files for banks.
var (
	// ErrVersion says that a file was asked for in a version that is not written.
	ErrVersion = errors.New("the version must be one of those that are written")
	// ErrFile says that a text is none of the files that CheckFile knows.
	ErrFile = errors.New("this is no pain.001 or pain.008 file of a known version")
)

// Problem is one thing that a bank would refuse a file for. It names the place
// and the rule and never the value, which may be personal data.
type Problem struct{ At, What string }

// Problems are all that is wrong with a file.
type Problems []Problem

// Error writes the problems one after the other.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = strings.TrimSpace(problem.At + ": " + problem.What)
	}
	return strings.Join(lines, "; ")
}
