// SPDX-License-Identifier: AGPL-3.0-or-later

package fonte_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/fonte"
	"github.com/noria-mlc/noria/ops/job"
)

func TestL12APeriodMovesUnitsAndIssuesNone(t *testing.T) {
	run(t, func(w *world) {
		r := w.decided(w.terms())
		before, err := w.conversion.Fund(w.Context(), time.Time{})
		w.must(err)
		w.on(civil.New(2026, 6, 30))
		if n := w.take(); n != 0 {
			w.Fatalf("%d periods were taken before one was over", n)
		}
		w.clock.Store(civil.New(2026, 6, 30).End().UnixMicro() - 1)
		if due, err := w.fonte.Due(w.Context()); err != nil || w.take() != 0 {
			w.Fatalf("taken on the last instant: %v, %v", due, err)
		}
		w.on(civil.New(2026, 7, 1))
		if n := w.take(); n != 1 {
			w.Fatalf("%d periods", n)
		}
		// 2 % of 83.33 is 1.6666, of 0.50 is 0.01, of 350.00 is 7.00.
		w.holds(map[ident.Holder]string{w.anne.ID: "131.67", w.bob.ID: "50.49", w.bakery.ID: "393.00", w.garden.ID: "508.67", w.club.ID: "0", w.town.ID: "80.00"})
		if left := w.balance(ledger.Fonte); left != 0 {
			w.Errorf("%s stayed on the way", left)
		}
		after, err := w.conversion.Fund(w.Context(), time.Time{})
		w.must(err)
		if after.Total.Circulation != before.Total.Circulation || after.Total.Gap != before.Total.Gap || after.Total.Surplus != before.Total.Surplus {
			w.Errorf("circulation or cover moved: %+v, was %+v", after.Total, before.Total)
		}
		p := w.rule(r.ID).Periods
		if len(p) != 1 || p[0].Holders != 3 || p[0].Total.Format() != "8.67" || p[0].Until != civil.New(2026, 6, 30) || p[0].At.IsZero() {
			w.Errorf("%+v", p)
		}
		// The association sees one sum, and from nobody (D1).
		moves, err := w.ledger.Statement(w.Context(), ledger.Wallet(w.garden.ID), 0, 0, 10)
		w.must(err)
		if len(moves) != 2 || moves[0].Counterparty != ledger.Fonte || moves[0].Amount.Format() != "8.67" || moves[0].Kind != ledger.KindFonte {
			w.Errorf("%+v", moves)
		}
		own, err := fonte.Of(w.Context(), w.ledger.Journal, w.anne.ID)
		if err != nil || len(own) != 1 || own[0].Balance.Format() != "133.33" || own[0].Amount.Format() != "1.66" {
			w.Errorf("%+v, %v", own, err)
		}
		w.verify()
	})
}

func TestL12OnePeriodIsTakenOnce(t *testing.T) {
	run(t, func(w *world) {
		w.decided(w.terms())
		w.on(civil.New(2026, 7, 1))
		w.take()
		made := w.takings()
		w.pay(w.garden, w.club, "500.00") // new units after the end of the period are of the next one
		if n := w.take(); n != 0 || w.takings() != made {
			w.Errorf("%d periods again, %d entries after %d", n, w.takings(), made)
		}
		if due, err := w.fonte.Due(w.Context()); err != nil {
			w.Error(due, err)
		}
		w.on(civil.New(2026, 10, 2))
		if n := w.take(); n != 1 {
			w.Errorf("%d periods in the next quarter", n)
		}
		// 2 % of 81.67, 0.49, 343.00 and 450.00.
		w.holds(map[ident.Holder]string{w.anne.ID: "130.04", w.bob.ID: "50.49", w.bakery.ID: "386.14", w.club.ID: "491.00"})
	})
}

