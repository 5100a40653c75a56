// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import "github.com/noria-mlc/noria/ledger/fault"

// Refusals about people's accounts.
var (
	// ErrHasIdentity says that a user has a way to sign in, and is not invited.
	ErrHasIdentity = fault.New(fault.Refused, "identity-exists", "this user has an address and a way to sign in: open a recovery instead")
)
