// SPDX-License-Identifier: AGPL-3.0-or-later

package civil_test

import (
	"errors"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger/civil"
)

func TestADayIsThatOfParis(t *testing.T) {
	for instant, want := range map[string]string{
		"2026-02-28T22:59:59Z": "2026-02-28", "2026-02-28T23:00:00Z": "2026-03-01",
		"2026-06-30T21:59:59Z": "2026-06-30", "2026-06-30T22:00:00Z": "2026-07-01",
	} {
		at, _ := time.Parse(time.RFC3339, instant)
		if got := civil.Of(at).String(); got != want {
			t.Errorf("%s is %s in Paris, want %s", instant, got, want)
		}
	}
}

func TestEveryDayMeetsTheNext(t *testing.T) {
	for d := civil.New(2026, 1, 1); d < civil.New(2027, 1, 1); d++ {
		if civil.Of(d.Start()) != d || civil.Of(d.End()) != d+1 || civil.Of(d.End().Add(-time.Microsecond)) != d {
			t.Fatalf("%s does not begin and end at midnight", d)
		}
	}
	if h := civil.New(2026, 3, 29).End().Sub(civil.New(2026, 3, 29).Start()); h != 23*time.Hour {
		t.Errorf("the day of the spring change lasts %s", h)
	}
}

func TestParseTakesRealDaysOnly(t *testing.T) {
	if d, err := civil.Parse("2028-02-29"); err != nil || d.String() != "2028-02-29" || d.Month() != "2028-02" {
		t.Errorf("leap day: %s, %v", d, err)
	}
	for _, bad := range []string{"2026-02-29", "2026-13-01", "26-01-01", "2026-1-1", "2026-01-01T00:00:00Z", "01/02/2026", " 2026-01-01"} {
		if d, err := civil.Parse(bad); !errors.Is(err, civil.ErrSyntax) {
			t.Errorf("%q was read as %s", bad, d)
		}
	}
}
