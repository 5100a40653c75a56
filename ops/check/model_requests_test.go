// SPDX-License-Identifier: AGPL-3.0-or-later

package check_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
)

func sells(h *holder) bool { return h.kind == ledger.Professional || h.kind == ledger.Association }

func (w *world) createMerchant() {
	h := choose(w, "holder", w.holders, sells)
	in := merchant.CreateInput{Holder: idOf(h), Name: sample(w, "name", "Au bon pain", "x", strings.Repeat("é", 60))}
	good := true
	if w.chance("bad name", 2) {
		in.Name, good = sample(w, "name", "", " x", "x ", "a\tb", strings.Repeat("é", 61)), false
	}
	c := w.command("merchant.Create", access.MerchantCreate, w.who(access.MerchantCreate, in.Holder), in.Holder, in)
	c.not.when(!good || h == nil, "invalid")
	c.not.when(h != nil && !sells(h), "merchant-holder")
	w.addMerchant(c, h, in)
}

func (w *world) addMerchant(c command, h *holder, in merchant.CreateInput) {
	drive(w, c, func() (merchant.Merchant, bool, error) { return w.trade.Create(w.t.Context(), c.by.Actor, c.key, in) },
		func(got merchant.Merchant) {
			want(w, "holder", got.Holder, h.id)
			want(w, "name", got.Name, in.Name)
			for _, other := range w.merchants {
				if other.code == got.Code || other.id == got.ID {
					w.rt.Fatalf("two merchants are %s, %s", got.ID, got.Code)
				}
			}
			w.merchants = append(w.merchants, &shop{id: got.ID, holder: h, name: in.Name, code: got.Code})
		})
}

// meant are the merchants that a request without one may mean.
func (w *world) meant(by person) []*shop {
	var list []*shop
	for _, s := range w.merchants {
		if contains(w.rights.organisations(by.Actor, access.RequestCreate), s.holder.id) {
			list = append(list, s)
		}
	}
	return list
}

func (w *world) request() {
	in := merchant.RequestInput{Amount: w.amount("amount", 30_00), ExpiresIn: sample(w, "expires in", 86_400, 86_400, 0, 30, 3600)}
	good := true
	if w.chance("reference", 2) {
		in.Reference, good = w.text("reference", 70)
		good = good || in.Reference == ""
	}
	if w.chance("bad time", 4) {
		in.ExpiresIn, good = sample(w, "expires in", -1, 29, 86_401), false
	}
	s := choose(w, "merchant", w.merchants, whichever)
	unnamed := w.chance("no merchant", 3)
	owner := ident.Holder{}
	if s != nil {
		owner = s.holder.id
	}
	by := w.who(access.RequestCreate, owner)
	var not refusals
	switch {
	case unnamed:
		not.when(len(w.rights.organisations(by.Actor, access.RequestCreate)) == 0, "forbidden")
		s = nil
		if list := w.meant(by); len(list) == 1 {
			s = list[0]
		}
		not.when(s == nil, "merchant-ambiguous")
	case s == nil:
		in.Merchant = merchant.ID{Bits: unknown()}
		not.when(true, w.hidden(by.Actor, access.RequestCreate))
	default:
		in.Merchant = s.id
		not.when(!w.may(by.Actor, access.RequestCreate, owner), "forbidden")
	}
	not.when(!good || !payable(in.Amount), "invalid")
	c := command{name: "Request", action: access.RequestCreate, by: by, key: w.newKey(by), input: in, not: not}
	drive(w, c, func() (merchant.PaymentRequest, bool, error) {
		return w.trade.Request(w.t.Context(), c.by.Actor, c.key, in)
	},
		func(got merchant.PaymentRequest) {
			seconds := in.ExpiresIn
			if seconds == 0 {
				seconds = 300
			}
			r := &request{id: got.ID, shop: s, amount: in.Amount, expires: w.now.Add(time.Duration(seconds) * time.Second), status: merchant.Open}
			w.requests = append(w.requests, r)
			w.wantRequest(r, got)
		})
}

// wantRequest compares a request with the model.
func (w *world) wantRequest(r *request, got merchant.PaymentRequest) {
	w.rt.Helper()
	type figures struct {
		id       merchant.RequestID
		merchant merchant.Named
		amount   money.Amount
		expires  time.Time
		status   merchant.RequestStatus
		payment  merchant.PaymentID
	}
	want(w, "request", figures{got.ID, got.Merchant, got.Amount, got.ExpiresAt, got.Status, got.Payment},
		figures{r.id, merchant.Named{ID: r.shop.id, Name: r.shop.name}, r.amount, r.expires.UTC(), r.statusAt(w.now), r.payment})
}

// open draws a request, mostly one that can be paid.
func (w *world) open() (*request, merchant.RequestID) {
	r := choose(w, "request", w.requests, w.payable)
	if r == nil {
		return nil, merchant.RequestID{Bits: unknown()}
	}
	w.lastInstant(r.expires)
	return r, r.id
}

// shut notes why a request cannot change any more.
func (r *refusals) shut(req *request, now time.Time) {
	code := map[merchant.RequestStatus]refusal{merchant.Paid: "request-already-paid", merchant.Cancelled: "request-cancelled",
		merchant.Expired: "request-expired"}[req.statusAt(now)]
	r.when(code != "", code)
}

