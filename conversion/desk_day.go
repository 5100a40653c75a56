// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// DeskDay is what a desk took on one day, and the euros that it has to remit.
type DeskDay struct {
	Desk     Desk
	Day      civil.Date
	Cash     money.Amount // conversions that stand
	Cheques  money.Amount
	Cards    money.Amount // by the card terminal; its euros come to the bank by themselves and are remitted in the books only
	Count    int          // of them
	Reversed int          // taken back since; not in the sums
	Due      money.Amount // what the till holds by the books now, whatever the day
	Made     []Conversion // newest first, those taken back among them
}

// DeskDay tells the day of a desk, or of the only one where the slug is empty.
// It returns ErrForbidden, ErrDeskMissing, and ErrInvalid for an unknown desk or
// where one must be named.
func (v *View) DeskDay(ctx context.Context, actor access.Actor, slug string, day civil.Date) (DeskDay, error) {
	if err := access.Allow(actor, access.ConversionDesk, ident.Holder{}); err != nil {
		return DeskDay{}, err
	}
	d := DeskDay{Day: day}
	now := v.now()
	err := v.journal.Snapshot(ctx, func(r db.Reader) error {
		var err error
		reader := committed{ctx, r}
		if d.Desk, err = deskNamed(reader, slug); err != nil {
			return err
		}
		list, err := reader.Query(sqlDeskDay, string(d.Desk.Account), day)
		if d.Made, err = collect(list, err, func(row db.Row) (Conversion, error) { return scanConversion(row, now) }); err != nil {
			return err
		}
		held, err := v.journal.Balance(ctx, r, d.Desk.Account)
		d.Due = held.Debits - held.Credits
		return err
	})
	if err != nil {
		return DeskDay{}, err
	}
	for _, c := range d.Made {
		switch {
		case c.Status == Reversed:
			d.Reversed++
			continue
		case c.Means == Cheque:
			d.Cheques += c.Euros
		case c.Means == Card:
			d.Cards += c.Euros
		default:
			d.Cash += c.Euros
		}
		d.Count++
	}
	return d, nil
}

// lastMonth returns the first and the last day of the whole month before an
// instant.
func lastMonth(now time.Time) (civil.Date, civil.Date) {
	today := civil.Of(now)
	last := today
	for last.Month() == today.Month() {
		last--
	}
	first := last
	for (first - 1).Month() == last.Month() {
		first--
	}
	return first, last
}
