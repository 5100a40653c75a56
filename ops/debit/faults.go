// SPDX-License-Identifier: AGPL-3.0-or-later

package debit

import "github.com/noria-mlc/noria/ledger/fault"

// Refusals of direct debits.
var (
	ErrNoCreditor   = fault.New(fault.Refused, "debit-creditor-missing", "the association has no creditor identifier yet")
	ErrMandateEnded = fault.New(fault.Refused, "mandate-ended", "the mandate was revoked, closed, suspended or is void (S1)")
	ErrMandateOnce  = fault.New(fault.Refused, "mandate-once", "a mandate of one debit is revoked and signed anew, never changed")
	ErrDebitNotSent = fault.New(fault.Refused, "debit-not-sent", "the debit is not at the bank, or was settled or returned before")
	ErrUnwritable   = fault.New(fault.Invalid, "debit-file-unwritable", "a bank would refuse this file")
)
