// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
)

func (w *world) wantsEuros(h ledger.Holder, a string) error {
	_, _, err := w.RequestRedemption(w.Context(), owner(h), w.key(), conversion.RequestRedemptionInput{Holder: h.ID, Amount: amount(a)})
	return err
}

// wantFree compares what a wallet may redeem.
func (w *world) wantFree(what string, h ledger.Holder, available, free string, waits ...conversion.Maturing) {
	w.Helper()
	got, err := w.FreeOf(w.Context(), owner(h), h.ID)
	if err != nil {
		w.Fatal(err)
	}
	same := len(got.Waits) == len(waits)
	for i := 0; same && i < len(waits); i++ {
		same = got.Waits[i] == waits[i]
	}
	if got.Available.Format() != available || got.Free.Format() != free || !same {
		w.Errorf("%s: %+v, want %s available, %s free, %v", what, got, available, free, waits)
	}
}

// TestP12BonusBornValueWaitsBeforeItIsRedeemed holds the guard against loops.
func TestP12BonusBornValueWaitsBeforeItIsRedeemed(t *testing.T) {
	run(t, func(w *world) {
		_, _, err := w.SetBonusWait(w.Context(), treasurer(), w.key(), 400)
		if f := fault.As(err); f == nil || f.Kind != fault.Invalid {
			t.Errorf("more than a year: %v", err)
		}
		_, _, err = w.SetBonusWait(w.Context(), approver(), w.key(), 30)
		w.refused("an approver decides", err, ledger.ErrForbidden)
		if _, _, err = w.SetBonusWait(w.Context(), treasurer(), w.key(), 30); err != nil {
			t.Fatal(err)
		}
		w.campaign(w.bonus20(), "1000.00")
		p := w.people[0]
		w.atDesk(p, "100.00")
		w.pay(p, w.people[1], "110.00") // 100 of the change, 10 of the bonus
		w.wantFree("before it is paid", w.shop, "0.00", "0.00")
		w.pay(w.people[1], w.shop, "105.00")
		w.pay(p, w.shop, "10.00")
		w.wantFree("paid", w.shop, "115.00", "100.00", conversion.Maturing{Amount: amount("15.00"), On: day(2026, 4, 1)})
		w.refused("more than is free", w.wantsEuros(w.shop, "100.01"), conversion.ErrBonusWaits)
		w.refused("more than there is", w.wantsEuros(w.shop, "115.01"), ledger.ErrInsufficientFunds)
		if err := w.wantsEuros(w.shop, "60.00"); err != nil {
			t.Fatal(err)
		}
		w.pay(w.people[1], w.shop, "5.00") // bonus-born, and the last in
		w.wantFree("a part is redeemed", w.shop, "60.00", "40.00", conversion.Maturing{Amount: amount("20.00"), On: day(2026, 4, 1)})
		if err := w.wantsEuros(w.shop, "40.00"); err != nil {
			t.Fatal(err)
		}
		w.refused("only what waits is left", w.wantsEuros(w.shop, "0.01"), conversion.ErrBonusWaits)
		w.at(day(2026, 4, 1).Start().Add(-time.Second))
		w.refused("a second before", w.wantsEuros(w.shop, "0.01"), conversion.ErrBonusWaits)
		w.later(2 * time.Second)
		if err := w.wantsEuros(w.shop, "20.00"); err != nil {
			t.Errorf("when it is free: %v", err)
		}
		_, err = w.FreeOf(w.Context(), citizen(p), w.shop.ID)
		w.refused("somebody else looks", err, ledger.ErrForbidden)
		days, err := w.BonusWait(w.Context())
		if err != nil || days != 30 {
			t.Errorf("wait: %d, %v", days, err)
		}
	})
}

// TestP12NoLoopMakesMoreEurosThanItTook draws loops of people and shops that play
// together: with the guards on, what is redeemed within the wait is never more
// euros than were changed, whatever way the units go.
func TestP12NoLoopMakesMoreEurosThanItTook(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := closed(t, dbtest.Embedded(t)())
		for _, open := range []func() error{
			func() error {
				_, _, err := w.OpenCurrency(w.Context(), role(1, access.Administrator), w.key(), laRoue())
				return err
			},
			func() error {
				_, _, err := w.OpenDesk(w.Context(), role(1, access.Administrator), w.key(), conversion.OpenDeskInput{Slug: "halles", Name: "Les Halles"})
				return err
			},
			func() error { _, _, err := w.SetBonusWait(w.Context(), treasurer(), w.key(), 60); return err },
		} {
			if err := open(); err != nil {
				t.Fatal(err)
			}
		}
		w.campaign(w.bonus20(), "1000.00")
		all := []ledger.Holder{w.people[0], w.people[1], w.shop, w.club}
		var changed, euros money.Amount
		for range rapid.IntRange(1, 16).Draw(r, "steps") {
			h := all[rapid.IntRange(0, 3).Draw(r, "who")]
			has := w.available(h)
			switch rapid.SampledFrom([]string{"convert", "pay", "pay", "redeem"}).Draw(r, "what") {
			case "convert":
				a := money.Amount(rapid.IntRange(1, 100_00).Draw(r, "euros"))
				w.atDesk(h, a.Format())
				changed += a
			case "pay":
				to := all[rapid.IntRange(0, 3).Draw(r, "to")]
				if has > 0 && to.ID != h.ID {
					w.pay(h, to, money.Amount(rapid.IntRange(1, int(has)).Draw(r, "units")).Format())
				}
			case "redeem":
				if has == 0 || h.Kind == ledger.Individual {
					continue
				}
				a := money.Amount(rapid.IntRange(1, int(has)).Draw(r, "units"))
				free, err := w.FreeOf(w.Context(), owner(h), h.ID)
				if err != nil {
					r.Fatal(err)
				}
				switch err := w.wantsEuros(h, a.Format()); {
				case err == nil && a <= free.Free:
					euros += a
				case errors.Is(err, conversion.ErrBonusWaits) && a > free.Free:
				default:
					r.Fatalf("redeems %s of %+v: %v", a, free, err)
				}
			}
			w.later(24 * time.Hour)
		}
		if euros > changed {
			r.Fatalf("%s of euros for %s", euros, changed)
		}
		w.ledger.Close()
	})
}