func TestL12WhatIsReservedOrSpentIsNotTaken(t *testing.T) {
	run(t, func(w *world) {
		w.decided(w.terms())
		w.post(ledger.KindReservation, ledger.Posting{Debit: ledger.Wallet(w.bakery.ID), Credit: ledger.Reserved(w.bakery.ID), Amount: 300_00})
		w.on(civil.New(2026, 7, 1))
		w.pay(w.anne, w.town, "113.33") // after the end of the period
		w.pay(w.bob, w.club, "50.50")
		w.take()
		// The bakery's 300.00 are held; Anne has 20.00 left, which is exempt.
		w.holds(map[ident.Holder]string{w.bakery.ID: "99.00", w.anne.ID: "20.00", w.bob.ID: "0", w.club.ID: "50.50", w.town.ID: "193.33", w.garden.ID: "501.00"})
		if held := w.balance(ledger.Reserved(w.bakery.ID)); held.Format() != "300.00" {
			w.Errorf("of what was reserved %s is left", held)
		}
	})
}

func TestL12ALateRunCountsWhatLayThereAtTheEnd(t *testing.T) {
	run(t, func(w *world) {
		in := w.terms()
		in.Period, in.Exempt, in.Rate = fonte.Month, 0, money.MustParseRate("0.10")
		w.decided(in)
		w.on(civil.New(2026, 5, 20))
		w.pay(w.anne, w.club, "100.00") // Anne held 133.33 at the end of April, the club nothing
		w.on(civil.New(2026, 6, 3))
		if n := w.take(); n != 2 {
			w.Fatalf("%d periods", n)
		}
		// April: 10 % of the 33.33 that are left. May: 10 % of 30.00 for her, of 100.00 for the club.
		w.holds(map[ident.Holder]string{w.anne.ID: "27.00", w.club.ID: "90.00"})
	})
}

func TestL12NothingBelowACentIsTaken(t *testing.T) {
	run(t, func(w *world) {
		in := w.terms()
		in.Exempt, in.Rate = 50_00, money.MustParseRate("0.0199")
		w.decided(in)
		w.on(civil.New(2026, 7, 1))
		w.take()
		w.holds(map[ident.Holder]string{w.bob.ID: "50.50"}) // 0.00995
	})
}

func TestL12AStoppedRunGoesOnWhereItWas(t *testing.T) {
	run(t, func(w *world) {
		w.decided(w.terms())
		w.on(civil.New(2026, 7, 1))
		total := w.balance(ledger.Issued(ledger.Digital))
		var stop context.CancelFunc
		w.ledger.Covenant("stop", func(tx *ledger.Tx) error {
			if stop != nil && len(tx.Posted()) > 0 {
				stop() // this command stands; the run goes no further, as where the process is killed
			}
			return nil
		})
		for n := range 3 {
			var ctx context.Context
			ctx, stop = context.WithCancel(w.Context())
			if _, err := w.fonte.Take(ctx, job.System()); !errors.Is(err, context.Canceled) {
				w.Fatalf("run %d was not stopped: %v", n, err)
			}
			if got := w.balance(ledger.Issued(ledger.Digital)); got != total {
				w.Fatalf("circulation %s, was %s", got, total)
			}
			if made := w.takings(); made != n+1 {
				w.Errorf("%d entries after %d runs", made, n+1)
			}
			w.holds(map[ident.Holder]string{w.garden.ID: "500.00"})
			w.verify()
		}
		stop = nil
		if w.balance(ledger.Fonte) == 0 {
			w.Error("nothing was on its way: the runs were stopped before they began")
		}
		w.take()
		w.holds(map[ident.Holder]string{w.anne.ID: "131.67", w.bob.ID: "50.49", w.bakery.ID: "393.00", w.garden.ID: "508.67"})
		if made := w.takings(); made != 4 {
			w.Errorf("%d entries", made)
		}
		w.verify()
	})
}

