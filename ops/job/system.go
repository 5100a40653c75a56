// SPDX-License-Identifier: AGPL-3.0-or-later

package job

import (
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
)

// System returns the actor of jobs and of the service itself. Its id is the
// same in every book and belongs to no person, and no token can be made for it.
func System() access.Actor {
	return access.Actor{
		ID:     ident.User{Bits: ident.Bits([]byte("noria-system-job"))},
		Grants: []access.Grant{{Role: access.System}},
	}
}
