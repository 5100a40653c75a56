// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion_test

import (
	"slices"
	"testing"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// TestD9TwoPeopleOpenACampaign holds rule D9.
func TestD9TwoPeopleOpenACampaign(t *testing.T) {
	run(t, func(w *world) {
		ctx := w.Context()
		agent := member(11, access.CollectivityAgent, w.city)
		k := w.key()
		c, _, err := w.CreateCampaign(ctx, agent, k, w.bonus20())
		if err != nil || c.Status != conversion.CampaignDraft {
			w.Fatalf("draft: %+v, %v", c, err)
		}
		w.atDesk(w.people[0], "10.00")
		w.wantAvailable(w.people[0], "10.00") // a draft grants nothing
		both := agent
		both.Grants = append(both.Grants, access.Grant{Role: access.CollectivityApprover, Organisation: w.city.ID})
		_, _, err = w.ApproveCampaign(ctx, both, w.key(), c.ID)
		w.refused("the same person approves", err, conversion.ErrSamePerson)
		_, _, err = w.ApproveCampaign(ctx, agent, w.key(), c.ID)
		w.refused("an agent approves", err, ledger.ErrForbidden)
		_, _, err = w.ApproveCampaign(ctx, member(12, access.CollectivityApprover, w.club), w.key(), c.ID)
		w.refused("another organisation approves", err, ledger.ErrForbidden)
		_, _, err = w.ApproveCampaign(ctx, approver(), w.key(), conversion.CampaignID{Bits: ident.Bits{1}})
		w.refused("no such campaign", err, ledger.ErrMissing)
		approved, _, err := w.ApproveCampaign(ctx, member(12, access.CollectivityApprover, w.city), w.key(), c.ID)
		if err != nil || approved.Status != conversion.CampaignActive || approved.Version <= c.Version || approved.ApprovedBy.IsZero() {
			w.Errorf("approved: %+v, %v", approved, err)
		}
		_, _, err = w.ApproveCampaign(ctx, approver(), w.key(), c.ID)
		w.refused("approved twice", err, conversion.ErrCampaignApproved)
		again, replayed, err := w.CreateCampaign(ctx, agent, k, w.bonus20())
		if err != nil || !replayed || again.Status != conversion.CampaignDraft || again.ID != c.ID {
			w.Errorf("the first key again: %+v, %v, %v; want the draft as it was answered", again, replayed, err)
		}
		if err := w.tamper("UPDATE campaigns SET approved_by = prepared_by WHERE id = $1", c.ID); err == nil {
			w.Error("the table let the same person approve")
		}
	})
}

func TestCampaignsAreWellFormed(t *testing.T) {
	run(t, func(w *world) {
		for name, c := range map[string]struct {
			pointer string
			spoil   func(*conversion.CreateCampaignInput)
		}{
			"individual pays":   {"/funder", func(in *conversion.CreateCampaignInput) { in.Funder = w.people[0].ID }},
			"no name":           {"/name", func(in *conversion.CreateCampaignInput) { in.Name = "" }},
			"no rate":           {"/rate", func(in *conversion.CreateCampaignInput) { in.Rate = money.Rate{} }},
			"no budget":         {"/budget_eur", func(in *conversion.CreateCampaignInput) { in.Budget = 0 }},
			"no first day":      {"/starts_on", func(in *conversion.CreateCampaignInput) { in.StartsOn = 0 }},
			"ends before":       {"/ends_on", func(in *conversion.CreateCampaignInput) { in.EndsOn = in.StartsOn - 1 }},
			"is past":           {"/ends_on", func(in *conversion.CreateCampaignInput) { in.StartsOn, in.EndsOn = day(2026, 1, 1), day(2026, 3, 1) }},
			"negative ceiling":  {"/per_person_cap", func(in *conversion.CreateCampaignInput) { in.PerPersonCap = -1 }},
			"per week":          {"/per_person_period", func(in *conversion.CreateCampaignInput) { in.PerPersonPeriod = "week" }},
			"maximum below":     {"/maximum_eur", func(in *conversion.CreateCampaignInput) { in.Minimum, in.Maximum = 2000, 1000 }},
			"exhaustion":        {"/when_exhausted", func(in *conversion.CreateCampaignInput) { in.WhenExhausted = "borrow" }},
			"for collectivités": {"/eligible_kinds", func(in *conversion.CreateCampaignInput) { in.EligibleKinds = []ledger.HolderKind{ledger.Collectivity} }},
			"a kind twice": {"/eligible_kinds", func(in *conversion.CreateCampaignInput) {
				in.EligibleKinds = []ledger.HolderKind{ledger.Individual, ledger.Individual}
			}},
		} {
			in := w.bonus20()
			c.spoil(&in)
			_, _, err := w.CreateCampaign(w.Context(), treasurer(), w.key(), in)
			if f := fault.As(err); f == nil || f.Kind != fault.Invalid || f.Fields[0].Pointer != c.pointer {
				w.Errorf("%s: %v, want a fault at %s", name, err, c.pointer)
			}
		}
		in := w.bonus20()
		in.Funder = ident.Holder{Bits: ident.Bits{1}}
		_, _, err := w.CreateCampaign(w.Context(), treasurer(), w.key(), in)
		w.refused("unknown funder", err, ledger.ErrMissing)
		_, _, err = w.CreateCampaign(w.Context(), member(11, access.CollectivityAgent, w.club), w.key(), w.bonus20())
		w.refused("an agent of another organisation", err, ledger.ErrForbidden)
		list, err := w.Campaigns(w.Context(), treasurer(), conversion.CampaignFilter{})
		if err != nil || len(list) != 0 {
			w.Errorf("refused campaigns left %v, %v", list, err)
		}
	})
}

// TestP14BonusIsForIndividualsByDefault holds rule P14.
func TestP14BonusIsForIndividualsByDefault(t *testing.T) {
	run(t, func(w *world) {
		c := w.campaign(w.bonus20(), "100.00")
		if !slices.Equal(c.EligibleKinds, []ledger.HolderKind{ledger.Individual}) {
			w.Errorf("eligible by default: %v", c.EligibleKinds)
		}
		w.atDesk(w.shop, "10.00")
		w.atDesk(w.club, "10.00")
		w.wantAvailable(w.shop, "10.00")
		w.wantAvailable(w.club, "10.00")
		w.wantFigures(c.ID, "100.00", "0.00", "0.00", "100.00")
		in := w.bonus20()
		in.EligibleKinds = []ledger.HolderKind{ledger.Professional}
		open := w.campaign(in, "100.00")
		w.atDesk(w.shop, "10.00")
		w.wantAvailable(w.shop, "22.00")
		if !slices.ContainsFunc(open.Warnings, func(x conversion.Warning) bool { return x.Code == conversion.ProfessionalsEligible }) {
			w.Errorf("aid to professionals without a warning: %v", open.Warnings)
		}
	})
}

// TestApproverIsWarnedOfTheLoop shows the abuse case: 100 € become 120 units,
// and 114 € after 5 % commission.
func TestApproverIsWarnedOfTheLoop(t *testing.T) {
	run(t, func(w *world) {
		in := w.bonus20()
		in.PerPersonCap = amount("20.00")
		c := w.campaign(in, "0.00")
		if want := []conversion.Warning{{Code: conversion.LoopGain, Amount: amount("14.00")}}; !slices.Equal(c.Warnings, want) {
			w.Errorf("20 %% against 5 %%: %v, want %v", c.Warnings, want)
		}
		in.Rate, in.PerPersonCap, in.Convention = money.MustParseRate("0.05"), 0, conversion.Convention{}
		c = w.campaign(in, "0.00")
		if want := []conversion.Warning{{Code: conversion.NoCeiling}, {Code: conversion.NoConvention}}; !slices.Equal(c.Warnings, want) {
			w.Errorf("5 %% against 5 %%: %v, want %v", c.Warnings, want)
		}
	})
}

// TestG4OnlyMoneyReceivedIsGranted holds rule G4 on a cash basis.
func TestG4OnlyMoneyReceivedIsGranted(t *testing.T) {
	run(t, func(w *world) {
		ctx := w.Context()
		in := w.bonus20()
		in.Budget = amount("30.00")
		c := w.campaign(in, "0.00")
		if got := w.atDesk(w.people[0], "50.00"); got.Bonus != 0 || got.Reasons[0].Code != conversion.BudgetExhausted {
			w.Errorf("a bonus of a budget that nobody paid: %+v", got)
		}
		fund := func(a, reference string) error {
			_, _, err := w.FundCampaign(ctx, treasurer(), w.key(), conversion.FundCampaignInput{Campaign: c.ID, Amount: amount(a), BankReference: reference, Account: other})
			return err
		}
		if err := fund("20.00", "VIR-1"); err != nil {
			w.Fatal(err)
		}
		w.refused("the same bank reference", fund("5.00", "VIR-1"), conversion.ErrReferenceUsed)
		w.refused("more than the budget", fund("10.01", "VIR-2"), conversion.ErrBudgetExceeded)
		w.refused("nothing", fund("0.00", "VIR-3"), fault.ErrInvalid)
		w.refused("no reference", fund("1.00", ""), fault.ErrInvalid)
		w.wantFigures(c.ID, "20.00", "0.00", "0.00", "20.00")
		if err := fund("10.00", "VIR-2"); err != nil {
			w.Fatal(err)
		}
		w.wantFigures(c.ID, "30.00", "0.00", "0.00", "30.00")
		if w.balance(other) != amount("30.00") || w.balance(ledger.GrantOf(c.ID.String())) != amount("30.00") {
			w.Errorf("the compte dédié holds %s, the grant %s", w.balance(other), w.balance(ledger.GrantOf(c.ID.String())))
		}
		for name, bad := range map[string]conversion.FundCampaignInput{
			"to the operating account": {Campaign: c.ID, Amount: 1, BankReference: "V", Account: ledger.Operating},
			"to the notes' account":    {Campaign: c.ID, Amount: 1, BankReference: "V", Account: notes},
		} {
			_, _, err := w.FundCampaign(ctx, treasurer(), w.key(), bad)
			w.refused(name, err, fault.ErrInvalid)
		}
		_, _, err := w.FundCampaign(ctx, treasurer(), w.key(), conversion.FundCampaignInput{Campaign: conversion.CampaignID{Bits: ident.Bits{1}}, Amount: 1, BankReference: "V"})
		w.refused("no such campaign", err, ledger.ErrMissing)
		_, _, err = w.FundCampaign(ctx, deskAgent(), w.key(), conversion.FundCampaignInput{Campaign: c.ID, Amount: 1, BankReference: "V"})
		w.refused("an agent books it", err, ledger.ErrForbidden)
		for name, statement := range map[string]string{
			"granted beyond received":  "UPDATE campaigns SET granted = received + 1 WHERE id = $1",
			"received beyond budget":   "UPDATE campaigns SET received = budget + 1 WHERE id = $1",
			"reserved beyond received": "UPDATE campaigns SET reserved = received - granted + 1 WHERE id = $1",
		} {
			if err := w.tamper(statement, c.ID); err == nil {
				w.Errorf("the table allowed %s", name)
			}
		}
		w.at(day(2026, 5, 1).Start().Add(time.Hour))
		w.refused("after the last day", fund("0.01", "VIR-9"), conversion.ErrCampaignClosed)
	})
}

// TestP12CampaignKeepsItsDatesCeilingsAndBudget holds rule P12.
func TestP12CampaignKeepsItsDatesCeilingsAndBudget(t *testing.T) {
	run(t, func(w *world) {
		in := w.bonus20()
		in.PerPersonCap, in.PerPersonPeriod = amount("5.00"), conversion.PerMonth
		c := w.campaign(in, "11.00")
		p := w.people[0]
		for _, step := range []struct{ euros, bonus string }{{"20.00", "4.00"}, {"20.00", "1.00"}, {"20.00", "0.00"}} {
			if got := w.atDesk(p, step.euros); got.Bonus.Format() != step.bonus {
				w.Errorf("in March: bonus %s because %v, want %s", got.Bonus, got.Reasons, step.bonus)
			}
		}
		q, err := w.Quote(w.Context(), citizen(p), conversion.QuoteRequest{Holder: p.ID, Euros: 1000})
		if err != nil || q.Bonus != 0 || q.AllowanceLeft == nil || *q.AllowanceLeft != 0 || q.Reasons[0].Code != conversion.AllowanceExhausted {
			w.Errorf("quote at the ceiling: %+v, %v", q, err)
		}
		w.at(day(2026, 4, 1).Start()) // a new month begins in Paris
		if got := w.atDesk(p, "20.00"); got.Bonus != 400 {
			w.Errorf("in April: bonus %s because %v", got.Bonus, got.Reasons)
		}
		// 2.00 remain: the next person gets them and no more.
		if got := w.atDesk(w.people[1], "20.00"); got.Bonus != 200 || got.Reasons[0].Code != conversion.BudgetReduced || got.Reasons[0].Amount != 200 {
			w.Errorf("with 2.00 left: bonus %s because %v", got.Bonus, got.Reasons)
		}
		w.wantFigures(c.ID, "11.00", "11.00", "0.00", "0.00")
		w.at(day(2026, 4, 30).End())
		if got := w.figures(c.ID); got.Status != conversion.CampaignClosed {
			w.Errorf("after the last day it is %s", got.Status)
		}
		if got := w.atDesk(w.people[2], "20.00"); got.Bonus != 0 || got.Reasons[0].Code != conversion.CampaignEnded || got.Reasons[0].On != c.EndsOn {
			w.Errorf("after the last day: bonus %s because %v", got.Bonus, got.Reasons)
		}
		draft := w.bonus20()
		draft.EndsOn = day(2026, 5, 2)
		late, _, err := w.CreateCampaign(w.Context(), treasurer(), w.key(), draft)
		if err != nil {
			w.Fatal(err)
		}
		w.at(day(2026, 5, 3).Start())
		_, _, err = w.ApproveCampaign(w.Context(), approver(), w.key(), late.ID)
		w.refused("approved after its end", err, conversion.ErrCampaignClosed)
	})
}

// TestD4FunderSeesTotalsOfFiveOrMore holds rule D4.
func TestD4FunderSeesTotalsOfFiveOrMore(t *testing.T) {
	run(t, func(w *world) {
		c := w.campaign(w.bonus20(), "500.00")
		agent := member(11, access.CollectivityAgent, w.city)
		report := func() conversion.Report {
			w.Helper()
			r, err := w.Report(w.Context(), agent, c.ID)
			if err != nil {
				w.Fatal(err)
			}
			return r
		}
		if r := report(); r.People != "0" || r.Conversions != "0" || len(r.Months) != 0 {
			w.Errorf("before any conversion: %+v", r)
		}
		for _, p := range w.people[:4] {
			w.atDesk(p, "10.00")
			w.atDesk(p, "10.00")
		}
		r := report()
		if r.People != "<5" || r.Conversions != "<5" || r.Euros != 8000 || r.Bonus != 1600 {
			w.Errorf("four people: %+v", r.ReportSums)
		}
		w.atDesk(w.people[4], "10.00")
		w.atDesk(w.shop, "10.00") // without bonus: no business of the funder
		back := w.atDesk(w.people[5], "10.00")
		if _, _, err := w.Reverse(w.Context(), treasurer(), w.key(), conversion.ReverseInput{Conversion: back.ID}); err != nil {
			w.Fatal(err)
		}
		if r = report(); r.People != "5" || r.Conversions != "9" || r.Euros != 9000 || r.Bonus != 1800 || r.Received != 50000 || r.Left != 48200 {
			w.Errorf("five people: %+v", r)
		}
		if want := (conversion.ReportMonth{Month: "2026-03", ReportSums: r.ReportSums}); len(r.Months) != 1 || r.Months[0] != want {
			w.Errorf("months %+v, want %+v", r.Months, want)
		}
		// One person in April would stand alone: April is told with March.
		w.at(day(2026, 4, 2).Start())
		w.atDesk(w.people[0], "10.00")
		if r = report(); len(r.Months) != 1 || r.Months[0].Until != "2026-04" || r.Months[0].Conversions != "10" || r.Months[0].People != "5" {
			w.Errorf("with one person in April: %+v", r.Months)
		}
		for _, p := range w.people[1:5] {
			w.atDesk(p, "10.00")
		}
		if r = report(); len(r.Months) != 2 || r.Months[1].Month != "2026-04" || r.Months[1].People != "5" || r.Months[1].Euros != 5000 {
			w.Errorf("with five people in April: %+v", r.Months)
		}
		_, err := w.Report(w.Context(), member(12, access.CollectivityAgent, w.club), c.ID)
		w.refused("another organisation reads", err, ledger.ErrForbidden)
		_, err = w.Report(w.Context(), agent, conversion.CampaignID{Bits: ident.Bits{1}})
		w.refused("no such campaign", err, ledger.ErrMissing)
	})
}

func TestCampaignsAreReadByTheirFunder(t *testing.T) {
	run(t, func(w *world) {
		agent := member(11, access.CollectivityAgent, w.city)
		first, second := w.campaign(w.bonus20(), "0.00"), w.campaign(w.bonus20(), "0.00")
		in := w.bonus20()
		in.Funder = w.club.ID
		clubs := w.campaign(in, "0.00")
		_, err := w.Campaign(w.Context(), agent, clubs.ID)
		w.refused("another funder's campaign", err, ledger.ErrForbidden)
		_, err = w.Campaigns(w.Context(), agent, conversion.CampaignFilter{})
		w.refused("every campaign", err, ledger.ErrForbidden)
		own, err := w.Campaigns(w.Context(), agent, conversion.CampaignFilter{Funder: w.city.ID})
		if err != nil || len(own) != 2 || own[0].ID != second.ID || own[1].ID != first.ID {
			w.Errorf("own campaigns: %v, %v", own, err)
		}
		page, err := w.Campaigns(w.Context(), treasurer(), conversion.CampaignFilter{Before: second.ID, Limit: 1})
		if err != nil || len(page) != 1 || page[0].ID != first.ID {
			w.Errorf("second page: %v, %v", page, err)
		}
	})
}
