// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// lives notes where somebody lives.
func (w *world) lives(h ledger.Holder, household, commune string) {
	w.Helper()
	if _, _, err := w.SetResidence(w.Context(), deskAgent(), w.key(), conversion.Residence{Holder: h.ID, Household: household, Commune: commune}); err != nil {
		w.Fatal(err)
	}
}

// because fails the test unless a conversion gave a bonus for these reasons.
func (w *world) because(what string, c conversion.Conversion, bonus string, codes ...conversion.ReasonCode) {
	w.Helper()
	var got []conversion.ReasonCode
	for _, r := range c.Reasons {
		got = append(got, r.Code)
	}
	same := len(got) == len(codes)
	for i := 0; same && i < len(got); i++ {
		same = got[i] == codes[i]
	}
	if c.Bonus.Format() != bonus || !same {
		w.Errorf("%s: bonus %s because %v, want %s because %v", what, c.Bonus, got, bonus, codes)
	}
}

// from converts by transfer from an account.
func (w *world) from(h ledger.Holder, euros, iban string) conversion.Conversion {
	w.Helper()
	c, _, err := w.Convert(w.Context(), citizen(h), w.key(), conversion.ConvertInput{Holder: h.ID, Euros: amount(euros), Channel: conversion.ByTransfer, PayerIBAN: iban})
	if err != nil {
		w.Fatal(err)
	}
	return c
}

// TestP12CeilingsOfHouseholdAndPayingAccount holds P12 for those who share.
func TestP12CeilingsOfHouseholdAndPayingAccount(t *testing.T) {
	run(t, func(w *world) {
		in := w.bonus20()
		in.PerPersonCap, in.HouseholdCap, in.PayerCap = amount("20.00"), amount("30.00"), amount("25.00")
		w.campaign(in, "1000.00")
		w.lives(w.people[0], "foyer 12", "84007")
		w.lives(w.people[1], "foyer 12", "84007")
		w.because("the first of a household", w.atDesk(w.people[0], "100.00"), "20.00")
		w.because("the first beyond their own", w.atDesk(w.people[0], "100.00"), "0.00", conversion.AllowanceExhausted)
		second := w.byTransfer(w.people[1], "100.00")
		w.because("the second of a household", second, "10.00", conversion.HouseholdReduced)
		w.because("the second again", w.byTransfer(w.people[1], "10.00"), "0.00", conversion.HouseholdExhausted)
		if _, _, err := w.Cancel(w.Context(), citizen(w.people[1]), w.key(), conversion.CancelInput{Conversion: second.ID}); err != nil {
			t.Fatal(err)
		}
		w.because("what was cancelled is left again", w.byTransfer(w.people[1], "100.00"), "10.00", conversion.HouseholdReduced)
		w.because("who lives alone", w.atDesk(w.people[2], "100.00"), "20.00")

		iban := "FR76 3000 6000 0112 3456 7890 189"
		w.because("an account pays", w.from(w.people[3], "100.00", iban), "20.00")
		w.because("and pays for somebody else", w.from(w.people[4], "100.00", "fr7630006000011234567890189"), "5.00", conversion.PayerReduced)
		w.because("and once more", w.from(w.people[5], "100.00", iban), "0.00", conversion.PayerExhausted)
		w.because("another account", w.from(w.people[5], "100.00", "FR7630004000031234567890143"), "20.00")

		_, _, err := w.SetResidence(w.Context(), citizen(w.people[0]), w.key(), conversion.Residence{Holder: w.people[0].ID, Household: "autre"})
		w.refused("somebody moves by themselves", err, ledger.ErrForbidden)
		_, _, err = w.SetResidence(w.Context(), deskAgent(), w.key(), conversion.Residence{Holder: w.people[0].ID, Commune: "8400"})
		if fault.As(err) == nil || fault.As(err).Kind != fault.Invalid {
			t.Errorf("a commune of four digits: %v", err)
		}
		_, _, err = w.SetResidence(w.Context(), deskAgent(), w.key(), conversion.Residence{Holder: ident.Holder{Bits: ident.Bits{1}}})
		w.refused("nobody moves", err, ledger.ErrMissing)
		home, err := w.ResidenceOf(w.Context(), citizen(w.people[0]), w.people[0].ID)
		if err != nil || home.Household != "foyer 12" || home.Commune != "84007" {
			t.Errorf("residence: %+v, %v", home, err)
		}
		_, err = w.ResidenceOf(w.Context(), citizen(w.people[1]), w.people[0].ID)
		w.refused("somebody else looks", err, ledger.ErrForbidden)
	})
}

