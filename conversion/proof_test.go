// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
)

// TestChecksCompareEachRowWithItsEntry spoils rows of conversions and
// redemptions in ways that leave every sum right.
func TestChecksCompareEachRowWithItsEntry(t *testing.T) {
	run(t, func(w *world) {
		w.campaign(w.bonus20(), "100.00")
		first, second := w.atDesk(w.people[0], "50.00"), w.atDesk(w.people[1], "50.00")
		w.atDesk(w.shop, "100.00")
		if _, _, err := w.Reverse(w.Context(), treasurer(), w.key(), conversion.ReverseInput{Conversion: w.atDesk(w.people[2], "10.00").ID}); err != nil {
			t.Fatal(err)
		}
		var asked []conversion.Redemption
		for range 3 {
			r, _, err := w.RequestRedemption(w.Context(), citizen(w.shop), w.key(), conversion.RequestRedemptionInput{Holder: w.shop.ID, Amount: amount("10.00")})
			if err != nil {
				t.Fatal(err)
			}
			asked = append(asked, r)
		}
		if _, _, err := w.SettleRedemption(w.Context(), treasurer(), w.key(), conversion.SettleRedemptionInput{Redemption: asked[0].ID, BankReference: "S"}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.RefuseRedemption(w.Context(), treasurer(), w.key(), conversion.RefuseRedemptionInput{Redemption: asked[1].ID, Reason: "no"}); err != nil {
			t.Fatal(err)
		}
		if err := w.check(); err != nil {
			t.Fatalf("before: %v", err)
		}
		const swap = `UPDATE conversions SET holder = CASE holder WHEN $1 THEN $2 WHEN $2 THEN $1 ELSE holder END`
		for _, wrong := range []struct {
			what, where string
			spoil, mend string
			args        []any
		}{
			{"holders exchanged", "conversion cnv_", swap, swap, []any{first.Holder, second.Holder}},
			{"another's entry", "conversion cnv_", `UPDATE conversions SET entry = $2 WHERE id = $1`, `UPDATE conversions SET entry = $3 WHERE id = $1 AND entry = $2`, []any{first.ID, second.Entry, first.Entry}},
			{"another till", "conversion cnv_", `UPDATE conversions SET account = 'eur:desk:nowhere' WHERE id = $1`, `UPDATE conversions SET account = 'eur:desk:halles' WHERE id = $1`, []any{first.ID}},
			{"a fee", "redemption red_", `UPDATE redemptions SET fee = fee + 1 WHERE id = $1`, `UPDATE redemptions SET fee = fee - 1 WHERE id = $1`, []any{asked[0].ID}},
			{"what was given back", "redemption red_", `UPDATE redemptions SET amount = amount - 1 WHERE id = $1`, `UPDATE redemptions SET amount = amount + 1 WHERE id = $1`, []any{asked[1].ID}},
			{"what is held", "account loc:reserved:", `UPDATE redemptions SET amount = amount - 1 WHERE id = $1`, `UPDATE redemptions SET amount = amount + 1 WHERE id = $1`, []any{asked[2].ID}},
		} {
			if err := w.tamper(wrong.spoil, used(wrong.spoil, wrong.args)...); err != nil {
				t.Fatal(wrong.what, err)
			}
			var difference *ledger.Difference
			if err := w.check(); !errors.As(err, &difference) || !strings.HasPrefix(difference.Where, wrong.where) {
				w.Errorf("%s: %v", wrong.what, err)
			}
			if err := w.tamper(wrong.mend, used(wrong.mend, wrong.args)...); err != nil {
				t.Fatal(wrong.what, err)
			}
		}
	})
}

// used returns the arguments of a statement up to the last that it names.
func used(statement string, args []any) []any {
	n := len(args)
	for n > 0 && !strings.Contains(statement, "$"+string(rune('0'+n))) {
		n--
	}
	return args[:n]
}
