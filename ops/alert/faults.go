// SPDX-License-Identifier: AGPL-3.0-or-later

package alert

import "github.com/noria-mlc/noria/ledger/fault"

// ErrChanged is the refusal to replace thresholds that are not any more those that
// whoever asks has seen.
var ErrChanged = fault.New(fault.Refused, "thresholds-changed", "the thresholds were changed in between")
