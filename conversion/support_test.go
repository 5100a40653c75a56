// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion_test

import (
	"context"
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
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

const (
	bank  = ledger.Account("eur:bank:guarantee:digital:la-nef")
	other = ledger.Account("eur:bank:guarantee:digital:credit-municipal")
	notes = ledger.Account("eur:bank:guarantee:paper:la-nef")
)

// world is an open currency with its people, on a clock that the test moves.
type world struct {
	*testing.T
	*conversion.Service
	ledger *ledger.Ledger
	engine db.Engine
	clock  *atomic.Int64
	keys   atomic.Int64

	city, shop, club ledger.Holder
	people           []ledger.Holder
	news             []conversion.CardNews // to the treasurers, about payments by card
}

// run gives the test a world on every engine and proves the books afterwards.
func run(t *testing.T, test func(w *world)) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		w := closed(t, connect())
		if _, _, err := w.OpenCurrency(t.Context(), role(1, access.Administrator), w.key(), laRoue()); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.OpenDesk(t.Context(), role(1, access.Administrator), w.key(), conversion.OpenDeskInput{Slug: "halles", Name: "Les Halles"}); err != nil {
			t.Fatal(err)
		}
		test(w)
		w.prove()
	})
}

// closed gives a world whose currency is not open yet.
func closed(t *testing.T, d *db.DB) *world {
	w := &world{T: t, engine: d.Engine(), clock: new(atomic.Int64)}
	w.at(civil.New(2026, 3, 2).Start().Add(10 * time.Hour))
	var err error
	w.ledger, err = ledger.Open(t.Context(), d, ledger.Options{Now: func() time.Time { return time.UnixMicro(w.clock.Load()).UTC() }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.ledger.Close)
	w.Service = conversion.New(w.ledger)
	w.city = w.holder(ledger.Collectivity, "Grand Avignon")
	w.shop = w.holder(ledger.Professional, "Boulangerie")
	w.club = w.holder(ledger.Association, "Jardins partagés")
	for i := range 6 {
		w.people = append(w.people, w.holder(ledger.Individual, fmt.Sprintf("Personne %d", i)))
	}
	return w
}

func (w *world) at(instant time.Time)           { w.clock.Store(instant.UnixMicro()) }
func (w *world) later(d time.Duration)          { w.clock.Add(d.Microseconds()) }
func (w *world) key() string                    { return fmt.Sprintf("conversion-test-%06d", w.keys.Add(1)) }
func amount(text string) money.Amount           { return money.MustParse(text) }
func day(y int, m time.Month, d int) civil.Date { return civil.New(y, m, d) }

// role is a person with a role in the association.
func role(person byte, r access.Role) access.Actor {
	return access.Actor{ID: ident.User{Bits: ident.Bits{15: person}}, Grants: []access.Grant{{Role: r}}}
}

func treasurer() access.Actor { return role(2, access.Treasurer) }
func deskAgent() access.Actor { return role(3, access.DeskAgent) }
func approver() access.Actor  { return role(4, access.Approver) }
func job() access.Actor       { return role(9, access.System) }

// citizen is the person whose wallet this is.
func citizen(h ledger.Holder) access.Actor {
	return access.Actor{ID: ident.User{Bits: h.ID.Bits}, Holder: h.ID, Grants: []access.Grant{{Role: access.Citizen}}}
}

// member acts for an organisation.
func member(person byte, r access.Role, h ledger.Holder) access.Actor {
	return access.Actor{ID: ident.User{Bits: ident.Bits{15: person}}, Grants: []access.Grant{{Role: r, Organisation: h.ID}}}
}

func (w *world) holder(kind ledger.HolderKind, name string) ledger.Holder {
	w.Helper()
	h, _, err := w.ledger.CreateHolder(w.Context(), role(1, access.Administrator), w.key(), ledger.NewHolder{Kind: kind, Name: name})
	if err != nil {
		w.Fatal(err)
	}
	return h
}

func laRoue() conversion.OpenCurrencyInput {
	return conversion.OpenCurrencyInput{
		Name: "La Roue", Code: "ROUE", Unit: conversion.Unit{Singular: "Roue", Plural: "Roues"},
		Issuer: conversion.Issuer{Name: "Association La Roue", RNA: "W842001234", LegalBasis: conversion.LimitedNetwork},
		Accounts: []conversion.BankAccount{
			{Account: bank, Custodian: "La Nef", IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP", HolderName: "Association La Roue"},
			{Account: other, Custodian: "Crédit Municipal", IBAN: "FR7630004000031234567890143", HolderName: "Association La Roue"},
			{Account: notes, Custodian: "La Nef", IBAN: "FR7630004000031234567890143", HolderName: "Association La Roue"},
		},
	}
}

// bonus20 is a campaign at 20 % for March and April 2026.
func (w *world) bonus20() conversion.CreateCampaignInput {
	return conversion.CreateCampaignInput{
		Funder: w.city.ID, Name: "Bonus de printemps", Rate: money.MustParseRate("0.20"), Budget: amount("26000.00"),
		StartsOn: day(2026, 3, 1), EndsOn: day(2026, 4, 30),
		Convention: conversion.Convention{Reference: "CONV-2026-1", Date: day(2026, 2, 1)},
	}
}

// campaign makes an approved campaign that received an amount.
func (w *world) campaign(in conversion.CreateCampaignInput, received string) conversion.Campaign {
	w.Helper()
	c, _, err := w.CreateCampaign(w.Context(), treasurer(), w.key(), in)
	if err != nil {
		w.Fatal(err)
	}
	if c, _, err = w.ApproveCampaign(w.Context(), approver(), w.key(), c.ID); err != nil {
		w.Fatal(err)
	}
	if a := amount(received); a > 0 {
		if c, _, err = w.FundCampaign(w.Context(), treasurer(), w.key(), conversion.FundCampaignInput{Campaign: c.ID, Amount: a, BankReference: w.transferOf(c)}); err != nil {
			w.Fatal(err)
		}
	}
	return c
}

// transferOf is the bank reference under which w.campaign funds a campaign.
func (w *world) transferOf(c conversion.Campaign) string { return "VIR " + c.ID.String() }

// post writes an entry behind the service's back.
func (w *world) post(d ledger.Draft) {
	w.Helper()
	_, err := w.ledger.Execute(w.Context(), ledger.Command{Actor: role(1, access.Administrator), Action: access.CurrencyOpen, Key: w.key()},
		func(tx *ledger.Tx) (ident.Ref, error) {
			_, err := tx.Post(d)
			return ident.Ref{}, err
		})
	if err != nil {
		w.Fatal(err)
	}
}

// atDesk converts cash.
func (w *world) atDesk(h ledger.Holder, euros string) conversion.Conversion {
	w.Helper()
	c, _, err := w.Convert(w.Context(), deskAgent(), w.key(), conversion.ConvertInput{Holder: h.ID, Euros: amount(euros), Channel: conversion.AtDesk})
	if err != nil {
		w.Fatal(err)
	}
	return c
}

// byTransfer asks for a conversion that awaits its euros.
func (w *world) byTransfer(h ledger.Holder, euros string) conversion.Conversion {
	w.Helper()
	c, _, err := w.Convert(w.Context(), citizen(h), w.key(), conversion.ConvertInput{Holder: h.ID, Euros: amount(euros), Channel: conversion.ByTransfer})
	if err != nil {
		w.Fatal(err)
	}
	return c
}

func (w *world) figures(id conversion.CampaignID) conversion.Campaign {
	w.Helper()
	c, err := w.Campaign(w.Context(), treasurer(), id)
	if err != nil {
		w.Fatal(err)
	}
	return c
}

// wantFigures compares received, granted, reserved and remaining.
func (w *world) wantFigures(id conversion.CampaignID, received, granted, reserved, remaining string) {
	w.Helper()
	c := w.figures(id)
	got := fmt.Sprintf("%s received, %s granted, %s reserved, %s remaining", c.Received, c.Granted, c.Reserved, c.Remaining)
	want := fmt.Sprintf("%s received, %s granted, %s reserved, %s remaining", received, granted, reserved, remaining)
	if got != want {
		w.Errorf("campaign has %s; want %s", got, want)
	}
}

func (w *world) available(h ledger.Holder) money.Amount {
	w.Helper()
	held, err := w.ledger.Holding(w.Context(), h.ID)
	if err != nil {
		w.Fatal(err)
	}
	return held.Available
}

func (w *world) wantAvailable(h ledger.Holder, want string) {
	w.Helper()
	if got := w.available(h); got.Format() != want {
		w.Errorf("%s has %s, want %s", h.Name, got, want)
	}
}

func (w *world) balance(a ledger.Account) money.Amount {
	w.Helper()
	b, err := w.ledger.Balance(w.Context(), w.ledger.Reader(), a)
	if err != nil {
		w.Fatal(err)
	}
	return b.Amount
}

// refused fails the test unless err is the wanted refusal.
func (w *world) refused(what string, err, want error) {
	w.Helper()
	if !errors.Is(err, want) {
		w.Errorf("%s: %v, want %v", what, err, want)
	}
}

// tamper runs statements on the tables behind the service's back.
func (w *world) tamper(query string, args ...any) error {
	_, err := w.ledger.Execute(w.Context(), ledger.Command{Actor: role(1, access.Administrator), Action: access.CurrencyOpen, Key: w.key()},
		func(tx *ledger.Tx) (ident.Ref, error) {
			_, err := tx.Exec(query, args...)
			return ident.Ref{}, err
		})
	return err
}

func (w *world) check() error {
	return w.ledger.Snapshot(w.Context(), func(r db.Reader) error {
		for _, check := range []func(context.Context, db.Reader) error{w.CheckCampaigns, w.CheckConversions, w.CheckRedemptions} {
			if err := check(w.Context(), r); err != nil {
				return err
			}
		}
		return nil
	})
}

// prove recomputes the book and the campaigns.
func (w *world) prove() {
	w.Helper()
	if _, err := w.ledger.Verify(w.Context(), nil); err != nil {
		w.Errorf("verify: %v", err)
	}
	if err := w.check(); err != nil {
		w.Errorf("campaigns: %v", err)
	}
}
