// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion_test

import (
	"errors"
	"testing"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
)

// TestTermsAreSavedUntilTheyAreSent keeps incomplete terms, once for each key,
// for the agents of their funder.
func TestTermsAreSavedUntilTheyAreSent(t *testing.T) {
	run(t, func(w *world) {
		ctx, agent, k := w.Context(), member(11, access.CollectivityAgent, w.city), w.key()
		in := conversion.SaveDraftInput{Terms: conversion.CreateCampaignInput{Funder: w.city.ID, Name: "Hiver"}}
		id, err := w.SaveDraft(ctx, agent, k, in)
		if err != nil {
			w.Fatal(err)
		}
		if again, err := w.SaveDraft(ctx, agent, k, in); err != nil || again != id {
			w.Errorf("the same key: %v, %v", again, err)
		}
		whole := w.bonus20()
		if _, err := w.SaveDraft(ctx, agent, w.key(), conversion.SaveDraftInput{ID: id, Terms: whole}); err != nil {
			w.Fatal(err)
		}
		d, err := w.Draft(ctx, agent, id)
		if err != nil || d.Terms.Name != whole.Name || d.Terms.Rate.String() != "0.20" || d.Terms.EndsOn != whole.EndsOn || d.SavedBy != agent.ID {
			w.Errorf("saved: %+v, %v", d, err)
		}
		for name, other := range map[string]access.Actor{"an approver": member(12, access.CollectivityApprover, w.city), "another funder's agent": member(13, access.CollectivityAgent, w.club), "a citizen": citizen(w.people[0])} {
			_, err := w.Draft(ctx, other, id)
			w.refused(name+" reads", err, ledger.ErrForbidden)
			_, err = w.SaveDraft(ctx, other, w.key(), conversion.SaveDraftInput{ID: id, Terms: whole})
			w.refused(name+" saves", err, ledger.ErrForbidden)
			w.refused(name+" drops", w.DropDraft(ctx, other, w.key(), id), ledger.ErrForbidden)
			_, err = w.Drafts(ctx, other, w.city.ID)
			w.refused(name+" lists", err, ledger.ErrForbidden)
		}
		_, err = w.SaveDraft(ctx, member(13, access.CollectivityAgent, w.club), w.key(), conversion.SaveDraftInput{ID: id, Terms: conversion.CreateCampaignInput{Funder: w.club.ID}})
		w.refused("taken over by another funder", err, ledger.ErrMissing)
		_, err = w.SaveDraft(ctx, agent, w.key(), conversion.SaveDraftInput{Terms: conversion.CreateCampaignInput{Funder: w.city.ID, Name: string(make([]byte, 5000))}})
		if !errors.Is(err, fault.ErrInvalid) {
			w.Errorf("too long: %v", err)
		}
		whole.Draft, k = id, w.key()
		c, _, err := w.CreateCampaign(ctx, agent, k, whole)
		if err != nil {
			w.Fatal(err)
		}
		if again, replayed, err := w.CreateCampaign(ctx, agent, k, whole); err != nil || !replayed || again.ID != c.ID {
			w.Errorf("sent twice: %v, %v", again.ID, err)
		}
		_, err = w.Draft(ctx, agent, id)
		w.refused("it is used up", err, ledger.ErrMissing)
		_, _, err = w.CreateCampaign(ctx, agent, w.key(), whole)
		w.refused("sent again under another key", err, ledger.ErrMissing)
		if list, err := w.Drafts(ctx, agent, w.city.ID); err != nil || len(list) != 0 {
			w.Errorf("drafts: %v, %v", list, err)
		}
	})
}

