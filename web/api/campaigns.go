// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

type newCampaign struct {
	Keyed
	Body struct {
		Funder          ident.Holder          `json:"funder,omitzero" required:"false" doc:"The caller's own collectivité where absent"`
		Name            string                `json:"name" minLength:"1" maxLength:"100"`
		Rate            money.Rate            `json:"rate"`
		Budget          money.Amount          `json:"budget_eur"`
		StartsOn        civil.Date            `json:"starts_on"`
		EndsOn          civil.Date            `json:"ends_on"`
		PerPersonCap    *money.Amount         `json:"per_person_cap,omitempty" required:"false" doc:"Most bonus for one person and period; no ceiling where absent"`
		PerPersonPeriod conversion.Period     `json:"per_person_period,omitempty" required:"false" enum:"month,campaign"`
		Minimum         money.Amount          `json:"minimum_eur,omitempty" required:"false"`
		Maximum         *money.Amount         `json:"maximum_eur,omitempty" required:"false" doc:"Euros of one conversion that carry a bonus; all where absent"`
		EligibleKinds   []ledger.HolderKind   `json:"eligible_kinds,omitempty" required:"false" doc:"individual where absent (P14)"`
		WhenExhausted   conversion.Exhaustion `json:"when_exhausted,omitempty" required:"false" enum:"partial,refuse"`
		Convention      struct {
			Reference string     `json:"reference,omitempty" required:"false" maxLength:"100"`
			Date      civil.Date `json:"date,omitzero" required:"false"`
		} `json:"convention,omitzero" required:"false"`
		HouseholdCap *money.Amount         `json:"household_cap,omitempty" required:"false" doc:"Most bonus for one household and period"`
		PayerCap     *money.Amount         `json:"payer_cap,omitempty" required:"false" doc:"Most bonus for one paying account and period"`
		Communes     []string              `json:"communes,omitempty" required:"false" doc:"INSEE codes; everybody where absent"`
		Priority     int                   `json:"priority,omitempty" required:"false" minimum:"0" maximum:"99"`
		BudgetMode   conversion.BudgetMode `json:"budget_mode,omitempty" required:"false" enum:"received,signed" doc:"received where absent (G4)"`
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
		items, err := r.Conversion.Campaigns(ctx, actor, conversion.CampaignFilter{Funder: subjectOf(actor, access.CampaignRead, in.Funder), Before: before, Limit: in.Limit})
		return show(listOf(items, in.Limit, func(c conversion.Campaign) string { return c.ID.String() }), err)
	})
	private(r, get("/v1/campaigns/{id}", "Read a campaign", tag), func(ctx context.Context, actor access.Actor, in *CampaignPath) (*shown[conversion.Campaign], error) {
		c, err := r.Conversion.Campaign(ctx, actor, in.ID)
		return show(c, Concealed(actor, access.CampaignRead, err))
	})
	private(r, get("/v1/campaigns/{id}/report", "The funder's figures", tag), func(ctx context.Context, actor access.Actor, in *CampaignPath) (*shown[conversion.Report], error) {
		c, err := r.Conversion.Report(ctx, actor, in.ID)
		return show(c, Concealed(actor, access.CampaignRead, err))
	})
	private(r, create("/v1/campaigns/{id}/approvals", "Approve a campaign, as another person than its author", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			CampaignPath
			Body *empty
		}) (*done[conversion.Campaign], error) {
			key, err := in.key()
			if err != nil {
				return nil, err
			}
			c, replayed, err := r.Conversion.ApproveCampaign(ctx, actor, key, in.ID)
			if err != nil {
				return nil, Concealed(actor, access.CampaignApprove, err)
			}
			return answered(c, replayed, "/v1/campaigns/"+c.ID.String()), nil
		})
	private(r, create("/v1/campaigns/{id}/fundings", "Book euros received from the funder", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			CampaignPath
			Body struct {
				Amount        money.Amount   `json:"amount_eur"`
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
	funder := subjectOf(actor, access.CampaignCreate, b.Funder)
	var check fault.Check
	check.That(!funder.IsZero() || access.Allow(actor, access.CampaignCreate, funder) != nil, "/funder", "must be named")
	ceiling, maximum := stated(&check, "/per_person_cap", b.PerPersonCap), stated(&check, "/maximum_eur", b.Maximum)
	rules := conversion.Rules{HouseholdCap: stated(&check, "/household_cap", b.HouseholdCap), PayerCap: stated(&check, "/payer_cap", b.PayerCap),
		Communes: b.Communes, Priority: b.Priority, BudgetMode: b.BudgetMode}
	if err := check.Err(); err != nil {
		return nil, err
	}
	c, replayed, err := r.Conversion.CreateCampaign(ctx, actor, key, conversion.CreateCampaignInput{
		Funder: funder, Name: b.Name, Rate: b.Rate, Budget: b.Budget, StartsOn: b.StartsOn, EndsOn: b.EndsOn,
		PerPersonCap: ceiling, PerPersonPeriod: b.PerPersonPeriod, Minimum: b.Minimum, Maximum: maximum,
		EligibleKinds: b.EligibleKinds, WhenExhausted: b.WhenExhausted,
		Convention: conversion.Convention{Reference: b.Convention.Reference, Date: b.Convention.Date},
		Rules:      rules,
	})
	if err != nil {
		return nil, err
	}
	return answered(c, replayed, "/v1/campaigns/"+c.ID.String()), nil
}

// stated returns an amount that may be left out and is above zero where it is
// stated: 0.00 never means "none".
func stated(check *fault.Check, pointer string, a *money.Amount) money.Amount {
	if a == nil {
		return 0
	}
	check.That(*a > 0, pointer, "must be more than 0.00; leave it out where there is none")
	return *a
}