func TestL12AnEndedRuleTakesNothing(t *testing.T) {
	run(t, func(w *world) {
		r := w.decided(w.terms())
		w.on(civil.New(2026, 6, 30))
		ended, _, err := w.fonte.End(w.Context(), approver(), w.key(), r.ID)
		w.must(err)
		if ended.Status != fonte.Ended || ended.LastDay != civil.New(2026, 6, 29) || ended.NextTaking != 0 {
			w.Errorf("ended on the last day: %+v", ended)
		}
		w.on(civil.New(2026, 12, 31))
		if n := w.take(); n != 0 || w.takings() != 0 {
			w.Errorf("%d periods, %d entries", n, w.takings())
		}
		if list, err := w.fonte.Current(w.Context()); err != nil || len(list) != 0 {
			w.Errorf("%+v, %v", list, err)
		}
		_, _, err = w.fonte.End(w.Context(), treasurer(), w.key(), r.ID)
		w.refused(err, fonte.ErrEnded)
		_, err = w.fonte.Preview(w.Context(), treasurer(), r.ID)
		w.refused(err, fonte.ErrEnded)
	})
}

func TestL12APeriodThatWasOverIsTakenThoughTheRuleEnded(t *testing.T) {
	run(t, func(w *world) {
		r := w.decided(w.terms())
		w.on(civil.New(2026, 7, 1))
		_, _, err := w.fonte.End(w.Context(), treasurer(), w.key(), r.ID)
		w.must(err)
		if n := w.take(); n != 1 {
			w.Errorf("%d periods", n)
		}
	})
}

func TestL12AChangeIsANewRuleWithItsNotice(t *testing.T) {
	run(t, func(w *world) {
		first := w.decided(w.terms())
		w.on(civil.New(2026, 5, 1))
		in := w.terms()
		in.Rate, in.Period, in.FirstDay = money.MustParseRate("0.01"), fonte.Month, civil.New(2026, 9, 1)
		second := w.decided(in)
		third := in
		third.FirstDay = civil.New(2026, 11, 1)
		r, _, err := w.fonte.Prepare(w.Context(), treasurer(), w.key(), third)
		w.must(err)
		_, _, err = w.fonte.Approve(w.Context(), approver(), w.key(), r.ID)
		w.refused(err, fonte.ErrAnnounced)
		list, err := w.fonte.Current(w.Context())
		w.must(err)
		if len(list) != 2 || list[0].Status != fonte.InForce || list[0].LastDay != civil.New(2026, 8, 31) || list[1].Status != fonte.Announced || !list[0].ApprovedBy.IsZero() {
			w.Errorf("%+v", list)
		}
		w.on(civil.New(2026, 10, 1))
		// The quarter from July on is cut by the new rule: it is not taken.
		if n := w.take(); n != 2 {
			w.Errorf("%d periods", n)
		}
		w.holds(map[ident.Holder]string{w.bakery.ID: "389.57"}) // 7.00, then 1 % of 343.00
		if a, b := w.rule(first.ID), w.rule(second.ID); a.Status != fonte.Ended || len(a.Periods) != 1 || b.Status != fonte.InForce || len(b.Periods) != 1 {
			w.Errorf("%+v\n%+v", a, b)
		}
	})
}

func TestL12ARuleThatNeverBeganReplacesNothing(t *testing.T) {
	run(t, func(w *world) {
		first := w.decided(w.terms())
		in := w.terms()
		w.on(civil.New(2026, 5, 1))
		in.FirstDay = civil.New(2026, 7, 1)
		second := w.decided(in)
		_, _, err := w.fonte.End(w.Context(), treasurer(), w.key(), second.ID)
		w.must(err)
		if r := w.rule(first.ID); r.LastDay != 0 || r.NextTaking != civil.New(2026, 6, 30) {
			w.Errorf("%+v", r)
		}
		w.on(civil.New(2026, 10, 1))
		if n := w.take(); n != 2 {
			w.Errorf("%d periods", n)
		}
	})
}

func TestL12NoticeIsKept(t *testing.T) {
	run(t, func(w *world) {
		in := w.terms()
		in.NoticeDays = 29
		_, _, err := w.fonte.Prepare(w.Context(), treasurer(), w.key(), in)
		w.refused(err, fonte.ErrNotice)
		in.NoticeDays = 31
		_, _, err = w.fonte.Prepare(w.Context(), treasurer(), w.key(), in) // 2 March and 30 days are 1 April
		w.refused(err, fonte.ErrNotice)
		r, _, err := w.fonte.Prepare(w.Context(), treasurer(), w.key(), w.terms())
		w.must(err)
		w.on(civil.New(2026, 3, 3)) // the decision comes a day too late
		_, _, err = w.fonte.Approve(w.Context(), approver(), w.key(), r.ID)
		w.refused(err, fonte.ErrNotice)
	})
}

