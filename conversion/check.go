// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"fmt"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// CheckCampaigns recomputes the figures of every campaign, on the state of the
// book that r sees: received is the sum of its fundings, granted and reserved
// are the bonuses of its settled and awaiting conversions, the grant account of
// the ledger holds received − granted (G4), and what each person used of a
// ceiling is the sum of the bonuses that stand (P12). It returns the first
// difference as a *ledger.Difference, or an error of the engine.
func (v *View) CheckCampaigns(ctx context.Context, r db.Reader) error {
	source := committed{ctx, r}
	campaigns, err := readCampaigns(source, civil.Of(v.now()), sqlAllCampaigns)
	if err != nil {
		return err
	}
	for i := range campaigns {
		if err := v.checkCampaign(ctx, r, &campaigns[i]); err != nil {
			return err
		}
	}
	if err := checkAllowances(source); err != nil {
		return err
	}
	return checkShared(source)
}

func (v *View) checkCampaign(ctx context.Context, r db.Reader, c *Campaign) error {
	grant, err := v.journal.Balance(ctx, r, c.grant())
	if err != nil {
		return err
	}
	var received, granted, reserved, returned money.Amount
	if err := r.QueryRowContext(ctx, sqlRecount, c.ID).Scan(&received, &granted, &reserved, &returned); err != nil {
		return err
	}
	for _, figure := range []struct {
		name         string
		stored, want money.Amount
	}{
		{"euros received", c.Received, received},
		{"euros granted", c.Granted, granted},
		{"euros reserved", c.Reserved, reserved},
		{"its grant account", grant.Amount, received + c.Due - granted - c.Returned},
		{"euros sent back", c.Returned, returned},
	} {
		if figure.stored != figure.want {
			return &ledger.Difference{Where: "campaign " + c.ID.String(),
				What: fmt.Sprintf("%s: %s, recomputed %s", figure.name, figure.stored, figure.want)}
		}
	}
	due, err := v.journal.Balance(ctx, r, c.dueAccount())
	if err != nil {
		return err
	}
	if due.Amount != c.Due {
		return &ledger.Difference{Where: "campaign " + c.ID.String(), What: fmt.Sprintf("signed and not paid: %s, recomputed %s", c.Due, due.Amount)}
	}
	if granted+reserved+c.Returned > received+c.Due {
		return &ledger.Difference{Where: "campaign " + c.ID.String(), What: "more is granted and reserved than was received"}
	}
	return nil
}

// allowance is what a person used of a ceiling, as stored and as recomputed.
type allowance struct {
	campaign                CampaignID
	holder                  ident.Holder
	used, ceiling, standing money.Amount
}

func checkAllowances(r rows) error {
	list, err := r.Query(sqlWrongAllowances)
	wrong, err := collect(list, err, func(row db.Row) (allowance, error) {
		var a allowance
		return a, row.Scan(&a.campaign, &a.holder, &a.used, &a.ceiling, &a.standing)
	})
	if err != nil || len(wrong) == 0 {
		return err
	}
	a := wrong[0]
	return &ledger.Difference{Where: fmt.Sprintf("allowance of %s in campaign %s", a.holder, a.campaign),
		What: fmt.Sprintf("used %s of %s, recomputed %s", a.used, a.ceiling, a.standing)}
}
