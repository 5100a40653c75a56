// SPDX-License-Identifier: AGPL-3.0-or-later

package project

import "github.com/noria-mlc/noria/ledger/fault"

// ErrChanged is the refusal to change what stands otherwise than whoever asks has
// seen it.
var ErrChanged = fault.New(fault.Refused, "project-changed", "the project was changed or withdrawn in between")
