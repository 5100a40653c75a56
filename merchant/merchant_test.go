// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant_test

import (
	"strings"
	"testing"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/merchant"
)

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

func TestAMerchantIsOpened(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		k := key()
		in := merchant.CreateInput{Holder: m.asso.ID, Name: "Chœur & Cie"}
		made, _, err := m.trade.Create(m.Context(), system(), k, in)
		if err != nil || made.Name != in.Name || made.Holder != in.Holder || len(made.Code) != 8 || made.CreatedAt.IsZero() {
			t.Fatalf("%+v, %v", made, err)
		}
		again, replayed, err := m.trade.Create(m.Context(), system(), k, in)
		if err != nil || !replayed || text(t, again) != text(t, made) {
			t.Errorf("a repeated key: %+v, %v", again, err)
		}
		second := m.merchant(m.asso.ID, "Other")
		list, err := m.trade.MerchantOf(m.Context(), m.asso.ID)
		if err != nil || len(list) != 2 || list[0] != made || list[1] != second {
			t.Errorf("the association has %+v, %v", list, err)
		}
		if list, err := m.trade.MerchantOf(m.Context(), m.ann.ID); err != nil || len(list) != 0 {
			t.Errorf("a citizen has %+v, %v", list, err)
		}
		if found, err := m.trade.MerchantByCode(m.Context(), made.Code); err != nil || found != made {
			t.Errorf("by code: %+v, %v", found, err)
		}
		if mine, err := m.trade.Mine(m.Context(), m.cashier); err != nil || mine != m.shopMerchant {
			t.Errorf("a cashier's: %+v, %v", mine, err)
		}
		_, err = m.trade.Mine(m.Context(), of(9, access.MerchantOwner, m.asso.ID))
		m.refused("an owner's of two", err, merchant.ErrWhichMerchant)
		_, err = m.trade.Merchant(m.Context(), merchant.ID{Bits: ident.Bits{1}})
		m.refused("unknown", err, fault.ErrMissing)
	})
}

func TestMerchantsAreRefused(t *testing.T) {
	each(t, func(m *market) {
		for _, c := range []struct {
			what  string
			actor access.Actor
			in    merchant.CreateInput
			want  error
		}{
			{"by a citizen", m.annActor, merchant.CreateInput{Holder: m.shop.ID, Name: "x"}, access.ErrForbidden},
			{"by the owner", m.owner, merchant.CreateInput{Holder: m.shop.ID, Name: "x"}, access.ErrForbidden},
			{"of an individual", system(), merchant.CreateInput{Holder: m.ann.ID, Name: "x"}, merchant.ErrCollectivity},
			{"of nobody", system(), merchant.CreateInput{Name: "x"}, fault.ErrInvalid},
			{"without a name", system(), merchant.CreateInput{Holder: m.shop.ID}, fault.ErrInvalid},
			{"with a blank name", system(), merchant.CreateInput{Holder: m.shop.ID, Name: " "}, fault.ErrInvalid},
			{"with a long name", system(), merchant.CreateInput{Holder: m.shop.ID, Name: strings.Repeat("n", 61)}, fault.ErrInvalid},
			{"with a line break", system(), merchant.CreateInput{Holder: m.shop.ID, Name: "a\nb"}, fault.ErrInvalid},
		} {
			_, _, err := m.trade.Create(m.Context(), c.actor, key(), c.in)
			m.refused(c.what, err, c.want)
		}
	})
}

// TestAMistypedCodeFindsNobody changes each character of a code to every other
// one: the check character must find all of them, and a code must never look
// like a holder's number.
func TestAMistypedCodeFindsNobody(t *testing.T) {
	each(t, func(m *market) {
		t := m.T
		code := m.shopMerchant.Code
		if code[0] >= '0' && code[0] <= '9' {
			t.Errorf("%s begins with a digit", code)
		}
		for i := range len(code) {
			for _, c := range alphabet {
				typed := code[:i] + string(c) + code[i+1:]
				found, err := m.trade.MerchantByCode(m.Context(), typed)
				if typed == code {
					if err != nil || found != m.shopMerchant {
						t.Errorf("the right code: %+v, %v", found, err)
					}
					continue
				}
				m.refused(typed, err, fault.ErrMissing)
			}
		}
		spelled := strings.NewReplacer("0", "o", "1", "l").Replace(strings.ToLower(code))
		if found, err := m.trade.MerchantByCode(m.Context(), spelled); err != nil || found != m.shopMerchant {
			t.Errorf("typed as %s: %+v, %v", spelled, found, err)
		}
		for _, bad := range []string{"", code + "0", code[1:], "ÀAAAAAAA", strings.Repeat("-", 40)} {
			_, err := m.trade.MerchantByCode(m.Context(), bad)
			m.refused(bad, err, fault.ErrMissing)
		}
	})
}
