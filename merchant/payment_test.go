// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/merchant"
)

func TestAPaymentReachesWalletNumberAndCode(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		code := m.shopMerchant.Code
		for _, c := range []struct{ what, to string }{
			{"wallet", m.shop.Wallet().String()},
			{"number", m.shop.Number},
			{"code", code},
			{"code as typed", strings.ToLower(code[:4]) + "-" + code[4:]},
		} {
			p := m.pay(m.annActor, c.to, 2_50)
			if p.Status != "settled" || p.Amount != 2_50 || p.From != m.ann.Wallet() || p.To != m.shop.Wallet() || p.At.IsZero() {
				t.Errorf("%s: %+v", c.what, p)
			}
			if p.Entry.Bits != p.ID.Bits || p.MatchCode != merchant.MatchCode(p.ID) || len(p.MatchCode) != 2 {
				t.Errorf("%s: id %s, entry %s, match code %q", c.what, p.ID, p.Entry, p.MatchCode)
			}
			if named := p.Merchant != nil; named != strings.HasPrefix(c.what, "code") {
				t.Errorf("%s: merchant %+v", c.what, p.Merchant)
			}
			read, err := m.trade.Payment(m.Context(), m.annActor, p.ID)
			if err != nil || text(t, read) != text(t, p) {
				t.Errorf("%s: read as %s, %v; answered %s", c.what, text(t, read), err, text(t, p))
			}
		}
		m.holds(m.ann, 90_00)
		m.holds(m.shop, 10_00)
	})
}

func TestARepeatedKeyGivesTheSamePayment(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		r := m.request(3_00)
		for what, pay := range map[string]func(key string) (merchant.Payment, bool, error){
			"wallet": func(k string) (merchant.Payment, bool, error) {
				return m.trade.Pay(m.Context(), m.annActor, k, merchant.PayInput{To: m.shop.Wallet().String(), Amount: 1_00, Message: "pain"})
			},
			"code": func(k string) (merchant.Payment, bool, error) {
				return m.trade.Pay(m.Context(), m.annActor, k, merchant.PayInput{To: m.shopMerchant.Code, Amount: 1_00})
			},
			"request": func(k string) (merchant.Payment, bool, error) {
				return m.trade.PayRequest(m.Context(), m.annActor, k, r.ID, merchant.PayRequestInput{})
			},
		} {
			k := key()
			first, replayed, err := pay(k)
			if err != nil || replayed {
				t.Fatalf("%s: replayed %v, %v", what, replayed, err)
			}
			m.trade = merchant.New(m.ledger) // nothing may depend on what is remembered
			again, replayed, err := pay(k)
			if err != nil || !replayed || text(t, again) != text(t, first) {
				t.Errorf("%s: replayed %v, %v: %s, first was %s", what, replayed, err, text(t, again), text(t, first))
			}
		}
		k := key()
		if _, _, err := m.trade.Pay(m.Context(), m.annActor, k, merchant.PayInput{To: m.shop.Number, Amount: 1_00}); err != nil {
			t.Fatal(err)
		}
		_, _, err := m.trade.Pay(m.Context(), m.annActor, k, merchant.PayInput{To: m.shop.Number, Amount: 1_01})
		m.refused("same key, other amount", err, ledger.ErrKeyReused)
		m.holds(m.shop, 6_00)
	})
}

