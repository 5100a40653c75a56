// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
)

// ask makes a request of Bob's.
func (m *market) ask(amount money.Amount) merchant.PaymentRequest {
	m.Helper()
	r, _, err := m.trade.Ask(m.Context(), m.bobActor, key(), merchant.AskInput{Amount: amount})
	if err != nil {
		m.Fatal(err)
	}
	return r
}

func TestAPersonsRequestIsPaidOnce(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		k := key()
		in := merchant.AskInput{Amount: 7_50, Reference: "cinéma"}
		r, replayed, err := m.trade.Ask(m.Context(), m.bobActor, k, in)
		if err != nil || replayed || r.Payee != "Bob" || !r.Personal() || r.Holder != m.bob.ID || r.ExpiresAt.Sub(r.CreatedAt) != 7*24*time.Hour || len(r.Code) != 7 {
			t.Fatalf("%+v, replayed %v, %v", r, replayed, err)
		}
		if written := text(t, r); strings.Contains(written, `"merchant"`) || !strings.Contains(written, `"payee":"Bob"`) {
			t.Errorf("written as %s", written)
		}
		again, replayed, err := m.trade.Ask(m.Context(), m.bobActor, k, in)
		if err != nil || !replayed || text(t, again) != text(t, r) {
			t.Errorf("a repeated key gives %s, %v", text(t, again), err)
		}
		for _, typed := range []string{r.Code, strings.ToLower(r.Code[:3]) + "-" + r.Code[3:]} {
			if found, err := m.trade.RequestByCode(m.Context(), m.annActor, typed); err != nil || found.ID != r.ID {
				t.Errorf("by the code %s: %+v, %v", typed, found, err)
			}
		}
		_, _, err = m.trade.PayRequest(m.Context(), m.bobActor, key(), r.ID, merchant.PayRequestInput{})
		m.refused("paying oneself", err, merchant.ErrSameWallet)
		p, _, err := m.trade.PayRequest(m.Context(), m.annActor, key(), r.ID, merchant.PayRequestInput{ExpectAmount: 7_50})
		if err != nil || p.To != m.bob.Wallet() || p.Request != r.ID || p.Merchant != nil {
			t.Fatalf("%+v, %v", p, err)
		}
		if read, err := m.trade.Payment(m.Context(), m.annActor, p.ID); err != nil || text(t, read) != text(t, p) {
			t.Errorf("the payment reads %s, %v; answered %s", text(t, read), err, text(t, p))
		}
		_, _, err = m.trade.PayRequest(m.Context(), m.annActor, key(), r.ID, merchant.PayRequestInput{})
		m.refused("paying twice", err, merchant.ErrRequestPaid)
		_, _, err = m.trade.CancelRequest(m.Context(), m.bobActor, key(), r.ID)
		m.refused("cancelling what was paid", err, merchant.ErrRequestPaid)
		if paid, err := m.trade.PaymentRequest(m.Context(), m.bobActor, r.ID); err != nil || paid.Status != merchant.Paid || paid.MatchCode != p.MatchCode {
			t.Errorf("%+v, %v", paid, err)
		}
		m.holds(m.bob, 107_50)
	})
}

func TestPersonsRequestsEnd(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		withdrawn, late := m.ask(1_00), m.ask(2_00)
		for _, other := range []access.Actor{m.annActor, m.cashier, m.treasurer} {
			_, _, err := m.trade.CancelRequest(m.Context(), other, key(), withdrawn.ID)
			m.refused("cancelling another's", err, access.ErrForbidden)
		}
		if r, _, err := m.trade.CancelRequest(m.Context(), m.bobActor, key(), withdrawn.ID); err != nil || r.Status != merchant.Cancelled {
			t.Errorf("%+v, %v", r, err)
		}
		_, _, err := m.trade.PayRequest(m.Context(), m.annActor, key(), withdrawn.ID, merchant.PayRequestInput{})
		m.refused("paying a cancelled one", err, merchant.ErrRequestCancelled)
		m.clock.advance(8 * 24 * time.Hour)
		if due, err := m.trade.Overdue(m.Context()); err != nil || !due {
			t.Errorf("overdue %v, %v", due, err)
		}
		_, _, err = m.trade.PayRequest(m.Context(), m.annActor, key(), late.ID, merchant.PayRequestInput{})
		m.refused("paying too late", err, merchant.ErrRequestExpired)
		if n, err := m.trade.ExpireDue(m.Context(), system()); err != nil || n != 1 {
			t.Errorf("%d expired, %v", n, err)
		}
		list, err := m.trade.Asked(m.Context(), m.bobActor, m.bob.ID, merchant.RequestID{}, 10)
		if err != nil || len(list) != 2 || list[0].Status != merchant.Expired || list[1].Status != merchant.Cancelled {
			t.Errorf("%+v, %v", list, err)
		}
		if list, err = m.trade.Asked(m.Context(), m.bobActor, m.bob.ID, list[0].ID, 10); err != nil || len(list) != 1 || list[0].ID != withdrawn.ID {
			t.Errorf("the next page: %+v, %v", list, err)
		}
		_, err = m.trade.Asked(m.Context(), m.annActor, m.bob.ID, merchant.RequestID{}, 10)
		m.refused("another's list", err, access.ErrForbidden)
		m.holds(m.bob, 100_00)
	})
}

