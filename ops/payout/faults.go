// SPDX-License-Identifier: AGPL-3.0-or-later

package payout

import "github.com/noria-mlc/noria/ledger/fault"

// Refusals of payouts.
var (
	ErrSamePerson      = fault.New(fault.Refused, "same-person", "another person must approve (D9)")
	ErrDigestChanged   = fault.New(fault.Refused, "digest-changed", "the content is not the one that was read")
	ErrNotDraft        = fault.New(fault.Refused, "batch-not-draft", "the batch was approved before")
	ErrWithdrawn       = fault.New(fault.Refused, "batch-withdrawn", "the batch was withdrawn")
	ErrPaper           = fault.New(fault.Invalid, "paper-invalid", "the paper is no PDF of 2 MiB at most").At("/paper", "must be a PDF of 2 MiB at most")
	ErrNotApproved     = fault.New(fault.Refused, "batch-not-approved", "the batch is not waiting for euros")
	ErrNotFunded       = fault.New(fault.Refused, "batch-not-funded", "the euros of the batch have not all been received")
	ErrNotExecuted     = fault.New(fault.Refused, "batch-not-executed", "the batch has lines that are neither paid nor returned")
	ErrAmountDiffers   = fault.New(fault.Refused, "amount-differs", "the euros received would exceed the total of the lines (P8)")
	ErrReferenceUsed   = fault.New(fault.Refused, "bank-reference-used", "this bank transfer was counted before")
	ErrLineAlreadyPaid = fault.New(fault.Refused, "batch-line-already-paid", "every line of the batch was paid before in another one")
	ErrRevoked         = fault.New(fault.Refused, "instruction-revoked", "the instruction was revoked before")
	ErrAccount         = fault.New(fault.Invalid, "account-not-dedicated", "there is no such account for these euros").At("/account", "must be a compte dédié of digital units")
	ErrCSV             = fault.New(fault.Invalid, "csv-invalid", "the file has wrong lines; nothing was written")
	ErrTooManyLines    = fault.New(fault.Invalid, "too-many-lines", "a batch has at most 5 000 lines")
	errNotPending      = fault.New(fault.Refused, "batch-line-settled", "the line was settled before")
)