func TestPaymentsAreRefused(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		shop := m.shop.Number
		for _, c := range []struct {
			what  string
			actor access.Actor
			in    merchant.PayInput
			want  error
		}{
			{"nothing", m.annActor, merchant.PayInput{To: shop}, fault.ErrInvalid},
			{"less than nothing", m.annActor, merchant.PayInput{To: shop, Amount: -1}, fault.ErrInvalid},
			{"too large to be written", m.annActor, merchant.PayInput{To: shop, Amount: 100_000_000_000}, fault.ErrInvalid},
			{"long message", m.annActor, merchant.PayInput{To: shop, Amount: 1, Message: strings.Repeat("é", 141)}, fault.ErrInvalid},
			{"message with a line break", m.annActor, merchant.PayInput{To: shop, Amount: 1, Message: "a\nb"}, fault.ErrInvalid},
			{"more than there is", m.annActor, merchant.PayInput{To: shop, Amount: 100_01}, ledger.ErrInsufficientFunds},
			{"to oneself", m.annActor, merchant.PayInput{To: m.ann.Number, Amount: 1}, merchant.ErrSameWallet},
			{"from a foreign wallet", m.annActor, merchant.PayInput{From: m.bob.Wallet(), To: shop, Amount: 1}, access.ErrForbidden},
			{"by a cashier", m.cashier, merchant.PayInput{To: m.ann.Number, Amount: 1}, access.ErrForbidden},
			{"by a treasurer", m.treasurer, merchant.PayInput{From: m.ann.Wallet(), To: shop, Amount: 1}, access.ErrForbidden},
			{"by nobody", citizen(ident.Holder{Bits: ident.Bits{9}}), merchant.PayInput{To: shop, Amount: 1}, access.ErrForbidden},
		} {
			_, _, err := m.trade.Pay(m.Context(), c.actor, key(), c.in)
			m.refused(c.what, err, c.want)
		}
		if _, _, err := m.trade.Pay(m.Context(), m.annActor, key(), merchant.PayInput{To: shop, Amount: 1, Message: strings.Repeat("é", 140)}); err != nil {
			t.Errorf("a message of 140 characters: %v", err)
		}
		m.holds(m.ann, 99_99)
	})
}

func TestP6ACollectivityDoesNotSpend(t *testing.T) {
	each(t, func(m *market) {
		agent := of(7, access.CollectivityAgent, m.city.ID)
		agent.Holder = m.city.ID
		for _, actor := range []access.Actor{agent, citizen(m.city.ID), of(8, access.CollectivityAgent, m.city.ID)} {
			_, _, err := m.trade.Pay(m.Context(), actor, key(), merchant.PayInput{To: m.shop.Number, Amount: 1_00})
			m.refused("P6, payment", err, merchant.ErrCannotSpend)
			_, _, err = m.trade.PayRequest(m.Context(), actor, key(), m.request(1_00).ID, merchant.PayRequestInput{})
			m.refused("P6, request", err, merchant.ErrCannotSpend)
		}
		_, _, err := m.trade.Create(m.Context(), system(), key(), merchant.CreateInput{Holder: m.city.ID, Name: "Pool"})
		m.refused("P6, merchant", err, merchant.ErrCollectivity)
		m.holds(m.city, 100_00)
	})
}

func TestD1PaymentsNameNoPerson(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		p := m.pay(m.annActor, m.shopMerchant.Code, 1_00)
		r := m.request(1_00)
		if _, _, err := m.trade.PayRequest(m.Context(), m.annActor, key(), r.ID, merchant.PayRequestInput{}); err != nil {
			t.Fatal(err)
		}
		read, err := m.trade.PaymentRequest(m.Context(), m.cashier, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		list, _, err := m.trade.Received(m.Context(), m.cashier, m.shopMerchant.ID, 0, 10)
		if err != nil || len(list) != 2 {
			t.Fatalf("%d receipts, %v", len(list), err)
		}
		for _, v := range []any{p, read, list} {
			if s := text(t, v); strings.Contains(s, m.ann.Name) || strings.Contains(s, m.ann.Number) {
				t.Errorf("the payer is named: %s", s)
			}
		}
		if s := text(t, list); strings.Contains(s, m.ann.Wallet().String()) {
			t.Errorf("a receipt tells the payer's wallet: %s", s)
		}
	})
}