func TestD9AnotherPersonApprovesTheRule(t *testing.T) {
	run(t, func(w *world) {
		alone := treasurer()
		alone.Grants = append(alone.Grants, access.Grant{Role: access.Approver})
		r, _, err := w.fonte.Prepare(w.Context(), alone, w.key(), w.terms())
		w.must(err)
		_, _, err = w.fonte.Approve(w.Context(), alone, w.key(), r.ID)
		w.refused(err, fonte.ErrSamePerson)
		_, _, err = w.fonte.Approve(w.Context(), treasurer(), w.key(), r.ID)
		w.refused(err, access.ErrForbidden)
		w.on(civil.New(2026, 7, 1))
		if n := w.take(); n != 0 {
			w.Errorf("a draft took %d periods", n)
		}
		w.on(civil.New(2026, 3, 2))
		key := w.key()
		_, _, err = w.fonte.Approve(w.Context(), approver(), key, r.ID)
		w.must(err)
		if _, replayed, err := w.fonte.Approve(w.Context(), approver(), key, r.ID); err != nil || !replayed {
			w.Errorf("replayed %v, %v", replayed, err)
		}
		_, _, err = w.fonte.Approve(w.Context(), approver(), w.key(), r.ID)
		w.refused(err, fonte.ErrApproved)
		again, _, err := w.fonte.Prepare(w.Context(), treasurer(), w.key(), w.terms())
		w.must(err)
		_, _, err = w.fonte.End(w.Context(), treasurer(), w.key(), again.ID)
		w.must(err)
		_, _, err = w.fonte.Approve(w.Context(), approver(), w.key(), again.ID)
		w.refused(err, fonte.ErrEnded)
		_, _, err = w.fonte.Approve(w.Context(), approver(), w.key(), fonte.RuleID{Bits: ident.Bits{1}})
		w.refused(err, ledger.ErrMissing)
	})
}

func TestL12RulesAreRefused(t *testing.T) {
	run(t, func(w *world) {
		for name, spoil := range map[string]func(*fonte.RuleTerms){
			"no rate":            func(in *fonte.RuleTerms) { in.Rate = money.Rate{} },
			"too high a rate":    func(in *fonte.RuleTerms) { in.Rate = money.MustParseRate("0.1001") },
			"too fine a rate":    func(in *fonte.RuleTerms) { in.Rate = money.MustParseRate("0.02001") },
			"no period":          func(in *fonte.RuleTerms) { in.Period = "week" },
			"within a period":    func(in *fonte.RuleTerms) { in.FirstDay = civil.New(2026, 5, 1) },
			"no first day":       func(in *fonte.RuleTerms) { in.FirstDay = 0 },
			"a collectivité":     func(in *fonte.RuleTerms) { in.Kinds = append(in.Kinds, ledger.Collectivity) },
			"a kind twice":       func(in *fonte.RuleTerms) { in.Kinds = append(in.Kinds, ledger.Individual) },
			"nobody":             func(in *fonte.RuleTerms) { in.Kinds = nil },
			"no receiver":        func(in *fonte.RuleTerms) { in.Receiver = ident.Holder{} },
			"a shop that is fed": func(in *fonte.RuleTerms) { in.Receiver = w.bakery.ID },
			"less than nothing":  func(in *fonte.RuleTerms) { in.Exempt = -1 },
			"years of notice":    func(in *fonte.RuleTerms) { in.NoticeDays = 367 },
		} {
			in := w.terms()
			spoil(&in)
			if _, _, err := w.fonte.Prepare(w.Context(), treasurer(), w.key(), in); !errors.Is(err, fault.ErrInvalid) {
				w.Errorf("%s: %v", name, err)
			}
		}
		_, _, err := w.fonte.Prepare(w.Context(), approver(), w.key(), w.terms())
		w.refused(err, access.ErrForbidden)
		_, err = w.fonte.Rules(w.Context(), role(6, access.Citizen))
		w.refused(err, access.ErrForbidden)
	})
}

