// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"
	"time"
)

// pairingGates hold back whoever guesses the codes of counter screens: ten tries
// at once from one network, then one in half a minute, and from everywhere
// together as many as a whole market needs.
func pairingGates() [3]gate {
	return [3]gate{{"pairing", 10, 30 * time.Second}, {"pairing network", 30, time.Minute}, {"pairing everywhere", 600, time.Second}}
}

// TryPairing counts a try of a pairing code before it is looked at. It returns
// ErrLimited, with the time to wait, where there were too many.
func (s *Service) TryPairing(ctx context.Context, from From) error {
	return s.attempt(ctx, pairingGates(), "", from.Network)
}
