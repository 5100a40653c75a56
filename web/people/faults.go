// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import "github.com/noria-mlc/noria/ledger/fault"

// Refusals about people's accounts.
var (
	// ErrHasIdentity says that a user has a way to sign in, and is not invited.
	ErrHasIdentity = fault.New(fault.Refused, "identity-exists", "this user has an address and a way to sign in: open a recovery instead")
)

// Refusals of a recovery.
var (
	// ErrNotRecoverable says that a holder has not exactly one user who could be
	// given a new way to sign in.
	ErrNotRecoverable = fault.New(fault.Refused, "not-recoverable", "this holder has not exactly one user with an address")
	// ErrCaseOpen says that a recovery of this user is under way.
	ErrCaseOpen = fault.New(fault.Refused, "recovery-open", "a recovery of this user is under way")
	// ErrCaseEnded says that a recovery was approved, cancelled or used before, or is
	// too old.
	ErrCaseEnded = fault.New(fault.Refused, "recovery-ended", "this recovery was approved, cancelled or used before, or is too old")
	// ErrEarly says that a code that was handed over does not hold yet.
	ErrEarly = fault.New(fault.Refused, "recovery-early", "this code does not hold yet: the person is given time to object")
	// ErrOneVolunteer says that a recovery needs two volunteers, neither of them the
	// person.
	ErrOneVolunteer = fault.New(fault.Refused, "one-volunteer", "a recovery needs two volunteers, and neither may be the person")
	// ErrNeedsOffice says that an administrator must approve.
	ErrNeedsOffice = fault.New(fault.Forbidden, "recovery-office", "this user has a role that decides: an administrator must approve")
)
