// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion_test

import (
	"errors"
	"testing"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/money"
)

// TestP14ABonusIsWeighedAgainstTheCommission holds the figures of the abuse case.
func TestP14ABonusIsWeighedAgainstTheCommission(t *testing.T) {
	for _, c := range []struct {
		rate string
		even int64
		gain string
	}{{"0.20", 1667, "14.00"}, {"0.05", 476, "0.00"}, {"1.00", 5000, "90.00"}, {"0.10", 909, "4.50"}} {
		rate, five := money.MustParseRate(c.rate), conversion.Commission{Rate: money.MustParseRate("0.05")}
		if even, gain := conversion.BreakEven(rate), five.Gain(rate); even != c.even || gain.Format() != c.gain {
			t.Errorf("%s: %d and %s, want %d and %s", c.rate, even, gain, c.even, c.gain)
		}
	}
}

// TestG6AReturnIsForeseenAsItHappens compares what is shown before with what is done.
func TestG6AReturnIsForeseenAsItHappens(t *testing.T) {
	run(t, func(w *world) {
		w.campaign(w.bonus20(), "100.00")
		p := w.people[0]
		paid := w.settled(p, "50.00")
		w.pay(p, w.shop, "12.00")
		seen, err := w.Foresee(w.Context(), treasurer(), paid.ID)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Foresee(w.Context(), approver(), paid.ID)
		w.refused("an approver looks", err, ledger.ErrForbidden)
		done, err := w.chargeBack(paid.ID)
		if err != nil || seen.Taken != done.Taken || seen.Receivable != done.Receivable || seen.Bonus != done.Bonus || seen.Euros != done.Euros || done.Receivable.Format() != "12.00" {
			t.Errorf("foreseen %+v, done %+v, %v", seen, done, err)
		}
		_, err = w.Foresee(w.Context(), treasurer(), paid.ID)
		if !errors.Is(err, conversion.ErrConversionReversed) {
			t.Errorf("after it: %v", err)
		}
		_, err = w.Foresee(w.Context(), treasurer(), w.atDesk(w.people[1], "10.00").ID)
		w.refused("cash", err, conversion.ErrNotReturnable)
	})
}