func TestAskingIsRefused(t *testing.T) {
	each(t, func(m *market) {
		for _, c := range []struct {
			what  string
			actor access.Actor
			in    merchant.AskInput
			want  error
		}{
			{"nothing", m.bobActor, merchant.AskInput{}, fault.ErrInvalid},
			{"too long", m.bobActor, merchant.AskInput{Amount: 1, ExpiresIn: 2_592_001}, fault.ErrInvalid},
			{"a long reference", m.bobActor, merchant.AskInput{Amount: 1, Reference: strings.Repeat("x", 71)}, fault.ErrInvalid},
			{"for somebody else", m.annActor, merchant.AskInput{Wallet: m.bob.Wallet(), Amount: 1}, access.ErrForbidden},
			{"by a cashier", m.cashier, merchant.AskInput{Amount: 1}, access.ErrForbidden},
			{"for a shop", m.owner, merchant.AskInput{Wallet: m.shop.Wallet(), Amount: 1}, access.ErrForbidden},
		} {
			_, _, err := m.trade.Ask(m.Context(), c.actor, key(), c.in)
			m.refused(c.what, err, c.want)
		}
		first := m.ask(1)
		for range 29 {
			m.ask(1)
		}
		_, _, err := m.trade.Ask(m.Context(), m.bobActor, key(), merchant.AskInput{Amount: 1})
		m.refused("a thirty-first open one", err, merchant.ErrTooManyRequests)
		if _, _, err := m.trade.CancelRequest(m.Context(), m.bobActor, key(), first.ID); err != nil {
			m.Fatal(err)
		}
		for range 30 { // each is withdrawn at once, so that few are open and many were made
			if _, _, err := m.trade.CancelRequest(m.Context(), m.bobActor, key(), m.ask(1).ID); err != nil {
				m.Fatal(err)
			}
		}
		_, _, err = m.trade.Ask(m.Context(), m.bobActor, key(), merchant.AskInput{Amount: 1})
		m.refused("a sixty-first of a day", err, merchant.ErrTooManyRequests)
		m.clock.advance(25 * time.Hour)
		m.ask(1)
	})
}

