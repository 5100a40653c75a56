// SPDX-License-Identifier: AGPL-3.0-or-later

package check_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

func converts(h *holder) bool { return h.kind != ledger.Collectivity }

// cannotConvert notes the reasons for which a holder gets no conversion, and
// returns what it gives where there is none.
func (w *world) cannotConvert(r *refusals, h *holder, euros money.Amount) gift {
	r.when(!payable(euros), "invalid")
	r.when(h == nil, "missing")
	r.when(h != nil && !converts(h), "collectivity-cannot-hold")
	if h == nil || !payable(euros) {
		return gift{}
	}
	g := w.gift(h, euros)
	r.when(!payable(euros+g.bonus), "invalid")
	return g
}

func (w *world) quote() {
	h := choose(w, "holder", w.holders, converts)
	in := conversion.QuoteRequest{Holder: idOf(h), Euros: w.amount("euros", 300_00)}
	by := w.who(access.ConversionQuote, in.Holder)
	var not refusals
	not.when(!w.may(by.Actor, access.ConversionQuote, in.Holder), "forbidden")
	g := w.cannotConvert(&not, h, in.Euros)
	got, err := w.border.Quote(w.t.Context(), by.Actor, in)
	w.rt.Logf("Quote by %s for %s of %s: %+v, %v", by, in.Holder, in.Euros, got, err)
	if w.refused("Quote", not, err) {
		return
	}
	w.wantGift(g, in.Euros, got.Euros, got.Bonus, got.Credited, got.Campaign, got.Reasons)
	left := ""
	if got.AllowanceLeft != nil {
		left = got.AllowanceLeft.Format()
	}
	want(w, "allowance left", left, g.left)
}

// wantGift compares what a conversion gives with the model.
func (w *world) wantGift(g gift, asked, euros, bonus, credited money.Amount, of conversion.CampaignID, reasons []conversion.Reason) {
	w.rt.Helper()
	type given struct {
		euros, bonus, credited money.Amount
		campaign               conversion.CampaignID
		why                    string
	}
	expected := given{euros: asked, bonus: g.bonus, credited: asked + g.bonus, why: fmt.Sprint(sorted(g.why))}
	if g.campaign != nil {
		expected.campaign = g.campaign.id
	}
	var why []string
	for _, r := range reasons {
		text := string(r.Code)
		for _, k := range w.campaigns {
			if k.id == r.Campaign {
				text = fmt.Sprintf("%s of campaign %d", r.Code, k.n)
			}
		}
		why = append(why, text)
	}
	want(w, "conversion", given{euros, bonus, credited, of, fmt.Sprint(sorted(why))}, expected)
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}

func (w *world) convertAtDesk()     { w.convert("Convert at a desk", conversion.AtDesk) }
func (w *world) convertByTransfer() { w.convert("Convert by transfer", conversion.ByTransfer) }

func (w *world) convert(name string, channel conversion.Channel) {
	h := choose(w, "holder", w.holders, converts)
	in := conversion.ConvertInput{Holder: idOf(h), Euros: w.amount("euros", 300_00), Channel: channel}
	if channel == conversion.AtDesk {
		in.Desk = w.desks[w.index("desk", len(w.desks))]
	}
	action := access.ConversionTransfer
	if channel == conversion.AtDesk {
		action = access.ConversionDesk
	}
	var not refusals
	if w.chance("wrong", 4) {
		switch sample(w, "what", "desk", "channel", "offer") {
		case "desk":
			in.Desk = sample(w, "no desk", "nowhere", "")
			not.when(channel == conversion.AtDesk && (in.Desk != "" || len(w.desks) != 1), "invalid")
		case "channel":
			in.Channel = sample[conversion.Channel](w, "channel", "", "post")
			not.when(true, "invalid")
		default:
			in.Channel = sample(w, "channel", conversion.ByCard, conversion.ByDebit)
			action = access.ConversionTransfer
			not.when(true, "channel-unavailable")
		}
	}
	c := w.command(name, action, w.who(action, in.Holder), in.Holder, in)
	c.not = append(c.not, not...)
	w.exchange(c, h, in)
}

