// SPDX-License-Identifier: AGPL-3.0-or-later

package fonte

import (
	"time"

	"github.com/noria-mlc/noria/ledger/civil"
)

// Period is how often units are taken: by the calendar of Paris.
type Period string

// The periods.
const (
	Month    Period = "month"
	Quarter  Period = "quarter"
	HalfYear Period = "half-year"
)

// months is how many months a period has, 0 for none that is known. It divides
// the year, so that periods begin on the same days every year.
func (p Period) months() int {
	switch p {
	case Month:
		return 1
	case Quarter:
		return 3
	case HalfYear:
		return 6
	}
	return 0
}

// span is one period of a rule, both days included.
type span struct{ first, last civil.Date }

// around returns the period in which a day lies.
func (p Period) around(day civil.Date) span {
	t, _ := time.Parse(time.DateOnly, day.String())
	n := p.months()
	begin := time.Month((int(t.Month())-1)/n*n + 1)
	return span{civil.New(t.Year(), begin, 1), civil.New(t.Year(), begin+time.Month(n), 1) - 1}
}

// after returns the period that follows.
func (p Period) after(s span) span { return p.around(s.last + 1) }
