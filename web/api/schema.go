// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"github.com/danielgtaylor/huma/v2"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/debit"
	"github.com/noria-mlc/noria/ops/payout"
	"github.com/noria-mlc/noria/web/confirm"
	"github.com/noria-mlc/noria/web/people"
	"github.com/noria-mlc/noria/web/session"
)

// describe gives the types of the lower rooms that are written as text their
// form, once, for the document and for the checking of every request.
func describe(r huma.Registry) {
	r.RegisterTypeAlias(typeOf[money.Amount](), typeOf[amountText]())
	r.RegisterTypeAlias(typeOf[money.Rate](), typeOf[rateText]())
	r.RegisterTypeAlias(typeOf[civil.Date](), typeOf[dateText]())
	r.RegisterTypeAlias(typeOf[access.Scopes](), typeOf[[]access.Use]())
	describeID(r, ident.Entry{})
	describeID(r, ident.Holder{})
	describeID(r, ident.Wallet{})
	describeID(r, ident.User{})
	describeID(r, conversion.CampaignID{})
	describeID(r, conversion.ID{})
	describeID(r, conversion.BankChangeID{})
	describeID(r, conversion.CardDecisionID{})
	describeID(r, conversion.RedemptionID{})
	describeID(r, conversion.RunID{})
	describeID(r, conversion.PayoutAccountID{})
	describeID(r, conversion.SettingsChangeID{})
	describeID(r, merchant.ID{})
	describeID(r, merchant.RequestID{})
	describeID(r, merchant.PaymentID{})
	describeID(r, payout.InstructionID{})
	describeID(r, payout.BatchID{})
	describeID(r, session.TokenID{})
	describeID(r, debit.MandateID{})
	describeID(r, debit.RunID{})
	describeID(r, debit.ID{})
	describeID(r, confirm.ID{})
	describeID(r, people.CaseID{})
	describeID(r, people.ErasureID{})
}

func describeID[N ident.Noun](r huma.Registry, _ ident.ID[N]) {
	r.RegisterTypeAlias(typeOf[ident.ID[N]](), typeOf[idText[N]]())
}

// amountText is money: a text, never a number.
type amountText struct{}

// Schema implements huma.SchemaProvider.
func (amountText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: `^(0|[1-9][0-9]{0,8})\.[0-9]{2}$`,
		PatternDescription: "an amount with a dot and two decimals, as 12.50", Examples: []any{"12.50"}}
}

// rateText is a share from 0 to 1.
type rateText struct{}

// Schema implements huma.SchemaProvider.
func (rateText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: `^(0(\.[0-9]{1,6})?|1(\.0{1,6})?)$`,
		PatternDescription: "a rate from 0 to 1, as 0.20", Examples: []any{"0.20"}}
}

// dateText is a civil date in Paris.
type dateText struct{}

// Schema implements huma.SchemaProvider.
func (dateText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date", Pattern: `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`,
		PatternDescription: "a date as 2026-03-01", Examples: []any{"2026-03-01"}}
}

// idText is the id of a noun.
type idText[N ident.Noun] struct{}

// Schema implements huma.SchemaProvider.
func (idText[N]) Schema(huma.Registry) *huma.Schema {
	var noun N
	return &huma.Schema{Type: huma.TypeString, Pattern: "^" + noun.Prefix() + "[0-7][0-9a-hjkmnp-tv-z]{25}$",
		PatternDescription: "an id that begins with " + noun.Prefix()}
}