func (w *world) exchange(c command, h *holder, in conversion.ConvertInput) {
	g := w.cannotConvert(&c.not, h, in.Euros)
	drive(w, c, func() (conversion.Conversion, bool, error) {
		return w.border.Convert(w.t.Context(), c.by.Actor, c.key, in)
	},
		func(got conversion.Conversion) {
			w.wantGift(g, in.Euros, got.Euros, got.Bonus, got.Credited, got.Campaign, got.Reasons)
			x := &exchange{id: got.ID, holder: h, asked: c.by.ID, desk: in.Channel == conversion.AtDesk, euros: in.Euros, bonus: g.bonus, campaign: g.campaign,
				status: conversion.AwaitingEuros, place: nef}
			if g.campaign != nil {
				x.span = g.campaign.span(h, w.today())
				g.campaign.used[x.span] += g.bonus
				g.campaign.reserved += g.bonus
			}
			w.conversions = append(w.conversions, x)
			if x.desk {
				slug := in.Desk
				if slug == "" {
					slug = w.desks[0]
				}
				w.settled(x, ledger.Account("eur:desk:"+slug), got)
				return
			}
			x.expires = midnight(w.today() + 1 + civilDays(w.days))
			want(w, "status", got.Status, conversion.AwaitingEuros)
			want(w, "awaited until", got.ExpiresAt, x.expires.UTC())
			want(w, "payee", got.Pay != nil && got.Pay.IBAN == nefIBAN, true)
		})
}

// settled issues the units of an awaiting conversion.
func (w *world) settled(x *exchange, place ledger.Account, got conversion.Conversion) {
	w.rt.Helper()
	want(w, "status", got.Status, conversion.Settled)
	want(w, "where the euros came to", got.Account, place)
	x.status, x.place, x.entry = conversion.Settled, place, got.Entry
	x.holder.free += x.euros + x.bonus
	w.backing += x.euros + x.bonus
	w.euros[place] += x.euros
	if k := x.campaign; k != nil {
		w.euros[k.grant()] -= x.bonus
		k.reserved -= x.bonus
		k.granted += x.bonus
	}
	w.entries++
}

// ended gives the bonus of an awaiting conversion back.
func (x *exchange) ended(status conversion.Status) {
	x.status = status
	if x.campaign != nil {
		x.campaign.reserved -= x.bonus
		x.campaign.used[x.span] -= x.bonus
	}
}

// awaits notes why a conversion awaits nothing.
func (r *refusals) awaits(x *exchange, now time.Time) {
	if x == nil {
		r.when(true, "missing")
		return
	}
	code := map[conversion.Status]refusal{conversion.Settled: "conversion-settled", conversion.Cancelled: "conversion-cancelled",
		conversion.Expired: "conversion-expired", conversion.Reversed: "conversion-reversed"}[x.statusAt(now)]
	r.when(code != "", code)
}

// awaiting draws a conversion, mostly one that awaits its euros.
func (w *world) awaiting() *exchange {
	x := choose(w, "conversion", w.conversions, w.waits)
	if x != nil && !x.desk {
		w.lastInstant(x.expires)
	}
	return x
}

func (w *world) settle() {
	x := w.awaiting()
	reference := w.reference()
	in := conversion.SettleInput{Conversion: conversionID(x), BankReference: reference.text, Account: w.bankOrWrong()}
	if x != nil && w.chance("received is told", 1) {
		received := x.euros
		if w.chance("another amount", 2) {
			received = w.amount("received", 300_00)
		}
		in.Received = &received
	}
	c := w.command("Settle", access.ConversionSettle, w.who(access.ConversionSettle, ident.Holder{}), ident.Holder{}, in)
	c.not.when(!reference.good || !w.acceptsBank(in.Account), "invalid")
	c.not.awaits(x, w.now)
	c.not.when(x != nil && in.Received != nil && *in.Received != x.euros, "amount-differs")
	c.not.when(x.concerns(c.by), "same-person")
	drive(w, c, func() (conversion.Conversion, bool, error) {
		return w.border.Settle(w.t.Context(), c.by.Actor, c.key, in)
	},
		func(got conversion.Conversion) {
			w.settled(x, w.bankOf(in.Account), got)
			want(w, "bank reference", got.BankReference, in.BankReference)
		})
}

func (w *world) cancel() {
	x := w.awaiting()
	in := conversion.CancelInput{Conversion: conversionID(x)}
	c := w.command("Cancel", access.ConversionCancel, w.who(access.ConversionCancel, x.owner()), x.owner(), in)
	c.not.awaits(x, w.now)
	drive(w, c, func() (conversion.Conversion, bool, error) {
		return w.border.Cancel(w.t.Context(), c.by.Actor, c.key, in)
	},
		func(got conversion.Conversion) {
			want(w, "status", got.Status, conversion.Cancelled)
			x.ended(conversion.Cancelled)
		})
}

// overdue says that a conversion still stands open past its time.
func (w *world) overdue(x *exchange) bool {
	return x.status == conversion.AwaitingEuros && x.statusAt(w.now) == conversion.Expired
}

