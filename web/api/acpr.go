// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ops/acpr"
)

// acpr adds the meter of payment operations.
func (r *routes) acpr() {
	private(r, get("/v1/acpr", "Payment operations of the last twelve months, in both readings (L3, L4)", "fund"),
		func(ctx context.Context, actor access.Actor, in *struct {
			On civil.Date `query:"on" required:"false" format:"date" doc:"Last day of the twelve months; today where absent"`
		}) (*shown[acpr.Meter], error) {
			m, err := acpr.Read(ctx, r.Ledger.Journal, actor, acpr.Asked{On: in.On, Now: r.Ledger.Now()})
			return show(m, err)
		})
	private(r, create("/v1/acpr/settings", "Decide what counts besides payments between holders (L4)", "fund"),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			Body acpr.Counting
		}) (*done[acpr.Counting], error) {
			key, err := in.key()
			if err != nil {
				return nil, err
			}
			c, replayed, err := acpr.Decide(ctx, r.Ledger, actor, key, in.Body)
			if err != nil {
				return nil, err
			}
			return answered(c, replayed, "/v1/acpr"), nil
		})
}
