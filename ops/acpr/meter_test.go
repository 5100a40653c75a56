// SPDX-License-Identifier: AGPL-3.0-or-later

package acpr_test

import (
	"testing"

	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/acpr"
)

func TestL3TheDeclarationIsDueAboveAMillion(t *testing.T) {
	on := civil.New(2026, 11, 23)
	for sum, want := range map[string]struct{ warning, due bool }{
		"799999.99": {false, false}, "800000.00": {true, false}, "999999.99": {true, false}, "1000000.00": {true, false}, "1000000.01": {true, true},
	} {
		got := acpr.Days{on - 10: money.MustParse(sum)}.Read(on)
		if got.Sum.Format() != sum || got.Warning != want.warning || got.Due != want.due || want.due != (got.FirstAbove == on-10) {
			t.Errorf("%s: %+v, want %+v", sum, got, want)
		}
	}
}

func TestL3TheWindowSlidesByDay(t *testing.T) {
	first := civil.New(2025, 11, 23)
	days := acpr.Days{first: money.MustParse("600000.00"), civil.New(2026, 3, 1): money.MustParse("400000.01")}
	for _, c := range []struct {
		on   civil.Date
		due  bool
		from civil.Date
	}{
		{civil.New(2026, 2, 28), false, 0}, {civil.New(2026, 3, 1), true, civil.New(2026, 3, 1)},
		{civil.New(2026, 11, 22), true, civil.New(2026, 3, 1)}, {civil.New(2026, 11, 23), false, 0},
	} {
		if got := days.Read(c.on); got.Due != c.due || got.FirstAbove != c.from {
			t.Errorf("%s: %+v, want due %v from %s", c.on, got, c.due, c.from)
		}
	}
}
