// SPDX-License-Identifier: AGPL-3.0-or-later

package paper_test

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/conversion/paper"
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
	notes = ledger.Account("eur:bank:guarantee:paper:la-nef")
)

// house is an open currency with a desk, a member and a shop.
type house struct {
	*testing.T
	*paper.Service
	euros  *conversion.Service
	ledger *ledger.Ledger
	clock  atomic.Int64
	keys   int

	amina, shop ledger.Holder
}

// run gives the test a house on every engine and proves the books afterwards.
func run(t *testing.T, test func(h *house)) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		h := furnished(t, connect)
		test(h)
		h.prove()
	})
}

// furnished is a house on a fresh book.
func furnished(t *testing.T, connect func() *db.DB) *house {
	h := &house{T: t}
	h.clock.Store(civil.New(2026, 3, 2).Start().Add(10 * time.Hour).UnixMicro())
	var err error
	h.ledger, err = ledger.Open(t.Context(), connect(), ledger.Options{Now: func() time.Time { return time.UnixMicro(h.clock.Load()).UTC() }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.ledger.Close)
	h.Service, h.euros = paper.New(h.ledger), conversion.New(h.ledger)
	iban := "FR7630006000011234567890189"
	_, _, err = h.euros.OpenCurrency(t.Context(), role(1, access.Administrator), h.key(), conversion.OpenCurrencyInput{
		Name: "La Roue", Code: "ROUE", Unit: conversion.Unit{Singular: "Roue", Plural: "Roues"},
		Issuer: conversion.Issuer{Name: "Association La Roue", RNA: "W842001234", LegalBasis: conversion.LimitedNetwork},
		Accounts: []conversion.BankAccount{{Account: bank, Custodian: "La Nef", IBAN: iban, HolderName: "La Roue"},
			{Account: notes, Custodian: "La Nef", IBAN: "FR7630004000031234567890143", HolderName: "La Roue"}}})
	h.must(err)
	_, _, err = h.euros.OpenDesk(t.Context(), role(1, access.Administrator), h.key(), conversion.OpenDeskInput{Slug: "halles", Name: "Les Halles"})
	h.must(err)
	h.amina, h.shop = h.holder(ledger.Individual), h.holder(ledger.Professional)
	return h
}

func (h *house) holder(kind ledger.HolderKind) ledger.Holder {
	made, _, err := h.ledger.CreateHolder(h.Context(), role(1, access.Administrator), h.key(), ledger.NewHolder{Kind: kind, Name: string(kind)})
	h.must(err)
	return made
}

func (h *house) key() string { h.keys++; return fmt.Sprintf("paper-test-key-%06d", h.keys) }

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) refused(what string, err, want error) {
	h.Helper()
	if !errors.Is(err, want) {
		h.Errorf("%s: %v, want %v", what, err, want)
	}
}

// role is a person with a role in the association.
func role(person byte, r access.Role) access.Actor {
	return access.Actor{ID: ident.User{Bits: ident.Bits{15: person}}, Grants: []access.Grant{{Role: r}}}
}

func treasurer() access.Actor { return role(2, access.Treasurer) }
func agent() access.Actor     { return role(3, access.DeskAgent) }
func second() access.Actor    { return role(4, access.DeskAgent) }
func approver() access.Actor  { return role(5, access.Approver) }

func citizen(h ledger.Holder) access.Actor {
	return access.Actor{ID: ident.User{Bits: h.ID.Bits}, Holder: h.ID, Grants: []access.Grant{{Role: access.Citizen}}}
}

// of is some notes of a face value.
func of(face string, quantity, first int64) []paper.Bundle {
	return []paper.Bundle{{Series: "A", Face: money.MustParse(face), Quantity: quantity, First: first}}
}

// stocked prints 100 notes of 5.00 and of 10.00 and brings them to the desk.
func (h *house) stocked() {
	h.Helper()
	lines := append(of("5.00", 100, 1), of("10.00", 100, 1)...)
	_, _, err := h.Print(h.Context(), treasurer(), h.key(), paper.PrintInput{Lines: lines, Note: "livraison 1"})
	h.must(err)
	sent, _, err := h.Send(h.Context(), treasurer(), h.key(), paper.SendInput{From: paper.Vault, To: paper.At("halles"), Lines: lines})
	h.must(err)
	_, _, err = h.Receive(h.Context(), agent(), h.key(), paper.ReceiveInput{Move: sent.ID})
	h.must(err)
}

func (h *house) sell(quantity int64) (paper.Move, error) {
	m, _, err := h.Sell(h.Context(), agent(), h.key(), paper.SellInput{Holder: h.amina.ID, Lines: of("5.00", quantity, 0)})
	return m, err
}

// at is how many notes of 5.00 are at a place.
func (h *house) at(place paper.Place) int64 {
	h.Helper()
	p, err := h.Position(h.Context(), treasurer())
	h.must(err)
	for _, s := range p.Of(place) {
		if s.Face == 5_00 {
			return s.Quantity
		}
	}
	return 0
}

func (h *house) balance(a ledger.Account) string {
	h.Helper()
	b, err := h.ledger.Balance(h.Context(), h.ledger.Reader(), a)
	h.must(err)
	return b.Amount.Format()
}

// gaps are the gap and the surplus of each pool.
func (h *house) gaps() string {
	h.Helper()
	f, err := h.euros.Fund(h.Context(), time.Time{})
	h.must(err)
	text := ""
	for _, p := range f.Pools {
		text += fmt.Sprintf("%s -%s +%s ", p.Pool, p.Gap, p.Surplus)
	}
	return text
}

const covered = "digital -0.00 +0.00 paper -0.00 +0.00 "

func (h *house) prove() {
	h.Helper()
	if _, err := h.ledger.Verify(h.Context(), nil); err != nil {
		h.Errorf("verify: %v", err)
	}
	err := h.ledger.Snapshot(h.Context(), func(r db.Reader) error {
		return errors.Join(h.Check(h.Context(), r), h.euros.CheckConversions(h.Context(), r), h.euros.CheckRedemptions(h.Context(), r))
	})
	if err != nil {
		h.Error(err)
	}
}
