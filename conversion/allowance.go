// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
)

// remembered is for how many days a campaign that ended is still named as the
// reason why there is no bonus.
const remembered civil.Date = 60

// offersOn reads the campaigns that matter to a person's conversion on a day:
// approved, and not ended long ago, with what the person used of each ceiling.
func offersOn(r rows, h ident.Holder, day civil.Date) ([]Offer, error) {
	home, err := residenceOf(r, h)
	if err != nil {
		return nil, err
	}
	list, err := r.Query(sqlOffers, h, day.Month(), day-remembered, home.Household)
	return collect(list, err, func(row db.Row) (Offer, error) {
		var o Offer
		var err error
		o.Campaign, err = scanCampaign(row, &o.Used, &o.HouseholdUsed)
		o.Commune, o.household = home.Commune, home.Household
		return o, err
	})
}

// take reserves the bonus of a new conversion: from the campaign's budget and
// from the person's ceiling, both by updates that change nothing beyond the
// rule (G4, P12).
func (c *Conversion) take(tx *ledger.Tx, offers []Offer) error {
	if c.Bonus == 0 {
		return nil
	}
	for i := range offers {
		from := &offers[i].Campaign
		if from.ID != c.Campaign {
			continue
		}
		c.period = from.period(tx.Today())
		if from.PerPersonCap > 0 {
			if err := tx.Guard(ErrAllowance, sqlTakeAllowance, c.Campaign, c.Holder, c.period, from.PerPersonCap, c.Bonus); err != nil {
				return err
			}
		}
		if err := c.takeShared(tx, &offers[i]); err != nil {
			return err
		}
	}
	tx.Touch(c.Campaign.Ref())
	return tx.Guard(ErrBudgetExhausted, sqlReserve, c.Campaign, c.Bonus)
}

// giveBack returns the bonus of a conversion that will not stand to the budget,
// by the given update, and to the person's ceiling.
func (c *Conversion) giveBack(tx *ledger.Tx, update string) error {
	if c.Bonus == 0 {
		return nil
	}
	tx.Touch(c.Campaign.Ref())
	if err := tx.Guard(ErrBudgetExhausted, update, c.Campaign, c.Bonus); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlReturnAllowance, c.Campaign, c.Holder, c.period, c.Bonus); err != nil {
		return err
	}
	return c.returnShared(tx)
}
