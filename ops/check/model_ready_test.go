// SPDX-License-Identifier: AGPL-3.0-or-later

package check_test

import (
	"slices"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/payout"
)

// What follows says which things a command can be done to, for the generator.

func exists[T any](list []*T, fits func(*T) bool) func() bool {
	return func() bool { return slices.ContainsFunc(list, fits) }
}

func (w *world) approvable(k *campaign) bool { return !k.approved && k.ends >= w.today() }

func (w *world) fundable(k *campaign) bool { return k.received < k.budget && k.ends >= w.today() }

func (w *world) waits(x *exchange) bool { return x.statusAt(w.now) == conversion.AwaitingEuros }

func (w *world) unpaid(x *exchange) bool { return x.status == conversion.AwaitingEuros }

func stands(x *exchange) bool { return x.status == conversion.Settled }

func asked(r *redemption) bool { return r.status == conversion.RedemptionRequested }

func (w *world) payable(r *request) bool { return r.statusAt(w.now) == merchant.Open }

func refundable(p *payment) bool { return p.refundOf == nil && p.refunded < p.amount && p.to.free > 0 }

func valid(k *choice) bool { return !k.revoked }

func is(status payout.Status) func(*batch) bool {
	return func(b *batch) bool { return b.status == status }
}
