// SPDX-License-Identifier: AGPL-3.0-or-later

package locale

import (
	"fmt"
	"strconv"
	"time"
	_ "time/tzdata" // the zone must be known on machines without a zone database
)

// Calendar writes instants as people of the currency's territory read them: in
// French and in Europe/Paris. Its zero value is not usable; see NewCalendar.
type Calendar struct{ zone *time.Location }

// NewCalendar loads the time zone. It fails only when the zone database built
// into the program is damaged.
func NewCalendar() (Calendar, error) {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return Calendar{}, fmt.Errorf("locale: %w", err)
	}
	return Calendar{zone}, nil
}

// Day writes the civil date of an instant: "23 novembre 2026", "1er mars 2026".
func (c Calendar) Day(t time.Time) string {
	t = t.In(c.zone)
	return dayOfMonth(t) + " " + month(t.Month()) + " " + strconv.Itoa(t.Year())
}

// ShortDay writes the day without its year, for lists: "23 nov.", "1er mars".
func (c Calendar) ShortDay(t time.Time) string {
	t = t.In(c.zone)
	return dayOfMonth(t) + " " + shortMonth(t.Month())
}

// Month writes the month of an instant: "novembre 2026".
func (c Calendar) Month(t time.Time) string {
	t = t.In(c.zone)
	return month(t.Month()) + " " + strconv.Itoa(t.Year())
}

// Hour writes the time of day: "9 h 05", with no-break spaces.
func (c Calendar) Hour(t time.Time) string {
	t = t.In(c.zone)
	return fmt.Sprintf("%d\u00a0h\u00a0%02d", t.Hour(), t.Minute())
}

// Instant writes the civil date and the time of day: "23 novembre 2026 à 9 h 05".
func (c Calendar) Instant(t time.Time) string { return c.Day(t) + " à " + c.Hour(t) }

// dayOfMonth writes the number of the day; French says "1er" for the first.
func dayOfMonth(t time.Time) string {
	if t.Day() == 1 {
		return "1er"
	}
	return strconv.Itoa(t.Day())
}

// month is the French name of a month, in lower case as French writes it.
func month(m time.Month) string {
	return [...]string{"janvier", "février", "mars", "avril", "mai", "juin",
		"juillet", "août", "septembre", "octobre", "novembre", "décembre"}[m-1]
}

// shortMonth is the usual French abbreviation of a month.
func shortMonth(m time.Month) string {
	return [...]string{"janv.", "févr.", "mars", "avr.", "mai", "juin",
		"juil.", "août", "sept.", "oct.", "nov.", "déc."}[m-1]
}
