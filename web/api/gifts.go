// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/gift"
)

// gifts adds the share of what members changed that goes to an association.
func (r *routes) gifts() {
	const tag = "gifts"
	public(r, get("/v1/gift-associations", "Associations that members may choose", tag), func(ctx context.Context, _ *struct{}) (*shown[list[gift.Candidate]], error) {
		items, err := r.Gift.Associations(ctx)
		return show(whole(items), err)
	})
	private(r, create("/v1/gift-associations", "Let an association be chosen, or not any more", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Body gift.AdmitInput
	}) (*done[list[gift.Candidate]], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		replayed, err := r.Gift.Admit(ctx, actor, key, in.Body)
		if err != nil {
			return nil, err
		}
		items, err := r.Gift.Associations(ctx)
		return answered(whole(items), replayed, "/v1/gift-associations"), err
	})
	private(r, get("/v1/holders/{id}/gift-choice", "The association that a member chose", tag), func(ctx context.Context, actor access.Actor, in *struct {
		ID ident.Holder `path:"id"`
	}) (*shown[gift.Choice], error) {
		c, err := r.Gift.ChoiceOf(ctx, actor, in.ID)
		return show(c, err)
	})
	private(r, create("/v1/holders/{id}/gift-choice", "Choose an association, or none", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		ID   ident.Holder `path:"id"`
		Body struct {
			Association ident.Holder `json:"association,omitzero" required:"false" doc:"None where left out"`
		}
	}) (*done[gift.Choice], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		c, replayed, err := r.Gift.Choose(ctx, actor, key, gift.ChooseInput{Holder: in.ID, Association: in.Body.Association})
		if err != nil {
			return nil, err
		}
		return answered(c, replayed, "/v1/holders/"+in.ID.String()+"/gift-choice"), nil
	})
	private(r, get("/v1/gift-rounds", "The latest rounds of gifts, newest first", tag), func(ctx context.Context, actor access.Actor, _ *struct{}) (*shown[list[gift.Round]], error) {
		items, err := r.Gift.Rounds(ctx, actor, 100)
		return show(whole(items), err)
	})
	private(r, create("/v1/gift-rounds", "Compute the gifts of a period that is over", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Body gift.PrepareInput
	}) (*done[gift.Round], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		return turned(r.Gift.Prepare(ctx, actor, key, in.Body))
	})
	type turn struct {
		Keyed
		ID   gift.RoundID `path:"id"`
		Body *empty
	}
	private(r, create("/v1/gift-rounds/{id}/approvals", "Approve a round, as another person (D9)", tag), func(ctx context.Context, actor access.Actor, in *turn) (*done[gift.Round], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		answer, err := turned(r.Gift.Approve(ctx, actor, key, in.ID))
		return answer, Concealed(actor, access.GiftApprove, err)
	})
	private(r, create("/v1/gift-rounds/{id}/cancellations", "Give a round up", tag), func(ctx context.Context, actor access.Actor, in *turn) (*done[gift.Round], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		answer, err := turned(r.Gift.Cancel(ctx, actor, key, in.ID))
		return answer, Concealed(actor, access.GiftCancel, err)
	})
	private(r, create("/v1/gift-rounds/{id}/settlements", "Issue the units against the euros that were moved into the fund", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		ID   gift.RoundID `path:"id"`
		Body struct {
			BankReference string         `json:"bank_reference" minLength:"1" maxLength:"140"`
			Account       ledger.Account `json:"account,omitempty" required:"false"`
			BookedOn      civil.Date     `json:"booked_on,omitzero" required:"false"`
		}
	}) (*done[gift.Round], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		answer, err := turned(r.Gift.Give(ctx, actor, key, gift.GiveInput{Round: in.ID, BankReference: in.Body.BankReference, Account: in.Body.Account, BookedOn: in.Body.BookedOn}))
		return answer, Concealed(actor, access.GiftSettle, err)
	})
}

// turned answers with a round.
func turned(round gift.Round, replayed bool, err error) (*done[gift.Round], error) {
	if err != nil {
		return nil, err
	}
	return answered(round, replayed, "/v1/gift-rounds"), nil
}
