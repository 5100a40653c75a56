// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion_test

import (
	"reflect"
	"testing"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
)

// TestL1OpeningNeedsIssuerAndDedicatedAccount holds rules L1 and L2.
func TestL1OpeningNeedsIssuerAndDedicatedAccount(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		w := closed(t, connect())
		admin := role(1, access.Administrator)
		for _, c := range []struct {
			name, pointer string
			spoil         func(*conversion.OpenCurrencyInput)
		}{
			{"no issuer", "/issuer/name", func(in *conversion.OpenCurrencyInput) { in.Issuer.Name = "" }},
			{"no number", "/issuer/siren", func(in *conversion.OpenCurrencyInput) { in.Issuer.RNA = "" }},
			{"bad SIREN", "/issuer/siren", func(in *conversion.OpenCurrencyInput) { in.Issuer.SIREN = "12345678A" }},
			{"bad RNA", "/issuer/rna", func(in *conversion.OpenCurrencyInput) { in.Issuer.RNA = "X842001234" }},
			{"no legal basis (L2)", "/issuer/legal_basis", func(in *conversion.OpenCurrencyInput) { in.Issuer.LegalBasis = "trust me" }},
			{"no account", "/bank_accounts", func(in *conversion.OpenCurrencyInput) { in.Accounts = nil }},
			{"operating account only", "/bank_accounts", func(in *conversion.OpenCurrencyInput) {
				in.Accounts = in.Accounts[:1]
				in.Accounts[0].Account = ledger.Operating
			}},
			{"account of no pool", "/bank_accounts", func(in *conversion.OpenCurrencyInput) { in.Accounts[1].Account = "eur:bank:guarantee:gold:la-nef" }},
			{"account twice", "/bank_accounts", func(in *conversion.OpenCurrencyInput) { in.Accounts[1].Account = bank }},
			{"wrong IBAN", "/bank_accounts", func(in *conversion.OpenCurrencyInput) { in.Accounts[0].IBAN = "FR7630006000011234567890188" }},
			{"wrong BIC", "/bank_accounts", func(in *conversion.OpenCurrencyInput) { in.Accounts[0].BIC = "AGRI" }},
			{"no account holder", "/bank_accounts", func(in *conversion.OpenCurrencyInput) { in.Accounts[0].HolderName = "" }},
			{"no custodian", "/bank_accounts", func(in *conversion.OpenCurrencyInput) { in.Accounts[0].Custodian = " " }},
			{"no name", "/name", func(in *conversion.OpenCurrencyInput) { in.Name = "" }},
			{"bad code", "/code", func(in *conversion.OpenCurrencyInput) { in.Code = "roue" }},
			{"no unit", "/unit/plural", func(in *conversion.OpenCurrencyInput) { in.Unit.Plural = "" }},
			{"a year to wait", "/settings/transfer_days", func(in *conversion.OpenCurrencyInput) { in.Settings.TransferDays = 365 }},
		} {
			in := laRoue()
			c.spoil(&in)
			_, _, err := w.OpenCurrency(t.Context(), admin, w.key(), in)
			if f := fault.As(err); f == nil || f.Kind != fault.Invalid || len(f.Fields) == 0 || f.Fields[0].Pointer != c.pointer {
				t.Errorf("%s: %v, want a fault at %s", c.name, err, c.pointer)
			}
		}
		_, _, err := w.OpenCurrency(t.Context(), treasurer(), w.key(), laRoue())
		w.refused("a treasurer opens", err, ledger.ErrForbidden)
		_, err = w.Currency(t.Context())
		w.refused("refused openings left a currency", err, conversion.ErrNotOpen)

		k := w.key()
		opened, _, err := w.OpenCurrency(t.Context(), admin, k, laRoue())
		if err != nil {
			t.Fatal(err)
		}
		if _, replayed, err := w.OpenCurrency(t.Context(), admin, k, laRoue()); err != nil || !replayed {
			t.Errorf("the same key again: replayed %v, %v", replayed, err)
		}
		_, _, err = w.OpenCurrency(t.Context(), admin, w.key(), laRoue())
		w.refused("a second opening", err, conversion.ErrOpenAlready)
		stored, err := w.Currency(t.Context())
		if err != nil || !reflect.DeepEqual(stored, opened) {
			t.Errorf("stored\n%+v, %v, opened\n%+v", stored, err, opened)
		}
		if a := stored.Accounts[2]; a.Pool != ledger.Paper || a.Account != notes {
			t.Errorf("the compte dédié of notes is %+v", a)
		}
		for _, a := range []ledger.Account{bank, other, notes, ledger.Operating, ledger.IncomeFees, ledger.Redeeming, ledger.SuspenseIn,
			ledger.Issued(ledger.Paper), ledger.Issued(ledger.Digital), ledger.Backing(ledger.Paper), ledger.Backing(ledger.Digital)} {
			if list, err := w.ledger.Balances(t.Context(), w.ledger.Reader(), string(a)); err != nil || len(list) == 0 {
				t.Errorf("%s was not opened: %v", a, err)
			}
		}
		w.prove()
	})
}

