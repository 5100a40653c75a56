// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"context"
	"strings"

	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/session"
)

// odd says whether a sign-in is one to write about (ASVS 6.3.5): from a device that
// the person never used, or by less than a passkey from a network they never
// used. A passkey travels with its phone. The first sign-in of all is not odd.
func (s *Service) odd(ctx context.Context, user ident.User, proof session.Proof, from From) (bool, error) {
	rows, err := s.ledger.Reader().QueryContext(ctx, sqlLabels, user)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	before, device, network := false, false, false
	for rows.Next() {
		var label string
		if err := rows.Scan(&label); err != nil {
			return false, err
		}
		before = true
		device = device || strings.HasPrefix(label, From{Device: from.Device}.Label())
		network = network || strings.HasSuffix(label, from.Network)
	}
	return before && (!device || (!network && proof != session.ByPasskey)), rows.Err()
}
