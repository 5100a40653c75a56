// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

func (w *world) redeem(actor access.Actor, h ledger.Holder, a string) (conversion.Redemption, error) {
	r, _, err := w.RequestRedemption(w.Context(), actor, w.key(), conversion.RequestRedemptionInput{Holder: h.ID, Amount: amount(a)})
	return r, err
}

// TestL5IndividualsGetNoEurosBack holds rule L5.
func TestL5IndividualsGetNoEurosBack(t *testing.T) {
	run(t, func(w *world) {
		p := w.people[0]
		w.atDesk(p, "10.00")
		_, err := w.redeem(citizen(p), p, "5.00")
		w.refused("an individual", err, conversion.ErrNotRedeemable)
		w.wantAvailable(p, "10.00")
		if err := w.tamper("INSERT INTO commissions (kind, rate, minimum, fixed) VALUES ('individual', '0', 0, 0)"); err == nil {
			w.Error("the table took a commission of individuals")
		}
	})
}

// TestL10CommissionAndEurosMakeTheAmount holds rule L10, and P5 for
// collectivités.
func TestL10CommissionAndEurosMakeTheAmount(t *testing.T) {
	run(t, func(w *world) {
		ctx := w.Context()
		owner := member(21, access.MerchantOwner, w.shop)
		w.atDesk(w.shop, "150.00")
		r, err := w.redeem(owner, w.shop, "100.00")
		if err != nil || r.Status != conversion.RedemptionRequested || r.Fee != 500 || r.Euros != 9500 {
			w.Fatalf("100.00 at 5 %%: %+v, %v", r, err)
		}
		held, err := w.ledger.Holding(ctx, w.shop.ID)
		if err != nil || held.Booked != 15000 || held.Reserved != 10000 || held.Available != 5000 {
			w.Errorf("while it is held: %+v, %v", held, err)
		}
		_, err = w.redeem(owner, w.shop, "50.01")
		w.refused("more than available", err, ledger.ErrInsufficientFunds)
		// A commission voted later does not change what was asked for.
		if _, _, err := w.ChangeSettings(ctx, treasurer(), w.key(), conversion.Settings{Commissions: map[ledger.HolderKind]conversion.Commission{
			ledger.Professional: {Rate: money.MustParseRate("0.10")}}}); err != nil {
			w.Fatal(err)
		}
		settle := func(actor access.Actor, k string) (conversion.Redemption, bool, error) {
			return w.SettleRedemption(ctx, actor, k, conversion.SettleRedemptionInput{Redemption: r.ID, BankReference: "SCT-1", Account: other})
		}
		_, _, err = settle(owner, w.key())
		w.refused("by the shop", err, ledger.ErrForbidden)
		_, _, err = w.SettleRedemption(ctx, treasurer(), w.key(), conversion.SettleRedemptionInput{Redemption: r.ID})
		w.refused("no bank reference", err, fault.ErrInvalid)
		_, _, err = w.SettleRedemption(ctx, treasurer(), w.key(), conversion.SettleRedemptionInput{Redemption: r.ID, BankReference: "S", Account: ledger.Operating})
		w.refused("from the operating account (G3)", err, fault.ErrInvalid)
		k := w.key()
		paid, _, err := settle(treasurer(), k)
		if err != nil || paid.Status != conversion.RedemptionSettled || paid.Fee != 500 || paid.Euros != 9500 || paid.Entry.IsZero() {
			w.Fatalf("settled: %+v, %v", paid, err)
		}
		if _, replayed, err := settle(treasurer(), k); err != nil || !replayed {
			w.Errorf("the same key: %v, %v", replayed, err)
		}
		for account, want := range map[ledger.Account]string{
			other: "-95.00", ledger.IncomeFees: "5.00", ledger.Backing(ledger.Digital): "50.00", ledger.Issued(ledger.Digital): "50.00",
			ledger.Reserved(w.shop.ID): "0.00", ledger.Wallet(w.shop.ID): "50.00",
		} {
			if got := w.balance(account); got.Format() != want {
				w.Errorf("%s is %s, want %s", account, got, want)
			}
		}
		_, _, err = settle(treasurer(), w.key())
		w.refused("settled twice", err, conversion.ErrRedemptionSettled)
		_, _, err = w.RefuseRedemption(ctx, treasurer(), w.key(), conversion.RefuseRedemptionInput{Redemption: r.ID, Reason: "trop tard"})
		w.refused("refused when settled", err, conversion.ErrRedemptionSettled)
		_, _, err = w.SettleRedemption(ctx, treasurer(), w.key(), conversion.SettleRedemptionInput{Redemption: conversion.RedemptionID{Bits: ident.Bits{1}}, BankReference: "S"})
		w.refused("no such redemption", err, ledger.ErrMissing)

		// A collectivité redeems what its régies received, at face value (P5).
		spend(w, w.shop, w.city, "40.00")
		public, err := w.redeem(member(22, access.CollectivityAgent, w.city), w.city, "40.00")
		if err != nil || public.Fee != 0 || public.Euros != 4000 {
			w.Errorf("a collectivité: %+v, %v", public, err)
		}
		if _, _, err := w.SettleRedemption(ctx, treasurer(), w.key(), conversion.SettleRedemptionInput{Redemption: public.ID, BankReference: "SCT-2"}); err != nil {
			w.Error(err)
		}
		if e := w.balance(ledger.IncomeFees); e != 500 {
			w.Errorf("fees became %s", e)
		}
	})
}

