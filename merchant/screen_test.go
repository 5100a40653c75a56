// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant_test

import (
	"crypto/sha256"
	"errors"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/merchant"
)

// invite makes a screen of the shop.
func (m *market) invite() merchant.Screen {
	m.Helper()
	s, _, err := m.trade.InviteScreen(m.Context(), m.owner, key(), merchant.InviteScreenInput{Merchant: m.shopMerchant.ID, Label: "Comptoir"})
	if err != nil {
		m.Fatal(err)
	}
	return s
}

// screen makes a screen of the shop that a device became.
func (m *market) screen(secret string) merchant.Screen {
	m.Helper()
	s, _, err := m.trade.PairScreen(m.Context(), system(), key(), merchant.PairScreenInput{Code: m.invite().Code, Digest: sha256.Sum256([]byte(secret))})
	if err != nil {
		m.Fatal(err)
	}
	return s
}

func TestAScreenIsPairedOnce(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		ctx, digest := m.Context(), sha256.Sum256([]byte("device"))
		s := m.invite()
		if len(s.Code) != 8 || !s.PairedAt.IsZero() || s.ExpiresAt.Sub(s.CreatedAt) != 10*time.Minute {
			t.Fatalf("%+v", s)
		}
		typed := s.Code[:4] + "-" + s.Code[4:]
		first := key()
		paired, replayed, err := m.trade.PairScreen(ctx, system(), first, merchant.PairScreenInput{Code: typed, Digest: digest})
		if err != nil || replayed || paired.ID != s.ID || paired.Code != "" || paired.PairedAt.IsZero() {
			t.Fatalf("%+v, %v, %v", paired, replayed, err)
		}
		if again, replayed, err := m.trade.PairScreen(ctx, system(), first, merchant.PairScreenInput{Code: typed, Digest: digest}); err != nil || !replayed || again.ID != s.ID {
			t.Errorf("the form sent twice: %+v, %v, %v", again, replayed, err)
		}
		late := m.invite()
		m.clock.advance(merchant.PairingTime + time.Second)
		for name, code := range map[string]string{"used": s.Code, "expired": late.Code, "never made": "AAAAAAAA", "no code": "x"} {
			_, _, err := m.trade.PairScreen(ctx, system(), key(), merchant.PairScreenInput{Code: code, Digest: sha256.Sum256([]byte(name))})
			if !errors.Is(err, merchant.ErrPairing) || err.Error() != merchant.ErrPairing.Error() {
				t.Errorf("a code that is %s: %v, want ErrPairing in the same words", name, err)
			}
		}
		list, err := m.trade.Screens(ctx, m.owner, m.shopMerchant.ID)
		if err != nil || len(list) != 1 || list[0].ID != s.ID {
			t.Errorf("screens: %+v, %v", list, err)
		}
		found, err := m.trade.ScreenOf(ctx, digest)
		if err != nil || found.ID != s.ID || found.Merchant != m.shopMerchant.ID {
			t.Errorf("by its secret: %+v, %v", found, err)
		}
		if _, err := m.trade.ScreenOf(ctx, sha256.Sum256([]byte("other"))); !errors.Is(err, merchant.ErrScreenUnknown) {
			t.Errorf("another device: %v", err)
		}
	})
}

func TestARevokedScreenIsNoScreen(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		ctx, s := m.Context(), m.screen("device")
		if _, err := m.trade.Screen(ctx, s.Actor(), s.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := m.trade.RevokeScreen(ctx, m.owner, key(), s.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := m.trade.RevokeScreen(ctx, m.owner, key(), s.ID); !errors.Is(err, merchant.ErrScreenRevoked) {
			t.Errorf("again: %v", err)
		}
		if _, err := m.trade.ScreenOf(ctx, sha256.Sum256([]byte("device"))); !errors.Is(err, merchant.ErrScreenUnknown) {
			t.Errorf("by its secret: %v", err)
		}
		if _, err := m.trade.Screen(ctx, s.Actor(), s.ID); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("to itself: %v", err)
		}
		withdrawn := m.invite()
		if _, err := m.trade.RevokeScreen(ctx, m.owner, key(), withdrawn.ID); err != nil {
			t.Fatal(err)
		}
		if _, _, err := m.trade.PairScreen(ctx, system(), key(), merchant.PairScreenInput{Code: withdrawn.Code}); !errors.Is(err, merchant.ErrPairing) {
			t.Errorf("a code that was withdrawn: %v", err)
		}
	})
}