// TestP12CommunesAndPriority holds P12 for whom a campaign is, and which goes first.
func TestP12CommunesAndPriority(t *testing.T) {
	run(t, func(w *world) {
		in := w.bonus20()
		in.Communes, in.Rate = []string{"84007", "2A004"}, money.MustParseRate("0.30")
		w.campaign(in, "1000.00")
		w.because("nothing was noted", w.atDesk(w.people[0], "10.00"), "0.00", conversion.CommuneUnknown)
		w.lives(w.people[0], "", "84031")
		w.because("another commune", w.atDesk(w.people[0], "10.00"), "0.00", conversion.CommuneNotEligible)
		w.lives(w.people[0], "", "84007")
		w.because("the commune", w.atDesk(w.people[0], "10.00"), "3.00")
		first := w.bonus20()
		first.Priority, first.Rate = 5, money.MustParseRate("0.10")
		w.campaign(first, "1.50")
		w.because("the higher priority, although it gives less", w.atDesk(w.people[0], "10.00"), "1.00")
		w.because("as long as it gives anything", w.atDesk(w.people[0], "10.00"), "0.50", conversion.BudgetReduced)
		w.because("then the other", w.atDesk(w.people[0], "10.00"), "3.00")
	})
}

// TestG4SignedBudgetIsAReceivableShownApart holds rule G4 for a convention that
// is signed and not paid.
func TestG4SignedBudgetIsAReceivableShownApart(t *testing.T) {
	run(t, func(w *world) {
		in := w.bonus20()
		in.BudgetMode, in.Budget = conversion.OnceSigned, amount("100.00")
		c := w.campaign(in, "0.00")
		w.wantCover("signed, nothing granted", "0.00", "0.00", "1.0000", "1.0000")
		w.atDesk(w.people[0], "50.00")
		w.wantFigures(c.ID, "0.00", "10.00", "0.00", "90.00")
		w.wantCover("granted before it was paid", "10.00", "10.00", "0.8333", "1.0000")
		fund := func(euros, reference string) error {
			_, _, err := w.FundCampaign(w.Context(), treasurer(), w.key(), conversion.FundCampaignInput{Campaign: c.ID, Amount: amount(euros), BankReference: reference})
			return err
		}
		if err := fund("4.00", "VIR 1"); err != nil {
			t.Fatal(err)
		}
		w.wantCover("paid in part", "6.00", "6.00", "0.9000", "1.0000")
		w.refused("more than was signed", fund("96.01", "VIR 2"), conversion.ErrBudgetExceeded)
		if err := fund("96.00", "VIR 3"); err != nil {
			t.Fatal(err)
		}
		w.wantCover("paid", "0.00", "0.00", "1.0000", "1.0000")
		w.refused("more than the budget", fund("0.01", "VIR 4"), conversion.ErrBudgetExceeded)
		w.wantFigures(c.ID, "100.00", "10.00", "0.00", "90.00")
	})
}

// wantCover compares the gap, what funders owe, and both coverages.
func (w *world) wantCover(what, gap, owed, coverage, with string) {
	w.Helper()
	f, err := w.Fund(w.Context(), time.Time{})
	if err != nil {
		w.Fatal(err)
	}
	got := f.Total
	if got.Gap.Format() != gap || got.FunderReceivable.Format() != owed || got.Coverage != coverage || got.CoverageWith != with {
		w.Errorf("%s: gap %s, owed %s, coverage %s and %s; want %s, %s, %s and %s", what, got.Gap, got.FunderReceivable, got.Coverage, got.CoverageWith, gap, owed, coverage, with)
	}
}

