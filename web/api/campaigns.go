// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

type newCampaign struct {
	Keyed
	Body struct {
		Funder          ident.Holder          `json:"funder,omitzero" required:"false" doc:"The caller's own collectivité where absent"`
		Name            string                `json:"name" minLength:"1" maxLength:"100"`
		Rate            money.Rate            `json:"rate" pattern:"^(0(\\.[0-9]{1,6})?|1(\\.0{1,6})?)$"`
		Budget          money.Amount          `json:"budget_eur" pattern:"^(0|[1-9][0-9]{0,8})\\.[0-9]{2}$"`
		StartsOn        civil.Date            `json:"starts_on" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"`
		EndsOn          civil.Date            `json:"ends_on" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"`
		PerPersonCap    money.Amount          `json:"per_person_cap,omitempty" required:"false" pattern:"^(0|[1-9][0-9]{0,8})\\.[0-9]{2}$" doc:"Most bonus for one person and period"`
		PerPersonPeriod conversion.Period     `json:"per_person_period,omitempty" required:"false" enum:"month,campaign"`
		Minimum         money.Amount          `json:"minimum_eur,omitempty" required:"false" pattern:"^(0|[1-9][0-9]{0,8})\\.[0-9]{2}$"`
		Maximum         money.Amount          `json:"maximum_eur,omitempty" required:"false" pattern:"^(0|[1-9][0-9]{0,8})\\.[0-9]{2}$"`
		EligibleKinds   []ledger.HolderKind   `json:"eligible_kinds,omitempty" required:"false" doc:"individual where absent (P14)"`
		WhenExhausted   conversion.Exhaustion `json:"when_exhausted,omitempty" required:"false" enum:"partial,refuse"`
		Convention      struct {
			Reference string     `json:"reference,omitempty" required:"false" maxLength:"100"`
			Date      civil.Date `json:"date,omitzero" required:"false" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"`
		} `json:"convention,omitzero" required:"false"`
	}
}

type CampaignPath struct {
	ID conversion.CampaignID `path:"id"`
}

func (r *routes) campaigns() {
	const tag = "campaigns"
	private(r, create("/v1/campaigns", "Draft a bonus campaign", tag), r.createCampaign)
	private(r, get("/v1/campaigns", "List campaigns", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Page
		Funder ident.Holder `query:"funder" required:"false"`
	}) (*shown[list[conversion.Campaign]], error) {
		var before conversion.CampaignID
		if before.UnmarshalText([]byte(in.Cursor)) != nil {
			return nil, ledger.ErrCursor
		}
		items, err := r.Conversion.Campaigns(ctx, actor, conversion.CampaignFilter{Funder: organisation(actor, in.Funder), Before: before, Limit: in.Limit})
		return show(listOf(items, in.Limit, func(c conversion.Campaign) string { return c.ID.String() }), err)
	})
	private(r, get("/v1/campaigns/{id}", "Read a campaign", tag), func(ctx context.Context, actor access.Actor, in *CampaignPath) (*shown[conversion.Campaign], error) {
		c, err := r.Conversion.Campaign(ctx, actor, in.ID)
		return show(c, err)
	})
	private(r, get("/v1/campaigns/{id}/report", "The funder's figures", tag), func(ctx context.Context, actor access.Actor, in *CampaignPath) (*shown[conversion.Report], error) {
		c, err := r.Conversion.Report(ctx, actor, in.ID)
		return show(c, err)
	})
	private(r, create("/v1/campaigns/{id}/approvals", "Approve a campaign, as another person than its author", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			CampaignPath
		}) (*done[conversion.Campaign], error) {
			key, err := in.key()
			if err != nil {
				return nil, err
			}
			c, replayed, err := r.Conversion.ApproveCampaign(ctx, actor, key, in.ID)
			if err != nil {
				return nil, err
			}
			return answered(c, replayed, "/v1/campaigns/"+c.ID.String()), nil
		})
	private(r, create("/v1/campaigns/{id}/fundings", "Book euros received from the funder", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			CampaignPath
			Body struct {
				Amount        money.Amount   `json:"amount_eur" pattern:"^(0|[1-9][0-9]{0,8})\\.[0-9]{2}$"`
				BankReference string         `json:"bank_reference" minLength:"1" maxLength:"70"`
				Account       ledger.Account `json:"account,omitempty" required:"false" doc:"The compte dédié they came to"`
			}
		}) (*done[conversion.Campaign], error) {
			key, err := in.key()
			if err != nil {
				return nil, err
			}
			c, replayed, err := r.Conversion.FundCampaign(ctx, actor, key, conversion.FundCampaignInput{Campaign: in.ID,
				Amount: in.Body.Amount, BankReference: in.Body.BankReference, Account: in.Body.Account})
			if err != nil {
				return nil, err
			}
			return answered(c, replayed, "/v1/campaigns/"+c.ID.String()), nil
		})
}

func (r *routes) createCampaign(ctx context.Context, actor access.Actor, in *newCampaign) (*done[conversion.Campaign], error) {
	key, err := in.key()
	if err != nil {
		return nil, err
	}
	b := &in.Body
	c, replayed, err := r.Conversion.CreateCampaign(ctx, actor, key, conversion.CreateCampaignInput{
		Funder: organisation(actor, b.Funder), Name: b.Name, Rate: b.Rate, Budget: b.Budget, StartsOn: b.StartsOn, EndsOn: b.EndsOn,
		PerPersonCap: b.PerPersonCap, PerPersonPeriod: b.PerPersonPeriod, Minimum: b.Minimum, Maximum: b.Maximum,
		EligibleKinds: b.EligibleKinds, WhenExhausted: b.WhenExhausted,
		Convention: conversion.Convention{Reference: b.Convention.Reference, Date: b.Convention.Date},
	})
	if err != nil {
		return nil, err
	}
	return answered(c, replayed, "/v1/campaigns/"+c.ID.String()), nil
}

// organisation returns the holder named in a request, or the one organisation
// that the caller acts for where none is named.
func organisation(actor access.Actor, named ident.Holder) ident.Holder {
	if !named.IsZero() {
		return named
	}
	for _, g := range actor.Grants {
		if !g.Organisation.IsZero() {
			return g.Organisation
		}
	}
	return ident.Holder{}
}
