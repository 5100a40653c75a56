// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant_test

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
)

func TestAPaymentIsRefundedInParts(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		p := m.pay(m.annActor, m.shopMerchant.Code, 10_00)
		k := key()
		part, replayed, err := m.trade.Refund(m.Context(), m.owner, k, p.ID, merchant.RefundInput{Amount: 4_00})
		if err != nil || replayed || part.Amount != 4_00 || part.From != p.To || part.To != p.From || part.RefundOf != p.ID || part.Status != "settled" {
			t.Fatalf("%+v, replayed %v, %v", part, replayed, err)
		}
		rest, _, err := m.trade.Refund(m.Context(), m.owner, key(), p.ID, merchant.RefundInput{})
		if err != nil || rest.Amount != 6_00 {
			t.Fatalf("the rest: %+v, %v", rest, err)
		}
		again, replayed, err := m.trade.Refund(m.Context(), m.owner, k, p.ID, merchant.RefundInput{Amount: 4_00})
		if err != nil || !replayed || text(t, again) != text(t, part) {
			t.Errorf("a repeated key: %s, %v; first was %s", text(t, again), err, text(t, part))
		}
		read, err := m.trade.Payment(m.Context(), m.annActor, p.ID)
		if err != nil || read.Refunded != 10_00 {
			t.Errorf("the payment reads %+v, %v", read, err)
		}
		e, err := m.ledger.Entry(m.Context(), part.Entry)
		if err != nil || e.Kind != ledger.KindRefund || e.Reverses != p.Entry {
			t.Errorf("the entry is %+v, %v", e, err)
		}
		_, _, err = m.trade.Refund(m.Context(), m.owner, key(), p.ID, merchant.RefundInput{})
		m.refused("nothing left", err, merchant.ErrRefundExceeds)
		_, _, err = m.trade.Refund(m.Context(), m.owner, key(), p.ID, merchant.RefundInput{Amount: 1})
		m.refused("a cent more", err, merchant.ErrRefundExceeds)
		m.holds(m.ann, 100_00)
		m.holds(m.shop, 0)
	})
}

func TestRefundsAreRefused(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		p := m.pay(m.annActor, m.shop.Number, 10_00)
		refund := func(actor access.Actor, id merchant.PaymentID, amount money.Amount) error {
			_, _, err := m.trade.Refund(m.Context(), actor, key(), id, merchant.RefundInput{Amount: amount})
			return err
		}
		m.refused("above the payment", refund(m.owner, p.ID, 10_01), merchant.ErrRefundExceeds)
		m.refused("less than nothing", refund(m.owner, p.ID, -1), fault.ErrInvalid)
		m.refused("by the payer", refund(m.annActor, p.ID, 1), access.ErrForbidden)
		m.refused("by a cashier", refund(m.cashier, p.ID, 1), access.ErrForbidden)
		m.refused("by a stranger", refund(m.bobActor, p.ID, 1), access.ErrForbidden)
		m.refused("by a treasurer", refund(m.treasurer, p.ID, 1), access.ErrForbidden)
		m.refused("unknown", refund(m.owner, merchant.PaymentID{Bits: ident.Bits{1}}, 1), access.ErrForbidden)
		back, _, err := m.trade.Refund(m.Context(), m.owner, key(), p.ID, merchant.RefundInput{Amount: 1_00})
		if err != nil {
			t.Fatal(err)
		}
		m.refused("a refund, by who received it", refund(m.annActor, back.ID, 1), merchant.ErrNotRefundable)
		m.refused("a refund, by who gave it", refund(m.owner, back.ID, 1), merchant.ErrNotRefundable)
		m.pay(m.owner, m.bob.Number, 8_50)
		m.refused("what the shop no longer has", refund(m.owner, p.ID, 9_00), ledger.ErrInsufficientFunds)
		if err := refund(m.owner, p.ID, 50); err != nil {
			t.Errorf("what it still has, after a refusal: %v", err)
		}
		m.holds(m.ann, 91_50)
	})
}

