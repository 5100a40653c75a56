// SPDX-License-Identifier: AGPL-3.0-or-later

package payout

import "context"

// Funded says whether ExecuteDue would find a batch; it only reads.
func (v *View) Funded(ctx context.Context) (bool, error) {
	due, err := v.due(ctx)
	return len(due) > 0, err
}
