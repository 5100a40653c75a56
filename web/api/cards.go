// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
)

func placeOfCardDecision(d conversion.CardDecision) string {
	return "/v1/card-decisions/" + d.ID.String()
}

// cards adds the payments by card that a person must look at, and what is decided
// about them by two people (D9).
func (r *routes) cards() {
	const tag = "conversions"
	private(r, get("/v1/odd-card-payments", "Payments by card that a person must look at, newest first", tag), func(ctx context.Context, actor access.Actor, _ *struct{}) (*shown[list[conversion.Checkout]], error) {
		items, err := r.Conversion.OddCheckouts(ctx, actor, 200)
		return show(whole(items), err)
	})
	private(r, get("/v1/card-decisions", "What was decided about payments by card, newest first", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Page
		Status conversion.CardDecisionStatus `query:"status" required:"false" enum:"proposed,done,withdrawn" doc:"proposed: awaits another person"`
	}) (*shown[list[conversion.CardDecision]], error) {
		var before conversion.CardDecisionID
		if before.UnmarshalText([]byte(in.Cursor)) != nil {
			return nil, ledger.ErrCursor
		}
		items, err := r.Conversion.CardDecisions(ctx, actor, conversion.CardDecisionFilter{Status: in.Status, Before: before, Limit: in.Limit})
		return show(listOf(items, in.Limit, func(d conversion.CardDecision) string { return d.ID.String() }), err)
	})
	private(r, get("/v1/card-decisions/{id}", "Read a decision about a payment by card", tag), func(ctx context.Context, actor access.Actor, in *struct {
		ID conversion.CardDecisionID `path:"id"`
	}) (*shown[conversion.CardDecision], error) {
		d, err := r.Conversion.CardDecision(ctx, actor, in.ID)
		return show(d, err)
	})
	private(r, create("/v1/card-decisions", "Propose what becomes of an odd payment by card, or note that somebody looked", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Body struct {
			Conversion conversion.ID       `json:"conversion" doc:"That the payment was made for"`
			Deed       conversion.CardDeed `json:"deed" enum:"credit,returned,noted"`
			Holder     ident.Holder        `json:"holder,omitzero" required:"false" doc:"Of a credit; whoever asked for the conversion where left out"`
			Note       string              `json:"note" minLength:"1" maxLength:"200"`
		}
	}) (*done[conversion.CardDecision], error) {
		return keyed(in.Keyed, actor, access.CheckoutDecide, func(key string) (conversion.CardDecision, bool, error) {
			return r.Conversion.DecideCard(ctx, actor, key, conversion.DecideCardInput(in.Body))
		}, placeOfCardDecision)
	})
	turn := func(path, words string, action access.Action, do func(context.Context, access.Actor, string, conversion.CardDecisionID) (conversion.CardDecision, bool, error)) {
		private(r, create("/v1/card-decisions/{id}/"+path, words, tag), func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			ID   conversion.CardDecisionID `path:"id"`
			Body *empty
		}) (*done[conversion.CardDecision], error) {
			return keyed(in.Keyed, actor, action, func(key string) (conversion.CardDecision, bool, error) { return do(ctx, actor, key, in.ID) }, placeOfCardDecision)
		})
	}
	turn("approvals", "Carry a decision out, as another person than who proposed it (D9)", access.CheckoutApprove, r.Conversion.ApproveCard)
	turn("withdrawals", "Take a decision back, or turn it down", access.CheckoutWithdraw, r.Conversion.WithdrawCard)
}
