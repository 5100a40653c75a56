// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// offer is a campaign at 20 % in March 2026 with 1000.00 left.
func offer(n byte, change func(*conversion.Offer)) conversion.Offer {
	o := conversion.Offer{Campaign: conversion.Campaign{
		ID: conversion.CampaignID{Bits: ident.Bits{15: n}}, Name: "Campagne", Rate: money.MustParseRate("0.20"),
		StartsOn: day(2026, 3, 1), EndsOn: day(2026, 3, 31), PerPersonPeriod: conversion.PerMonth,
		EligibleKinds: []ledger.HolderKind{ledger.Individual}, WhenExhausted: conversion.Partial, Remaining: amount("1000.00"),
	}}
	if change != nil {
		change(&o)
	}
	return o
}

func civilDays(t *rapid.T, name string) civil.Date {
	return civil.Date(rapid.IntRange(0, 8).Draw(t, name))
}

func codes(q conversion.Quoted) []conversion.ReasonCode {
	list := []conversion.ReasonCode{}
	for _, r := range q.Reasons {
		list = append(list, r.Code)
	}
	return list
}

// TestP12QuoteSaysWhy holds the ceilings of P12, the rounding of P13 and the
// eligibility of P14, each with its reason.
func TestP12QuoteSaysWhy(t *testing.T) {
	type reasons = []conversion.ReasonCode
	for _, c := range []struct {
		name, euros, bonus string
		change             func(*conversion.Offer)
		kind               ledger.HolderKind
		why                reasons
		left               string
	}{
		{name: "plain", euros: "10.00", bonus: "2.00"},
		{name: "P13 floor", euros: "33.33", bonus: "6.66", why: reasons{conversion.Rounding}},
		{name: "P13 nothing of four cents", euros: "0.04", bonus: "0.00", why: reasons{conversion.Rounding}},
		{name: "P13 one cent of five", euros: "0.05", bonus: "0.01"},
		{name: "P14 professional", euros: "10.00", bonus: "0.00", kind: ledger.Professional, why: reasons{conversion.KindNotEligible}},
		{name: "first day", euros: "10.00", bonus: "2.00", change: func(o *conversion.Offer) { o.Campaign.StartsOn = day(2026, 3, 15) }},
		{name: "day before", euros: "10.00", bonus: "0.00", why: reasons{conversion.CampaignNotStarted},
			change: func(o *conversion.Offer) { o.Campaign.StartsOn = day(2026, 3, 16) }},
		{name: "last day", euros: "10.00", bonus: "2.00", change: func(o *conversion.Offer) { o.Campaign.EndsOn = day(2026, 3, 15) }},
		{name: "day after", euros: "10.00", bonus: "0.00", why: reasons{conversion.CampaignEnded},
			change: func(o *conversion.Offer) { o.Campaign.EndsOn = day(2026, 3, 14) }},
		{name: "at the minimum", euros: "20.00", bonus: "4.00", change: func(o *conversion.Offer) { o.Campaign.Minimum = 2000 }},
		{name: "below the minimum", euros: "19.99", bonus: "0.00", why: reasons{conversion.BelowMinimum},
			change: func(o *conversion.Offer) { o.Campaign.Minimum = 2000 }},
		{name: "at the maximum", euros: "50.00", bonus: "10.00", change: func(o *conversion.Offer) { o.Campaign.Maximum = 5000 }},
		{name: "above the maximum", euros: "80.00", bonus: "10.00", why: reasons{conversion.AboveMaximum},
			change: func(o *conversion.Offer) { o.Campaign.Maximum = 5000 }},
		{name: "within the ceiling", euros: "50.00", bonus: "10.00", left: "2.00",
			change: func(o *conversion.Offer) { o.Campaign.PerPersonCap, o.Used = 2000, 800 }},
		{name: "ceiling nearly reached", euros: "50.00", bonus: "3.00", left: "0.00", why: reasons{conversion.AllowanceReduced},
			change: func(o *conversion.Offer) { o.Campaign.PerPersonCap, o.Used = 2000, 1700 }},
		{name: "ceiling reached", euros: "50.00", bonus: "0.00", left: "0.00", why: reasons{conversion.AllowanceExhausted},
			change: func(o *conversion.Offer) { o.Campaign.PerPersonCap, o.Used = 2000, 2000 }},
		{name: "budget nearly spent", euros: "50.00", bonus: "0.07", why: reasons{conversion.BudgetReduced},
			change: func(o *conversion.Offer) { o.Campaign.Remaining = 7 }},
		{name: "budget nearly spent, all or nothing", euros: "50.00", bonus: "0.00", why: reasons{conversion.BudgetExhausted},
			change: func(o *conversion.Offer) { o.Campaign.Remaining, o.Campaign.WhenExhausted = 999, conversion.Refuse }},
		{name: "budget just enough, all or nothing", euros: "50.00", bonus: "10.00",
			change: func(o *conversion.Offer) { o.Campaign.Remaining, o.Campaign.WhenExhausted = 1000, conversion.Refuse }},
		{name: "budget spent", euros: "50.00", bonus: "0.00", why: reasons{conversion.BudgetExhausted},
			change: func(o *conversion.Offer) { o.Campaign.Remaining = 0 }},
		{name: "all at once", euros: "99.99", bonus: "5.00", left: "4.99", why: reasons{conversion.AboveMaximum, conversion.Rounding, conversion.AllowanceReduced, conversion.BudgetReduced},
			change: func(o *conversion.Offer) {
				o.Campaign.Maximum, o.Campaign.PerPersonCap, o.Campaign.Remaining = 9998, 999, 500
			}},
	} {
		if c.kind == "" {
			c.kind = ledger.Individual
		}
		q := conversion.Quote(conversion.QuoteInput{Euros: amount(c.euros), Kind: c.kind, Day: day(2026, 3, 15), Offers: []conversion.Offer{offer(1, c.change)}})
		if q.Bonus.Format() != c.bonus || q.Credited != q.Euros+q.Bonus || !slices.Equal(codes(q), c.why) || (q.Bonus > 0) == q.Campaign.IsZero() {
			t.Errorf("%s: %+v because %v; want %s because %v", c.name, q, codes(q), c.bonus, c.why)
		}
		if left := ""; q.AllowanceLeft != nil || c.left != "" {
			if q.AllowanceLeft != nil {
				left = q.AllowanceLeft.Format()
			}
			if left != c.left {
				t.Errorf("%s: %q is left of the ceiling, want %q", c.name, left, c.left)
			}
		}
	}
}

