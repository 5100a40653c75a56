// SPDX-License-Identifier: AGPL-3.0-or-later

package push

import "github.com/noria-mlc/noria/ledger/fault"

// ErrEndpoint says that an address is not one of a browser maker's service.
var ErrEndpoint = fault.New(fault.Invalid, "push-endpoint", "this is not the address of a known push service")
