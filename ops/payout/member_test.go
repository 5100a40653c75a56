// SPDX-License-Identifier: AGPL-3.0-or-later

package payout_test

import (
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/membership"
	"github.com/noria-mlc/noria/ops/payout"
)

// TestP8WhoIsNoMemberGetsNoUnits drafts a batch with an official who is a member
// and one who is not, and executes another one after a membership ended: each such
// line is turned down alone, with no-member, and its euros go back.
func TestP8WhoIsNoMemberGetsNoUnits(t *testing.T) {
	each(t, func(w *town) {
		rules := membership.New(w.ledger)
		if _, _, err := rules.Decide(w.Context(), w.treasurer, key(), membership.Condition{On: true, GraceDays: 30, MaySpend: true, Kinds: []ledger.HolderKind{ledger.Individual}}); err != nil {
			w.Fatal(err)
		}
		before := w.funded(w.input(line("ELU-001", w.dora.Number, 100_00), line("ELU-002", w.emil.Number, 50_00)))
		w.problems(before, "", "")
		w.ahead.Store(int64(40 * 24 * time.Hour)) // the days of grace are over
		w.member(w.emil)

		// Whoever was a member at the draft and is none at the execution gets none.
		done := w.executed(before)
		w.problems(done, payout.NoMember, "")
		w.holds(w.dora, 0)
		w.holds(w.emil, 50_00)
		if payout.NoMember != "no-member" {
			w.Errorf("it is called %s", payout.NoMember)
		}

		// And a draft says so at once, so that the official can be asked in time.
		in := w.input(line("ELU-001", w.dora.Number, 10_00), line("ELU-002", w.emil.Number, 10_00))
		in.Period = "2026-04"
		drafted := w.draft(in)
		w.problems(drafted, payout.NoMember, "")

		// An invoice needs no personal membership: it is no indemnity.
		bill := w.input(line("FAC-1", w.shop.Number, 10_00))
		bill.Purpose = payout.Invoice
		w.problems(w.draft(bill), "")
	})
}

// member has a holder's membership paid for 2026.
func (w *town) member(h ledger.Holder) {
	w.Helper()
	w.extended(h, civil.New(2026, time.December, 31))
}

// extended says until when a membership is paid for, as dues do.
func (w *town) extended(h ledger.Holder, until civil.Date) {
	w.Helper()
	_, err := w.ledger.Execute(w.Context(), ledger.Command{Actor: w.treasurer, Action: access.DuesRecord, Key: key()}, func(tx *ledger.Tx) (ident.Ref, error) {
		return h.ID.Ref(), membership.Extend(tx, h.ID, until)
	})
	if err != nil {
		w.Fatal(err)
	}
}
