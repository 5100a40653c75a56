// SPDX-License-Identifier: AGPL-3.0-or-later

package project_test

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
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
	"github.com/noria-mlc/noria/ops/project"
)

// world is a currency with a register of projects.
type world struct {
	*testing.T
	ledger  *ledger.Ledger
	project *project.Service
	fund    *conversion.Service
	keys    int
}

func run(t *testing.T, test func(w *world)) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		w := &world{T: t}
		var err error
		noon := civil.New(2026, 3, 2).Start().Add(12 * time.Hour)
		w.ledger, err = ledger.Open(t.Context(), connect(), ledger.Options{Now: func() time.Time { return noon }})
		w.must(err)
		t.Cleanup(w.ledger.Close)
		w.project, w.fund = project.New(w.ledger), conversion.New(w.ledger)
		test(w)
	})
}

func (w *world) key() string { w.keys++; return fmt.Sprintf("project-test-key-%06d", w.keys) }

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) refused(err error, want *fault.Fault) {
	w.Helper()
	if !errors.Is(err, want) {
		w.Fatalf("%v, want %v", err, want)
	}
}

func role(person byte, r access.Role) access.Actor {
	return access.Actor{ID: ident.User{Bits: ident.Bits{15: person}}, Grants: []access.Grant{{Role: r}}}
}

func treasurer() access.Actor { return role(2, access.Treasurer) }

func mill() project.Terms {
	return project.Terms{Name: "Moulin coopératif", Commune: "Pernes", Year: 2025, Amount: money.MustParse("40000.00"), Link: "https://exemple.fr/moulin", About: "Une farine d’ici."}
}

func (w *world) names() string {
	w.Helper()
	list, err := w.project.All(w.Context())
	w.must(err)
	var names []string
	for _, p := range list {
		names = append(names, p.Name)
	}
	return strings.Join(names, ", ")
}

