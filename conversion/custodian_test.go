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
)

const otherBank = ledger.Account("eur:bank:guarantee:digital:credit-cooperatif")

// another is a compte dédié that can be opened.
func another() conversion.ProposeBankInput {
	return conversion.ProposeBankInput{Account: otherBank, Custodian: "Crédit Coopératif", IBAN: "DE89370400440532013000", HolderName: "Association La Roue", Note: "Convention du 3 mars"}
}

// opens has two people open a compte dédié.
func (w *world) opens(in conversion.ProposeBankInput) {
	w.Helper()
	c, _, err := w.ProposeBank(w.Context(), treasurer(), w.key(), in)
	w.must(err)
	_, _, err = w.ApproveBank(w.Context(), approver(), w.key(), c.ID)
	w.must(err)
}

// custodians are what the fund of a pool shows of banks.
func (w *world) custodians(pool ledger.Pool, at time.Time) map[string]string {
	w.Helper()
	f, err := w.Fund(w.Context(), at)
	w.must(err)
	held := make(map[string]string)
	for _, p := range f.Pools {
		if p.Pool == pool {
			for _, c := range p.Custodians {
				held[c.Name] = c.Balance.Format()
			}
		}
	}
	return held
}

func TestD9ACompteDedieIsOpenedByTwoPeople(t *testing.T) {
	run(t, func(w *world) {
		before := w.custodians(ledger.Digital, time.Time{})
		key := w.key()
		var c conversion.BankChange
		for range 2 { // pressed twice
			var err error
			c, _, err = w.ProposeBank(t.Context(), treasurer(), key, another())
			w.must(err)
		}
		if _, _, err := w.ProposeBank(t.Context(), treasurer(), w.key(), another()); !errors.Is(err, conversion.ErrAccountOpen) {
			t.Errorf("proposed twice: %v", err)
		}
		if now := w.custodians(ledger.Digital, time.Time{}); len(now) != len(before) {
			t.Errorf("a proposal is shown: %v", now)
		}
		both := treasurer()
		both.Grants = append(both.Grants, access.Grant{Role: access.Approver})
		for why, a := range map[string]struct {
			access.Actor
			want error
		}{"the same person": {both, conversion.ErrSamePerson}, "a treasurer": {treasurer(), ledger.ErrForbidden}, "a desk": {deskAgent(), ledger.ErrForbidden}} {
			if _, _, err := w.ApproveBank(t.Context(), a.Actor, w.key(), c.ID); !errors.Is(err, a.want) {
				t.Errorf("%s: %v", why, err)
			}
		}
		if _, _, err := w.ProposeBank(t.Context(), approver(), w.key(), another()); !errors.Is(err, ledger.ErrForbidden) {
			t.Errorf("an approver proposes: %v", err)
		}
		key = w.key()
		for range 2 {
			done, _, err := w.ApproveBank(t.Context(), approver(), key, c.ID)
			if err != nil || done.Status != conversion.BankDone {
				t.Fatalf("%+v, %v", done, err)
			}
		}
		if now := w.custodians(ledger.Digital, time.Time{}); now["Crédit Coopératif"] != "0.00" {
			t.Errorf("the fund shows %v", now)
		}
		for why, in := range map[string]func(*conversion.ProposeBankInput){
			"the same again": func(*conversion.ProposeBankInput) {},
			"the same IBAN":  func(in *conversion.ProposeBankInput) { in.Account = "eur:bank:guarantee:paper:autre" },
			"the same code":  func(in *conversion.ProposeBankInput) { in.IBAN = "FR1420041010050500013M02606" },
		} {
			again := another()
			in(&again)
			if _, _, err := w.ProposeBank(t.Context(), treasurer(), w.key(), again); !errors.Is(err, conversion.ErrAccountExists) {
				t.Errorf("%s: %v", why, err)
			}
		}
		if _, _, err := w.ApproveBank(t.Context(), approver(), w.key(), c.ID); !errors.Is(err, conversion.ErrAccountChange) {
			t.Errorf("approved again: %v", err)
		}
		if _, _, err := w.WithdrawBank(t.Context(), approver(), w.key(), c.ID); !errors.Is(err, conversion.ErrAccountChange) {
			t.Errorf("withdrawn after all: %v", err)
		}
		// Euros come to it as to any other one.
		asked, _, err := w.Convert(t.Context(), citizen(w.people[0]), w.key(), conversion.ConvertInput{Holder: w.people[0].ID, Euros: amount("50.00"), Channel: conversion.ByTransfer})
		w.must(err)
		_, _, err = w.Settle(t.Context(), treasurer(), w.key(), conversion.SettleInput{Conversion: asked.ID, BankReference: "VIR NEUF", Account: otherBank})
		w.must(err)
		w.holds("received", map[ledger.Account]string{otherBank: "50.00"})
		if now := w.custodians(ledger.Digital, time.Time{}); now["Crédit Coopératif"] != "50.00" {
			t.Errorf("the fund shows %v", now)
		}
	})
}