func TestBeneficiariesAreKept(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		save := func(actor access.Actor, owner ident.Holder, to, label string) error {
			_, err := m.trade.SaveBeneficiary(m.Context(), actor, key(), merchant.SaveInput{Owner: owner, To: to, Label: label})
			return err
		}
		for _, to := range []string{m.bob.Number, m.bob.Wallet().String(), strings.ToLower(m.shopMerchant.Code), " " + m.shopMerchant.Code} {
			if err := save(m.annActor, m.ann.ID, to, "label of "+to[:3]); err != nil {
				t.Errorf("%q: %v", to, err)
			}
		}
		list, err := m.trade.Beneficiaries(m.Context(), m.annActor, m.ann.ID)
		if err != nil || len(list) != 2 {
			t.Fatalf("%+v, %v", list, err)
		}
		for _, b := range list {
			switch b.Handle {
			case m.bob.Number:
				if b.Name != "Bob" || b.Label != "label of wal" || b.Holder != m.bob.ID || !b.Merchant.IsZero() {
					t.Errorf("%+v", b)
				}
			case m.shopMerchant.Code:
				if b.Name != "Au bon pain" || b.Merchant != m.shopMerchant.ID {
					t.Errorf("%+v", b)
				}
			default:
				t.Errorf("%+v", b)
			}
		}
		in := merchant.KeptInput{Owner: m.ann.ID, Handle: m.bob.Number, Label: "Bobby"}
		if _, err := m.trade.RenameBeneficiary(m.Context(), m.annActor, key(), in); err != nil {
			t.Error(err)
		}
		for _, c := range []struct {
			what string
			err  error
			want error
		}{
			{"another's list", second(m.trade.Beneficiaries(m.Context(), m.bobActor, m.ann.ID)), access.ErrForbidden},
			{"renaming another's", second(m.trade.RenameBeneficiary(m.Context(), m.bobActor, key(), in)), access.ErrForbidden},
			{"removing another's", second(m.trade.RemoveBeneficiary(m.Context(), m.bobActor, key(), in)), access.ErrForbidden},
			{"renaming nobody", second(m.trade.RenameBeneficiary(m.Context(), m.annActor, key(), merchant.KeptInput{Owner: m.ann.ID, Handle: "1"})), fault.ErrMissing},
			{"removing nobody", second(m.trade.RemoveBeneficiary(m.Context(), m.annActor, key(), merchant.KeptInput{Owner: m.ann.ID, Handle: "1"})), fault.ErrMissing},
			{"a long label", second(m.trade.RenameBeneficiary(m.Context(), m.annActor, key(), merchant.KeptInput{Owner: m.ann.ID, Handle: m.bob.Number, Label: strings.Repeat("x", 61)})), fault.ErrInvalid},
			{"oneself", save(m.annActor, m.ann.ID, m.ann.Number, ""), merchant.ErrSameWallet},
			{"for another", save(m.annActor, m.bob.ID, m.bob.Number, ""), access.ErrForbidden},
			{"by a cashier", save(m.cashier, m.shop.ID, m.bob.Number, ""), access.ErrForbidden},
		} {
			m.refused(c.what, c.err, c.want)
		}
		if _, err := m.trade.RemoveBeneficiary(m.Context(), m.annActor, key(), in); err != nil {
			t.Error(err)
		}
		if list, err = m.trade.Beneficiaries(m.Context(), m.annActor, m.ann.ID); err != nil || len(list) != 1 {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

func second[T any](_ T, err error) error { return err }

// TestD2NumbersCannotBeTriedInARow looks up numbers that nobody has: each is
// refused alike, and after twenty even a right one waits a minute.
func TestD2NumbersCannotBeTriedInARow(t *testing.T) {
	each(t, func(m *market) {
		save := func(k, to string) error {
			_, err := m.trade.SaveBeneficiary(m.Context(), m.annActor, k, merchant.SaveInput{Owner: m.ann.ID, To: to})
			return err
		}
		wrong := []string{"12345678", "1234567", m.shop.ID.String(), "AAAAAAAA", "Bob", "", strings.Repeat("x", 100)}
		said := save(key(), "nobody").Error()
		for i := range 19 {
			err := save(key(), wrong[i%len(wrong)])
			m.refused("an unknown one", err, merchant.ErrPayeeUnknown)
			if err != nil && err.Error() != said {
				m.Errorf("%q is refused in other words: %v", wrong[i%len(wrong)], err)
			}
		}
		k := key()
		m.refused("a twenty-first", save(k, m.bob.Number), merchant.ErrTooManyTries)
		if f := fault.As(save(k, m.bob.Number)); f == nil || f.RetryAfter != time.Minute {
			m.Errorf("%v", f)
		}
		m.clock.advance(time.Minute + time.Second)
		if err := save(k, m.bob.Number); err != nil {
			m.Error(err)
		}
		if err := save(k, m.bob.Number); err != nil { // the same wish, not another try
			m.Error(err)
		}
		m.refused("the next", save(key(), m.bob.Number), merchant.ErrTooManyTries)
	})
}

func TestNoMoreBeneficiariesThanAListHolds(t *testing.T) {
	each(t, func(m *market) {
		var last error
		kept := 0
		for range 201 {
			shop := m.merchant(m.shop.ID, "Stall")
			_, last = m.trade.SaveBeneficiary(m.Context(), m.annActor, key(), merchant.SaveInput{Owner: m.ann.ID, To: shop.Code})
			if last == nil {
				kept++
			}
			m.clock.advance(time.Minute)
		}
		if kept != 200 || !errors.Is(last, merchant.ErrTooManySaved) {
			m.Errorf("%d were kept, then %v", kept, last)
		}
	})
}
