// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"slices"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Allowance is the bonus that a campaign may still give somebody today.
type Allowance struct {
	Campaign CampaignID
	Name     string // of the campaign
	Funder   string // displayed name of who gives it
	Rate     money.Rate
	Limited  bool         // a ceiling for each person applies
	Left     money.Amount // of the ceiling, in this period; never more than the campaign has left
	Period   Period       // over which the ceiling counts
	EndsOn   civil.Date   // last day of the campaign
}

// Allowances lists the campaigns that run today and that a holder may have a
// bonus of, those that end first before the others. It returns ErrForbidden and
// ErrMissing.
func (v *View) Allowances(ctx context.Context, actor access.Actor, h ident.Holder) ([]Allowance, error) {
	if err := access.Allow(actor, access.ConversionQuote, h); err != nil {
		return nil, err
	}
	who, err := v.journal.Holder(ctx, h)
	if err != nil {
		return nil, err
	}
	day := civil.Of(v.now())
	offers, err := offersOn(v.committed(ctx), h, day)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(offers, func(a, b Offer) int { return int(a.Campaign.EndsOn - b.Campaign.EndsOn) })
	var list []Allowance
	for i := range offers {
		o := &offers[i]
		if !o.runs(day) || !o.eligible(who.Kind) {
			continue
		}
		funder, err := v.journal.Holder(ctx, o.Campaign.Funder)
		if err != nil {
			return nil, err
		}
		a := Allowance{Campaign: o.Campaign.ID, Name: o.Campaign.Name, Funder: funder.Name, Rate: o.Campaign.Rate,
			Left: max(0, o.Campaign.Remaining), Period: o.Campaign.PerPersonPeriod, EndsOn: o.Campaign.EndsOn}
		if left := o.left(0); left != nil {
			a.Limited, a.Left = true, min(a.Left, *left)
		}
		list = append(list, a)
	}
	return list, nil
}