// TestL1NothingMovesBeforeTheCurrencyIsOpen provokes the refusal of every
// command.
func TestL1NothingMovesBeforeTheCurrencyIsOpen(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		w := closed(t, connect())
		ctx, p := t.Context(), w.people[0]
		for name, command := range map[string]func() error{
			"desk": func() error {
				_, _, err := w.OpenDesk(ctx, role(1, access.Administrator), w.key(), conversion.OpenDeskInput{Slug: "x", Name: "X"})
				return err
			},
			"settings": func() error {
				_, _, err := w.ChangeSettings(ctx, treasurer(), w.key(), conversion.Settings{})
				return err
			},
			"campaign": func() error { _, _, err := w.CreateCampaign(ctx, treasurer(), w.key(), w.bonus20()); return err },
			"funding": func() error {
				_, _, err := w.FundCampaign(ctx, treasurer(), w.key(), conversion.FundCampaignInput{Amount: 1, BankReference: "V"})
				return err
			},
			"quote": func() error {
				_, err := w.Quote(ctx, citizen(p), conversion.QuoteRequest{Holder: p.ID, Euros: 1})
				return err
			},
			"conversion": func() error {
				_, _, err := w.Convert(ctx, citizen(p), w.key(), conversion.ConvertInput{Holder: p.ID, Euros: 1, Channel: conversion.ByTransfer})
				return err
			},
			"settlement": func() error {
				_, _, err := w.Settle(ctx, treasurer(), w.key(), conversion.SettleInput{BankReference: "V"})
				return err
			},
			"expiry":   func() error { _, _, err := w.Expire(ctx, job(), w.key(), conversion.ID{}); return err },
			"reversal": func() error { _, _, err := w.Reverse(ctx, treasurer(), w.key(), conversion.ReverseInput{}); return err },
			"redemption": func() error {
				_, _, err := w.RequestRedemption(ctx, member(5, access.MerchantOwner, w.shop), w.key(), conversion.RequestRedemptionInput{Holder: w.shop.ID, Amount: 1})
				return err
			},
			"payment": func() error {
				_, _, err := w.SettleRedemption(ctx, treasurer(), w.key(), conversion.SettleRedemptionInput{BankReference: "V"})
				return err
			},
			"transfer": func() error {
				_, _, err := w.MoveEuros(ctx, treasurer(), w.key(), conversion.MoveEurosInput{From: bank, To: other, Amount: 1, BankReference: "V"})
				return err
			},
		} {
			w.refused(name, command(), conversion.ErrNotOpen)
		}
		w.prove()
	})
}

