// SPDX-License-Identifier: AGPL-3.0-or-later

package sepa

import (
	"time"

	"github.com/noria-mlc/noria/ledger/civil"
)

// BusinessDay says whether payments in euros are settled between banks on a day
// (the calendar of TARGET): no Saturday, no Sunday, not 1 January, Good Friday,
// Easter Monday, 1 May, 25 nor 26 December.
func BusinessDay(d civil.Date) bool {
	start := d.Start().In(civil.Paris())
	if weekday := start.Weekday(); weekday == time.Saturday || weekday == time.Sunday {
		return false
	}
	year, month, day := start.Date()
	switch {
	case month == time.January && day == 1, month == time.May && day == 1,
		month == time.December && (day == 25 || day == 26):
		return false
	}
	easter := easterSunday(year)
	return d != easter-2 && d != easter+1
}

// OnBusinessDay returns the day itself, or the first business day after it.
func OnBusinessDay(d civil.Date) civil.Date {
	for !BusinessDay(d) {
		d++
	}
	return d
}

// AddBusinessDays returns the business day that comes n business days after a
// day; with n zero it is OnBusinessDay.
func AddBusinessDays(d civil.Date, n int) civil.Date {
	d = OnBusinessDay(d)
	for range n {
		d = OnBusinessDay(d + 1)
	}
	return d
}

// easterSunday computes Easter of the Gregorian calendar: the epact gives the
// paschal full moon, and Easter is the Sunday after it.
func easterSunday(year int) civil.Date {
	century := year / 100
	golden := year % 19
	// The age of the moon on 1 January, corrected for leap years that were left
	// out and for the drift of the lunar cycle.
	moon := (19*golden + century - century/4 - (century-(century+8)/25+1)/3 + 15) % 30
	weekday := (32 + 2*(century%4) + 2*(year%100/4) - moon - year%100%4) % 7
	late := (golden + 11*moon + 22*weekday) / 451
	n := moon + weekday - 7*late + 114
	return civil.New(year, time.Month(n/31), n%31+1)
}
