// SPDX-License-Identifier: AGPL-3.0-or-later

package export

import (
	"errors"

	"github.com/noria-mlc/noria/ledger/fault"
)

// ErrCode says that the code of the local unit cannot stand in a journal: it is
// empty, too long, that of the euro, or holds quotes, line breaks or characters
// that cannot be seen.
var ErrCode = fault.New(fault.Invalid, "export-code", "the code of the local unit has 1 to 20 visible characters without quotes and is not EUR")

// errShort says that the journal has fewer entries than its head says.
var errShort = errors.New("the journal ends before its head: run verify")
