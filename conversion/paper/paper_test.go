// SPDX-License-Identifier: AGPL-3.0-or-later

package paper_test

import (
	"testing"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
)

func TestNumbersNeverOverlapAndStockIsNoLiability(t *testing.T) {
	run(t, func(h *house) {
		h.stocked()
		for first, want := range map[int64]error{1: paper.ErrNumbers, 100: paper.ErrNumbers, 50: paper.ErrNumbers} {
			_, _, err := h.Print(h.Context(), treasurer(), h.key(), paper.PrintInput{Lines: of("5.00", 10, first), Note: "encore"})
			h.refused("printed twice", err, want)
		}
		_, _, err := h.Print(h.Context(), agent(), h.key(), paper.PrintInput{Lines: of("5.00", 10, 101), Note: "x"})
		h.refused("print by a desk", err, access.ErrForbidden)
		_, _, err = h.Print(h.Context(), treasurer(), h.key(), paper.PrintInput{Lines: of("5.00", 10, 101), Note: "suite"})
		h.must(err)
		if h.at(paper.Vault) != 10 || h.at(paper.At("halles")) != 100 || h.balance(ledger.Issued(ledger.Paper)) != "0.00" {
			t.Errorf("vault %d, desk %d, issued %s", h.at(paper.Vault), h.at(paper.At("halles")), h.balance(ledger.Issued(ledger.Paper)))
		}
		for what, c := range map[string]struct {
			lines []paper.Bundle
			want  error
		}{"without numbers": {of("5.00", 5, 0), paper.ErrFresh}, "beyond the range": {of("5.00", 5, 108), paper.ErrStock},
			"numbers of the desk": {of("5.00", 5, 1), paper.ErrStock}, "too many": {of("5.00", 500, 0), paper.ErrStock}} {
			_, _, err := h.Send(h.Context(), treasurer(), h.key(), paper.SendInput{From: paper.Vault, To: paper.At("halles"), Lines: c.lines})
			h.refused(what, err, c.want)
		}
	})
}

func TestTransitNeedsTwoPeopleAndWhatIsMissingIsLost(t *testing.T) {
	run(t, func(h *house) {
		_, _, err := h.Print(h.Context(), treasurer(), h.key(), paper.PrintInput{Lines: of("5.00", 100, 1), Note: "livraison"})
		h.must(err)
		sent, _, err := h.Send(h.Context(), treasurer(), h.key(), paper.SendInput{From: paper.Vault, To: paper.At("halles"), Lines: of("5.00", 40, 21)})
		h.must(err)
		_, _, err = h.Receive(h.Context(), treasurer(), h.key(), paper.ReceiveInput{Move: sent.ID})
		h.refused("received by the sender", err, conversion.ErrSamePerson)
		short := paper.ReceiveInput{Move: sent.ID, Received: []int64{37}}
		_, _, err = h.Receive(h.Context(), agent(), h.key(), short)
		if err == nil {
			t.Error("missing notes without a word")
		}
		short.Note = "pli ouvert"
		_, _, err = h.Receive(h.Context(), agent(), h.key(), short)
		h.must(err)
		_, _, err = h.Receive(h.Context(), agent(), h.key(), short)
		h.refused("received twice", err, paper.ErrClosed)
		if h.at(paper.Vault) != 60 || h.at(paper.At("halles")) != 37 || h.at(paper.Lost) != 3 || h.at(paper.Transit) != 0 {
			t.Errorf("vault %d, desk %d, lost %d, transit %d", h.at(paper.Vault), h.at(paper.At("halles")), h.at(paper.Lost), h.at(paper.Transit))
		}
	})
}

func TestG1SoldNotesAreOwedAndBacked(t *testing.T) {
	run(t, func(h *house) {
		h.stocked()
		sold, err := h.sell(6)
		h.must(err)
		if h.balance(ledger.Issued(ledger.Paper)) != "30.00" || h.balance(ledger.NotesDesk("halles")) != "30.00" || h.gaps() != covered {
			t.Errorf("issued %s, till %s, %s", h.balance(ledger.Issued(ledger.Paper)), h.balance(ledger.NotesDesk("halles")), h.gaps())
		}
		_, err = h.sell(95)
		h.refused("more than the desk has", err, paper.ErrStock)
		_, _, err = h.Undo(h.Context(), agent(), h.key(), sold.ID)
		h.refused("undone by the seller", err, conversion.ErrSamePerson)
		_, _, err = h.Undo(h.Context(), second(), h.key(), sold.ID)
		h.must(err)
		_, _, err = h.Undo(h.Context(), second(), h.key(), sold.ID)
		h.refused("undone twice", err, paper.ErrClosed)
		sold, err = h.sell(2)
		h.must(err)
		h.clock.Add((24 * time.Hour).Microseconds())
		_, _, err = h.Undo(h.Context(), second(), h.key(), sold.ID)
		h.refused("undone on another day", err, paper.ErrUndoLate)
		if h.at(paper.Public) != 2 {
			t.Errorf("%d notes in people's hands", h.at(paper.Public))
		}
	})
}

