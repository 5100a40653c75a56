// SPDX-License-Identifier: AGPL-3.0-or-later

package gift

import "github.com/noria-mlc/noria/ledger/fault"

// Refusals of gifts.
var (
	ErrNotAdmitted = fault.New(fault.Refused, "gift-not-admitted", "this association is not among those that may be chosen")
	ErrOverlap     = fault.New(fault.Refused, "gift-overlap", "another round covers days of this period")
	ErrNothing     = fault.New(fault.Refused, "gift-nothing", "nobody who chose an association changed euros in this period")
	ErrNotApproved = fault.New(fault.Refused, "gift-not-approved", "another person must approve the round first (D9)")
	ErrApproved    = fault.New(fault.Refused, "gift-approved", "the round was approved before")
	ErrClosed      = fault.New(fault.Refused, "gift-closed", "the round was given or cancelled")
	ErrSamePerson  = fault.New(fault.Refused, "same-person", "who prepared it cannot approve it (D9)")
)
