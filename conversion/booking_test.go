// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion_test

import (
	"errors"
	"testing"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
)

// TestABankTransferCountsOnceForACampaign books one line of a statement twice. A
// reference is its payer's, so another subject may bear the same, and one
// transfer may pay two conversions.
func TestABankTransferCountsOnceForACampaign(t *testing.T) {
	run(t, func(w *world) {
		first, second := w.campaign(w.bonus20(), "0.00"), w.campaign(w.bonus20(), "0.00")
		one, two := w.byTransfer(w.people[0], "50.00"), w.byTransfer(w.people[1], "50.00")
		fund := func(c conversion.Campaign) error {
			_, _, err := w.FundCampaign(w.Context(), treasurer(), w.key(), conversion.FundCampaignInput{Campaign: c.ID, Amount: amount("50.00"), BankReference: "VIR 7"})
			return err
		}
		if err := errors.Join(fund(first), fund(second)); err != nil {
			t.Fatal(err)
		}
		w.refused("the same transfer again", fund(first), conversion.ErrReferenceUsed)
		for _, c := range []conversion.Conversion{one, two} {
			if _, _, err := w.Settle(w.Context(), treasurer(), w.key(), conversion.SettleInput{Conversion: c.ID, BankReference: "VIR 8"}); err != nil {
				t.Error(err)
			}
		}
	})
}

// TestAUsedReferenceIsToldBeforeTheBudget sends the transfer of a campaign that
// has all its budget once more.
func TestAUsedReferenceIsToldBeforeTheBudget(t *testing.T) {
	run(t, func(w *world) {
		c := w.campaign(w.bonus20(), "26000.00")
		_, _, err := w.FundCampaign(w.Context(), treasurer(), w.key(), conversion.FundCampaignInput{Campaign: c.ID, Amount: amount("26000.00"), BankReference: w.transferOf(c)})
		w.refused("the same transfer", err, conversion.ErrReferenceUsed)
	})
}

// TestD9NobodySettlesTheirOwnConversion lets a treasurer who is a member too try
// to say that their own euros came.
func TestD9NobodySettlesTheirOwnConversion(t *testing.T) {
	run(t, func(w *world) {
		self := citizen(w.people[0])
		self.Grants = append(self.Grants, access.Grant{Role: access.Treasurer}, access.Grant{Role: access.MerchantOwner, Organisation: w.shop.ID})
		own := w.byTransfer(w.people[0], "50.00")
		shops, _, err := w.Convert(w.Context(), self, w.key(), conversion.ConvertInput{Holder: w.shop.ID, Euros: amount("70.00"), Channel: conversion.ByTransfer})
		if err != nil {
			t.Fatal(err)
		}
		others := w.byTransfer(w.people[1], "60.00")
		for what, c := range map[string]conversion.Conversion{"their own": own, "that of their shop": shops} {
			_, _, err := w.Settle(w.Context(), self, w.key(), conversion.SettleInput{Conversion: c.ID, BankReference: c.Reference})
			w.refused(what+" settled", err, conversion.ErrSamePerson)
		}
		w.wantAvailable(w.people[0], "0.00")
		if _, _, err := w.Settle(w.Context(), self, w.key(), conversion.SettleInput{Conversion: others.ID, BankReference: others.Reference}); err != nil {
			t.Error(err)
		}
		if _, _, err := w.Settle(w.Context(), treasurer(), w.key(), conversion.SettleInput{Conversion: own.ID, BankReference: own.Reference}); err != nil {
			t.Error(err)
		}
		_, _, err = w.Reverse(w.Context(), self, w.key(), conversion.ReverseInput{Conversion: own.ID})
		w.refused("their own reversed (L6)", err, conversion.ErrSamePerson)
	})
}

// TestTheLargestAmountsAreAnswered converts the most that can be written, with
// and without a bonus on top: what is booked can be answered, and what could
// not be is refused.
func TestTheLargestAmountsAreAnswered(t *testing.T) {
	run(t, func(w *world) {
		most := money.Max.Format()
		plain, err := w.Conversion(w.Context(), treasurer(), w.atDesk(w.people[0], most).ID)
		if err != nil || plain.Credited != money.Max {
			t.Errorf("converted %+v, %v", plain, err)
		}
		in := w.bonus20()
		in.Rate, in.Budget = money.MustParseRate("1"), money.Max
		c := w.campaign(in, most)
		_, err = w.Quote(w.Context(), deskAgent(), conversion.QuoteRequest{Holder: w.people[1].ID, Euros: money.Max})
		w.refused("a quote", err, fault.ErrInvalid)
		for _, channel := range []conversion.Channel{conversion.AtDesk, conversion.ByTransfer} {
			actor := deskAgent()
			if channel == conversion.ByTransfer {
				actor = citizen(w.people[1])
			}
			k := w.key()
			for range 2 {
				_, _, err := w.Convert(w.Context(), actor, k, conversion.ConvertInput{Holder: w.people[1].ID, Euros: money.Max, Channel: channel})
				w.refused("by "+string(channel), err, fault.ErrInvalid)
			}
		}
		w.wantFigures(c.ID, most, "0.00", "0.00", most)
		w.wantAvailable(w.people[1], "0.00")
		half := w.atDesk(w.people[1], (money.Max / 2).Format())
		if half.Credited != money.Max/2*2 {
			t.Errorf("half of it gives %s", half.Credited)
		}
	})
}

