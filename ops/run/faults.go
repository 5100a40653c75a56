// SPDX-License-Identifier: AGPL-3.0-or-later

package run

import "github.com/noria-mlc/noria/ledger/fault"

// Refusals of files for the bank.
var (
	ErrUnwritable    = fault.New(fault.Refused, "transfer-file-refused", "a bank would refuse this file")
	ErrNothingToMove = fault.New(fault.Refused, "nothing-to-transfer", "no transfer between the bank accounts is needed")
)