func (w *world) cancelRequest() {
	r, id := w.open()
	owner := ident.Holder{}
	if r != nil {
		owner = r.shop.holder.id
	}
	by := w.who(access.RequestCancel, owner)
	c := command{name: "CancelRequest", action: access.RequestCancel, by: by, key: w.newKey(by), input: id}
	if r == nil {
		c.not.when(true, w.hidden(by.Actor, access.RequestRead))
	} else {
		c.not.when(!w.may(by.Actor, access.RequestCancel, owner), "forbidden")
		c.not.shut(r, w.now)
	}
	drive(w, c, func() (merchant.PaymentRequest, bool, error) {
		return w.trade.CancelRequest(w.t.Context(), c.by.Actor, c.key, id)
	},
		func(got merchant.PaymentRequest) {
			r.status = merchant.Cancelled
			w.wantRequest(r, got)
		})
}

// runs draws who runs a job, by right or not.
func (w *world) runs(action access.Action) person {
	if w.chance("not the job", 1) {
		return w.people[w.index("who", len(w.people))]
	}
	return w.who(action, ident.Holder{})
}

// expireRequests runs the job that closes what is overdue.
func (w *world) expireRequests() {
	by := w.runs(access.RequestExpire)
	var not refusals
	not.when(!w.may(by.Actor, access.RequestExpire, ident.Holder{}), "forbidden")
	closed, err := w.trade.ExpireDue(w.t.Context(), by.Actor)
	w.rt.Logf("%s  ExpireDue of requests by %s: %d, %v", w.now.Format(time.RFC3339Nano), by, closed, err)
	if w.refused("ExpireDue requests", not, err) {
		return
	}
	due := 0
	for _, r := range w.requests {
		if r.status == merchant.Open && r.statusAt(w.now) == merchant.Expired {
			r.status = merchant.Expired
			due++
		}
	}
	want(w, "requests expired", closed, due)
	if due > 0 {
		w.commands++
	}
	w.tick()
}

// spends draws who pays: mostly somebody other than the payee whose wallet holds
// that much.
func (w *world) spends(need money.Amount, payee *holder) (person, ident.Wallet) {
	h := choose(w, "payer", w.holders, func(h *holder) bool { return h.free >= need && h != payee && h.kind != ledger.Collectivity })
	by := w.who(access.PaymentCreate, idOf(h))
	if w.chance("from is left out", 2) {
		return by, ident.Wallet{}
	}
	return by, ident.WalletOf(idOf(h))
}

// payer is the holder who pays, with the reasons why there is none: the holder
// of the wallet, or the actor, or the actor's one organisation.
func (w *world) payer(by person, wallet ident.Wallet) (*holder, refusals) {
	id := ident.HolderOf(wallet)
	if id.IsZero() {
		id = by.Holder
		if list := w.rights.organisations(by.Actor, access.PaymentCreate); len(list) == 1 && !w.may(by.Actor, access.PaymentCreate, id) {
			id = list[0]
		}
	}
	h := w.holder(id)
	if h == nil || !w.may(by.Actor, access.PaymentCreate, id) {
		return nil, refusals{"forbidden"}
	}
	var not refusals
	not.when(h.kind == ledger.Collectivity, "collectivity-cannot-spend")
	return h, not
}

func (w *world) payRequest() {
	r, id := w.open()
	need, payee := money.Amount(1), (*holder)(nil)
	if r != nil {
		need, payee = r.amount, r.shop.holder
	}
	by, from := w.spends(need, payee)
	payer, not := w.payer(by, from)
	in := merchant.PayRequestInput{From: from}
	if r != nil && w.chance("amount is told", 2) {
		in.ExpectAmount = r.amount + money.Amount(w.index("off by", 2))
	}
	if r == nil {
		not.when(true, w.hidden(by.Actor, access.RequestRead))
	} else {
		not.shut(r, w.now)
		not.when(in.ExpectAmount != 0 && in.ExpectAmount != r.amount, "request-amount-differs")
		not.when(payer == r.shop.holder, "same-wallet")
		not.when(payer != nil && payer.free < r.amount, "insufficient-funds")
	}
	normal := in
	normal.From = ident.WalletOf(idOf(payer))
	c := command{name: "PayRequest", action: access.PaymentCreate, by: by, key: w.newKey(by), input: []any{id, normal}, not: not}
	drive(w, c, func() (merchant.Payment, bool, error) {
		return w.trade.PayRequest(w.t.Context(), c.by.Actor, c.key, id, in)
	},
		func(got merchant.Payment) {
			p := &payment{id: got.ID, from: payer, to: r.shop.holder, amount: r.amount, shop: r.shop}
			r.status, r.payment = merchant.Paid, got.ID
			w.transfer(p)
			w.wantPayment(p, got)
			want(w, "request", got.Request, id)
		})
}

// transfer moves the units of a payment.
func (w *world) transfer(p *payment) {
	p.from.free -= p.amount
	p.to.free += p.amount
	w.payments = append(w.payments, p)
	w.entries++
}

// wantPayment compares a payment, as its command answered it, with the model.
func (w *world) wantPayment(p *payment, got merchant.Payment) {
	w.rt.Helper()
	type figures struct {
		id       merchant.PaymentID
		status   string
		amount   money.Amount
		from, to ident.Wallet
		refundOf merchant.PaymentID
		shop     string
	}
	expected := figures{p.id, "settled", p.amount, ident.WalletOf(p.from.id), ident.WalletOf(p.to.id), merchant.PaymentID{}, ""}
	if p.refundOf != nil {
		expected.refundOf = p.refundOf.id
	}
	if p.shop != nil {
		expected.shop = fmt.Sprint(p.shop.id, p.shop.name)
	}
	shown := ""
	if got.Merchant != nil {
		shown = fmt.Sprint(got.Merchant.ID, got.Merchant.Name)
	}
	want(w, "payment", figures{got.ID, got.Status, got.Amount, got.From, got.To, got.RefundOf, shown}, expected)
}