// TestP12PauseAndClose holds P12 for a campaign that is stopped.
func TestP12PauseAndClose(t *testing.T) {
	run(t, func(w *world) {
		ctx := w.Context()
		c := w.campaign(w.bonus20(), "100.00")
		agent, decider := member(11, access.CollectivityAgent, w.city), member(12, access.CollectivityApprover, w.city)
		waits := w.byTransfer(w.people[1], "50.00")
		paused, _, err := w.PauseCampaign(ctx, agent, w.key(), c.ID)
		if err != nil || paused.Status != conversion.CampaignPaused {
			t.Fatalf("paused: %+v, %v", paused, err)
		}
		_, _, err = w.PauseCampaign(ctx, agent, w.key(), c.ID)
		w.refused("paused twice", err, conversion.ErrCampaignPaused)
		w.because("while it is paused", w.atDesk(w.people[0], "10.00"), "0.00", conversion.CampaignOnHold)
		_, _, err = w.ResumeCampaign(ctx, agent, w.key(), c.ID)
		w.refused("an agent resumes", err, ledger.ErrForbidden)
		if _, _, err = w.ResumeCampaign(ctx, decider, w.key(), c.ID); err != nil {
			t.Fatal(err)
		}
		_, _, err = w.ResumeCampaign(ctx, decider, w.key(), c.ID)
		w.refused("resumed twice", err, conversion.ErrCampaignRuns)
		w.because("resumed", w.atDesk(w.people[0], "10.00"), "2.00")

		unspent := conversion.ReturnUnspentInput{Campaign: c.ID, Amount: amount("88.00"), BankReference: "RET 1"}
		_, _, err = w.ReturnUnspent(ctx, treasurer(), w.key(), unspent)
		w.refused("sent back while it runs", err, conversion.ErrCampaignOpen)
		closed, _, err := w.CloseCampaign(ctx, decider, w.key(), c.ID)
		if err != nil || closed.Status != conversion.CampaignClosed || closed.Unspent() != amount("88.00") {
			t.Fatalf("closed: %+v, %v", closed, err)
		}
		for name, f := range map[string]func() error{
			"closed twice":  func() error { _, _, err := w.CloseCampaign(ctx, decider, w.key(), c.ID); return err },
			"paused closed": func() error { _, _, err := w.PauseCampaign(ctx, decider, w.key(), c.ID); return err },
		} {
			w.refused(name, f(), conversion.ErrCampaignClosed)
		}
		w.because("closed", w.atDesk(w.people[0], "10.00"), "0.00", conversion.CampaignEnded)
		unspent.Amount = amount("98.00")
		_, _, err = w.ReturnUnspent(ctx, treasurer(), w.key(), unspent)
		w.refused("what is reserved too", err, conversion.ErrUnspentDiffers)
		unspent.Amount = amount("88.00")
		back, _, err := w.ReturnUnspent(ctx, treasurer(), w.key(), unspent)
		if err != nil || back.Returned != amount("88.00") || back.Unspent() != 0 {
			t.Fatalf("sent back: %+v, %v", back, err)
		}
		if _, _, err = w.Cancel(ctx, citizen(w.people[1]), w.key(), conversion.CancelInput{Conversion: waits.ID}); err != nil {
			t.Fatal(err)
		}
		unspent.Amount = amount("10.00")
		_, _, err = w.ReturnUnspent(ctx, treasurer(), w.key(), unspent)
		w.refused("the same transfer again", err, conversion.ErrReferenceUsed)
		unspent.BankReference = "RET 2"
		if back, _, err = w.ReturnUnspent(ctx, treasurer(), w.key(), unspent); err != nil || back.Returned != amount("98.00") {
			t.Fatalf("what was released goes back too: %+v, %v", back, err)
		}
		if left := w.balance(ledger.GrantOf(c.ID.String())); left != 0 {
			t.Errorf("the grant account holds %s", left)
		}
		draft, _, err := w.CreateCampaign(ctx, treasurer(), w.key(), w.bonus20())
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = w.CloseCampaign(ctx, approver(), w.key(), draft.ID)
		w.refused("a draft is closed", err, conversion.ErrCampaignDraft)
	})
}

// TestP12SignedBudgetLapsesWhenTheCampaignCloses returns the paid part and lets the
// rest of what was signed lapse.
func TestP12SignedBudgetLapsesWhenTheCampaignCloses(t *testing.T) {
	run(t, func(w *world) {
		in := w.bonus20()
		in.BudgetMode, in.Budget = conversion.OnceSigned, amount("100.00")
		c := w.campaign(in, "0.00")
		w.atDesk(w.people[0], "50.00")
		if _, _, err := w.FundCampaign(w.Context(), treasurer(), w.key(), conversion.FundCampaignInput{Campaign: c.ID, Amount: amount("40.00"), BankReference: "V"}); err != nil {
			t.Fatal(err)
		}
		closed, _, err := w.CloseCampaign(w.Context(), approver(), w.key(), c.ID)
		if err != nil || closed.Unspent() != amount("30.00") {
			t.Fatalf("closed: %s to go back, %v", closed.Unspent(), err)
		}
		back, _, err := w.ReturnUnspent(w.Context(), treasurer(), w.key(), conversion.ReturnUnspentInput{Campaign: c.ID, Amount: amount("30.00"), BankReference: "R"})
		if err != nil || back.Due != 0 || back.Remaining != 0 || back.Returned != amount("30.00") {
			t.Errorf("sent back: %+v, %v", back, err)
		}
		w.wantCover("closed", "0.00", "0.00", "1.0000", "1.0000")
	})
}

