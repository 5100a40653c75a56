// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
)

// Refusals of the ledger.
var (
	ErrForbidden         = access.ErrForbidden
	ErrMissing           = fault.ErrMissing
	ErrInsufficientFunds = fault.New(fault.Refused, "insufficient-funds", "the account does not hold that much")
	ErrKeyMalformed      = fault.New(fault.Malformed, "idempotency-key-malformed", "an idempotency key has 16 to 64 visible characters")
	ErrKeyReused         = fault.New(fault.Invalid, "idempotency-key-reused", "this key was used before with another input")
	ErrBusy              = fault.New(fault.Unavailable, "busy", "too many commands are waiting").After(time.Second)
	ErrClosed            = fault.New(fault.Unavailable, "closing", "the service is stopping").After(5 * time.Second)
	ErrUnknown           = fault.New(fault.Unavailable, "outcome-unknown", "the outcome of the commit is not known yet; ask again with the same key").After(time.Second).InDoubt()
	ErrCancelled         = fault.New(fault.Unavailable, "cancelled", "the caller went away before the command was begun")
	ErrUnbalanced        = fault.New(fault.Invalid, "posting-invalid", "a posting needs two different accounts of one unit and a positive amount")
	ErrMirror            = fault.New(fault.Invalid, "mirror-broken", "units issued and euros backing them must change alike")
	ErrOverflow          = fault.New(fault.Refused, "amount-overflow", "the account cannot hold that much")
	ErrReversed          = fault.New(fault.Refused, "already-reversed", "the entry was reversed before")
	ErrHolderKind        = fault.New(fault.Invalid, "holder-kind", "a holder is individual, professional, collectivity or association")
	ErrUnfinished        = fault.New(fault.Unavailable, "move-unfinished", "a move into this book was begun and not finished; run the same noria move again")
	ErrMoved             = fault.New(fault.Refused, "wallet-moved", "the wallet moved meanwhile: try again")
	ErrCursor            = fault.New(fault.Invalid, "cursor-invalid", "the cursor is not one that this list gave")
)