// TestD4ASimulationPointsAtNobody counts last month's conversions under terms.
func TestD4ASimulationPointsAtNobody(t *testing.T) {
	run(t, func(w *world) {
		agent, terms := member(11, access.CollectivityAgent, w.city), w.bonus20()
		terms.PerPersonCap, terms.Minimum = amount("15.00"), amount("10.00")
		for _, p := range w.people[:4] {
			w.atDesk(p, "50.00")
		}
		w.atDesk(w.shop, "500.00") // not eligible
		w.at(day(2026, 4, 2).Start().Add(10 * time.Hour))
		s, err := w.Simulate(w.Context(), agent, terms)
		if err != nil || s.Month != "2026-03" || !s.Few || s.Cost != 0 || s.People != 0 {
			w.Errorf("four people: %+v, %v", s, err)
		}
		w.at(day(2026, 3, 31).Start())
		w.atDesk(w.people[4], "51.00")
		w.atDesk(w.people[0], "50.00") // above the ceiling: 5.00 more
		w.atDesk(w.people[5], "9.99")  // below the minimum
		w.at(day(2026, 4, 30).Start())
		s, err = w.Simulate(w.Context(), agent, terms)
		if err != nil || s.Few || s.People != 5 || s.Cost != amount("60.00") { // 4 × 10.00 + 5.00 + 10.20, rounded up to tens
			w.Errorf("five people: %+v, %v", s, err)
		}
		_, err = w.Simulate(w.Context(), citizen(w.people[0]), terms)
		w.refused("a citizen simulates", err, ledger.ErrForbidden)
	})
}

// TestTheDayOfADesk sums what was handed over, by means.
func TestTheDayOfADesk(t *testing.T) {
	run(t, func(w *world) {
		ctx := w.Context()
		convert := func(means conversion.Means, euros string) conversion.Conversion {
			c, _, err := w.Convert(ctx, deskAgent(), w.key(), conversion.ConvertInput{Holder: w.people[0].ID, Euros: amount(euros), Channel: conversion.AtDesk, Means: means})
			if err != nil || c.Means != means {
				w.Fatalf("%+v, %v", c, err)
			}
			return c
		}
		convert("", "5.00")
		convert(conversion.Cash, "20.00")
		convert(conversion.Cheque, "30.00")
		wrong := convert(conversion.Cash, "7.00")
		if _, _, err := w.Reverse(ctx, treasurer(), w.key(), conversion.ReverseInput{Conversion: wrong.ID, Reason: "mistake"}); err != nil {
			w.Fatal(err)
		}
		d, err := w.DeskDay(ctx, deskAgent(), "", day(2026, 3, 2))
		if err != nil || d.Cash != amount("25.00") || d.Cheques != amount("30.00") || d.Count != 3 || d.Reversed != 1 || d.Due != amount("55.00") || len(d.Made) != 4 {
			w.Errorf("%+v, %v", d, err)
		}
		if d, err = w.DeskDay(ctx, deskAgent(), "halles", day(2026, 3, 1)); err != nil || d.Cash+d.Cheques != 0 || d.Due != amount("55.00") {
			w.Errorf("the day before: %+v, %v", d, err)
		}
		if _, err := w.DeskDay(ctx, deskAgent(), "nowhere", day(2026, 3, 2)); !errors.Is(err, fault.ErrInvalid) {
			w.Errorf("another desk: %v", err)
		}
		_, err = w.DeskDay(ctx, citizen(w.people[0]), "", day(2026, 3, 2))
		w.refused("a citizen counts", err, ledger.ErrForbidden)
		for _, in := range []conversion.ConvertInput{{Channel: conversion.ByTransfer, Means: conversion.Cash}, {Channel: conversion.AtDesk, Means: "gold"}} {
			in.Holder, in.Euros = w.people[0].ID, money.Amount(100)
			actor := deskAgent()
			if in.Channel == conversion.ByTransfer {
				actor = citizen(w.people[0])
			}
			if _, _, err := w.Convert(ctx, actor, w.key(), in); !errors.Is(err, fault.ErrInvalid) {
				w.Errorf("%s by %s: %v", in.Means, in.Channel, err)
			}
		}
	})
}