func TestS7ACompteDedieThatCannotBeIsRefused(t *testing.T) {
	run(t, func(w *world) {
		for why, spoil := range map[string]func(*conversion.ProposeBankInput){
			"operating":    func(in *conversion.ProposeBankInput) { in.Account = ledger.Operating },
			"no pool":      func(in *conversion.ProposeBankInput) { in.Account = "eur:bank:guarantee:gold:nef" },
			"no custodian": func(in *conversion.ProposeBankInput) { in.Account = "eur:bank:guarantee:digital" },
			"check digits": func(in *conversion.ProposeBankInput) { in.IBAN = "DE89370400440532013001" },
			"no IBAN":      func(in *conversion.ProposeBankInput) { in.IBAN = "" },
			"a bad BIC":    func(in *conversion.ProposeBankInput) { in.BIC = "nef" },
			"nobody's":     func(in *conversion.ProposeBankInput) { in.HolderName = "" },
			"no bank":      func(in *conversion.ProposeBankInput) { in.Custodian = "a\x00" },
			"no reason":    func(in *conversion.ProposeBankInput) { in.Note = "" },
		} {
			in := another()
			spoil(&in)
			if _, _, err := w.ProposeBank(t.Context(), treasurer(), w.key(), in); !errors.Is(err, fault.ErrInvalid) {
				t.Errorf("%s: %v", why, err)
			}
		}
		if _, _, err := w.ApproveBank(t.Context(), approver(), w.key(), conversion.BankChangeID{}); !errors.Is(err, ledger.ErrMissing) {
			t.Errorf("no proposal: %v", err)
		}
	})
}