func TestQuoteChoosesTheLargestBonus(t *testing.T) {
	in := conversion.QuoteInput{Euros: amount("10.00"), Kind: ledger.Individual, Day: day(2026, 3, 15)}
	if q := conversion.Quote(in); q.Bonus != 0 || !slices.Equal(codes(q), []conversion.ReasonCode{conversion.NoCampaign}) {
		t.Errorf("without campaigns: %+v", q)
	}
	poor := offer(1, func(o *conversion.Offer) { o.Campaign.Rate = money.MustParseRate("0.50"); o.Campaign.Remaining = 100 })
	late := offer(2, nil)
	soon := offer(3, func(o *conversion.Offer) { o.Campaign.EndsOn = day(2026, 3, 20) })
	for _, order := range [][]conversion.Offer{{poor, late, soon}, {soon, late, poor}, {late, poor, soon}} {
		in.Offers = order
		if q := conversion.Quote(in); q.Campaign != soon.Campaign.ID || q.Bonus != 200 || len(q.Reasons) != 0 {
			t.Errorf("chose %s with %s because %v, want the one that ends first of the largest", q.Campaign, q.Bonus, codes(q))
		}
	}
	// Without a running campaign the nearest ones are told, not the whole past.
	in.Day = day(2026, 5, 1)
	in.Offers = []conversion.Offer{late, soon,
		offer(4, func(o *conversion.Offer) { o.Campaign.StartsOn, o.Campaign.EndsOn = day(2026, 7, 1), day(2026, 7, 9) }),
		offer(5, func(o *conversion.Offer) { o.Campaign.StartsOn, o.Campaign.EndsOn = day(2026, 6, 1), day(2026, 9, 9) })}
	q := conversion.Quote(in)
	if !slices.Equal(codes(q), []conversion.ReasonCode{conversion.CampaignEnded, conversion.CampaignNotStarted}) ||
		q.Reasons[0].On != day(2026, 3, 31) || q.Reasons[1].On != day(2026, 6, 1) {
		t.Errorf("between campaigns: %+v", q.Reasons)
	}
}

func TestQuoteNeverExceedsItsBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cents := func(name string, most money.Amount) money.Amount {
			return money.Amount(rapid.Int64Range(0, int64(most)).Draw(t, name))
		}
		in := conversion.QuoteInput{Kind: ledger.Individual, Day: day(2026, 3, 15), Euros: 1 + cents("euros", money.Max-1)}
		if rapid.Bool().Draw(t, "small") {
			in.Euros = 1 + cents("few euros", 20000)
		}
		for i := range rapid.IntRange(0, 4).Draw(t, "campaigns") {
			in.Offers = append(in.Offers, offer(byte(i), func(o *conversion.Offer) {
				c := &o.Campaign
				c.Rate = money.MustParseRate("0." + rapid.StringMatching(`[0-9]{1,6}`).Draw(t, "rate"))
				c.StartsOn, c.EndsOn = day(2026, 3, 10)+civilDays(t, "start"), day(2026, 3, 20)+civilDays(t, "end")
				c.PerPersonCap, c.Maximum, c.Minimum = cents("cap", 5000), cents("maximum", 20000), cents("minimum", 3000)
				c.Remaining, o.Used = cents("remaining", 5000), cents("used", 5000)
				c.WhenExhausted = rapid.SampledFrom([]conversion.Exhaustion{conversion.Partial, conversion.Refuse}).Draw(t, "exhausted")
			}))
		}
		q := conversion.Quote(in)
		if q.Euros != in.Euros || q.Credited != q.Euros+q.Bonus || q.Bonus < 0 {
			t.Fatalf("%+v is not euros + bonus", q)
		}
		if q.Bonus == 0 {
			if !q.Campaign.IsZero() || len(q.Reasons) == 0 && len(in.Offers) == 0 {
				t.Fatalf("no bonus, but %+v", q)
			}
			return
		}
		i := slices.IndexFunc(in.Offers, func(o conversion.Offer) bool { return o.Campaign.ID == q.Campaign })
		o := in.Offers[i]
		base := in.Euros
		if o.Campaign.Maximum > 0 {
			base = min(base, o.Campaign.Maximum)
		}
		switch {
		case q.Bonus > o.Campaign.Rate.Floor(base):
			t.Fatalf("bonus %s is above the rate of %s", q.Bonus, base)
		case q.Bonus > o.Campaign.Remaining:
			t.Fatalf("bonus %s is above the budget of %s", q.Bonus, o.Campaign.Remaining)
		case o.Campaign.PerPersonCap > 0 && (o.Used+q.Bonus > o.Campaign.PerPersonCap || *q.AllowanceLeft != o.Campaign.PerPersonCap-o.Used-q.Bonus):
			t.Fatalf("bonus %s breaks the ceiling of %s, %s used", q.Bonus, o.Campaign.PerPersonCap, o.Used)
		case in.Day < o.Campaign.StartsOn || in.Day > o.Campaign.EndsOn || in.Euros < o.Campaign.Minimum:
			t.Fatalf("a bonus of a campaign that does not apply: %+v", o)
		}
		for _, rival := range in.Offers {
			alone := in
			alone.Offers = []conversion.Offer{rival}
			if r := conversion.Quote(alone); r.Bonus > q.Bonus || r.Bonus == q.Bonus && rival.Campaign.EndsOn < o.Campaign.EndsOn {
				t.Fatalf("campaign %s would have given %s", rival.Campaign.ID, r.Bonus)
			}
		}
	})
}
