// SPDX-License-Identifier: AGPL-3.0-or-later

package confirm

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
)

func (w *town) grant(e Ease) {
	w.Helper()
	_, _, err := w.SetEase(w.Context(), office(), w.nextKey(), e)
	w.must(err)
}

func TestEaseIsWithinItsBounds(t *testing.T) {
	each(t, func(w *town) {
		c, other := w.withPhone("amina@example.org"), w.withPhone("noe@example.org")
		full := func(amount money.Amount) {
			t.Helper()
			i := w.prepare(c.Principal, w.wish(amount))
			w.confirmed(c.Principal, i, w.signed(c, i))
		}
		easily := func(amount money.Amount) {
			t.Helper()
			i := w.prepare(c.Principal, w.wish(amount))
			if methods, err := w.Methods(t.Context(), c.Principal, i, ""); err != nil || methods[0] != ByEase {
				t.Errorf("%v, %v", methods, err)
			}
			w.confirmed(c.Principal, i, seen(i))
		}
		refused := func(why string, amount money.Amount) {
			t.Helper()
			i := w.prepare(c.Principal, w.wish(amount))
			w.untouched(why, c.Principal, i, seen(i), ErrEase)
		}
		full(1_00)
		refused("nothing was granted", 1)
		w.grant(WidestEase())
		refused("too much", 15_01)
		easily(15_00)
		easily(15_00)
		easily(15_00)
		refused("a fourth in a row", 1)
		full(1_00)
		easily(15_00)
		easily(15_00)
		w.grant(Ease{PerPayment: 15_00, InARow: 3, Total: 44_99})
		refused("more than the total", 15_00)
		easily(14_99)
		full(1_00)
		w.grant(Ease{PerPayment: 5_00, InARow: 1, Total: 50_00})
		refused("more than is granted now", 5_01)
		easily(5_00)
		refused("a second in a row", 1)
		full(1_00)
		w.grant(Ease{})
		refused("taken back", 1)

		w.grant(WidestEase())
		i := w.prepare(other.Principal, w.wish(1_00))
		w.untouched("a payee whom the payer never paid", other.Principal, i, seen(i), ErrEase)
		i = w.prepare(c.Principal, w.wish(1_00))
		w.untouched("something else was seen", c.Principal, i, Answer{Digest: w.prepare(c.Principal, w.wish(2_00)).Digest.String()}, ErrChanged)
	})
}

func TestASVS242NobodyReadsThatFast(t *testing.T) {
	each(t, func(w *town) {
		c := w.withPhone("amina@example.org")
		w.grant(WidestEase())
		i := w.prepare(c.Principal, w.wish(1_00))
		w.confirmed(c.Principal, i, w.signed(c, i))
		i, _, err := w.Prepare(t.Context(), c.Principal, w.nextKey(), w.wish(1_00))
		w.must(err)
		w.pass(shortestLook / 2)
		w.untouched("at once", c.Principal, i, seen(i), ErrTooFast)
		w.pass(shortestLook/2 + time.Millisecond)
		w.confirmed(c.Principal, i, seen(i))
	})
}

// TestASVS232EaseHoldsUnderLoad confirms many small intents at once: three pass.
func TestASVS232EaseHoldsUnderLoad(t *testing.T) {
	each(t, func(w *town) {
		c := w.withPhone("amina@example.org")
		w.grant(WidestEase())
		i := w.prepare(c.Principal, w.wish(1_00))
		w.confirmed(c.Principal, i, w.signed(c, i))
		before := w.available(c.Actor.Holder)
		var intents []Intent
		for range 16 {
			intents = append(intents, w.prepare(c.Principal, w.wish(2_00)))
		}
		var together sync.WaitGroup
		for _, i := range intents {
			together.Go(func() {
				if _, _, err := w.Confirm(t.Context(), c.Principal, i.Intent, seen(i)); err != nil && !errors.Is(err, ErrEase) {
					t.Error(err)
				}
			})
		}
		together.Wait()
		if after := w.available(c.Actor.Holder); before-after != 6_00 {
			t.Errorf("%s went", before-after)
		}
	})
}

func TestTreasurersGrantEase(t *testing.T) {
	each(t, func(w *town) {
		c := w.withPhone("amina@example.org")
		if e, err := w.Ease(t.Context()); err != nil || e != (Ease{}) {
			t.Errorf("%+v, %v", e, err)
		}
		for _, in := range []Ease{{15_01, 1, 1}, {1, 4, 1}, {1, 1, 50_01}, {-1, 1, 1}, {1, -1, 1}, {1, 1, -1}} {
			if _, _, err := w.SetEase(t.Context(), office(), w.nextKey(), in); !errors.Is(err, fault.ErrInvalid) {
				t.Errorf("%+v: %v", in, err)
			}
		}
		if _, _, err := w.SetEase(t.Context(), c.Actor, w.nextKey(), Ease{}); !errors.Is(err, ledger.ErrForbidden) {
			t.Errorf("a citizen: %v", err)
		}
		key := w.nextKey()
		for n := range 2 {
			set, replayed, err := w.SetEase(t.Context(), office(), key, WidestEase())
			if err != nil || replayed != (n == 1) || set != WidestEase() {
				t.Errorf("%+v, %v, %v", set, replayed, err)
			}
		}
		if e, err := w.Ease(t.Context()); err != nil || e != WidestEase() {
			t.Errorf("%+v, %v", e, err)
		}
	})
}