func TestRefusedRedemptionGivesTheUnitsBack(t *testing.T) {
	run(t, func(w *world) {
		ctx := w.Context()
		owner := member(21, access.MerchantOwner, w.shop)
		w.atDesk(w.shop, "30.00")
		r, err := w.redeem(owner, w.shop, "30.00")
		if err != nil {
			w.Fatal(err)
		}
		_, _, err = w.RefuseRedemption(ctx, treasurer(), w.key(), conversion.RefuseRedemptionInput{Redemption: r.ID})
		w.refused("no reason", err, fault.ErrInvalid)
		_, _, err = w.RefuseRedemption(ctx, owner, w.key(), conversion.RefuseRedemptionInput{Redemption: r.ID, Reason: "x"})
		w.refused("by the shop", err, ledger.ErrForbidden)
		got, _, err := w.RefuseRedemption(ctx, treasurer(), w.key(), conversion.RefuseRedemptionInput{Redemption: r.ID, Reason: "IBAN inconnu"})
		if err != nil || got.Status != conversion.RedemptionRefused || got.Reason != "IBAN inconnu" {
			w.Fatalf("refused: %+v, %v", got, err)
		}
		w.wantAvailable(w.shop, "30.00")
		_, _, err = w.SettleRedemption(ctx, treasurer(), w.key(), conversion.SettleRedemptionInput{Redemption: r.ID, BankReference: "S"})
		w.refused("settled when refused", err, conversion.ErrRedemptionRefused)
		_, _, err = w.RefuseRedemption(ctx, treasurer(), w.key(), conversion.RefuseRedemptionInput{Redemption: r.ID, Reason: "x"})
		w.refused("refused twice", err, conversion.ErrRedemptionRefused)

		for name, c := range map[string]struct {
			actor access.Actor
			a     string
			want  error
		}{
			"nothing":             {owner, "0.00", fault.ErrInvalid},
			"by somebody else":    {citizen(w.people[0]), "1.00", ledger.ErrForbidden},
			"by a desk agent":     {deskAgent(), "1.00", ledger.ErrForbidden},
			"more than available": {owner, "30.01", ledger.ErrInsufficientFunds},
		} {
			_, err := w.redeem(c.actor, w.shop, c.a)
			w.refused(name, err, c.want)
		}
		read, err := w.Redemption(ctx, owner, r.ID)
		if err != nil || asJSON(t, read) != asJSON(t, got) {
			w.Errorf("read %+v, %v, answered %+v", read, err, got)
		}
		_, err = w.Redemption(ctx, citizen(w.people[0]), r.ID)
		w.refused("another's redemption", err, ledger.ErrForbidden)
		_, err = w.Redemption(ctx, treasurer(), conversion.RedemptionID{Bits: ident.Bits{1}})
		w.refused("no such redemption", err, ledger.ErrMissing)
		list, err := w.Redemptions(ctx, treasurer(), conversion.RedemptionFilter{Status: conversion.RedemptionRefused})
		if err != nil || len(list) != 1 || list[0].ID != r.ID {
			w.Errorf("refused ones: %v, %v", list, err)
		}
		if list, err = w.Redemptions(ctx, owner, conversion.RedemptionFilter{Holder: w.shop.ID, Before: r.ID}); err != nil || len(list) != 0 {
			w.Errorf("before the first: %v, %v", list, err)
		}
		_, err = w.Redemptions(ctx, owner, conversion.RedemptionFilter{})
		w.refused("everybody's by a shop", err, ledger.ErrForbidden)
		_, err = w.Redemptions(ctx, treasurer(), conversion.RedemptionFilter{Status: "lost"})
		w.refused("no such status", err, fault.ErrInvalid)
	})
}

func TestL10CommissionIsNeverAboveTheAmount(t *testing.T) {
	for _, c := range []struct {
		rate           string
		minimum, fixed money.Amount
		amount, want   string
	}{
		{"0.05", 0, 0, "100.00", "5.00"},
		{"0.05", 0, 0, "0.10", "0.01"}, // half a cent is rounded up
		{"0.05", 0, 0, "0.09", "0.00"},
		{"0", 0, 0, "100.00", "0.00"},
		{"0.05", 100, 0, "10.00", "1.00"},
		{"0.05", 100, 0, "0.60", "0.60"}, // the minimum never exceeds the amount
		{"0.02", 0, 30, "100.00", "2.30"},
		{"1", 0, 30, "100.00", "100.00"},
	} {
		got := conversion.Commission{Rate: money.MustParseRate(c.rate), Minimum: c.minimum, Fixed: c.fixed}.On(amount(c.amount))
		if got.Format() != c.want {
			t.Errorf("%s + %s, at least %s, on %s: %s, want %s", c.rate, c.fixed, c.minimum, c.amount, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		c := conversion.Commission{Rate: money.MustParseRate("0." + rapid.StringMatching(`[0-9]{1,6}`).Draw(t, "rate")),
			Minimum: money.Amount(rapid.Int64Range(0, 1000).Draw(t, "minimum")), Fixed: money.Amount(rapid.Int64Range(0, 1000).Draw(t, "fixed"))}
		a := money.Amount(rapid.Int64Range(1, int64(money.Max)).Draw(t, "amount"))
		if fee := c.On(a); fee < 0 || fee > a {
			t.Fatalf("commission of %s on %s", fee, a)
		}
	})
}
