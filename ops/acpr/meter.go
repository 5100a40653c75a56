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
// reading counts is for the issuer to say (L4): payments between holders always
// do, and are what counts unless the treasurers decided otherwise.
type Meter struct {
	On        civil.Date   `json:"on"`
	Since     civil.Date   `json:"since"` // the first day that counts
	Threshold money.Amount `json:"threshold_eur"`
	Counts    Counting     `json:"counts"`
	Counted   Reading      `json:"counted"`  // as the treasurers decided
	Payments  Reading      `json:"payments"` // between holders
	Wide      Reading      `json:"wide"`     // with euros changed and units redeemed
	Course    []Point      `json:"course"`   // how the sums came there: the last day of each month, and the day itself
}

// Point is the sums on a day.
type Point struct {
	On       civil.Date   `json:"on"`
	Counted  money.Amount `json:"counted_eur"`
	Payments money.Amount `json:"payments_eur"`
	Wide     money.Amount `json:"wide_eur"`
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
// last twelve months. The window slides: each day takes the operations of the day
// in and leaves those of the same day of the year before out.
func (days Days) Read(on civil.Date) Reading {
	var r Reading
	d := yearBefore(on)
	sum, first := days.sum(d), yearBefore(d)+1
	for ; d <= on; d++ {
		if d > yearBefore(on) {
			sum += days[d]
		}
		for ; first <= yearBefore(d); first++ {
			sum -= days[first]
		}
		switch {
		case sum <= Threshold:
			r.FirstAbove = 0
		case r.FirstAbove == 0:
			r.FirstAbove = d
		}
	}
	r.Sum, r.Warning, r.Due = sum, sum >= Warning, sum > Threshold
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
	return read(ctx, j, in.On)
}

func read(ctx context.Context, j *ledger.Journal, on civil.Date) (Meter, error) {
	m := Meter{On: on, Since: yearBefore(on) + 1, Threshold: Threshold}
	all := operations{narrow: make(Days), wide: make(Days), counted: make(Days)}
	err := j.Snapshot(ctx, func(r db.Reader) error {
		var err error
		if m.Counts, err = counting(ctx, r); err != nil {
			return err
		}
		return all.read(ctx, r, on, m.Counts)
	})
	m.Counted, m.Payments, m.Wide = all.counted.Read(on), all.narrow.Read(on), all.wide.Read(on)
	for _, d := range monthEnds(on) {
		m.Course = append(m.Course, Point{d, all.counted.sum(d), all.narrow.sum(d), all.wide.sum(d)})
	}
	return m, err
}

// operations are those of two years, in each reading.
type operations struct{ narrow, wide, counted Days }

func (o operations) read(ctx context.Context, r db.Reader, on civil.Date, counts Counting) error {
	for _, q := range []struct {
		query string
		sign  money.Amount
	}{{sqlOperations, 1}, {sqlTakenBack, -1}} {
		rows, err := r.QueryContext(ctx, q.query, yearBefore(yearBefore(on)), on)
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
			o.wide[day] += q.sign * amount
			if kind == ledger.KindPayment {
				o.narrow[day] += q.sign * amount
			}
			if counts.counts(kind) {
				o.counted[day] += q.sign * amount
			}
		}
		if err := rows.Err(); err != nil {
			return err
		}
	}
	return nil
}

// monthEnds are the last days of the eleven months before that of a day, and the
// day itself.
func monthEnds(on civil.Date) []civil.Date {
	at := on.Start().In(civil.Paris())
	var days []civil.Date
	for back := 10; back >= 0; back-- {
		days = append(days, civil.New(at.Year(), at.Month()-time.Month(back), 1)-1)
	}
	return append(days, on)
}

// Asked is the day of a meter, today's where it is zero, and the present.
type Asked struct {
	On  civil.Date
	Now time.Time
}
