// SPDX-License-Identifier: AGPL-3.0-or-later

package fonte

import "github.com/noria-mlc/noria/ledger/fault"

// Refusals of fonte.
var (
	ErrNotice     = fault.New(fault.Refused, "fonte-notice", "the first day must leave the days of notice, 30 at least, after the decision (L12)")
	ErrAnnounced  = fault.New(fault.Refused, "fonte-announced", "another rule is announced: end it first")
	ErrApproved   = fault.New(fault.Refused, "fonte-approved", "the rule was approved before")
	ErrEnded      = fault.New(fault.Refused, "fonte-ended", "the rule was ended or replaced")
	ErrSamePerson = fault.New(fault.Refused, "same-person", "who prepared it cannot approve it (D9)")
)
