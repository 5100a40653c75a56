// SPDX-License-Identifier: AGPL-3.0-or-later

package check_test

import (
	"strings"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

func (w *world) requestRedemption() {
	h := choose(w, "holder", w.holders, func(h *holder) bool { return h.kind != ledger.Individual && h.free > 0 })
	in := conversion.RequestRedemptionInput{Holder: idOf(h)}
	var there money.Amount
	if h != nil {
		there = h.free
	}
	in.Amount = w.share("amount", there)
	c := w.command("RequestRedemption", access.RedemptionRequest, w.who(access.RedemptionRequest, in.Holder), in.Holder, in)
	c.not.when(!payable(in.Amount), "invalid")
	c.not.when(h == nil, "missing")
	if h != nil {
		c.not.when(h.kind == ledger.Individual, "not-redeemable")
		c.not.when(h.free < in.Amount, "insufficient-funds")
	}
	drive(w, c, func() (conversion.Redemption, bool, error) {
		return w.border.RequestRedemption(w.t.Context(), c.by.Actor, c.key, in)
	},
		func(got conversion.Redemption) {
			r := &redemption{id: got.ID, holder: h, amount: in.Amount, fee: w.fees[h.kind].on(in.Amount), status: conversion.RedemptionRequested}
			h.free -= in.Amount
			h.held += in.Amount
			w.redemptions = append(w.redemptions, r)
			w.entries++
			w.wantRedemption(r, got)
		})
}

func (w *world) wantRedemption(r *redemption, got conversion.Redemption) {
	w.rt.Helper()
	type figures struct {
		id                 conversion.RedemptionID
		status             conversion.RedemptionStatus
		holder             ident.Holder
		amount, fee, euros money.Amount
	}
	want(w, "redemption", figures{got.ID, got.Status, got.Holder, got.Amount, got.Fee, got.Euros},
		figures{r.id, r.status, r.holder.id, r.amount, r.fee, r.amount - r.fee})
}

// closed notes why a redemption cannot be closed.
func (r *refusals) closed(red *redemption) {
	switch {
	case red == nil:
		r.when(true, "missing")
	case red.status == conversion.RedemptionSettled:
		r.when(true, "redemption-settled")
	case red.status == conversion.RedemptionRefused:
		r.when(true, "redemption-refused")
	}
}

func (w *world) openRedemption() (*redemption, conversion.RedemptionID) {
	r := choose(w, "redemption", w.redemptions, asked)
	if r == nil {
		return nil, conversion.RedemptionID{Bits: unknown()}
	}
	return r, r.id
}

func (w *world) settleRedemption() {
	r, id := w.openRedemption()
	reference := w.reference()
	in := conversion.SettleRedemptionInput{Redemption: id, BankReference: reference.text, Account: w.bankOrWrong()}
	c := w.command("SettleRedemption", access.RedemptionSettle, w.who(access.RedemptionSettle, ident.Holder{}), ident.Holder{}, in)
	c.not.when(!reference.good || !w.acceptsBank(in.Account), "invalid")
	c.not.closed(r)
	drive(w, c, func() (conversion.Redemption, bool, error) {
		return w.border.SettleRedemption(w.t.Context(), c.by.Actor, c.key, in)
	},
		func(got conversion.Redemption) {
			r.status = conversion.RedemptionSettled
			r.holder.held -= r.amount
			w.backing -= r.amount
			w.euros[w.bankOf(in.Account)] -= r.amount - r.fee
			w.euros["eur:income:fees"] += r.fee
			w.entries++
			w.wantRedemption(r, got)
		})
}

func (w *world) refuseRedemption() {
	r, id := w.openRedemption()
	in := conversion.RefuseRedemptionInput{Redemption: id}
	var good bool
	in.Reason, good = w.text("reason", 200)
	c := w.command("RefuseRedemption", access.RedemptionRefuse, w.who(access.RedemptionRefuse, ident.Holder{}), ident.Holder{}, in)
	c.not.when(!good, "invalid")
	c.not.closed(r)
	drive(w, c, func() (conversion.Redemption, bool, error) {
		return w.border.RefuseRedemption(w.t.Context(), c.by.Actor, c.key, in)
	},
		func(got conversion.Redemption) {
			r.status = conversion.RedemptionRefused
			r.holder.held -= r.amount
			r.holder.free += r.amount
			w.entries++
			w.wantRedemption(r, got)
		})
}

// places are those of the issuer's euros.
func (w *world) places() []ledger.Account {
	list := []ledger.Account{nef, municipal, operating, notes}
	for _, d := range w.desks {
		list = append(list, ledger.Account("eur:desk:"+d))
	}
	return list
}

func (w *world) place(label string) ledger.Account {
	if w.chance(label+" wrong", 5) {
		return sample[ledger.Account](w, label, "", "eur:desk:nowhere", "eur:backing:digital", "eur:income:fees", "eur:bank:guarantee:digital:nowhere")
	}
	list := w.places()
	return list[w.index(label, len(list))]
}

func (w *world) moveEuros() {
	in := conversion.MoveEurosInput{From: w.place("from"), To: w.place("to")}
	if !w.chance("from where there is little", 1) {
		for _, a := range w.places() {
			if w.euros[a] > w.euros[in.From] {
				in.From = a
			}
		}
	}
	in.Amount = w.amount("amount", min(w.euros[in.From], 100_00))
	if w.chance("surplus", 2) {
		in.Amount = w.share("amount", w.surplus(poolOf(in.From)))
	}
	reference := w.reference()
	in.BankReference = reference.text
	own := w.places()
	c := w.command("MoveEuros", access.EurosMove, w.who(access.EurosMove, ident.Holder{}), ident.Holder{}, in)
	c.not.when(!payable(in.Amount) || in.From == in.To || !reference.good || !contains(own, in.From) || !contains(own, in.To), "invalid")
	c.not.when(w.booked[booked{"places", in.BankReference}], "bank-reference-used")
	c.not.when(strings.HasPrefix(string(in.From), "eur:desk:") && w.euros[in.From] < in.Amount, "insufficient-funds")
	leaves := in.From != operating && (in.To == operating || poolOf(in.To) != poolOf(in.From))
	c.not.when(leaves && w.surplus(poolOf(in.From)) < in.Amount, "fund-shortfall")
	drive(w, c, func() (conversion.Transfer, bool, error) {
		return w.border.MoveEuros(w.t.Context(), c.by.Actor, c.key, in)
	},
		func(got conversion.Transfer) {
			want(w, "moved", got, conversion.Transfer{Entry: got.Entry, From: in.From, To: in.To, Amount: in.Amount, BankReference: in.BankReference})
			w.euros[in.From] -= in.Amount
			w.euros[in.To] += in.Amount
			w.booked[booked{"places", in.BankReference}] = true
			w.entries++
		})
}

// poolOf is the pool whose fund a place of the issuer belongs to.
func poolOf(a ledger.Account) ledger.Pool {
	if a == notes {
		return ledger.Paper
	}
	return ledger.Digital
}

// surplus is what a pool's fund holds above what it owes; below zero it is the
// gap. What is kept for others is not the fund's.
func (w *world) surplus(pool ledger.Pool) money.Amount {
	if pool == ledger.Paper {
		return w.euros[notes]
	}
	sum := -w.backing
	for account, amount := range w.euros {
		switch class, _, _ := strings.Cut(strings.TrimPrefix(string(account), "eur:"), ":"); class {
		case "desk":
			sum += amount
		case "grant", "payer", "return":
			sum -= amount
		}
	}
	return sum + w.euros[nef] + w.euros[municipal]
}
