// SPDX-License-Identifier: AGPL-3.0-or-later

package mail

import "github.com/noria-mlc/noria/ledger/fault"

// Refusals of the mail room.
var (
	// ErrAddress says that a text is not one e-mail address.
	ErrAddress = fault.New(fault.Invalid, "mail-address", "this is not an e-mail address")
	// ErrInvalid says that words to put into a letter hold control characters.
	ErrInvalid = fault.New(fault.Invalid, "mail-words", "the words of a letter may not hold control characters")
)
