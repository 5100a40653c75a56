// SPDX-License-Identifier: AGPL-3.0-or-later

package civil

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"sync"
	"time"
	_ "time/tzdata" // the zone must be there on a machine without one
)

// ErrSyntax says that a text is not a date.
var ErrSyntax = errors.New("a date is written YYYY-MM-DD")

// Date is a civil date, as days since 1 January 1970.
type Date int32

// Paris returns the time zone of every civil date.
var Paris = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic("civil: the embedded zone data lacks Europe/Paris: " + err.Error())
	}
	return zone
})

// Of returns the civil date of an instant.
func Of(t time.Time) Date {
	y, m, d := t.In(Paris()).Date()
	return New(y, m, d)
}

// New returns the date of a year, month and day.
func New(year int, month time.Month, day int) Date {
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// Parse reads a date written YYYY-MM-DD; it returns ErrSyntax for anything
// else, days that do not exist included.
func Parse(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || len(s) != len(time.DateOnly) || t.Year() < 1970 {
		return 0, ErrSyntax
	}
	return Date(t.Unix() / 86400), nil
}

// Start returns the instant at which the day begins in Paris.
func (d Date) Start() time.Time {
	y, m, day := d.utc().Date()
	return time.Date(y, m, day, 0, 0, 0, 0, Paris()).UTC()
}

// End returns the first instant after the day, in Paris.
func (d Date) End() time.Time { return (d + 1).Start() }

// Month writes the month of the date: "2026-03".
func (d Date) Month() string { return d.utc().Format("2006-01") }

// String writes the date YYYY-MM-DD.
func (d Date) String() string { return d.utc().Format(time.DateOnly) }

func (d Date) utc() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// MarshalText writes the date; zero is the empty text.
func (d Date) MarshalText() ([]byte, error) {
	if d == 0 {
		return nil, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads a date as Parse does, the empty text as no date.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = 0
		return nil
	}
	v, err := Parse(string(b))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

// Value stores the number of days.
func (d Date) Value() (driver.Value, error) { return int64(d), nil }

// Scan reads a stored number of days, null as no date.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = 0
		return nil
	case int64:
		*d = Date(v)
		return nil
	}
	return fmt.Errorf("%T is no stored date", src)
}