// TestL1G2ACompteDedieIsClosedWhenNothingCountsOnIt refuses to close what holds euros,
// what euros are awaited on and what is no compte dédié; then closes one.
func TestL1G2ACompteDedieIsClosedWhenNothingCountsOnIt(t *testing.T) {
	run(t, func(w *world) {
		closing := func(a ledger.Account) error {
			c, _, err := w.ProposeBankClosing(t.Context(), treasurer(), w.key(), conversion.CloseBankInput{Account: a, Note: "Fin de convention"})
			if err != nil {
				return err
			}
			if _, _, err := w.ApproveBank(t.Context(), approver(), w.key(), c.ID); err != nil {
				_, _, _ = w.WithdrawBank(t.Context(), treasurer(), w.key(), c.ID)
				return err
			}
			return nil
		}
		w.opens(another())
		asked, _, err := w.Convert(t.Context(), citizen(w.people[0]), w.key(), conversion.ConvertInput{Holder: w.people[0].ID, Euros: amount("50.00"), Channel: conversion.ByTransfer})
		w.must(err)
		if err := closing(bank); !errors.Is(err, conversion.ErrAccountAwaits) {
			t.Errorf("euros are awaited on it: %v", err)
		}
		_, _, err = w.Settle(t.Context(), treasurer(), w.key(), conversion.SettleInput{Conversion: asked.ID, BankReference: "VIR NEUF", Account: otherBank})
		w.must(err)
		if err := closing(otherBank); !errors.Is(err, conversion.ErrAccountHolds) {
			t.Errorf("it holds euros: %v", err)
		}
		for _, none := range []ledger.Account{ledger.Operating, "eur:bank:guarantee:digital:none", "eur:desk:halles", ""} {
			if err := closing(none); !errors.Is(err, ledger.ErrMissing) {
				t.Errorf("%q: %v", none, err)
			}
		}
		// What held at the proposal is asked again at the approval.
		first, _, err := w.ProposeBankClosing(t.Context(), treasurer(), w.key(), conversion.CloseBankInput{Account: bank, Note: "Fin"})
		w.must(err)
		_, _, err = w.MoveEuros(t.Context(), treasurer(), w.key(), conversion.MoveEurosInput{From: otherBank, To: bank, Amount: amount("10.00"), BankReference: "ALLER"})
		w.must(err)
		if _, _, err := w.ApproveBank(t.Context(), approver(), w.key(), first.ID); !errors.Is(err, conversion.ErrAccountHolds) {
			t.Errorf("it holds euros by now: %v", err)
		}
		w.later(time.Minute)
		held := w.ledger.Now()
		w.later(time.Hour)
		_, _, err = w.MoveEuros(t.Context(), treasurer(), w.key(), conversion.MoveEurosInput{From: bank, To: otherBank, Amount: amount("10.00"), BankReference: "RETOUR"})
		w.must(err)
		_, _, err = w.ApproveBank(t.Context(), approver(), w.key(), first.ID)
		w.must(err)
		if now, then := w.custodians(ledger.Digital, time.Time{}), w.custodians(ledger.Digital, held); now["La Nef"] != "" || then["La Nef"] != "10.00" || now["Crédit Coopératif"] != "50.00" {
			t.Errorf("the fund shows %v, and showed %v", now, then)
		}
		_, _, err = w.MoveEuros(t.Context(), treasurer(), w.key(), conversion.MoveEurosInput{From: otherBank, To: bank, Amount: amount("1.00"), BankReference: "TROP TARD"})
		if !errors.Is(err, fault.ErrInvalid) {
			t.Errorf("moved to a closed account: %v", err)
		}
		again := another()
		again.Account, again.IBAN = bank, "FR1420041010050500013M02606"
		if _, _, err := w.ProposeBank(t.Context(), treasurer(), w.key(), again); !errors.Is(err, conversion.ErrAccountExists) {
			t.Errorf("a closed code again: %v", err)
		}
		if err := closing(otherBank); !errors.Is(err, conversion.ErrAccountHolds) {
			t.Errorf("one with euros: %v", err)
		}
		fresh, _, err := w.Convert(t.Context(), citizen(w.people[0]), w.key(), conversion.ConvertInput{Holder: w.people[0].ID, Euros: amount("5.00"), Channel: conversion.ByTransfer})
		if err != nil || fresh.Pay == nil || fresh.Pay.IBAN != "FR7630004000031234567890143" {
			t.Errorf("%+v, %v: euros are asked for on the account that is left", fresh.Pay, err)
		}
		all, err := w.HeldAccounts(t.Context(), treasurer())
		if w.must(err); len(all) < 2 {
			t.Errorf("%+v", all)
		}
		for _, a := range all {
			if (a.Account == bank) == a.ClosedAt.IsZero() {
				t.Errorf("%+v", a)
			}
		}
	})
}

func TestL1TheLastCompteDedieStaysOpen(t *testing.T) {
	run(t, func(w *world) {
		for _, one := range []struct {
			account ledger.Account
			want    error
		}{{other, nil}, {bank, conversion.ErrAccountLast}, {notes, nil}} { // no note is in circulation
			c, _, err := w.ProposeBankClosing(t.Context(), treasurer(), w.key(), conversion.CloseBankInput{Account: one.account, Note: "Fin"})
			if !errors.Is(err, one.want) {
				t.Errorf("%s: %v", one.account, err)
			}
			if err == nil {
				_, _, err = w.ApproveBank(t.Context(), approver(), w.key(), c.ID)
				w.must(err)
			}
		}
	})
}

// TestG2ANewCompteDedieIsATargetOfProposals opens the first one of paper notes.
func TestG2ANewCompteDedieIsATargetOfProposals(t *testing.T) {
	run(t, func(w *world) {
		in := another()
		in.Account = "eur:bank:guarantee:paper:credit-municipal"
		w.opens(in)
		p, err := w.Position(t.Context(), treasurer())
		w.must(err)
		if a, ok := p.Account(in.Account); !ok || a.IBAN != in.IBAN || a.Pool != ledger.Paper {
			t.Errorf("%+v", p)
		}
	})
}
