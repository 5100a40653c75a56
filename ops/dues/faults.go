// SPDX-License-Identifier: AGPL-3.0-or-later

package dues

import "github.com/noria-mlc/noria/ledger/fault"

// Refusals of dues.
var (
	ErrNoRate     = fault.New(fault.Refused, "dues-rate-missing", "no dues were decided for this kind of holder and year")
	ErrYear       = fault.New(fault.Refused, "dues-year", "dues are paid for this year or the next one")
	ErrTooLittle  = fault.New(fault.Refused, "dues-too-little", "the dues of this year are more than that")
	ErrPaid       = fault.New(fault.Refused, "dues-paid", "the dues of this year were paid before")
	ErrNoAccount  = fault.New(fault.Refused, "dues-no-account", "the association takes no dues in units")
	ErrCancelled  = fault.New(fault.Refused, "dues-cancelled", "these dues were cancelled before")
	ErrSamePerson = fault.New(fault.Refused, "same-person", "somebody else records the dues of whoever works for the association (D9)")
	ErrReference  = fault.New(fault.Refused, "bank-reference-used", "this bank reference was booked before")
)