// TestP12AmendmentsNeedASecondPersonAndAreKept holds P12 and D9 for changed terms.
func TestP12AmendmentsNeedASecondPersonAndAreKept(t *testing.T) {
	run(t, func(w *world) {
		ctx := w.Context()
		in := w.bonus20()
		in.Budget, in.PerPersonCap = amount("100.00"), amount("10.00")
		c := w.campaign(in, "100.00")
		agent, decider := member(11, access.CollectivityAgent, w.city), member(12, access.CollectivityApprover, w.city)
		w.because("to the ceiling", w.atDesk(w.people[0], "100.00"), "10.00", conversion.AllowanceReduced)
		terms := c.Terms()
		terms.Budget, terms.EndsOn, terms.PerPersonCap, terms.HouseholdCap = amount("150.00"), day(2026, 6, 30), amount("15.00"), amount("16.00")
		a, _, err := w.AmendCampaign(ctx, agent, w.key(), conversion.AmendInput{Campaign: c.ID, Terms: terms, Reason: "Prolongation votée"})
		if err != nil || a.Status != conversion.AmendmentProposed {
			t.Fatalf("proposed: %+v, %v", a, err)
		}
		w.because("nothing holds yet", w.atDesk(w.people[0], "10.00"), "0.00", conversion.AllowanceExhausted)
		_, _, err = w.AmendCampaign(ctx, agent, w.key(), conversion.AmendInput{Campaign: c.ID, Terms: terms, Reason: "Encore"})
		w.refused("a second proposal", err, conversion.ErrAmendmentOpen)
		both := agent
		both.Grants = append(both.Grants, access.Grant{Role: access.CollectivityApprover, Organisation: w.city.ID})
		_, _, err = w.ApproveAmendment(ctx, both, w.key(), a.ID)
		w.refused("the same person approves", err, conversion.ErrSamePerson)
		_, _, err = w.ApproveAmendment(ctx, member(13, access.CollectivityApprover, w.club), w.key(), a.ID)
		w.refused("another organisation approves", err, ledger.ErrForbidden)
		if a, _, err = w.ApproveAmendment(ctx, decider, w.key(), a.ID); err != nil || a.Status != conversion.AmendmentApproved {
			t.Fatalf("approved: %+v, %v", a, err)
		}
		_, _, err = w.ApproveAmendment(ctx, decider, w.key(), a.ID)
		w.refused("approved twice", err, conversion.ErrAmendmentDecided)
		if got := w.figures(c.ID); got.Terms() != terms {
			t.Errorf("terms are %+v, want %+v", got.Terms(), terms)
		}
		w.because("to the new ceiling, what was used before counted", w.atDesk(w.people[0], "100.00"), "5.00", conversion.AllowanceReduced)
		terms.PerPersonCap = amount("3.00")
		a, _, err = w.AmendCampaign(ctx, agent, w.key(), conversion.AmendInput{Campaign: c.ID, Terms: terms, Reason: "Moins"})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err = w.WithdrawAmendment(ctx, agent, w.key(), a.ID); err != nil {
			t.Fatal(err)
		}
		if a, _, err = w.AmendCampaign(ctx, agent, w.key(), conversion.AmendInput{Campaign: c.ID, Terms: terms, Reason: "Moins"}); err == nil {
			_, _, err = w.ApproveAmendment(ctx, decider, w.key(), a.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
		w.because("below what was used leaves nothing", w.atDesk(w.people[0], "10.00"), "0.00", conversion.AllowanceExhausted)
		low := terms
		low.Budget = amount("99.99")
		_, _, err = w.AmendCampaign(ctx, agent, w.key(), conversion.AmendInput{Campaign: c.ID, Terms: low, Reason: "Trop bas"})
		if f := fault.As(err); f == nil || f.Kind != fault.Invalid {
			t.Errorf("a budget below what was received: %v", err)
		}
		history, err := w.Amendments(ctx, agent, c.ID)
		if err != nil || len(history) != 3 || history[2].Before.Budget != amount("100.00") || history[1].Status != conversion.AmendmentWithdrawn {
			t.Errorf("history: %+v, %v", history, err)
		}
		draft, _, err := w.CreateCampaign(ctx, treasurer(), w.key(), w.bonus20())
		if err != nil {
			t.Fatal(err)
		}
		terms = draft.Terms()
		terms.Budget++
		_, _, err = w.AmendCampaign(ctx, agent, w.key(), conversion.AmendInput{Campaign: draft.ID, Terms: terms, Reason: "Pas encore"})
		w.refused("a draft is amended", err, conversion.ErrCampaignDraft)
	})
}

// TestP12SignedBudgetIsAmendedWithItsReceivable raises and lowers what was signed.
func TestP12SignedBudgetIsAmendedWithItsReceivable(t *testing.T) {
	run(t, func(w *world) {
		in := w.bonus20()
		in.BudgetMode, in.Budget = conversion.OnceSigned, amount("100.00")
		c := w.campaign(in, "0.00")
		w.atDesk(w.people[0], "200.00")
		amend := func(budget string) error {
			terms := w.figures(c.ID)
			to := terms.Terms()
			to.Budget = amount(budget)
			a, _, err := w.AmendCampaign(w.Context(), treasurer(), w.key(), conversion.AmendInput{Campaign: c.ID, Terms: to, Reason: "Avenant"})
			if err == nil {
				_, _, err = w.ApproveAmendment(w.Context(), approver(), w.key(), a.ID)
			}
			return err
		}
		for _, budget := range []string{"150.00", "40.00"} {
			if err := amend(budget); err != nil {
				t.Fatal(err)
			}
			if got := w.balance(ledger.DueBy(c.ID.String())); got != amount(budget) {
				t.Errorf("signed %s, the account says %s", budget, got)
			}
		}
		if f := fault.As(amend("39.99")); f == nil || f.Kind != fault.Invalid {
			t.Errorf("less than was granted: %v", f)
		}
	})
}

// TestBreakEvenFee holds the figures of the issue: 16.67 % for 20 %, 4.76 % for 5 %.
func TestBreakEvenFee(t *testing.T) {
	for rate, want := range map[string]string{"0.20": "0.1666", "0.05": "0.0476", "1": "0.5000"} {
		if got := (conversion.CreateCampaignInput{Rate: money.MustParseRate(rate)}).BreakEvenFee(); got != want {
			t.Errorf("%s breaks even at %s, want %s", rate, got, want)
		}
	}
}

// TestP12TenThousandConversionsAgainstOneBudget sets 64 clients on one campaign
// whose household ceilings and budget all bind, and whose last bonus is partial
// or refused as the campaign says. Each way and each engine has ten thousand once;
// the other two runs are shorter.
func TestP12TenThousandConversionsAgainstOneBudget(t *testing.T) {
	for _, when := range []conversion.Exhaustion{conversion.Partial, conversion.Refuse} {
		t.Run(string(when), func(t *testing.T) {
			run(t, func(w *world) {
				total := 2_000
				if whole := (when == conversion.Partial) == (w.engine == db.SQLite); whole && !testing.Short() {
					total = 10_000
				}
				in := w.bonus20()
				in.WhenExhausted, in.HouseholdCap = when, money.Max
				budget := money.Amount(total/2*200 + 77)
				in.Budget = budget
				c := w.campaign(in, budget.Format())
				var partial atomic.Int64
				given := w.at64(total/64+1, func(caller, _ int) (conversion.Conversion, error) {
					got, _, err := w.Convert(w.Context(), deskAgent(), w.key(), conversion.ConvertInput{
						Holder: w.people[caller%len(w.people)].ID, Euros: 1000, Channel: conversion.AtDesk})
					if got.Bonus != 0 && got.Bonus != 200 {
						partial.Add(1)
						if got.Bonus != 77 || got.Reasons[0].Code != conversion.BudgetReduced {
							w.Errorf("a partial bonus of %s because %v", got.Bonus, got.Reasons)
						}
					}
					return got, err
				})
				want, last := budget, int64(1)
				if when == conversion.Refuse {
					want, last = budget-77, 0
				}
				if given != want || partial.Load() != last {
					w.Errorf("%s of %s was given, want %s, the last one partial %d times", given, budget, want, partial.Load())
				}
				if got := w.figures(c.ID); got.Granted != want || got.Reserved != 0 {
					w.Errorf("the campaign says %s granted", got.Granted)
				}
			})
		})
	}
}
