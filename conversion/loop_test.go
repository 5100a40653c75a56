// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion_test

import (
	"testing"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
)

// TestP12LoopsOfChangePaymentAndRedemptionAreFound holds the alert of the abuse
// case: a chain is told once, with its entries, and people who only shop are not.
func TestP12LoopsOfChangePaymentAndRedemptionAreFound(t *testing.T) {
	run(t, func(w *world) {
		w.campaign(w.bonus20(), "1000.00")
		whole, family, buyer := w.people[0], w.people[1], w.people[2]
		w.lives(family, "foyer 3", "")
		w.lives(w.shop, "foyer 3", "")
		changed := w.atDesk(whole, "50.00")
		w.atDesk(family, "50.00")
		w.atDesk(buyer, "50.00")
		w.pay(whole, w.shop, "60.00")
		w.pay(family, w.shop, "5.00")
		w.pay(buyer, w.shop, "12.00")
		w.later(24 * time.Hour)
		if err := w.wantsEuros(w.shop, "70.00"); err != nil {
			t.Fatal(err)
		}
		w.later(time.Hour)
		_, err := w.WatchLoops(w.Context(), treasurer(), 30)
		w.refused("a treasurer runs the job", err, ledger.ErrForbidden)
		for _, want := range []int{2, 0} {
			if n, err := w.WatchLoops(w.Context(), job(), 30); err != nil || n != want {
				t.Fatalf("found %d, %v; want %d", n, err, want)
			}
		}
		loops, err := w.Loops(w.Context(), treasurer(), false)
		if err != nil || len(loops) != 2 {
			t.Fatalf("loops: %+v, %v", loops, err)
		}
		links := map[conversion.Link]conversion.Loop{}
		for _, l := range loops {
			links[l.Linked] = l
		}
		got := links[conversion.WholeChange]
		if got.Conversion != changed.ID || got.Changed != changed.Entry || got.Payer != whole.ID || got.Payee != w.shop.ID || got.Amount.Format() != "60.00" ||
			got.Bonus.Format() != "10.00" || got.Euros.Format() != "66.50" || got.Payment.IsZero() || got.PaidAt.IsZero() {
			t.Errorf("the chain is %+v", got)
		}
		if links[conversion.SameHousehold].Payer != family.ID {
			t.Errorf("the household is not found: %+v", loops)
		}
		close := conversion.CloseLoopInput{Redemption: got.Redemption, Conversion: got.Conversion, Payment: got.Payment, Note: "Facture vue"}
		_, _, err = w.CloseLoop(w.Context(), approver(), w.key(), close)
		w.refused("an approver files it", err, ledger.ErrForbidden)
		if _, _, err := w.CloseLoop(w.Context(), treasurer(), w.key(), close); err != nil {
			t.Fatal(err)
		}
		_, _, err = w.CloseLoop(w.Context(), treasurer(), w.key(), close)
		w.refused("filed twice", err, conversion.ErrLoopClosed)
		if loops, err = w.Loops(w.Context(), approver(), false); err != nil || len(loops) != 1 {
			t.Errorf("%d are open, %v", len(loops), err)
		}
		w.at(day(2026, 3, 20).Start())
		w.pay(buyer, w.shop, "12.00") // the second time within days, by the same pair
		if err := w.wantsEuros(w.shop, "10.00"); err != nil {
			t.Fatal(err)
		}
		if n, err := w.WatchLoops(w.Context(), job(), 30); err != nil || n == 0 {
			t.Errorf("what is repeated: %d, %v", n, err)
		}
		_, err = w.Loops(w.Context(), citizen(whole), true)
		w.refused("a citizen looks", err, ledger.ErrForbidden)
	})
}
