// SPDX-License-Identifier: AGPL-3.0-or-later

package observe

import (
	"context"
	"strings"

	"github.com/noria-mlc/noria/ledger"
)

// Follow counts what the journal tells after a position, until ctx ends: every
// committed command as done, and every payment and refund by its channel. So
// what jobs and programs of the house change is counted as well, and nothing is
// counted that was not committed. It returns what ledger.Journal.Tail returns.
func (m *Metrics) Follow(ctx context.Context, j *ledger.Journal, after ledger.Position) error {
	return j.Tail(ctx, after, func(changes []ledger.Change) error {
		m.committed(changes)
		return nil
	})
}

func (m *Metrics) committed(changes []ledger.Change) {
	for i := range changes {
		m.Command(changes[i].Action, Done)
		for _, e := range changes[i].Entries {
			if c, ok := channelOf(&changes[i], e.Kind); ok {
				m.count(c, Done)
			}
		}
	}
}

// channelOf returns by what way a payment was asked for; false for an entry of
// another kind. A payment that settled a merchant's request names the request.
func channelOf(c *ledger.Change, kind ledger.Kind) (Channel, bool) {
	switch kind {
	case ledger.KindRefund:
		return Refund, true
	case ledger.KindPayment:
		for _, subject := range c.Subjects {
			if strings.HasPrefix(subject, "prq_") {
				return ByRequest, true
			}
		}
		return Direct, true
	}
	return "", false
}
