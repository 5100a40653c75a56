// SPDX-License-Identifier: AGPL-3.0-or-later

package live

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Codes with which a connection is closed.
const (
	codePolicy   = 1008 // the client does not keep to the protocol
	codeInternal = 1011 // a defect of the server
	codeRestart  = 1012 // the server stops
	codeLater    = 1013 // too slow, or the book could not be read: come back
	codeSession  = 4401 // the session has ended
	codeRights   = 4403 // a watched topic is no longer for this actor
)

// Causes for which connections end, as Metrics counts them.
const (
	causeGone      = "gone"      // the client left
	causeSilent    = "silent"    // no pong
	causeStuck     = "stuck"     // a write met its deadline
	causeSlow      = "slow"      // too many events waited behind one write
	causeMalformed = "malformed" // repeated malformed messages
	causeFlood     = "flood"     // too many messages or refusals
	causeOversize  = "oversize"  // a message above the limit
	causeSession   = "session"   // the session has ended
	causeRights    = "rights"    // a right was taken away
	causeBroken    = "broken"    // the book could not be read, or a defect
	causeStop      = "stop"      // the server stops
)

// ending is the close of a connection by the server. It is an error, so that
// what writes can return it.
type ending struct {
	code  int
	text  string // for the peer
	cause string // for Metrics
	retry time.Duration
}

func (e *ending) Error() string { return fmt.Sprintf("%d %s", e.code, e.text) }

func endSlow() *ending {
	return &ending{code: codeLater, text: "come back with your cursor", cause: causeSlow}
}

func endBroken() *ending {
	return &ending{code: codeLater, text: "try again later", cause: causeBroken}
}

func endRights() *ending {
	return &ending{code: codeRights, text: "forbidden", cause: causeRights}
}

// endStop closes for a restart with an advice of its own for each connection,
// so that they do not all come back together.
func endStop(longest time.Duration) *ending {
	retry := longest/10 + rand.N(longest-longest/10)
	return &ending{code: codeRestart, text: fmt.Sprintf("restarting; reconnect after %d ms", retry.Milliseconds()), cause: causeStop, retry: retry}
}