func TestSettingsAreVotedData(t *testing.T) {
	run(t, func(w *world) {
		c, err := w.Currency(w.Context())
		if err != nil {
			w.Fatal(err)
		}
		five := conversion.Commission{Rate: money.MustParseRate("0.05")}
		if s := c.Settings; s.TransferDays != 14 || s.Commissions[ledger.Professional].Rate.String() != "0.05" ||
			s.Commissions[ledger.Association].Rate.String() != "0.05" || !s.Commissions[ledger.Collectivity].Rate.IsZero() {
			w.Errorf("usual settings are %+v", s)
		}
		in := conversion.Settings{TransferDays: 7, Commissions: map[ledger.HolderKind]conversion.Commission{
			ledger.Professional: {Rate: money.MustParseRate("0.03"), Minimum: 50, Fixed: 10}}}
		_, _, err = w.ChangeSettings(w.Context(), role(1, access.Administrator), w.key(), in)
		w.refused("an administrator votes", err, ledger.ErrForbidden)
		if _, _, err := w.ChangeSettings(w.Context(), treasurer(), w.key(), in); err != nil {
			w.Fatal(err)
		}
		c, err = w.Currency(w.Context())
		got := c.Settings.Commissions
		if err != nil || c.Settings.TransferDays != 7 || got[ledger.Professional].On(100) != 50 || got[ledger.Association].On(10000) != five.On(10000) {
			w.Errorf("settings became %+v, %v", c.Settings, err)
		}
		for name, bad := range map[string]conversion.Settings{
			"individuals": {Commissions: map[ledger.HolderKind]conversion.Commission{ledger.Individual: {}}},
			"negative":    {Commissions: map[ledger.HolderKind]conversion.Commission{ledger.Professional: {Minimum: -1}}},
			"no time":     {TransferDays: -1},
		} {
			_, _, err := w.ChangeSettings(w.Context(), treasurer(), w.key(), bad)
			w.refused(name, err, fault.ErrInvalid)
		}
	})
}

func TestDesks(t *testing.T) {
	run(t, func(w *world) {
		ctx, admin, p := w.Context(), role(1, access.Administrator), w.people[0]
		_, _, err := w.OpenDesk(ctx, admin, w.key(), conversion.OpenDeskInput{Slug: "halles", Name: "Again"})
		w.refused("the slug again", err, conversion.ErrDeskExists)
		_, _, err = w.OpenDesk(ctx, admin, w.key(), conversion.OpenDeskInput{Slug: "Les Halles", Name: "Capitals"})
		w.refused("a bad slug", err, fault.ErrInvalid)
		_, _, err = w.OpenDesk(ctx, deskAgent(), w.key(), conversion.OpenDeskInput{Slug: "mine", Name: "Mine"})
		w.refused("an agent opens", err, ledger.ErrForbidden)
		if c := w.atDesk(p, "5.00"); c.Account != ledger.Desk("halles") {
			w.Errorf("the only desk was not taken: %s", c.Account)
		}
		if _, _, err := w.OpenDesk(ctx, admin, w.key(), conversion.OpenDeskInput{Slug: "gare", Name: "Gare"}); err != nil {
			w.Fatal(err)
		}
		in := conversion.ConvertInput{Holder: p.ID, Euros: 100, Channel: conversion.AtDesk}
		_, _, err = w.Convert(ctx, deskAgent(), w.key(), in)
		w.refused("no desk named of two", err, fault.ErrInvalid)
		in.Desk = "nowhere"
		_, _, err = w.Convert(ctx, deskAgent(), w.key(), in)
		w.refused("unknown desk", err, fault.ErrInvalid)
		in.Desk = "gare"
		if c, _, err := w.Convert(ctx, deskAgent(), w.key(), in); err != nil || c.Account != ledger.Desk("gare") {
			w.Errorf("named desk: %s, %v", c.Account, err)
		}
		if got := w.balance(ledger.Desk("gare")); got != 100 {
			w.Errorf("the till holds %s", got)
		}
	})
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		w := closed(t, connect())
		if _, _, err := w.OpenCurrency(t.Context(), role(1, access.Administrator), w.key(), laRoue()); err != nil {
			t.Fatal(err)
		}
		_, _, err := w.Convert(t.Context(), deskAgent(), w.key(), conversion.ConvertInput{Holder: w.people[0].ID, Euros: 100, Channel: conversion.AtDesk})
		w.refused("no desk at all", err, conversion.ErrDeskMissing)
	})
}