// untilOverdue lets the time of an awaited conversion come, now and then, where
// none is overdue.
func (w *world) untilOverdue() {
	if slices.ContainsFunc(w.conversions, w.overdue) || !w.chance("until overdue", 1) {
		return
	}
	for _, x := range w.conversions {
		if x.status == conversion.AwaitingEuros {
			w.waitFor(x.expires, 0)
			return
		}
	}
}

func (w *world) expire() {
	w.untilOverdue()
	x := choose(w, "conversion", w.conversions, w.overdue)
	id := conversionID(x)
	c := w.command("Expire", access.ConversionExpire, w.who(access.ConversionExpire, ident.Holder{}), ident.Holder{}, id)
	switch {
	case x != nil && x.statusAt(w.now) == conversion.AwaitingEuros:
		c.not.when(true, "conversion-not-due")
	case x == nil || !w.overdue(x):
		c.not.awaits(x, w.now)
	}
	drive(w, c, func() (conversion.Conversion, bool, error) {
		return w.border.Expire(w.t.Context(), c.by.Actor, c.key, id)
	},
		func(got conversion.Conversion) {
			want(w, "status", got.Status, conversion.Expired)
			x.ended(conversion.Expired)
		})
}

// expireConversions runs the job that closes what is overdue.
func (w *world) expireConversions() {
	w.untilOverdue()
	w.untilOverdue()
	by := w.runs(access.ConversionExpire)
	limit := sample(w, "limit", 100, 1, 2)
	var due []*exchange
	for _, x := range w.conversions {
		if w.overdue(x) {
			due = append(due, x)
		}
	}
	slices.SortStableFunc(due, func(a, b *exchange) int { return a.expires.Compare(b.expires) })
	due = due[:min(limit, len(due))]
	var not refusals
	not.when(len(due) > 0 && !w.may(by.Actor, access.ConversionExpire, ident.Holder{}), "forbidden")
	closed, err := w.border.ExpireDue(w.t.Context(), by.Actor, limit)
	w.rt.Logf("%s  ExpireDue of conversions by %s, at most %d: %d, %v", w.now.Format(time.RFC3339Nano), by, limit, closed, err)
	if w.refused("ExpireDue conversions", not, err) {
		return
	}
	want(w, "conversions expired", closed, len(due))
	for _, x := range due {
		x.ended(conversion.Expired)
	}
	w.commands += int64(len(due))
	w.tick()
}

func (w *world) reverse() {
	x := choose(w, "conversion", w.conversions, stands)
	in := conversion.ReverseInput{Conversion: conversionID(x)}
	good := true
	if w.chance("reason", 1) {
		in.Reason, good = w.text("reason", 200)
	}
	c := w.command("Reverse", access.ConversionReverse, w.who(access.ConversionReverse, ident.Holder{}), ident.Holder{}, in)
	c.not.when(!good && in.Reason != "", "invalid")
	switch {
	case x == nil:
		c.not.when(true, "missing")
	case x.statusAt(w.now) == conversion.AwaitingEuros:
		c.not.when(true, "conversion-awaiting")
	case x.status != conversion.Settled:
		c.not.awaits(x, w.now)
	default:
		c.not.when(x.concerns(c.by), "same-person")
		c.not.when(x.desk && w.euros[x.place] < x.euros, "desk-short")
		c.not.when(x.holder.free < x.euros+x.bonus, "insufficient-funds")
	}
	drive(w, c, func() (conversion.Conversion, bool, error) {
		return w.border.Reverse(w.t.Context(), c.by.Actor, c.key, in)
	},
		func(got conversion.Conversion) {
			want(w, "status", got.Status, conversion.Reversed)
			x.status = conversion.Reversed
			x.holder.free -= x.euros + x.bonus
			w.backing -= x.euros + x.bonus
			w.euros[x.place] -= x.euros
			if k := x.campaign; k != nil {
				w.euros[k.grant()] += x.bonus
				k.granted -= x.bonus
				k.used[x.span] -= x.bonus
			}
			w.entries++
		})
}

func conversionID(x *exchange) conversion.ID {
	if x == nil {
		return conversion.ID{Bits: unknown()}
	}
	return x.id
}

// concerns says whether a conversion is somebody's own: of their wallet, or
// asked for by them to be paid later (D9).
func (x *exchange) concerns(p person) bool {
	return x != nil && (x.holder.id == p.Holder || (!x.desk && x.asked == p.ID))
}

// owner is the holder who converts; nobody where the conversion does not exist.
func (x *exchange) owner() ident.Holder {
	if x == nil {
		return ident.Holder{}
	}
	return x.holder.id
}
