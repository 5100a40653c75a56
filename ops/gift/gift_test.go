// SPDX-License-Identifier: AGPL-3.0-or-later

package gift_test

import (
	"errors"
	"fmt"
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
	"github.com/noria-mlc/noria/ops/gift"
)

const bank = ledger.Account("eur:bank:guarantee:digital:la-nef")

// world is a currency in which members changed euros.
type world struct {
	*testing.T
	ledger     *ledger.Ledger
	gift       *gift.Service
	conversion *conversion.Service
	clock      *atomic.Int64
	keys       int

	anne, bob, garden ledger.Holder
}

func run(t *testing.T, test func(w *world)) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		w := &world{T: t, clock: new(atomic.Int64)}
		w.clock.Store(civil.New(2026, 3, 2).Start().Add(10 * time.Hour).UnixMicro())
		var err error
		w.ledger, err = ledger.Open(t.Context(), connect(), ledger.Options{Now: func() time.Time { return time.UnixMicro(w.clock.Load()).UTC() }})
		w.must(err)
		t.Cleanup(w.ledger.Close)
		w.conversion, w.gift = conversion.New(w.ledger), gift.New(w.ledger)
		_, _, err = w.conversion.OpenCurrency(t.Context(), role(1, access.Administrator), w.key(), conversion.OpenCurrencyInput{
			Name: "La Roue", Code: "ROUE", Unit: conversion.Unit{Singular: "Roue", Plural: "Roues"},
			Issuer:   conversion.Issuer{Name: "Association La Roue", RNA: "W842001234", LegalBasis: conversion.LimitedNetwork},
			Accounts: []conversion.BankAccount{{Account: bank, Custodian: "La Nef", IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP", HolderName: "Association La Roue"}},
		})
		w.must(err)
		_, _, err = w.conversion.OpenDesk(t.Context(), role(1, access.Administrator), w.key(), conversion.OpenDeskInput{Slug: "halles", Name: "Les Halles"})
		w.must(err)
		w.anne, w.bob, w.garden = w.holder(ledger.Individual, "Anne"), w.holder(ledger.Individual, "Bob"), w.holder(ledger.Association, "Jardins partagés")
		for h, euros := range map[ident.Holder]string{w.anne.ID: "33.33", w.bob.ID: "2000.00", w.garden.ID: "500.00"} {
			_, _, err := w.conversion.Convert(t.Context(), role(3, access.DeskAgent), w.key(), conversion.ConvertInput{Holder: h, Euros: money.MustParse(euros), Channel: conversion.AtDesk})
			w.must(err)
		}
		test(w)
	})
}

func (w *world) key() string { w.keys++; return fmt.Sprintf("gift-test-key-%06d", w.keys) }

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

func self(h ledger.Holder) access.Actor {
	return access.Actor{ID: ident.User{Bits: h.ID.Bits}, Holder: h.ID, Grants: []access.Grant{{Role: access.Citizen}}}
}

func (w *world) holder(kind ledger.HolderKind, name string) ledger.Holder {
	h, _, err := w.ledger.CreateHolder(w.Context(), role(1, access.Administrator), w.key(), ledger.NewHolder{Kind: kind, Name: name})
	w.must(err)
	return h
}

func (w *world) choose(h, association ledger.Holder) error {
	_, _, err := w.gift.Choose(w.Context(), self(h), w.key(), gift.ChooseInput{Holder: h.ID, Association: association.ID})
	return err
}

func (w *world) prepare(actor access.Actor) (gift.Round, error) {
	r, _, err := w.gift.Prepare(w.Context(), actor, w.key(), gift.PrepareInput{From: civil.New(2026, 1, 1), Until: civil.New(2026, 3, 2), Rate: money.MustParseRate("0.03")})
	return r, err
}

func (w *world) balance(a ledger.Account) string {
	w.Helper()
	b, err := w.ledger.Balance(w.Context(), w.ledger.Reader(), a)
	w.must(err)
	return b.Amount.Format()
}

