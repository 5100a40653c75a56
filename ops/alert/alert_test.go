// SPDX-License-Identifier: AGPL-3.0-or-later

package alert_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/alert"
	"github.com/noria-mlc/noria/ops/job"
)

const bank = ledger.Account("eur:bank:guarantee:digital:la-nef")

// world is a currency whose fund is watched.
type world struct {
	*testing.T
	ledger     *ledger.Ledger
	conversion *conversion.Service
	alert      *alert.Service
	clock      *atomic.Int64
	keys       int
	told       []alert.News
	anne       ledger.Holder
}

func run(t *testing.T, test func(w *world)) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		w := &world{T: t, clock: new(atomic.Int64)}
		w.clock.Store(civil.New(2026, 3, 2).Start().Add(10 * time.Hour).UnixMicro())
		var err error
		w.ledger, err = ledger.Open(t.Context(), connect(), ledger.Options{Now: func() time.Time { return time.UnixMicro(w.clock.Load()).UTC() }})
		w.must(err)
		t.Cleanup(w.ledger.Close)
		w.conversion, w.alert = conversion.New(w.ledger), alert.New(w.ledger)
		_, _, err = w.conversion.OpenCurrency(t.Context(), role(1, access.Administrator), w.key(), conversion.OpenCurrencyInput{
			Name: "La Roue", Code: "ROUE", Unit: conversion.Unit{Singular: "Roue", Plural: "Roues"},
			Issuer:   conversion.Issuer{Name: "Association La Roue", RNA: "W842001234", LegalBasis: conversion.LimitedNetwork},
			Accounts: []conversion.BankAccount{{Account: bank, Custodian: "La Nef", IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP", HolderName: "Association La Roue"}},
		})
		w.must(err)
		_, _, err = w.conversion.OpenDesk(t.Context(), role(1, access.Administrator), w.key(), conversion.OpenDeskInput{Slug: "halles", Name: "Les Halles"})
		w.must(err)
		w.anne, _, err = w.ledger.CreateHolder(t.Context(), role(1, access.Administrator), w.key(), ledger.NewHolder{Kind: ledger.Individual, Name: "Anne"})
		w.must(err)
		_, _, err = w.conversion.Convert(t.Context(), role(3, access.DeskAgent), w.key(), conversion.ConvertInput{Holder: w.anne.ID, Euros: money.MustParse("100.00"), Channel: conversion.AtDesk})
		w.must(err)
		test(w)
	})
}

func (w *world) key() string { w.keys++; return fmt.Sprintf("alert-test-key-%06d", w.keys) }

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func role(person byte, r access.Role) access.Actor {
	return access.Actor{ID: ident.User{Bits: ident.Bits{15: person}}, Grants: []access.Grant{{Role: r}}}
}

func (w *world) after(d time.Duration) { w.clock.Add(d.Microseconds()) }

// moves books euros from one account of the issuer to another one, below the
// door that refuses a gap.
func (w *world) moves(from, to ledger.Account, amount string) {
	w.Helper()
	_, err := w.ledger.Execute(w.Context(), ledger.Command{Actor: role(2, access.Treasurer), Action: access.EurosMove, Key: w.key(), Input: amount}, func(tx *ledger.Tx) (ident.Ref, error) {
		if err := tx.Open(ledger.Operating); err != nil {
			return ident.Ref{}, err
		}
		_, err := tx.Post(ledger.Draft{Kind: ledger.KindTransfer, Postings: []ledger.Posting{{Debit: to, Credit: from, Amount: money.MustParse(amount)}}})
		return ident.Ref{}, err
	})
	w.must(err)
}

// revision is that of the thresholds that hold.
func (w *world) revision() int64 {
	w.Helper()
	now, err := w.alert.Now(w.Context(), role(2, access.Treasurer))
	w.must(err)
	return now.Revision
}

func (w *world) decide(in alert.Thresholds) {
	w.Helper()
	_, _, err := w.alert.Decide(w.Context(), role(2, access.Treasurer), w.key(), alert.DecideInput{Revision: w.revision(), Thresholds: in})
	w.must(err)
}