func TestG5TheRegisterChangesNoFigureOfTheFund(t *testing.T) {
	run(t, func(w *world) {
		_, _, err := w.fund.OpenCurrency(t.Context(), role(1, access.Administrator), w.key(), conversion.OpenCurrencyInput{
			Name: "La Roue", Code: "ROUE", Unit: conversion.Unit{Singular: "Roue", Plural: "Roues"},
			Issuer:   conversion.Issuer{Name: "Association La Roue", RNA: "W842001234", LegalBasis: conversion.LimitedNetwork},
			Accounts: []conversion.BankAccount{{Account: "eur:bank:guarantee:digital:la-nef", Custodian: "La Nef", IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP", HolderName: "Association La Roue"}},
		})
		w.must(err)
		_, _, err = w.fund.OpenDesk(t.Context(), role(1, access.Administrator), w.key(), conversion.OpenDeskInput{Slug: "halles", Name: "Les Halles"})
		w.must(err)
		anne, _, err := w.ledger.CreateHolder(t.Context(), role(1, access.Administrator), w.key(), ledger.NewHolder{Kind: ledger.Individual, Name: "Anne"})
		w.must(err)
		_, _, err = w.fund.Convert(t.Context(), role(3, access.DeskAgent), w.key(), conversion.ConvertInput{Holder: anne.ID, Euros: money.MustParse("100.00"), Channel: conversion.AtDesk})
		w.must(err)
		figures := func() conversion.Fund {
			f, err := w.fund.Fund(t.Context(), time.Time{})
			w.must(err)
			f.AsOf = time.Time{} // each question is a little later
			return f
		}
		before := figures()

		p, _, err := w.project.Add(t.Context(), treasurer(), w.key(), mill())
		w.must(err)
		_, _, err = w.project.Change(t.Context(), treasurer(), w.key(), project.ChangeInput{Project: p.ID, Revision: 1, Terms: mill()})
		w.must(err)
		if after := figures(); !reflect.DeepEqual(before, after) || after.Total.Circulation.Format() != "100.00" {
			t.Errorf("the fund was %+v, is %+v", before, after)
		}
		_, err = w.project.Withdraw(t.Context(), treasurer(), w.key(), p.ID)
		w.must(err)
		if after := figures(); !reflect.DeepEqual(before, after) {
			t.Errorf("the fund was %+v, is %+v", before, after)
		}
	})
}

func TestAProjectIsAddedChangedAndWithdrawn(t *testing.T) {
	run(t, func(w *world) {
		in := mill()
		in.Name = "  Moulin  "
		p, replayed, err := w.project.Add(t.Context(), treasurer(), "one-key-for-one-project", in)
		if err != nil || replayed || p.Name != "Moulin" {
			t.Fatal(p, replayed, err)
		}
		if again, replayed, err := w.project.Add(t.Context(), treasurer(), "one-key-for-one-project", in); err != nil || !replayed || again.ID != p.ID {
			t.Fatal(again, replayed, err)
		}
		older := mill()
		older.Name, older.Year = "Crèche", 2019
		_, _, err = w.project.Add(t.Context(), treasurer(), w.key(), older)
		w.must(err)
		if got := w.names(); got != "Moulin, Crèche" {
			t.Fatal(got)
		}
		change := project.ChangeInput{Project: p.ID, Revision: 1, Terms: mill()}
		change.Link = ""
		changed, _, err := w.project.Change(t.Context(), treasurer(), w.key(), change)
		if err != nil || changed.Revision != 2 || changed.Link != "" {
			t.Fatal(changed, err)
		}
		_, _, err = w.project.Change(t.Context(), treasurer(), w.key(), change) // made from what was read before
		w.refused(err, project.ErrChanged)
		if of, err := w.project.Of(t.Context(), p.ID); err != nil || of != changed {
			t.Fatal(of, err)
		}
		_, err = w.project.Withdraw(t.Context(), treasurer(), w.key(), p.ID)
		w.must(err)
		if got := w.names(); got != "Crèche" {
			t.Fatal(got)
		}
		_, err = w.project.Of(t.Context(), p.ID)
		w.refused(err, ledger.ErrMissing)
		change.Revision = 3
		_, _, err = w.project.Change(t.Context(), treasurer(), w.key(), change)
		w.refused(err, project.ErrChanged)
		_, err = w.project.Withdraw(t.Context(), treasurer(), w.key(), p.ID)
		w.refused(err, project.ErrChanged)
		_, err = w.project.Withdraw(t.Context(), treasurer(), w.key(), project.ID{Bits: ident.Bits{1}})
		w.refused(err, ledger.ErrMissing)
	})
}

func TestWhatTheRegisterRefuses(t *testing.T) {
	run(t, func(w *world) {
		for name, spoil := range map[string]func(*project.Terms){
			"/name":       func(t *project.Terms) { t.Name = " " },
			"/commune":    func(t *project.Terms) { t.Commune = strings.Repeat("a", 101) },
			"/year":       func(t *project.Terms) { t.Year = 2027 },
			"/amount_eur": func(t *project.Terms) { t.Amount = 0 },
			"/about":      func(t *project.Terms) { t.About = "une\nligne" },
		} {
			in := mill()
			spoil(&in)
			_, _, err := w.project.Add(t.Context(), treasurer(), w.key(), in)
			w.refused(err, fault.ErrInvalid)
			if !strings.Contains(fmt.Sprintf("%+v", err), name) {
				t.Errorf("%s is not named: %+v", name, err)
			}
		}
		for _, year := range []int{-1, 0, 1989, 2027, 10000, 1 << 40, math.MaxInt} {
			in := mill()
			in.Year = year
			_, _, err := w.project.Add(t.Context(), treasurer(), w.key(), in)
			w.refused(err, fault.ErrInvalid)
		}
		for _, link := range []string{"http://exemple.fr", "javascript:alert(1)", "//exemple.fr", "https://", "https://qui@exemple.fr", "https://exemple.fr/a b", "data:text/html,x", "https://exemple.fr/\"><b"} {
			in := mill()
			in.Link = link
			_, _, err := w.project.Add(t.Context(), treasurer(), w.key(), in)
			w.refused(err, fault.ErrInvalid)
		}
		for _, a := range []access.Actor{role(4, access.Approver), role(5, access.Auditor), role(1, access.Administrator), role(6, access.Citizen)} {
			_, _, err := w.project.Add(t.Context(), a, w.key(), mill())
			w.refused(err, access.ErrForbidden)
			_, _, err = w.project.Change(t.Context(), a, w.key(), project.ChangeInput{Terms: mill()})
			w.refused(err, access.ErrForbidden)
			_, err = w.project.Withdraw(t.Context(), a, w.key(), project.ID{})
			w.refused(err, access.ErrForbidden)
		}
		if got := w.names(); got != "" {
			t.Errorf("refused, and there: %s", got)
		}
	})
}
