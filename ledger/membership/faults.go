// SPDX-License-Identifier: AGPL-3.0-or-later

package membership

import "github.com/noria-mlc/noria/ledger/fault"

// Refusals for the want of a membership (L9).
var (
	ErrEnded      = fault.New(fault.Refused, "membership-ended", "the membership of this holder has ended (L9)")
	ErrPayeeEnded = fault.New(fault.Refused, "payee-membership-ended", "whoever is paid is no member any more (L9)")
)
