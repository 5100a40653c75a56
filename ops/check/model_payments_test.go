// SPDX-License-Identifier: AGPL-3.0-or-later

package check_test

import (
	"strings"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
)

// handle is a way to name a payee, with whom it names.
type handle struct {
	text   string
	holder *holder
	shop   *shop
}

func (w *world) payee() handle {
	if w.chance("nobody", 3) {
		return handle{text: sample(w, "nobody", "", "00000000", "bakery", "wal_0", strings.Repeat("9", 200))}
	}
	switch sample(w, "handle", "wallet", "number", "code") {
	case "wallet":
		h := choose(w, "payee", w.holders, whichever)
		return handle{ident.WalletOf(idOf(h)).String(), h, nil}
	case "number":
		if h := choose(w, "payee", w.holders, whichever); h != nil {
			return handle{h.number, h, nil}
		}
	case "code":
		if s := choose(w, "merchant", w.merchants, whichever); s != nil {
			return handle{sample(w, "written", s.code, strings.ToLower(s.code), s.code[:4]+"-"+s.code[4:]), s.holder, s}
		}
	}
	return handle{text: "nobody"}
}

func (w *world) pay() {
	by, from := w.spends(1, nil)
	payer, not := w.payer(by, from)
	to := w.payee()
	in := merchant.PayInput{From: from, To: to.text}
	there := money.Amount(10_00)
	if payer != nil {
		there = payer.free
	}
	in.Amount = w.share("amount", min(there, 50_00))
	good := true
	if w.chance("message", 2) {
		in.Message, good = w.text("message", 140)
		good = good || in.Message == ""
	}
	not.when(!good || !payable(in.Amount), "invalid")
	not.when(to.holder == nil, "payee-unknown")
	not.when(payer != nil && payer == to.holder, "same-wallet")
	not.when(payer != nil && payer.free < in.Amount, "insufficient-funds")
	normal := in
	normal.From = ident.WalletOf(idOf(payer))
	c := command{name: "Pay", action: access.PaymentCreate, by: by, key: w.newKey(by), input: normal, not: not}
	drive(w, c, func() (merchant.Payment, bool, error) { return w.trade.Pay(w.t.Context(), c.by.Actor, c.key, in) },
		func(got merchant.Payment) {
			p := &payment{id: got.ID, from: payer, to: to.holder, amount: in.Amount, shop: to.shop}
			w.transfer(p)
			w.wantPayment(p, got)
			want(w, "message", got.Message, in.Message)
		})
}

func (w *world) refund() {
	p := choose(w, "payment", w.payments, refundable)
	id := merchant.PaymentID{Bits: unknown()}
	payer, payee := ident.Holder{}, ident.Holder{}
	var in merchant.RefundInput
	switch {
	case p != nil:
		id, payer, payee = p.id, p.from.id, p.to.id
		if !w.chance("the rest", 1) {
			in.Amount = w.share("amount", p.amount-p.refunded)
		}
	case w.chance("an entry of another kind", 1):
		for _, x := range w.conversions {
			if !x.entry.IsZero() {
				id = merchant.PaymentOf(x.entry)
			}
		}
	}
	by := w.who(access.PaymentRefund, payee)
	c := command{name: "Refund", action: access.PaymentRefund, by: by, key: w.newKey(by), input: []any{id, in}}
	amount := in.Amount
	if p == nil {
		c.not.when(true, w.hidden(by.Actor, access.PaymentRead))
	} else {
		if amount == 0 {
			amount = p.amount - p.refunded
		}
		reads := w.may(by.Actor, access.PaymentRead, payer) || w.may(by.Actor, access.PaymentRead, payee)
		c.not.when(!reads || !w.may(by.Actor, access.PaymentRefund, payee), "forbidden")
		c.not.when(p.refundOf != nil, "not-refundable")
		c.not.when(in.Amount != 0 && !payable(in.Amount), "invalid")
		c.not.when(amount <= 0 || p.refunded+amount > p.amount, "refund-exceeds-payment")
		c.not.when(p.to.free < amount, "insufficient-funds")
	}
	drive(w, c, func() (merchant.Payment, bool, error) {
		return w.trade.Refund(w.t.Context(), c.by.Actor, c.key, id, in)
	},
		func(got merchant.Payment) {
			back := &payment{id: got.ID, from: p.to, to: p.from, amount: amount, refundOf: p}
			p.refunded += amount
			w.transfer(back)
			w.wantPayment(back, got)
		})
}