// looks runs the job an hour later and returns the kinds that were told.
func (w *world) looks() []alert.Kind {
	w.Helper()
	w.after(time.Hour)
	w.told = nil
	due, err := w.alert.Due(w.Context())
	w.must(err)
	n, err := w.alert.Look(w.Context(), job.System(), func(_ *ledger.Tx, n alert.News) error { w.told = append(w.told, n); return nil })
	w.must(err)
	if n != len(w.told) || n > 0 && !due {
		w.Fatalf("%d told, %+v, due %v", n, w.told, due)
	}
	var kinds []alert.Kind
	for _, n := range w.told {
		kinds = append(kinds, n.Kind)
	}
	return kinds
}

func (w *world) tells(why string, want ...alert.Kind) {
	w.Helper()
	if got := w.looks(); !slices.Equal(got, want) {
		w.Fatalf("%s: told %v, want %v", why, got, want)
	}
}

func (w *world) stands(want ...alert.Kind) {
	w.Helper()
	now, err := w.alert.Now(w.Context(), role(5, access.Auditor))
	w.must(err)
	var kinds []alert.Kind
	for _, a := range now.Alerts {
		kinds = append(kinds, a.Kind)
	}
	if !slices.Equal(kinds, want) {
		w.Fatalf("%v stand, want %v: %+v", kinds, want, now)
	}
}

func of[T any](v T) *T { return &v }

func TestG1ACrossingIsToldOnceAndAgainAfterItWasWell(t *testing.T) {
	run(t, func(w *world) {
		till := ledger.Desk("halles")
		w.moves(till, ledger.Operating, "20.00")
		w.tells("nobody asked for anything")
		w.decide(alert.Thresholds{Gap: of(money.MustParse("20.00")), Coverage: of(money.MustParseRate("0.80"))})
		w.tells("a gap of exactly as much, a coverage of exactly as much")
		w.stands()
		w.moves(till, ledger.Operating, "0.01")
		w.stands(alert.Gap, alert.Coverage) // before anybody was told
		w.tells("a cent more", alert.Gap, alert.Coverage)
		if n := w.told[1].Figures; n.Gap.Format() != "20.01" || n.Coverage != "0.7999" || n.Part() != 7999 {
			t.Fatalf("%+v", n)
		}
		w.tells("it was told")
		w.moves(till, ledger.Operating, "30.00")
		w.tells("more is lacking, it was told")
		w.moves(ledger.Operating, till, "40.01")
		w.stands()
		w.tells("it is well again, which is no alert")
		w.moves(till, ledger.Operating, "15.00")
		w.tells("crossed again", alert.Gap, alert.Coverage)
		w.decide(alert.Thresholds{})
		w.tells("nothing is watched any more")
		w.stands()
		w.decide(alert.Thresholds{Gap: of(money.Amount(0))})
		w.tells("any gap", alert.Gap)
	})
}

func TestG6EurosAwaitedForLongAreTold(t *testing.T) {
	run(t, func(w *world) {
		w.decide(alert.Thresholds{AwaitedDays: of(5)})
		w.tells("nothing is awaited")
		self := access.Actor{ID: ident.User{Bits: w.anne.ID.Bits}, Holder: w.anne.ID, Grants: []access.Grant{{Role: access.Citizen}}}
		_, _, err := w.conversion.Convert(w.Context(), self, w.key(), conversion.ConvertInput{Holder: w.anne.ID, Euros: money.MustParse("10.00"), Channel: conversion.ByTransfer})
		w.must(err)
		w.after(5 * 24 * time.Hour)
		w.tells("five days")
		w.after(24 * time.Hour)
		w.tells("six days", alert.Awaited)
		if w.told[0].Figures.AwaitedDays != 6 {
			t.Fatalf("%+v", w.told[0])
		}
		w.tells("it was told")
		w.after(20 * 24 * time.Hour)
		w.tells("its time is over: nothing is awaited")
		w.stands()
	})
}