// TestP12MonthsEndAtMidnightInParis converts in the last instant of March and in
// the first of April, which differ by the summer time, and on the last day.
func TestP12MonthsEndAtMidnightInParis(t *testing.T) {
	run(t, func(w *world) {
		in := w.bonus20()
		in.PerPersonCap, in.PerPersonPeriod = amount("10.00"), conversion.PerMonth
		c := w.campaign(in, "1000.00")
		ann := w.people[0]
		for _, step := range []struct {
			at    string
			bonus string
		}{
			{"2026-03-31T21:59:59.9Z", "10.00"}, // 23:59:59.9 in Paris
			{"2026-03-31T22:00:00Z", "10.00"},   // 1 April
			{"2026-04-30T21:59:59.9Z", "0.00"},  // the last day, the ceiling of April is used
			{"2026-04-30T22:00:00Z", "0.00"},    // 1 May: ended
		} {
			at, err := time.Parse(time.RFC3339Nano, step.at)
			if err != nil {
				t.Fatal(err)
			}
			w.at(at)
			if civil.Of(at) == in.EndsOn {
				if got := w.atDesk(w.people[1], "10.00"); got.Bonus != 2_00 {
					t.Errorf("on the last day a bonus of %s", got.Bonus)
				}
			}
			if got := w.atDesk(ann, "60.00"); got.Bonus.Format() != step.bonus {
				t.Errorf("at %s (%s in Paris) a bonus of %s, want %s", step.at, civil.Of(at), got.Bonus, step.bonus)
			}
		}
		w.wantFigures(c.ID, "1000.00", "22.00", "0.00", "978.00")
	})
}

// TestG1NoPoolCoversForAnother leaves the digital pool short while that of paper
// notes has more than it owes: the total tells the gap.
func TestG1NoPoolCoversForAnother(t *testing.T) {
	run(t, func(w *world) {
		w.atDesk(w.people[0], "100.00")
		if err := w.move(ledger.Desk("halles"), bank, "100.00", "R1"); err != nil {
			t.Fatal(err)
		}
		w.post(ledger.Draft{Kind: ledger.KindTransfer, Postings: []ledger.Posting{{Debit: notes, Credit: bank, Amount: amount("30.00")}}})
		f, err := w.Fund(w.Context(), time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		if f.Pools[0].Gap != amount("30.00") || f.Pools[1].Surplus != amount("30.00") || f.Pools[0].Coverage != "0.7000" {
			t.Errorf("the pools are %+v", f.Pools)
		}
		if f.Total.Gap != amount("30.00") || f.Total.Surplus != amount("30.00") || f.Total.Cover() != amount("100.00") || f.Total.Coverage != "0.7000" {
			t.Errorf("in total a gap of %s, a surplus of %s, coverage %s", f.Total.Gap, f.Total.Surplus, f.Total.Coverage)
		}
	})
}

// TestCoverageWithoutUnits tells an empty fund from one that lacks others'
// money.
func TestCoverageWithoutUnits(t *testing.T) {
	run(t, func(w *world) {
		f, err := w.Fund(w.Context(), time.Time{})
		if err != nil || f.Total.Coverage != "1.0000" || f.Total.Gap != 0 {
			t.Errorf("an empty fund: %+v, %v", f.Total, err)
		}
		w.campaign(w.bonus20(), "20.00")
		w.post(ledger.Draft{Kind: ledger.KindTransfer, Postings: []ledger.Posting{{Debit: ledger.Operating, Credit: bank, Amount: amount("50.00")}}})
		f, err = w.Fund(w.Context(), time.Time{})
		if err != nil || f.Total.Gap != amount("50.00") || f.Total.Coverage != "0.0000" || f.Pools[0].Coverage != "0.0000" {
			t.Errorf("the euros of a grant are gone: gap %s, coverage %s, %v", f.Total.Gap, f.Total.Coverage, err)
		}
	})
}
