// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ops/fonte"
)

// fonte adds demurrage: the rules that were voted, off where there is none (L12).
func (r *routes) fonte() {
	const tag = "fonte"
	public(r, get("/v1/fonte", "The rule of fonte in force and the one announced, none where nothing was voted (L12)", tag),
		func(ctx context.Context, _ *struct{}) (*shown[list[fonte.Rule]], error) {
			items, err := r.Fonte.Current(ctx)
			return show(whole(items), err)
		})
	private(r, get("/v1/fonte/rules", "Every rule of fonte with the periods taken, newest first", tag), func(ctx context.Context, actor access.Actor, _ *struct{}) (*shown[list[fonte.Rule]], error) {
		items, err := r.Fonte.Rules(ctx, actor)
		return show(whole(items), err)
	})
	private(r, get("/v1/fonte/{id}/preview", "What the next period of a rule would take today", tag), func(ctx context.Context, actor access.Actor, in *struct {
		ID fonte.RuleID `path:"id"`
	}) (*shown[fonte.Preview], error) {
		p, err := r.Fonte.Preview(ctx, actor, in.ID)
		return show(p, Concealed(actor, access.FonteRead, err))
	})
	private(r, create("/v1/fonte", "Prepare a rule, or the change of one, with its notice", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Body fonte.RuleTerms
	}) (*done[fonte.Rule], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		return ruled(r.Fonte.Prepare(ctx, actor, key, in.Body))
	})
	type turn struct {
		Keyed
		ID   fonte.RuleID `path:"id"`
		Body *empty
	}
	private(r, create("/v1/fonte/{id}/approvals", "Approve a rule, as another person (D9): it is announced", tag), func(ctx context.Context, actor access.Actor, in *turn) (*done[fonte.Rule], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		answer, err := ruled(r.Fonte.Approve(ctx, actor, key, in.ID))
		return answer, Concealed(actor, access.FonteApprove, err)
	})
	private(r, create("/v1/fonte/{id}/ends", "End a rule for every period that is not over, or withdraw a draft", tag), func(ctx context.Context, actor access.Actor, in *turn) (*done[fonte.Rule], error) {
		key, err := in.key()
		if err != nil {
			return nil, err
		}
		answer, err := ruled(r.Fonte.End(ctx, actor, key, in.ID))
		return answer, Concealed(actor, access.FonteEnd, err)
	})
}

// ruled answers with a rule.
func ruled(rule fonte.Rule, replayed bool, err error) (*done[fonte.Rule], error) {
	if err != nil {
		return nil, err
	}
	return answered(rule, replayed, "/v1/fonte/rules"), nil
}
