// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant_test

import (
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/merchant"
)

func TestReceiptsComeInOrderAndOnce(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		var paid []merchant.PaymentID
		for i := range 5 {
			paid = append(paid, m.pay(m.annActor, m.shop.Number, 1_00).ID)
			m.pay(m.bobActor, m.ann.Number, 1_00) // is nobody's receipt
			if i == 2 {
				if _, _, err := m.trade.Refund(m.Context(), m.owner, key(), paid[0], merchant.RefundInput{}); err != nil {
					t.Fatal(err)
				}
			}
		}
		received := func(after int64, limit int) ([]merchant.Receipt, bool) {
			list, more, err := m.trade.Received(m.Context(), m.cashier, m.shopMerchant.ID, after, limit)
			if err != nil {
				t.Fatal(err)
			}
			return list, more
		}
		all, more := received(0, 10)
		if more || len(all) != 5 {
			t.Fatalf("%d receipts, more %v", len(all), more)
		}
		for i, r := range all {
			if r.Payment != paid[i] || r.MatchCode != merchant.MatchCode(r.Payment) || r.Amount != 1_00 || r.Refund || (i > 0 && r.Seq <= all[i-1].Seq) {
				t.Errorf("receipt %d is %+v, payment was %s", i, r, paid[i])
			}
			e, err := m.ledger.Entry(m.Context(), merchant.EntryOf(r.Payment))
			if err != nil {
				t.Fatal(err)
			}
			if same, to, ok := merchant.ReceiptOf(e); !ok || same != r || to != m.shop.ID {
				t.Errorf("the entry gives %+v for %s", same, to)
			}
		}
		if rest, more := received(all[2].Seq, 10); more || len(rest) != 2 || rest[0] != all[3] || rest[1] != all[4] {
			t.Errorf("after the third: %+v, more %v", rest, more)
		}
		if last, more := received(0, 2); !more || len(last) != 2 || last[0] != all[3] || last[1] != all[4] {
			t.Errorf("the last two: %+v, more %v", last, more)
		}
		if none, more := received(all[4].Seq, 10); more || len(none) != 0 {
			t.Errorf("after the last: %+v, more %v", none, more)
		}
	})
}

func TestReceiptsLongerThanAPage(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		for range 205 {
			m.pay(m.annActor, m.shop.Number, 1)
		}
		list, more, err := m.trade.Received(m.Context(), m.owner, m.shopMerchant.ID, 0, 500)
		if err != nil || more || len(list) != 205 {
			t.Errorf("%d receipts, more %v, %v; want 205", len(list), more, err)
		}
	})
}

func TestEachMerchantOfAHolderHasItsReceipts(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		stall := m.merchant(m.shop.ID, "Stall")
		direct := m.pay(m.annActor, m.shop.Number, 1_00).ID
		byCode := m.pay(m.annActor, stall.Code, 2_00).ID
		r, _, err := m.trade.Request(m.Context(), m.cashier, key(), merchant.RequestInput{Merchant: stall.ID, Amount: 3_00})
		if err != nil {
			t.Fatal(err)
		}
		byRequest, _, err := m.trade.PayRequest(m.Context(), m.bobActor, key(), r.ID, merchant.PayRequestInput{})
		if err != nil {
			t.Fatal(err)
		}
		first := m.pay(m.annActor, m.shopMerchant.Code, 4_00).ID
		for _, c := range []struct {
			of   merchant.Merchant
			want []merchant.PaymentID
		}{{m.shopMerchant, []merchant.PaymentID{direct, first}}, {stall, []merchant.PaymentID{byCode, byRequest.ID}}} {
			list, _, err := m.trade.Received(m.Context(), m.owner, c.of.ID, 0, 10)
			if err != nil || len(list) != 2 || list[0].Payment != c.want[0] || list[1].Payment != c.want[1] {
				t.Errorf("%s: %+v, %v", c.of.Name, list, err)
			}
			for _, p := range c.want {
				if id, err := m.trade.MerchantPaid(m.Context(), m.shop.ID, p); err != nil || id != c.of.ID {
					t.Errorf("%s was paid to %s, %v", p, id, err)
				}
			}
		}
		if id, err := m.trade.MerchantPaid(m.Context(), m.ann.ID, direct); err != nil || !id.IsZero() {
			t.Errorf("somebody without a merchant: %s, %v", id, err)
		}
	})
}