// TestD3AScreenCanDoNothing asks for everything that a screen must not see, and
// for screens as those who own none.
func TestD3AScreenCanDoNothing(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		ctx, s := m.Context(), m.screen("device")
		actor, id := s.Actor(), m.shopMerchant.ID
		other := m.screen("other")
		payment := m.pay(m.annActor, m.shopMerchant.Code, 4_00)
		nobody := merchant.ScreenID{Bits: ident.Bits{15: 9}}
		for name, ask := range map[string]func() error{
			"takings":  func() error { _, err := m.trade.Takings(ctx, actor, id, 0, 1); return err },
			"receipts": func() error { _, _, err := m.trade.Received(ctx, actor, id, 0, 1); return err },
			"payment":  func() error { _, err := m.trade.Payment(ctx, actor, payment.ID); return err },
			"refund": func() error {
				_, _, err := m.trade.Refund(ctx, actor, key(), payment.ID, merchant.RefundInput{})
				return err
			},
			"request": func() error {
				_, _, err := m.trade.Request(ctx, actor, key(), merchant.RequestInput{Merchant: id, Amount: 1})
				return err
			},
			"pay": func() error {
				_, _, err := m.trade.Pay(ctx, actor, key(), merchant.PayInput{To: m.ann.Number, Amount: 1})
				return err
			},
			"screens":        func() error { _, err := m.trade.Screens(ctx, actor, id); return err },
			"another screen": func() error { _, err := m.trade.Screen(ctx, actor, other.ID); return err },
			"no screen":      func() error { _, err := m.trade.Screen(ctx, actor, nobody); return err },
			"revoke":         func() error { _, err := m.trade.RevokeScreen(ctx, actor, key(), other.ID); return err },
			"cashier invites": func() error {
				_, _, err := m.trade.InviteScreen(ctx, m.cashier, key(), merchant.InviteScreenInput{Merchant: id, Label: "x"})
				return err
			},
			"cashier lists":         func() error { _, err := m.trade.Screens(ctx, m.cashier, id); return err },
			"cashier revokes":       func() error { _, err := m.trade.RevokeScreen(ctx, m.cashier, key(), s.ID); return err },
			"owner revokes nothing": func() error { _, err := m.trade.RevokeScreen(ctx, m.owner, key(), nobody); return err },
			"owner watches":         func() error { _, _, err := m.trade.Arrivals(ctx, m.owner, id, 0, 1); return err },
			"owner pairs": func() error {
				_, _, err := m.trade.PairScreen(ctx, m.owner, key(), merchant.PairScreenInput{Code: "AAAAAAAA"})
				return err
			},
			"citizen invites": func() error {
				_, _, err := m.trade.InviteScreen(ctx, m.annActor, key(), merchant.InviteScreenInput{Merchant: merchant.ID{Bits: ident.Bits{15: 1}}, Label: "x"})
				return err
			},
		} {
			if err := ask(); !errors.Is(err, access.ErrForbidden) {
				t.Errorf("%s: %v, want ErrForbidden", name, err)
			}
		}
		if _, _, err := m.trade.InviteScreen(ctx, m.owner, key(), merchant.InviteScreenInput{Merchant: id}); !errors.Is(err, fault.ErrInvalid) {
			t.Errorf("a screen without a name: %v", err)
		}
	})
}

func TestAMerchantHasTwentyScreens(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		for range 20 {
			m.invite()
		}
		_, _, err := m.trade.InviteScreen(m.Context(), m.owner, key(), merchant.InviteScreenInput{Merchant: m.shopMerchant.ID, Label: "x"})
		if !errors.Is(err, merchant.ErrScreens) {
			t.Errorf("the twenty-first: %v", err)
		}
		m.clock.advance(merchant.PairingTime + time.Second) // codes that nobody gave take no place
		m.invite()
	})
}

