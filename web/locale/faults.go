// SPDX-License-Identifier: AGPL-3.0-or-later

package locale

import "errors"

// Refusals of ParseAmount. Each means that nothing was understood, never that
// something was guessed. They do not repeat what was typed.
var (
	ErrAmountMissing   = errors.New("no amount was typed")
	ErrAmountMalformed = errors.New("an amount is digits, with a comma or a dot before the cents")
	ErrAmountAmbiguous = errors.New("the amount can be read in two ways: thousands or decimals")
	ErrAmountPrecision = errors.New("an amount has at most two decimals")
	ErrAmountTooLarge  = errors.New("an amount has at most nine digits before the decimals")

	// ErrWords is a fault of whoever asks for the words of a key that has none.
	ErrWords = errors.New("locale: no words")
)