func TestWhoMayReadReceipts(t *testing.T) {
	each(t, func(m *market) {
		unknown := merchant.ID{Bits: ident.Bits{1}}
		for _, actor := range []access.Actor{m.annActor, m.treasurer, of(9, access.Cashier, m.asso.ID), citizen(m.shop.ID)} {
			_, _, err := m.trade.Received(m.Context(), actor, m.shopMerchant.ID, 0, 10)
			m.refused("receipts", err, access.ErrForbidden)
			_, err = m.trade.Takings(m.Context(), actor, m.shopMerchant.ID, civil.Of(m.ledger.Now()), 5)
			m.refused("takings", err, access.ErrForbidden)
			_, _, err = m.trade.Received(m.Context(), actor, unknown, 0, 10)
			m.refused("an unknown merchant", err, access.ErrForbidden)
		}
	})
}

func TestTakingsOfADay(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		old := m.pay(m.annActor, m.shop.Number, 5_00)
		m.clock.advance(24 * time.Hour)
		m.pay(m.annActor, m.shop.Number, 2_00)
		m.pay(m.bobActor, m.shopMerchant.Code, 3_00)
		if _, _, err := m.trade.Refund(m.Context(), m.owner, key(), old.ID, merchant.RefundInput{Amount: 1_00}); err != nil {
			t.Fatal(err)
		}
		m.pay(m.owner, m.bob.Number, 50)
		today := civil.Of(m.ledger.Now())
		sum, err := m.trade.Takings(m.Context(), m.cashier, m.shopMerchant.ID, today, 2)
		if err != nil || sum.Count != 2 || sum.Received != 5_00 || sum.Refunds != 1 || sum.Refunded != 1_00 || len(sum.Last) != 2 || !sum.Last[0].Refund || sum.Last[1].Amount != 3_00 {
			t.Errorf("today: %+v, %v", sum, err)
		}
		head, err := m.ledger.Head(m.Context(), m.ledger.Reader())
		if err != nil || sum.Seq != head.Seq {
			t.Errorf("complete up to %d, the journal ends at %d, %v", sum.Seq, head.Seq, err)
		}
		if sum, err := m.trade.Takings(m.Context(), m.owner, m.shopMerchant.ID, today-1, 5); err != nil || sum.Count != 1 || sum.Received != 5_00 || sum.Refunds != 0 {
			t.Errorf("yesterday: %+v, %v", sum, err)
		}
		if sum, err := m.trade.Takings(m.Context(), m.owner, m.shopMerchant.ID, today-2, 5); err != nil || sum.Count != 0 || sum.Last == nil {
			t.Errorf("the day before: %+v, %v", sum, err)
		}
		for _, day := range []civil.Date{today - 1, today + 1} {
			_, err := m.trade.Takings(m.Context(), m.cashier, m.shopMerchant.ID, day, 5)
			m.refused("another day, for a cashier (D3)", err, access.ErrForbidden)
		}
	})
}

func TestReceiptOfOtherEntries(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		p := m.pay(m.annActor, m.shop.Number, 1_00)
		back, _, err := m.trade.Refund(m.Context(), m.owner, key(), p.ID, merchant.RefundInput{})
		if err != nil {
			t.Fatal(err)
		}
		refund, err := m.ledger.Entry(m.Context(), back.Entry)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range []*ledger.Entry{refund, {Kind: ledger.KindConversion}, {Kind: ledger.KindPayment}} {
			if r, _, ok := merchant.ReceiptOf(e); ok {
				t.Errorf("a %s gives %+v", e.Kind, r)
			}
		}
	})
}