func TestG1TheGiftIsIssuedAgainstEurosMovedIntoTheFund(t *testing.T) {
	run(t, func(w *world) {
		w.refused(w.choose(w.anne, w.garden), gift.ErrNotAdmitted)
		_, err := w.gift.Admit(w.Context(), treasurer(), w.key(), gift.AdmitInput{Association: w.garden.ID, Admitted: true})
		w.must(err)
		_, err = w.prepare(treasurer())
		w.refused(err, gift.ErrNothing)
		w.must(w.choose(w.anne, w.garden))
		w.must(w.choose(w.garden, w.garden)) // its own changes give it nothing

		r, err := w.prepare(treasurer())
		w.must(err)
		if r.Total.Format() != "0.99" || len(r.Lines) != 1 || r.Lines[0].Members != 1 || r.Lines[0].Changed.Format() != "33.33" {
			t.Fatalf("3 %% of 33.33, floored: %+v", r)
		}
		_, err = w.prepare(treasurer())
		w.refused(err, gift.ErrOverlap)
		give := gift.GiveInput{Round: r.ID, BankReference: "VIR DONS"}
		_, _, err = w.gift.Give(w.Context(), treasurer(), w.key(), give)
		w.refused(err, gift.ErrNotApproved)
		alone := treasurer()
		alone.Grants = append(alone.Grants, access.Grant{Role: access.Approver})
		_, _, err = w.gift.Approve(w.Context(), alone, w.key(), r.ID)
		w.refused(err, gift.ErrSamePerson)
		_, _, err = w.gift.Approve(w.Context(), role(4, access.Approver), w.key(), r.ID)
		w.must(err)
		_, _, err = w.gift.Approve(w.Context(), role(4, access.Approver), w.key(), r.ID)
		w.refused(err, gift.ErrApproved)
		if got := w.balance(ledger.Wallet(w.garden.ID)); got != "500.00" {
			t.Fatalf("units before the euros: %s", got)
		}
		before, err := w.conversion.Fund(w.Context(), time.Time{})
		w.must(err)
		_, _, err = w.gift.Give(w.Context(), treasurer(), w.key(), give)
		w.must(err)
		for account, want := range map[ledger.Account]string{ledger.Wallet(w.garden.ID): "500.99", bank: "0.99", ledger.GiftCost: "0.99", ledger.Operating: "-0.99",
			ledger.Backing(ledger.Digital): "2534.32", ledger.Issued(ledger.Digital): "2534.32"} {
			if got := w.balance(account); got != want {
				t.Errorf("%s holds %s, want %s", account, got, want)
			}
		}
		after, err := w.conversion.Fund(w.Context(), time.Time{})
		w.must(err)
		if after.Total.Gap != before.Total.Gap || after.Total.Surplus != before.Total.Surplus {
			t.Errorf("cover moved: %+v, was %+v", after.Total, before.Total)
		}
		_, _, err = w.gift.Give(w.Context(), treasurer(), w.key(), give)
		w.refused(err, gift.ErrClosed)
		_, _, err = w.gift.Cancel(w.Context(), treasurer(), w.key(), r.ID)
		w.refused(err, gift.ErrClosed)
	})
}

func TestD1WhoChoseWhatIsToldToNobodyElse(t *testing.T) {
	run(t, func(w *world) {
		_, err := w.gift.Admit(w.Context(), treasurer(), w.key(), gift.AdmitInput{Association: w.garden.ID, Admitted: true})
		w.must(err)
		w.must(w.choose(w.anne, w.garden))
		for _, a := range []access.Actor{treasurer(), self(w.bob), self(w.garden)} {
			if _, err := w.gift.ChoiceOf(w.Context(), a, w.anne.ID); !errors.Is(err, access.ErrForbidden) {
				t.Errorf("%+v: %v", a, err)
			}
		}
		c, err := w.gift.ChoiceOf(w.Context(), self(w.anne), w.anne.ID)
		if err != nil || c.Association != w.garden.ID {
			t.Errorf("%+v, %v", c, err)
		}
		w.must(w.choose(w.anne, ledger.Holder{}))
		if c, err := w.gift.ChoiceOf(w.Context(), self(w.anne), w.anne.ID); err != nil || !c.Association.IsZero() {
			t.Errorf("withdrawn: %+v, %v", c, err)
		}
	})
}
