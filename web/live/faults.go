// SPDX-License-Identifier: AGPL-3.0-or-later

package live

import (
	"time"

	"github.com/noria-mlc/noria/ledger/fault"
)

// Refusals of a connection, before it is open. They share the codes that every
// room uses, so that they have words already.
var (
	ErrOrigin      = fault.ErrForbidden.With("a page of another site may not connect")
	ErrProtocol    = fault.ErrMalformed.With("this is no websocket hand-shake for the sub-protocol noria.v1")
	ErrQuery       = fault.ErrInvalid.With("the address has parameters that do not belong there")
	ErrCursor      = fault.ErrInvalid.With("Last-Event-ID must be a number that this stream gave")
	ErrConnections = fault.New(fault.Limited, "limited", "this user has too many live connections").After(30 * time.Second)
	ErrFull        = fault.New(fault.Unavailable, "unavailable", "there is no room for another live connection").After(5 * time.Second)
	ErrStopping    = fault.New(fault.Unavailable, "unavailable", "the server is stopping").After(2 * time.Second)
)