// TestD1AScreenGreetsByFirstName watches what is asked and paid.
func TestD1AScreenGreetsByFirstName(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		ctx, s, id := m.Context(), m.screen("device"), m.shopMerchant.ID
		if _, err := m.trade.AskedNow(ctx, s.Actor(), id); !errors.Is(err, fault.ErrMissing) {
			t.Errorf("nothing is asked: %v", err)
		}
		var asked merchant.PaymentRequest
		for _, seconds := range []int{300, 60} {
			var err error
			if asked, _, err = m.trade.Request(ctx, m.cashier, key(), merchant.RequestInput{Amount: 12_50, ExpiresIn: seconds}); err != nil {
				t.Fatal(err)
			}
			m.clock.advance(time.Second)
		}
		if found, err := m.trade.AskedNow(ctx, s.Actor(), id); err != nil || found.ID != asked.ID {
			t.Errorf("asked last: %s, %v, want %s", found.ID, err, asked.ID)
		}
		paid, _, err := m.trade.PayRequest(ctx, m.annActor, key(), asked.ID, merchant.PayRequestInput{})
		if err != nil {
			t.Fatal(err)
		}
		list, more, err := m.trade.Arrivals(ctx, s.Actor(), id, 0, 5)
		if err != nil || more || len(list) != 1 || list[0].Payment != paid.ID || list[0].MatchCode != paid.MatchCode || list[0].Payer != "Ann" {
			t.Errorf("%+v, %v, %v", list, more, err)
		}
		m.clock.advance(time.Hour)
		if _, err := m.trade.AskedNow(ctx, s.Actor(), id); !errors.Is(err, fault.ErrMissing) {
			t.Errorf("everything asked is paid or over: %v", err)
		}
	})
}

func TestANumberPaysItsMerchant(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		stall := m.merchant(m.shop.ID, "Stall")
		if len(stall.Number) != 6 || stall.Number[0] == '0' || stall.Number == m.shopMerchant.Number {
			t.Fatalf("numbers %q and %q", stall.Number, m.shopMerchant.Number)
		}
		if p := m.pay(m.annActor, stall.Number, 2_00); p.Merchant == nil || p.Merchant.ID != stall.ID {
			t.Errorf("paid to %+v", p.Merchant)
		}
		for _, wrong := range []string{"000000", "12345", "1234567", "12345a"} {
			if _, _, err := m.trade.Pay(m.Context(), m.annActor, key(), merchant.PayInput{To: wrong, Amount: 1}); !errors.Is(err, merchant.ErrPayeeUnknown) {
				t.Errorf("%s: %v", wrong, err)
			}
		}
		all, err := m.trade.All(m.Context(), m.cashier)
		if err != nil || len(all) != 2 || all[1] != stall {
			t.Errorf("tills of a cashier: %+v, %v", all, err)
		}
		if every, err := m.trade.Every(m.Context(), system()); err != nil || len(every) == 0 {
			t.Errorf("every shop, for whoever opens them: %v, %v", every, err)
		}
		if _, err := m.trade.Every(m.Context(), m.cashier); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("every shop, for a cashier: %v", err)
		}
		if all, err := m.trade.All(m.Context(), m.annActor); err != nil || len(all) != 0 {
			t.Errorf("tills of a citizen: %+v, %v", all, err)
		}
	})
}

// TestU13ACashierReadsPaymentsOfToday reads one payment before and after
// midnight in Paris.
func TestU13ACashierReadsPaymentsOfToday(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		paid := m.pay(m.annActor, m.shopMerchant.Code, 4_00)
		if _, err := m.trade.Payment(m.Context(), m.cashier, paid.ID); err != nil {
			t.Errorf("today: %v", err)
		}
		m.clock.advance(24 * time.Hour)
		if _, err := m.trade.Payment(m.Context(), m.cashier, paid.ID); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("tomorrow: %v", err)
		}
		for name, actor := range map[string]access.Actor{"payer": m.annActor, "owner": m.owner} {
			if _, err := m.trade.Payment(m.Context(), actor, paid.ID); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestDaysAreSummedUpForTheOwner(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		first := m.pay(m.annActor, m.shopMerchant.Code, 4_00)
		m.clock.advance(24 * time.Hour)
		m.pay(m.annActor, m.shopMerchant.Code, 3_00)
		if _, _, err := m.trade.Refund(m.Context(), m.owner, key(), first.ID, merchant.RefundInput{Amount: 1_00}); err != nil {
			t.Fatal(err)
		}
		m.clock.advance(24 * time.Hour)
		days, err := m.trade.Days(m.Context(), m.owner, m.shopMerchant.ID, 2)
		if err != nil || len(days) != 2 || days[0].Count != 0 || days[1].Count != 1 || days[1].Received != 3_00 || days[1].Refunded != 1_00 || days[1].Day != days[0].Day-1 {
			t.Errorf("%+v, %v", days, err)
		}
		if _, err := m.trade.Days(m.Context(), m.cashier, m.shopMerchant.ID, 2); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("a cashier: %v", err)
		}
		for _, count := range []int{0, 32} {
			if _, err := m.trade.Days(m.Context(), m.owner, m.shopMerchant.ID, count); !errors.Is(err, fault.ErrInvalid) {
				t.Errorf("%d days: %v", count, err)
			}
		}
	})
}
