// SPDX-License-Identifier: AGPL-3.0-or-later

package acpr

import (
	"context"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Threshold is the sum above which a declaration is due (L3); Warning is 80 % of
// it.
const (
	Threshold money.Amount = 1_000_000_00
	Warning   money.Amount = 800_000_00
)

// Reading is the meter in one reading of the law.
type Reading struct {
	Sum        money.Amount `json:"sum_eur"` // of the last twelve months
	Warning    bool         `json:"warning"` // 80 % is reached
	Due        bool         `json:"due"`     // the sum is above the threshold: a declaration is due
	FirstAbove civil.Date   `json:"first_above,omitzero"`
}

// Meter is the payment operations of the twelve months that end on a day. Which
// of the two readings counts is for the issuer to say (L4); payments between
// holders is the usual one.
type Meter struct {
	On        civil.Date   `json:"on"`
	Since     civil.Date   `json:"since"` // the first day that counts
	Threshold money.Amount `json:"threshold_eur"`
	Payments  Reading      `json:"payments"` // between holders
	Wide      Reading      `json:"wide"`     // with euros changed and units redeemed
}

// Days are the operations of each day.
type Days map[civil.Date]money.Amount

// yearBefore returns the day twelve months before a day, so that those after it
// and up to the day are twelve months; 28 February for a 29th.
func yearBefore(d civil.Date) civil.Date {
	t := d.Start().In(civil.Paris())
	before := civil.New(t.Year()-1, t.Month(), t.Day())
	if before.Start().In(civil.Paris()).Month() != t.Month() {
		before--
	}
	return before
}

// Read makes a reading on a day of the operations of at least two years. The
// first day above the threshold is that of the latest crossing, sought in the
// last twelve months.
func (days Days) Read(on civil.Date) Reading {
	var r Reading
	above := false
	for d := yearBefore(on); d <= on; d++ {
		r.Sum = days.sum(d)
		if was := above; r.Sum > Threshold {
			if above = true; !was {
				r.FirstAbove = d
			}
		} else {
			above, r.FirstAbove = false, 0
		}
	}
	r.Warning, r.Due = r.Sum >= Warning, r.Sum > Threshold
	return r
}

// sum adds up the days of (d − 12 months, d].
func (days Days) sum(d civil.Date) money.Amount {
	var sum money.Amount
	for x := yearBefore(d) + 1; x <= d; x++ {
		sum += days[x]
	}
	return sum
}

// Read returns the meter of a day. It returns ErrForbidden, and ErrInvalid for a
// day to come.
func Read(ctx context.Context, j *ledger.Journal, actor access.Actor, in Asked) (Meter, error) {
	if err := access.Allow(actor, access.JournalRead, ident.Holder{}); err != nil {
		return Meter{}, err
	}
	if in.On == 0 {
		in.On = civil.Of(in.Now)
	}
	if in.On > civil.Of(in.Now) {
		return Meter{}, fault.ErrInvalid.At("query/on", "must not be in the future")
	}
	narrow, wide := make(Days), make(Days)
	from := yearBefore(yearBefore(in.On))
	err := j.Snapshot(ctx, func(r db.Reader) error {
		for _, q := range []struct {
			query string
			sign  money.Amount
		}{{sqlOperations, 1}, {sqlTakenBack, -1}} {
			rows, err := r.QueryContext(ctx, q.query, from, in.On)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var day civil.Date
				var kind ledger.Kind
				var amount money.Amount
				if err := rows.Scan(&day, &kind, &amount); err != nil {
					return err
				}
				if wide[day] += q.sign * amount; kind == ledger.KindPayment {
					narrow[day] += q.sign * amount
				}
			}
			if err := rows.Err(); err != nil {
				return err
			}
		}
		return nil
	})
	return Meter{On: in.On, Since: yearBefore(in.On) + 1, Threshold: Threshold, Payments: narrow.Read(in.On), Wide: wide.Read(in.On)}, err
}

// Asked is the day of a meter, today's where it is zero, and the present.
type Asked struct {
	On  civil.Date
	Now time.Time
}
