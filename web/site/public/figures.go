// SPDX-License-Identifier: AGPL-3.0-or-later

package public

import (
	"context"
	"sync"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
)

// figuresAge is how old the figures of the present month may be: anybody can ask
// for them, and counting reads every posting of the month.
const figuresAge = time.Hour

// shownMonths is how many months the figures show.
const shownMonths = 12

// figures keeps what was counted. A month that is over is counted once.
type figures struct {
	mutex  sync.Mutex
	months map[string]monthSums
}

// monthSums is what moved in a month, and when it was counted.
type monthSums struct {
	from    time.Time
	sums    map[ledger.Kind]ledger.Volume
	counted time.Time
	over    bool
}

// year counts the last months, the newest first. Callers who come together
// wait for one count.
func (f *figures) year(ctx context.Context, book *ledger.Ledger) ([]monthSums, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	now := book.Now()
	if f.months == nil {
		f.months = map[string]monthSums{}
	}
	var year []monthSums
	first := monthOf(civil.Of(now))
	for range shownMonths {
		from, until := first, monthOf(civil.Of(first.Start().AddDate(0, 0, 40)))
		known, ok := f.months[from.Month()]
		if !ok || !known.over && now.Sub(known.counted) > figuresAge {
			sums, err := book.Volumes(ctx, from.Start(), until.Start())
			if err != nil {
				return nil, err
			}
			known = monthSums{from.Start(), sums, now, !now.Before(until.Start())}
			f.months[from.Month()] = known
		}
		year = append(year, known)
		first = monthOf(from - 1)
	}
	for month, known := range f.months { // what fell out of the year
		if known.from.Before(first.Start()) {
			delete(f.months, month)
		}
	}
	return year, nil
}

// monthOf is the first day of a day's month.
func monthOf(day civil.Date) civil.Date {
	first, err := civil.Parse(day.Month() + "-01")
	if err != nil {
		return day // a month that was written by Month is read by Parse
	}
	return first
}