func TestG2AnExchangeLeavesEurosOwedUntilTheTransfer(t *testing.T) {
	run(t, func(h *house) {
		h.stocked()
		_, err := h.sell(8)
		h.must(err)
		deposit := paper.DepositInput{Holder: h.amina.ID, Lines: of("5.00", 6, 0), Redeem: true}
		_, _, err = h.Deposit(h.Context(), agent(), h.key(), deposit)
		h.refused("euros for an individual (L5)", err, conversion.ErrNotRedeemable)
		deposit.Redeem = false
		_, _, err = h.Deposit(h.Context(), agent(), h.key(), deposit)
		h.must(err)
		if h.gaps() != covered || h.balance(ledger.Between(ledger.Digital)) != "30.00" {
			t.Errorf("%s, owed %s", h.gaps(), h.balance(ledger.Between(ledger.Digital)))
		}
		_, _, err = h.Remit(h.Context(), treasurer(), h.key(), paper.RemitInput{Amount: 40_00, Whole: true, BankReference: "REMISE 1"})
		h.must(err)
		moves, err := h.euros.Position(h.Context(), treasurer())
		h.must(err)
		if len(moves.Proposals) != 1 || moves.Proposals[0].Cause != conversion.Exchanged || moves.Proposals[0].Amount != 30_00 || moves.Proposals[0].To != bank {
			t.Errorf("proposed: %+v", moves.Proposals)
		}
		settle := paper.SettleInput{To: ledger.Digital, Amount: 30_01, BankReference: "VIR 1"}
		_, _, err = h.Settle(h.Context(), treasurer(), h.key(), settle)
		h.refused("more than is owed", err, paper.ErrNothing)
		settle.Amount = 30_00
		_, _, err = h.Settle(h.Context(), treasurer(), h.key(), settle)
		h.must(err)
		if h.balance(bank) != "30.00" || h.balance(notes) != "10.00" || h.gaps() != covered {
			t.Errorf("digital %s, paper %s, %s", h.balance(bank), h.balance(notes), h.gaps())
		}
		_, _, err = h.Settle(h.Context(), treasurer(), h.key(), settle)
		h.refused("settled twice", err, paper.ErrNothing)
	})
}

func TestAProfessionalRedeemsNotes(t *testing.T) {
	run(t, func(h *house) {
		h.stocked()
		_, err := h.sell(8)
		h.must(err)
		m, _, err := h.Deposit(h.Context(), agent(), h.key(), paper.DepositInput{Holder: h.shop.ID, Lines: of("5.00", 8, 0), Redeem: true})
		h.must(err)
		r, err := h.euros.Redemption(h.Context(), treasurer(), m.Redemption)
		h.must(err)
		if r.Amount != 40_00 || r.Fee != 2_00 || r.Euros != 38_00 || h.balance(ledger.Reserved(h.shop.ID)) != "40.00" {
			t.Errorf("%+v", r)
		}
		_, _, err = h.Deposit(h.Context(), agent(), h.key(), paper.DepositInput{Holder: h.shop.ID, Lines: of("5.00", 1, 0)})
		h.refused("more than circulates", err, paper.ErrStock)
	})
}

func TestUnitsBecomeNotesOnceTheyAreHandedOver(t *testing.T) {
	run(t, func(h *house) {
		h.stocked()
		_, _, err := h.euros.Convert(h.Context(), agent(), h.key(), conversion.ConvertInput{Holder: h.amina.ID, Euros: 20_00, Channel: conversion.AtDesk})
		h.must(err)
		ask := paper.AskInput{Holder: h.amina.ID, Lines: of("5.00", 3, 0)}
		_, _, err = h.Ask(h.Context(), agent(), h.key(), ask)
		h.refused("asked by the desk", err, access.ErrForbidden)
		_, _, err = h.Ask(h.Context(), citizen(h.amina), h.key(), paper.AskInput{Holder: h.amina.ID, Lines: of("5.00", 5, 0)})
		h.refused("more than the wallet", err, ledger.ErrInsufficientFunds)
		m, _, err := h.Ask(h.Context(), citizen(h.amina), h.key(), ask)
		h.must(err)
		_, _, err = h.HandOver(h.Context(), agent(), h.key(), m.ID)
		h.must(err)
		_, _, err = h.HandOver(h.Context(), agent(), h.key(), m.ID)
		h.refused("handed over twice", err, paper.ErrClosed)
		_, _, err = h.Renounce(h.Context(), citizen(h.amina), h.key(), m.ID)
		h.refused("renounced after", err, paper.ErrClosed)
		ask.Lines = of("5.00", 1, 0)
		m, _, err = h.Ask(h.Context(), citizen(h.amina), h.key(), ask)
		h.must(err)
		_, _, err = h.Renounce(h.Context(), citizen(h.shop), h.key(), m.ID)
		h.refused("renounced by another", err, access.ErrForbidden)
		_, _, err = h.Renounce(h.Context(), citizen(h.amina), h.key(), m.ID)
		h.must(err)
		if h.balance(ledger.Wallet(h.amina.ID)) != "5.00" || h.balance(ledger.Between(ledger.Paper)) != "15.00" || h.gaps() != covered || h.at(paper.Public) != 3 {
			t.Errorf("wallet %s, owed %s, %s", h.balance(ledger.Wallet(h.amina.ID)), h.balance(ledger.Between(ledger.Paper)), h.gaps())
		}
	})
}

