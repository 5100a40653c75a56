// SPDX-License-Identifier: AGPL-3.0-or-later

package locale_test

import (
	"testing"
	"time"

	"github.com/noria-mlc/noria/web/locale"
)

func TestCalendarWritesFrenchDatesInParis(t *testing.T) {
	calendar, err := locale.NewCalendar()
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		utc, day, short, instant string
	}{
		{"2026-11-23T13:05:00Z", "23 novembre 2026", "23 nov.", "23 novembre 2026 à 14\u00a0h\u00a005"},
		{"2026-07-31T22:30:00Z", "1er août 2026", "1er août", "1er août 2026 à 0\u00a0h\u00a030"},
		{"2025-12-31T23:59:59Z", "1er janvier 2026", "1er janv.", "1er janvier 2026 à 0\u00a0h\u00a059"},
		{"2026-02-08T08:00:00Z", "8 février 2026", "8 févr.", "8 février 2026 à 9\u00a0h\u00a000"},
	}
	for _, c := range cases {
		at, err := time.Parse(time.RFC3339, c.utc)
		if err != nil {
			t.Fatal(err)
		}
		if got := calendar.Day(at); got != c.day {
			t.Errorf("Day(%s) = %q, want %q", c.utc, got, c.day)
		}
		if got := calendar.ShortDay(at); got != c.short {
			t.Errorf("ShortDay(%s) = %q, want %q", c.utc, got, c.short)
		}
		if got := calendar.Instant(at); got != c.instant {
			t.Errorf("Instant(%s) = %q, want %q", c.utc, got, c.instant)
		}
	}
}

func TestEveryMonthHasItsName(t *testing.T) {
	calendar, err := locale.NewCalendar()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for m := time.January; m <= time.December; m++ {
		at := time.Date(2026, m, 15, 12, 0, 0, 0, time.UTC)
		seen[calendar.Day(at)], seen[calendar.ShortDay(at)] = true, true
	}
	if len(seen) != 24 {
		t.Errorf("12 months gave %d distinct writings, want 24", len(seen))
	}
}