func TestL12ThePreviewIsWhatIsTaken(t *testing.T) {
	run(t, func(w *world) {
		r := w.decided(w.terms())
		p, err := w.fonte.Preview(w.Context(), treasurer(), r.ID)
		w.must(err)
		if p.Holders != 3 || p.Total.Format() != "8.67" || p.From != civil.New(2026, 4, 1) || p.Until != civil.New(2026, 6, 30) {
			w.Errorf("%+v", p)
		}
		w.on(civil.New(2026, 7, 1))
		w.take()
		if got := w.rule(r.ID).Periods[0]; got.Total != p.Total || got.Holders != p.Holders {
			w.Errorf("taken %+v, promised %+v", got, p)
		}
		_, err = w.fonte.Preview(w.Context(), role(6, access.Citizen), r.ID)
		w.refused(err, access.ErrForbidden)
		_, err = w.fonte.Preview(w.Context(), treasurer(), fonte.RuleID{Bits: ident.Bits{1}})
		w.refused(err, ledger.ErrMissing)
	})
}

func TestL12EverybodyConcernedIsToldOnce(t *testing.T) {
	run(t, func(w *world) {
		draft, _, err := w.fonte.Prepare(w.Context(), treasurer(), w.key(), w.terms())
		w.must(err)
		told := map[ident.Holder]int{}
		tell := func() {
			w.Helper()
			_, err := w.fonte.Notify(w.Context(), job.System(), func(_ *ledger.Tx, h ident.Holder, r fonte.Rule) error {
				if told[h]++; r.ID != draft.ID || r.FirstTaking() != civil.New(2026, 6, 30) {
					w.Errorf("%+v", r)
				}
				return nil
			})
			w.must(err)
		}
		tell()
		if len(told) != 0 {
			w.Fatalf("a draft was told: %v", told)
		}
		_, _, err = w.fonte.Approve(w.Context(), approver(), w.key(), draft.ID)
		w.must(err)
		if due, err := w.fonte.Due(w.Context()); err != nil || !due {
			w.Errorf("due %v, %v", due, err)
		}
		tell()
		tell()
		if due, err := w.fonte.Due(w.Context()); err != nil || due {
			w.Errorf("still due %v, %v", due, err)
		}
		carol := w.holder(ledger.Individual, "Carol", "0")
		tell()
		for _, h := range []ledger.Holder{w.anne, w.bob, w.bakery, w.club, carol} {
			if told[h.ID] != 1 {
				w.Errorf("%s was told %d times", h.Name, told[h.ID])
			}
		}
		if len(told) != 5 {
			w.Errorf("%d were told: the town and the garden are not concerned", len(told))
		}
	})
}

func TestL12TakingIsTheBusinessOfTheJob(t *testing.T) {
	run(t, func(w *world) {
		w.decided(w.terms())
		w.on(civil.New(2026, 7, 1))
		_, err := w.fonte.Take(w.Context(), treasurer())
		w.refused(err, access.ErrForbidden)
		if w.takings() != 0 {
			w.Error("something was taken")
		}
	})
}

func TestL12PeriodsFollowTheCalendarOfParis(t *testing.T) {
	for name, c := range map[string]struct {
		period fonte.Period
		first  civil.Date
		last   string
	}{
		"february":    {fonte.Month, civil.New(2028, 2, 1), "2028-02-29"},
		"december":    {fonte.Month, civil.New(2026, 12, 1), "2026-12-31"},
		"quarter":     {fonte.Quarter, civil.New(2026, 10, 1), "2026-12-31"},
		"first half":  {fonte.HalfYear, civil.New(2026, 1, 1), "2026-06-30"},
		"second half": {fonte.HalfYear, civil.New(2026, 7, 1), "2026-12-31"},
	} {
		if got := (fonte.RuleTerms{Period: c.period, FirstDay: c.first}).FirstTaking().String(); got != c.last {
			t.Errorf("%s ends on %s", name, got)
		}
	}
}
