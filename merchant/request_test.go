// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/merchant"
)

func TestARequestIsPaid(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		k := key()
		in := merchant.RequestInput{Amount: 12_50, Reference: "table 4", ExpiresIn: 60}
		r, replayed, err := m.trade.Request(m.Context(), m.cashier, k, in)
		if err != nil || replayed {
			t.Fatalf("replayed %v, %v", replayed, err)
		}
		if r.Status != merchant.Open || r.Amount != 12_50 || r.Merchant != m.shopMerchant.Named() || r.ExpiresAt.Sub(r.CreatedAt) != time.Minute || len(r.Code) != 6 {
			t.Errorf("made as %+v", r)
		}
		p, _, err := m.trade.PayRequest(m.Context(), m.annActor, key(), r.ID, merchant.PayRequestInput{ExpectAmount: 12_50})
		if err != nil || p.Amount != 12_50 || p.To != m.shop.Wallet() || p.Request != r.ID || *p.Merchant != r.Merchant {
			t.Fatalf("%+v, %v", p, err)
		}
		read, err := m.trade.PaymentRequest(m.Context(), m.annActor, r.ID)
		if err != nil || read.Status != merchant.Paid || read.Payment != p.ID || read.MatchCode != p.MatchCode || !read.PaidAt.Equal(p.At) || read.Version() <= r.Version() {
			t.Errorf("read as %+v, %v", read, err)
		}
		again, replayed, err := m.trade.Request(m.Context(), m.cashier, k, in)
		if err != nil || !replayed || text(t, again) != text(t, r) || again.Holder != r.Holder {
			t.Errorf("a repeated key gives %s, %v; first was %s", text(t, again), err, text(t, r))
		}
		byID, err := m.trade.Payment(m.Context(), m.annActor, p.ID)
		if err != nil || text(t, byID) != text(t, p) {
			t.Errorf("the payment reads %s, %v; answered %s", text(t, byID), err, text(t, p))
		}
		m.holds(m.shop, 12_50)
	})
}

func TestSixtyFourPayersOfOneRequestMakeOnePayment(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		r := m.request(1_00)
		var wg sync.WaitGroup
		errs := make([]error, 64)
		for i := range errs {
			wg.Go(func() {
				payer := m.annActor
				if i%2 == 1 {
					payer = m.bobActor
				}
				_, _, errs[i] = m.trade.PayRequest(m.Context(), payer, key(), r.ID, merchant.PayRequestInput{})
			})
		}
		wg.Wait()
		paid := 0
		for _, err := range errs {
			switch {
			case err == nil:
				paid++
			case !errors.Is(err, merchant.ErrRequestPaid):
				t.Error(err)
			}
		}
		if paid != 1 {
			t.Errorf("%d payments", paid)
		}
		m.holds(m.shop, 1_00)
	})
}

func TestRequestsAreRefused(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		for _, c := range []struct {
			what  string
			actor access.Actor
			in    merchant.RequestInput
			want  error
		}{
			{"nothing", m.cashier, merchant.RequestInput{}, fault.ErrInvalid},
			{"too short", m.cashier, merchant.RequestInput{Amount: 1, ExpiresIn: 29}, fault.ErrInvalid},
			{"too long", m.cashier, merchant.RequestInput{Amount: 1, ExpiresIn: 86_401}, fault.ErrInvalid},
			{"long reference", m.cashier, merchant.RequestInput{Amount: 1, Reference: strings.Repeat("x", 71)}, fault.ErrInvalid},
			{"by a citizen", m.annActor, merchant.RequestInput{Amount: 1}, access.ErrForbidden},
			{"by a citizen for the shop", m.annActor, merchant.RequestInput{Merchant: m.shopMerchant.ID, Amount: 1}, access.ErrForbidden},
			{"for an unknown merchant", m.cashier, merchant.RequestInput{Merchant: merchant.ID{Bits: ident.Bits{1}}, Amount: 1}, access.ErrForbidden},
			{"without any merchant", of(9, access.Cashier, m.asso.ID), merchant.RequestInput{Amount: 1}, merchant.ErrWhichMerchant},
		} {
			_, _, err := m.trade.Request(m.Context(), c.actor, key(), c.in)
			m.refused(c.what, err, c.want)
		}
		k := key()
		first, _, err := m.trade.Request(m.Context(), m.cashier, k, merchant.RequestInput{Amount: 1})
		if err != nil {
			t.Fatal(err)
		}
		second := m.merchant(m.shop.ID, "Au marché")
		_, _, err = m.trade.Request(m.Context(), m.cashier, key(), merchant.RequestInput{Amount: 1})
		m.refused("one of two merchants", err, merchant.ErrWhichMerchant)
		if again, replayed, err := m.trade.Request(m.Context(), m.cashier, k, merchant.RequestInput{Amount: 1}); err != nil || !replayed || again.ID != first.ID {
			t.Errorf("a key used when there was one merchant: %+v, %v", again, err)
		}
		r, _, err := m.trade.Request(m.Context(), m.cashier, key(), merchant.RequestInput{Merchant: second.ID, Amount: 1})
		if err != nil || r.Merchant.Name != "Au marché" {
			t.Errorf("for the second merchant: %+v, %v", r, err)
		}
	})
}

