// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"slices"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Running is what anybody may know of a campaign that grants a bonus to
// individuals today: what its convention says, never what is left of it.
type Running struct {
	Funder ident.Holder
	Rate   money.Rate
	EndsOn civil.Date
	Cap    money.Amount // for one person, 0 for none
	Period Period       // over which the cap counts
}

// Running lists the campaigns that grant a bonus to individuals today, the oldest
// first.
func (v *View) Running(ctx context.Context) ([]Running, error) {
	today := civil.Of(v.now())
	all, err := readCampaigns(v.committed(ctx), today, sqlAllCampaigns)
	if err != nil {
		return nil, err
	}
	var running []Running
	for _, c := range all {
		if c.Status == CampaignActive && c.StartsOn <= today && c.Remaining > 0 && slices.Contains(c.EligibleKinds, ledger.Individual) {
			running = append(running, Running{c.Funder, c.Rate, c.EndsOn, c.PerPersonCap, c.PerPersonPeriod})
		}
	}
	return running, nil
}
