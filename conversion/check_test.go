// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
)

// TestCheckFindsEveryDifference spoils one figure at a time and puts it back.
func TestCheckFindsEveryDifference(t *testing.T) {
	run(t, func(w *world) {
		in := w.bonus20()
		in.PerPersonCap = amount("15.00")
		c := w.campaign(in, "100.00")
		w.atDesk(w.people[0], "50.00")
		pending := w.byTransfer(w.people[1], "20.00")
		if err := w.check(); err != nil {
			w.Fatalf("before: %v", err)
		}
		tamper := func(statements []string) {
			w.Helper()
			for _, s := range statements {
				if err := w.tamper(s); err != nil {
					w.Fatal(err)
				}
			}
		}
		for _, figure := range []struct {
			what        string
			spoil, mend []string
		}{
			{"received", []string{"UPDATE campaigns SET received = received + 1"}, []string{"UPDATE campaigns SET received = received - 1"}},
			{"granted", []string{"UPDATE campaigns SET granted = granted - 1"}, []string{"UPDATE campaigns SET granted = granted + 1"}},
			{"reserved", []string{"UPDATE campaigns SET reserved = reserved + 1"}, []string{"UPDATE campaigns SET reserved = reserved - 1"}},
			// Figure and fundings agree with each other, the ledger does not.
			{"grant account", []string{"UPDATE campaigns SET received = received + 1", "UPDATE fundings SET amount = amount + 1"},
				[]string{"UPDATE campaigns SET received = received - 1", "UPDATE fundings SET amount = amount - 1"}},
			{"allowance", []string{"UPDATE allowances SET used = used - 1"}, []string{"UPDATE allowances SET used = used + 1"}},
			{"allowance", []string{"UPDATE allowances SET period = 'lost', used = 0"}, []string{
				"UPDATE allowances SET period = 'campaign', used = (SELECT SUM(bonus) FROM conversions c WHERE c.holder = allowances.holder)"}},
		} {
			tamper(figure.spoil)
			var difference *ledger.Difference
			if err := w.check(); !errors.As(err, &difference) || !strings.Contains(difference.Error(), figure.what) {
				w.Errorf("%s is wrong: %v", figure.what, err)
			}
			tamper(figure.mend)
		}
		if err := w.tamper("UPDATE allowances SET used = cap + 1"); err == nil {
			w.Error("the table let a person use more than the ceiling")
		}
		if _, _, err := w.Settle(w.Context(), treasurer(), w.key(), conversion.SettleInput{Conversion: pending.ID, BankReference: "B"}); err != nil {
			w.Error(err)
		}
		w.wantFigures(c.ID, "100.00", "14.00", "0.00", "86.00")
	})
}

// TestFollowersLearnOfTheCampaign: a conversion tells the campaign's followers
// too, since its figures moved.
func TestFollowersLearnOfTheCampaign(t *testing.T) {
	run(t, func(w *world) {
		c := w.campaign(w.bonus20(), "100.00")
		before, err := w.ledger.Position(w.Context())
		if err != nil {
			w.Fatal(err)
		}
		made := w.atDesk(w.people[0], "50.00")
		changes, err := w.ledger.Changes(w.Context(), before, 10)
		if err != nil || len(changes) != 1 || changes[0].Ref != made.ID.Ref() || len(changes[0].Entries) != 1 ||
			!strings.Contains(strings.Join(changes[0].Subjects, " "), c.ID.String()) {
			w.Errorf("followers saw %+v, %v", changes, err)
		}
	})
}
