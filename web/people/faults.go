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

// Refusals of an erasure.
var (
	// ErrNotEmpty says that somebody still holds units.
	ErrNotEmpty = fault.New(fault.Refused, "wallet-not-empty", "the wallet still holds units: spend them or give them away first")
	// ErrOpenAffairs says that something is still awaited.
	ErrOpenAffairs = fault.New(fault.Refused, "affairs-open", "a conversion, a redemption or a payment to this person is still awaited")
	// ErrHasRoles says that somebody of the staff or of an organisation is not
	// forgotten before their roles are withdrawn.
	ErrHasRoles = fault.New(fault.Refused, "roles-held", "this person has roles besides their own wallet: withdraw them first")
	// ErrNotAPerson says that an organisation has no right to be forgotten.
	ErrNotAPerson = fault.New(fault.Refused, "not-a-person", "only the account of an individual is erased")
	// ErrErasureOpen says that the wish to be forgotten was noted before.
	ErrErasureOpen = fault.New(fault.Refused, "erasure-open", "this account is to be erased already")
	// ErrErasureEnded says that an erasure was done or cancelled before.
	ErrErasureEnded = fault.New(fault.Refused, "erasure-ended", "this erasure was done or cancelled before")
	// ErrOneAdministrator says that an erasure at once needs another person than who
	// asked for it.
	ErrOneAdministrator = fault.New(fault.Refused, "erasure-second-person", "another person than the one who asked must approve an erasure at once")
)