func TestD2UnknownPayeesAndPaymentsAnswerAlike(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		var words string
		for _, to := range []string{
			"", "x", "12345678", m.shop.Number[:7] + string('0'+(m.shop.Number[7]-'0'+1)%10), m.shop.Name, "Bakery", "wal_00000000000000000000000001",
			m.shop.ID.String(), "AAAAAAAA", m.shopMerchant.Code[:7], m.shopMerchant.Name, m.shopMerchant.ID.String(), strings.Repeat("A", 100), "A\x00\xff",
		} {
			_, _, err := m.trade.Pay(m.Context(), m.annActor, key(), merchant.PayInput{To: to, Amount: 1})
			m.refused("payee "+to, err, merchant.ErrPayeeUnknown)
			if words == "" {
				words = err.Error()
			}
			if err.Error() != words || fault.As(err).Fields[0].Pointer != "/to" {
				t.Errorf("payee %q is answered %q, another one %q", to, err, words)
			}
		}
		p := m.pay(m.annActor, m.bob.Number, 1_00)
		unknown := merchant.PaymentID{Bits: ident.Bits{1}}
		for _, actor := range []access.Actor{m.owner, m.cashier, citizen(m.shop.ID)} {
			_, there := m.trade.Payment(m.Context(), actor, p.ID)
			_, nowhere := m.trade.Payment(m.Context(), actor, unknown)
			m.refused("foreign payment", there, access.ErrForbidden)
			m.refused("unknown payment", nowhere, access.ErrForbidden)
			if there.Error() != nowhere.Error() {
				t.Errorf("a foreign payment is answered %q, an unknown one %q", there, nowhere)
			}
		}
		_, err := m.trade.Payment(m.Context(), m.treasurer, unknown)
		m.refused("unknown to staff", err, fault.ErrMissing)
		for _, actor := range []access.Actor{m.annActor, m.bobActor, m.treasurer} {
			if _, err := m.trade.Payment(m.Context(), actor, p.ID); err != nil {
				t.Errorf("a party or staff: %v", err)
			}
		}
	})
}

func TestAConversionIsNoPayment(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		entries, err := m.ledger.Entries(m.Context(), m.ledger.Reader(), 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		_, err = m.trade.Payment(m.Context(), m.treasurer, merchant.PaymentOf(entries[0].ID))
		m.refused("reading it", err, fault.ErrMissing)
		_, _, err = m.trade.Refund(m.Context(), m.annActor, key(), merchant.PaymentOf(entries[0].ID), merchant.RefundInput{})
		m.refused("refunding it", err, access.ErrForbidden)
	})
}

func TestAnOwnerPaysFromTheOrganisation(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		m.pay(m.annActor, m.shop.Number, 5_00)
		if p := m.pay(m.owner, m.asso.Number, 2_00); p.From != m.shop.Wallet() {
			t.Errorf("paid from %s, want the shop's wallet", p.From)
		}
		m.owner.Grants = append(m.owner.Grants, access.Grant{Role: access.MerchantOwner, Organisation: m.asso.ID})
		_, _, err := m.trade.Pay(m.Context(), m.owner, key(), merchant.PayInput{To: m.bob.Number, Amount: 1})
		m.refused("an owner of two without saying which", err, access.ErrForbidden)
		p, _, err := m.trade.Pay(m.Context(), m.owner, key(), merchant.PayInput{From: m.asso.Wallet(), To: m.bob.Number, Amount: 1_00})
		if err != nil || p.From != m.asso.Wallet() {
			t.Errorf("from the association: %+v, %v", p, err)
		}
		m.holds(m.asso, 1_00)
	})
}

func TestPaymentsAtOnceNeverOverdraw(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		var wg sync.WaitGroup
		errs := make([]error, 64)
		for i := range errs {
			wg.Go(func() {
				_, _, errs[i] = m.trade.Pay(m.Context(), m.annActor, key(), merchant.PayInput{To: m.shop.Number, Amount: 3_00})
			})
		}
		wg.Wait()
		paid := 0
		for _, err := range errs {
			switch {
			case err == nil:
				paid++
			case !errors.Is(err, ledger.ErrInsufficientFunds):
				t.Error(err)
			}
		}
		if paid != 33 {
			t.Errorf("%d payments of 3.00 from 100.00, want 33", paid)
		}
		m.holds(m.ann, 1_00)
		m.holds(m.shop, 99_00)
	})
}