func TestARequestIsPaidOnItsTermsOnly(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		r := m.request(30_00)
		pay := func(actor access.Actor, in merchant.PayRequestInput) error {
			_, _, err := m.trade.PayRequest(m.Context(), actor, key(), r.ID, in)
			return err
		}
		m.refused("another amount", pay(m.annActor, merchant.PayRequestInput{ExpectAmount: 29_99}), merchant.ErrRequestAmount)
		m.refused("by the shop", pay(m.owner, merchant.PayRequestInput{}), merchant.ErrSameWallet)
		m.refused("by a cashier", pay(m.cashier, merchant.PayRequestInput{}), access.ErrForbidden)
		m.pay(m.annActor, m.bob.Number, 70_01)
		m.refused("without funds", pay(m.annActor, merchant.PayRequestInput{}), ledger.ErrInsufficientFunds)
		if read, err := m.trade.PaymentRequest(m.Context(), m.annActor, r.ID); err != nil || read.Status != merchant.Open {
			t.Errorf("after refusals the request is %s, %v", read.Status, err)
		}
		if err := pay(m.bobActor, merchant.PayRequestInput{}); err != nil {
			t.Fatal(err)
		}
		m.refused("a second time, without funds", pay(m.annActor, merchant.PayRequestInput{}), merchant.ErrRequestPaid)
		_, _, err := m.trade.PayRequest(m.Context(), m.annActor, key(), merchant.RequestID{Bits: ident.Bits{1}}, merchant.PayRequestInput{})
		m.refused("an unknown request", err, fault.ErrMissing)
		_, _, err = m.trade.CancelRequest(m.Context(), m.cashier, key(), r.ID)
		m.refused("cancelling a paid one", err, merchant.ErrRequestPaid)
	})
}

func TestARequestIsCancelled(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		r, k := m.request(1_00), key()
		_, _, err := m.trade.CancelRequest(m.Context(), m.annActor, key(), r.ID)
		m.refused("by a citizen", err, access.ErrForbidden)
		_, _, err = m.trade.CancelRequest(m.Context(), of(9, access.Cashier, m.asso.ID), key(), r.ID)
		m.refused("by another shop", err, access.ErrForbidden)
		first, _, err := m.trade.CancelRequest(m.Context(), m.cashier, k, r.ID)
		if err != nil || first.Status != merchant.Cancelled {
			t.Fatalf("%+v, %v", first, err)
		}
		again, replayed, err := m.trade.CancelRequest(m.Context(), m.cashier, k, r.ID)
		if err != nil || !replayed || text(t, again) != text(t, first) {
			t.Errorf("a repeated key: %+v, %v", again, err)
		}
		_, _, err = m.trade.CancelRequest(m.Context(), m.cashier, key(), r.ID)
		m.refused("twice", err, merchant.ErrRequestCancelled)
		_, _, err = m.trade.PayRequest(m.Context(), m.annActor, key(), r.ID, merchant.PayRequestInput{})
		m.refused("paying it", err, merchant.ErrRequestCancelled)
		m.holds(m.shop, 0)
	})
}

