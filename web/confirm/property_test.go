// SPDX-License-Identifier: AGPL-3.0-or-later

package confirm

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
)

// TestAnIntentHasOnePaymentAtMost makes intents and confirms them in any order,
// with right and wrong answers, in time and late: what left the wallet is the sum
// of the intents that are done, each once.
func TestAnIntentHasOnePaymentAtMost(t *testing.T) {
	each(t, func(w *town) {
		phone, pin := w.withPhone("amina@example.org"), w.withPIN("noe@example.org")
		rapid.Check(t, func(rt *rapid.T) {
			begin := map[*citizen]money.Amount{}
			for _, c := range []*citizen{phone, pin} {
				w.enriched(c)
				begin[c] = w.available(c.Actor.Holder)
			}
			w.pass(lifetime) // nothing is open any more
			intents := map[*citizen][]Intent{}
			for range rapid.IntRange(1, 12).Draw(rt, "steps") {
				c := rapid.SampledFrom([]*citizen{phone, pin}).Draw(rt, "who")
				mine := intents[c]
				if len(mine) == 0 || rapid.IntRange(0, 3).Draw(rt, "new") == 0 {
					intents[c] = append(mine, w.prepare(c.Principal, w.wish(money.Amount(rapid.IntRange(1, 5_00).Draw(rt, "amount")))))
					continue
				}
				i, seenIntent := rapid.SampledFrom(mine).Draw(rt, "intent"), rapid.SampledFrom(mine).Draw(rt, "seen")
				a := typed(c, seenIntent, rapid.SampledFrom([]string{goodPIN, goodPIN, goodPIN, "000000"}).Draw(rt, "pin"))
				if c == phone {
					a = w.signed(c, seenIntent)
				}
				if rapid.IntRange(0, 9).Draw(rt, "late") == 0 {
					w.pass(lifetime)
				}
				if _, _, err := w.Confirm(t.Context(), c.Principal, i.Intent, a); err != nil && fault.As(err) == nil {
					rt.Fatal(err)
				}
			}
			for _, c := range []*citizen{phone, pin} {
				var sum money.Amount
				for _, i := range intents[c] {
					told, err := w.Intent(t.Context(), c.Principal, i.Intent)
					if err != nil {
						rt.Fatal(err)
					}
					if told.Status == Done {
						sum += told.Amount
					}
				}
				if went := begin[c] - w.available(c.Actor.Holder); went != sum {
					rt.Fatalf("%s went, %s was confirmed", went, sum)
				}
			}
			w.pass(time.Second)
			w.change("UPDATE devices SET tries = 0")
		})
	})
}
