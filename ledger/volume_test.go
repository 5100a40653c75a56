// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger_test

import (
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
)

func TestVolumesOfAnyTime(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		l := book(t, connect())
		begin := l.Now().Add(-time.Hour)
		h := wallets(t, l, 2, "10.00")
		for range 3 {
			if _, err := pay(t, l, key(), h[0], h[1], 125); err != nil {
				t.Fatal(err)
			}
		}
		head, err := l.Head(t.Context(), l.Reader())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := pay(t, l, key(), h[0], h[1], 200); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			what        string
			from, until time.Time
			want        map[ledger.Kind]ledger.Volume
		}{
			{"before the first entry", begin.Add(-time.Hour), begin, map[ledger.Kind]ledger.Volume{}},
			{"up to the last but one", begin, head.At.Add(time.Microsecond), map[ledger.Kind]ledger.Volume{
				ledger.KindConversion: {Entries: 2, Units: 2000}, ledger.KindPayment: {Entries: 3, Units: 375}}},
			{"the last alone", head.At.Add(time.Microsecond), l.Now().Add(time.Hour), map[ledger.Kind]ledger.Volume{ledger.KindPayment: {Entries: 1, Units: 200}}},
			{"nothing backwards", head.At.Add(time.Hour), head.At, map[ledger.Kind]ledger.Volume{}},
		} {
			got, err := l.Volumes(t.Context(), c.from, c.until)
			if err != nil || len(got) != len(c.want) {
				t.Errorf("%s: %v, %v; want %v", c.what, got, err, c.want)
			}
			for kind, want := range c.want {
				if got[kind] != want {
					t.Errorf("%s: %s is %v, want %v", c.what, kind, got[kind], want)
				}
			}
		}
		counts, err := l.HoldersByKind(t.Context())
		if err != nil || counts[ledger.Individual] != 2 {
			t.Errorf("holders: %v, %v", counts, err)
		}
	})
}