func TestRefundsAtOnceNeverExceedThePayment(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		p := m.pay(m.annActor, m.shop.Number, 10_00)
		m.pay(m.bobActor, m.shop.Number, 50_00)
		var wg sync.WaitGroup
		errs := make([]error, 64)
		for i := range errs {
			wg.Go(func() {
				_, _, errs[i] = m.trade.Refund(m.Context(), m.owner, key(), p.ID, merchant.RefundInput{Amount: 3_00})
			})
		}
		wg.Wait()
		made := 0
		for _, err := range errs {
			switch {
			case err == nil:
				made++
			case !errors.Is(err, merchant.ErrRefundExceeds):
				t.Error(err)
			}
		}
		if made != 3 {
			t.Errorf("%d refunds of 3.00 for 10.00, want 3", made)
		}
		m.holds(m.ann, 99_00)
	})
}

func TestAnyRefundsStayWithinThePayment(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		rapid.Check(t, func(r *rapid.T) {
			paid := money.Amount(rapid.Int64Range(1, 30).Draw(r, "paid"))
			p := m.pay(m.annActor, m.shop.Number, paid)
			left := paid
			for i, asked := range rapid.SliceOfN(rapid.Int64Range(0, 20), 1, 5).Draw(r, "refunds") {
				amount := money.Amount(asked)
				_, _, err := m.trade.Refund(m.Context(), m.owner, key(), p.ID, merchant.RefundInput{Amount: amount})
				if amount == 0 {
					amount = max(left, 1)
				}
				if ok := amount <= left; ok != (err == nil) || !ok && !errors.Is(err, merchant.ErrRefundExceeds) {
					r.Fatalf("refund %d of %s with %s left: %v", i, amount, left, err)
				}
				if err == nil {
					left -= amount
				}
			}
			if left > 0 {
				if _, _, err := m.trade.Refund(m.Context(), m.owner, key(), p.ID, merchant.RefundInput{}); err != nil {
					r.Fatal(err)
				}
			}
		})
		m.holds(m.ann, 100_00)
	})
}

// TestL5AndL7NothingInTradeMovesEuros proves that no payment and no refund can
// touch a euro account, and that neither has a place where euros could be named.
func TestL5AndL7NothingInTradeMovesEuros(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		head, err := m.ledger.Head(m.Context(), m.ledger.Reader())
		if err != nil {
			t.Fatal(err)
		}
		p := m.pay(m.annActor, m.shop.Number, 10_00)
		r := m.request(5_00)
		if _, _, err := m.trade.PayRequest(m.Context(), m.annActor, key(), r.ID, merchant.PayRequestInput{}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := m.trade.Refund(m.Context(), m.owner, key(), p.ID, merchant.RefundInput{}); err != nil {
			t.Fatal(err)
		}
		entries, err := m.ledger.Entries(m.Context(), m.ledger.Reader(), head.Seq, 10)
		if err != nil || len(entries) != 3 {
			t.Fatalf("%d entries, %v", len(entries), err)
		}
		for _, e := range entries {
			for _, l := range e.Lines {
				if l.Unit != money.Local || !strings.HasPrefix(string(l.Debit), "loc:wallet:") || !strings.HasPrefix(string(l.Credit), "loc:wallet:") {
					t.Errorf("a %s moves %s from %s to %s", e.Kind, l.Unit, l.Debit, l.Credit)
				}
			}
		}
		for _, in := range []any{merchant.PayInput{}, merchant.PayRequestInput{}, merchant.RefundInput{}, merchant.RequestInput{}} {
			var fields map[string]any
			if err := json.Unmarshal([]byte(text(t, in)), &fields); err != nil {
				t.Fatal(err)
			}
			for name := range fields {
				if strings.Contains(name, "eur") {
					t.Errorf("%T has a field %s", in, name)
				}
			}
		}
	})
}