func TestB9LossesNeverChangeCirculation(t *testing.T) {
	run(t, func(h *house) {
		h.stocked()
		_, err := h.sell(10)
		h.must(err)
		for _, in := range []paper.WriteOffInput{
			{Kind: paper.Loss, Place: paper.At("halles"), Lines: of("5.00", 4, 0), Note: "vol"},
			{Kind: paper.Find, Place: paper.At("halles"), Lines: of("5.00", 1, 0), Note: "tiroir"},
			{Kind: paper.Gone, Lines: of("5.00", 2, 0), Note: "incendie, constat du 2 mars"},
		} {
			_, _, err := h.WriteOff(h.Context(), treasurer(), h.key(), in)
			h.must(err)
		}
		if h.at(paper.Lost) != 3 || h.at(paper.Public) != 10 || h.balance(ledger.Backing(ledger.Paper)) != "50.00" || h.gaps() != covered {
			t.Errorf("lost %d, public %d, owed %s", h.at(paper.Lost), h.at(paper.Public), h.balance(ledger.Backing(ledger.Paper)))
		}
		_, _, err = h.WriteOff(h.Context(), treasurer(), h.key(), paper.WriteOffInput{Kind: paper.Find, Place: paper.Vault, Lines: of("5.00", 4, 0), Note: "trop"})
		h.refused("more found than lost", err, paper.ErrStock)
		back, _, err := h.Send(h.Context(), agent(), h.key(), paper.SendInput{From: paper.At("halles"), To: paper.Vault, Lines: of("5.00", 20, 0)})
		h.must(err)
		_, _, err = h.Receive(h.Context(), treasurer(), h.key(), paper.ReceiveInput{Move: back.ID})
		h.must(err)
		d, _, err := h.Destroy(h.Context(), treasurer(), h.key(), paper.DestroyInput{Lines: of("5.00", 20, 0), Note: "PV 1"})
		h.must(err)
		_, _, err = h.Witness(h.Context(), treasurer(), h.key(), d.ID)
		h.refused("one witness twice", err, conversion.ErrSamePerson)
		_, _, err = h.Witness(h.Context(), approver(), h.key(), d.ID)
		h.must(err)
		if h.at(paper.Destroyed) != 20 || h.at(paper.Vault) != 0 {
			t.Errorf("destroyed %d, vault %d", h.at(paper.Destroyed), h.at(paper.Vault))
		}
	})
}

func TestACountIsExplainedByAnotherPerson(t *testing.T) {
	run(t, func(h *house) {
		h.stocked()
		lines := []paper.Heap{{Series: "A", Face: 5_00, Counted: 98}, {Series: "A", Face: 10_00, Counted: 100}}
		c, _, err := h.Count(h.Context(), agent(), h.key(), paper.CountInput{Lines: lines})
		h.must(err)
		if c.Status != "open" || h.at(paper.At("halles")) != 100 {
			t.Errorf("%+v", c)
		}
		_, _, err = h.Explain(h.Context(), agent(), h.key(), paper.ExplainInput{Count: c.ID, Note: "x", Book: true})
		h.refused("explained by a desk", err, access.ErrForbidden)
		_, _, err = h.Explain(h.Context(), treasurer(), h.key(), paper.ExplainInput{Count: c.ID, Note: "billets collés", Book: true})
		h.must(err)
		if h.at(paper.At("halles")) != 98 || h.at(paper.Lost) != 2 {
			t.Errorf("desk %d, lost %d", h.at(paper.At("halles")), h.at(paper.Lost))
		}
		again, _, err := h.Count(h.Context(), agent(), h.key(), paper.CountInput{Lines: lines})
		if err != nil || again.Status != "equal" {
			t.Errorf("%+v, %v", again, err)
		}
	})
}

func TestARemittanceThatLacksEurosIsAGapUntilItIsMadeGood(t *testing.T) {
	run(t, func(h *house) {
		h.stocked()
		_, err := h.sell(10)
		h.must(err)
		r, _, err := h.Remit(h.Context(), treasurer(), h.key(), paper.RemitInput{Amount: 45_00, Whole: true, BankReference: "REMISE 1"})
		h.must(err)
		if r.Difference != 5_00 || h.balance(ledger.Unexplained("halles")) != "5.00" || h.gaps() != "digital -0.00 +0.00 paper -5.00 +0.00 " {
			t.Errorf("%+v, %s", r, h.gaps())
		}
		_, err = h.sell(1)
		h.must(err)
		_, _, err = h.Remit(h.Context(), treasurer(), h.key(), paper.RemitInput{Amount: 1_00, BankReference: "REMISE 1"})
		h.refused("one reference twice", err, conversion.ErrReferenceUsed)
		_, _, err = h.Remit(h.Context(), treasurer(), h.key(), paper.RemitInput{Amount: 6_00, BankReference: "REMISE 2"})
		h.refused("more than the till", err, ledger.ErrInsufficientFunds)
	})
}