func TestRequestsExpire(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		soon, paid, later := m.request(1_00), m.request(1_00), m.request(1_00)
		long, _, err := m.trade.Request(m.Context(), m.cashier, key(), merchant.RequestInput{Amount: 1_00, ExpiresIn: 3600})
		if err != nil {
			t.Fatal(err)
		}
		m.clock.advance(299 * time.Second)
		if _, _, err := m.trade.PayRequest(m.Context(), m.annActor, key(), paid.ID, merchant.PayRequestInput{}); err != nil {
			t.Fatalf("a second before its end: %v", err)
		}
		m.clock.advance(time.Second + time.Millisecond)
		if read, err := m.trade.PaymentRequest(m.Context(), m.annActor, soon.ID); err != nil || read.Status != merchant.Expired {
			t.Errorf("at its end it reads %s, %v", read.Status, err)
		}
		_, _, err = m.trade.PayRequest(m.Context(), m.annActor, key(), soon.ID, merchant.PayRequestInput{})
		m.refused("paying at its end", err, merchant.ErrRequestExpired)
		_, _, err = m.trade.CancelRequest(m.Context(), m.cashier, key(), later.ID)
		m.refused("cancelling at its end", err, merchant.ErrRequestExpired)

		_, err = m.trade.ExpireDue(m.Context(), m.owner)
		m.refused("the job, by an owner", err, access.ErrForbidden)
		before, err := m.ledger.Position(m.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n, err := m.trade.ExpireDue(m.Context(), system()); err != nil || n != 2 {
			t.Errorf("the job closed %d, %v; want 2", n, err)
		}
		if n, err := m.trade.ExpireDue(m.Context(), system()); err != nil || n != 0 {
			t.Errorf("the job run again closed %d, %v", n, err)
		}
		changes, err := m.ledger.Changes(m.Context(), before, 10)
		if err != nil || len(changes) != 1 {
			t.Fatalf("%d changes, %v", len(changes), err)
		}
		told := strings.Join(changes[0].Subjects, " ")
		if !strings.Contains(told, soon.ID.String()) || !strings.Contains(told, later.ID.String()) || strings.Contains(told, long.ID.String()) {
			t.Errorf("watchers are told of %s", told)
		}
		_, _, err = m.trade.PayRequest(m.Context(), m.annActor, key(), soon.ID, merchant.PayRequestInput{})
		m.refused("paying after the job", err, merchant.ErrRequestExpired)
		m.holds(m.shop, 1_00)
	})
}

func TestWhoMayReadARequest(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		r := m.request(1_00)
		other := of(9, access.Cashier, m.asso.ID)
		unknown := merchant.RequestID{Bits: ident.Bits{1}}
		for _, actor := range []access.Actor{m.annActor, m.owner, m.cashier, m.treasurer} {
			if read, err := m.trade.PaymentRequest(m.Context(), actor, r.ID); err != nil || text(t, read) != text(t, r) {
				t.Errorf("read as %s, %v; made as %s", text(t, read), err, text(t, r))
			}
			if read, err := m.trade.RequestByCode(m.Context(), actor, " "+strings.ToLower(r.Code)); err != nil || read.ID != r.ID {
				t.Errorf("by code: %+v, %v", read, err)
			}
		}
		_, err := m.trade.PaymentRequest(m.Context(), other, r.ID)
		m.refused("another shop's cashier", err, access.ErrForbidden)
		_, err = m.trade.PaymentRequest(m.Context(), other, unknown)
		m.refused("another shop's cashier, unknown", err, access.ErrForbidden)
		_, err = m.trade.PaymentRequest(m.Context(), m.annActor, unknown)
		m.refused("unknown", err, fault.ErrMissing)
		_, err = m.trade.RequestByCode(m.Context(), m.annActor, "nonsense")
		m.refused("no code", err, fault.ErrMissing)
		if _, _, err := m.trade.CancelRequest(m.Context(), m.owner, key(), r.ID); err != nil {
			t.Fatal(err)
		}
		_, err = m.trade.RequestByCode(m.Context(), m.annActor, r.Code)
		m.refused("a closed request by code", err, fault.ErrMissing)
	})
}
