// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant_test

import (
	"strings"
	"testing"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/merchant"
)

// TestAShopIsListedByItsOwnChoice: nothing of a shop is public before its owner
// says so, and nothing is after they take it back (D1, D2).
func TestAShopIsListedByItsOwnChoice(t *testing.T) {
	each(t, func(m *market) {
		listed := func(category merchant.Category, town string) []merchant.Listing {
			m.Helper()
			list, err := m.trade.Listings(m.Context(), category, town)
			if err != nil {
				m.Fatal(err)
			}
			return list
		}
		in := merchant.ListInput{Merchant: m.shopMerchant.ID, Category: "food", Town: "Avignon", Address: "3, rue des Teinturiers", About: "Pain au levain"}
		if got := listed("", ""); len(got) != 0 {
			m.Errorf("before anybody chose: %v", got)
		}
		again := key()
		for _, replayed := range []bool{false, true} {
			if was, err := m.trade.List(m.Context(), m.owner, again, in); err != nil || was != replayed {
				m.Fatalf("listing: replayed %v, %v", was, err)
			}
		}
		if got := listed("food", "Avignon"); len(got) != 1 || got[0].Name != "Au bon pain" || got[0].Code != m.shopMerchant.Code || got[0].About != in.About {
			m.Errorf("the directory says %+v", got)
		}
		if len(listed("craft", "")) != 0 || len(listed("", "Orange")) != 0 {
			m.Error("another category or town shows the shop")
		}
		in.Town = "Orange"
		if _, err := m.trade.List(m.Context(), system(), key(), in); err != nil {
			m.Fatal(err)
		}
		if n, err := m.trade.Listed(m.Context()); err != nil || n != 1 || len(listed("", "Orange")) != 1 {
			m.Errorf("a change makes %d listings, %v", n, err)
		}
		m.listingRefused(in)
		if _, err := m.trade.List(m.Context(), m.owner, key(), merchant.ListInput{Merchant: in.Merchant}); err != nil {
			m.Fatal(err)
		}
		if got := listed("", ""); len(got) != 0 {
			m.Errorf("after it left: %v", got)
		}
	})
}

func (m *market) listingRefused(good merchant.ListInput) {
	for what, wrong := range map[string]func(*merchant.ListInput){
		"no category":      func(in *merchant.ListInput) { in.Category = "" },
		"unknown category": func(in *merchant.ListInput) { in.Category = "bank" },
		"no town":          func(in *merchant.ListInput) { in.Town = "" },
		"a blank town":     func(in *merchant.ListInput) { in.Town = " Avignon" },
		"a long address":   func(in *merchant.ListInput) { in.Address = strings.Repeat("a", 121) },
		"a line break":     func(in *merchant.ListInput) { in.About = "a\nb" },
	} {
		in := good
		wrong(&in)
		_, err := m.trade.List(m.Context(), m.owner, key(), in)
		m.refused(what, err, fault.ErrInvalid)
	}
	_, err := m.trade.List(m.Context(), m.cashier, key(), good)
	m.refused("a cashier", err, access.ErrForbidden)
	_, err = m.trade.List(m.Context(), m.owner, key(), merchant.ListInput{Merchant: merchant.ID{Bits: m.ann.ID.Bits}, Category: "food", Town: "x"})
	m.refused("a shop that is not there", err, access.ErrForbidden)
}