// TestG1WhatCannotBeToldIsNotWrittenDown: where the letter fails nothing is noted, so that
// the next look tells it.
func TestG1WhatCannotBeToldIsNotWrittenDown(t *testing.T) {
	run(t, func(w *world) {
		w.moves(ledger.Desk("halles"), ledger.Operating, "20.00")
		w.decide(alert.Thresholds{Gap: of(money.Amount(0))})
		broken := errors.New("no letter")
		w.after(time.Hour)
		if _, err := w.alert.Look(w.Context(), job.System(), func(*ledger.Tx, alert.News) error { return broken }); !errors.Is(err, broken) {
			t.Fatal(err)
		}
		w.tells("the next look", alert.Gap)
	})
}

func TestTheTreasurersAloneDecideWhatIsWatched(t *testing.T) {
	run(t, func(w *world) {
		for _, a := range []access.Actor{role(4, access.Approver), role(5, access.Auditor), role(1, access.Administrator), role(6, access.Citizen), job.System()} {
			if _, _, err := w.alert.Decide(w.Context(), a, w.key(), alert.DecideInput{}); !errors.Is(err, access.ErrForbidden) {
				t.Errorf("%+v: %v", a, err)
			}
		}
		for _, a := range []access.Actor{role(1, access.Administrator), role(3, access.DeskAgent), role(6, access.Citizen)} {
			if _, err := w.alert.Now(w.Context(), a); !errors.Is(err, access.ErrForbidden) {
				t.Errorf("%+v reads: %v", a, err)
			}
		}
		w.decide(alert.Thresholds{Gap: of(money.Amount(0))})
		w.moves(ledger.Desk("halles"), ledger.Operating, "20.00")
		w.after(time.Hour)
		if _, err := w.alert.Look(w.Context(), role(2, access.Treasurer), func(*ledger.Tx, alert.News) error { return nil }); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("a person looks as the job: %v", err)
		}
		for _, bad := range []alert.Thresholds{{Gap: of(money.Amount(-1))}, {Gap: of(money.Max + 1)}, {Coverage: of(money.MustParseRate("0"))}, {AwaitedDays: of(0)}, {AwaitedDays: of(367)}} {
			if _, _, err := w.alert.Decide(w.Context(), role(2, access.Treasurer), w.key(), alert.DecideInput{Thresholds: bad}); !errors.Is(err, fault.ErrInvalid) {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		seen := w.revision()
		again, replayed, err := w.alert.Decide(w.Context(), role(2, access.Treasurer), "the-key-of-one-wish-1", alert.DecideInput{Revision: seen, Thresholds: alert.Thresholds{AwaitedDays: of(3)}})
		if err != nil || replayed || *again.AwaitedDays != 3 {
			t.Fatal(again, replayed, err)
		}
		if again, replayed, err = w.alert.Decide(w.Context(), role(2, access.Treasurer), "the-key-of-one-wish-1", alert.DecideInput{Revision: seen, Thresholds: alert.Thresholds{AwaitedDays: of(3)}}); err != nil || !replayed || *again.AwaitedDays != 3 {
			t.Fatal(again, replayed, err)
		}
	})
}

// TestG1ThresholdsAreReplacedAsTheyWereSeen lets many treasurers decide from one
// revision at once: one is heard, and the others are told.
func TestG1ThresholdsAreReplacedAsTheyWereSeen(t *testing.T) {
	run(t, func(w *world) {
		for _, seen := range []int64{0, 1} {
			var heard atomic.Int64
			var clients sync.WaitGroup
			for i := range 8 {
				gap := money.Amount(100 * (i + 1))
				key := w.key()
				clients.Go(func() {
					_, _, err := w.alert.Decide(t.Context(), role(2, access.Treasurer), key, alert.DecideInput{Revision: seen, Thresholds: alert.Thresholds{Gap: &gap}})
					if err == nil {
						heard.Add(1)
					} else if !errors.Is(err, alert.ErrChanged) {
						t.Error(err)
					}
				})
			}
			clients.Wait()
			if heard.Load() != 1 || w.revision() != seen+1 {
				t.Errorf("%d were heard from revision %d", heard.Load(), seen)
			}
		}
	})
}
