// SPDX-License-Identifier: AGPL-3.0-or-later

package debit_test

import (
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/membership"
	"github.com/noria-mlc/noria/ops/debit"
)

// TestL9NothingIsCollectedFromWhoIsNoMember plans no debit, and tells of none,
// while a membership has ended; once the condition is met again the period is
// planned.
func TestL9NothingIsCollectedFromWhoIsNoMember(t *testing.T) {
	w := newWorld(t)
	m := w.signed(nil)
	rules := membership.New(w.ledger)
	rule := membership.Condition{On: true, GraceDays: 20, Kinds: []ledger.HolderKind{ledger.Individual}}
	_, _, err := rules.Decide(t.Context(), treasurer(), w.key(), rule)
	must(t, err)
	first := w.sent(m) // signing told of the first debit; this is about the second
	_, _, err = w.Collect(t.Context(), treasurer(), w.key(), debit.CollectInput{Debit: first.ID, BankReference: "PRLV"})
	must(t, err)
	w.clock = w.clock.Add(20 * 24 * time.Hour)
	told := len(w.told)
	if n := w.plan(); n != 0 || len(w.told) != told {
		t.Errorf("%d planned, %d told", n, len(w.told)-told)
	}
	if list, err := w.Debits(t.Context(), treasurer(), m.ID); err != nil || len(list) != 1 {
		t.Errorf("%+v, %v", list, err)
	}
	rule.GraceDays = 60
	_, _, err = rules.Decide(t.Context(), treasurer(), w.key(), rule)
	must(t, err)
	if n := w.plan(); n != 1 {
		t.Errorf("%d planned for a member", n)
	}
	if list, err := w.Debits(t.Context(), treasurer(), m.ID); err != nil || len(list) != 2 {
		t.Errorf("%+v, %v", list, err)
	}
}
