// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

type RedemptionPath struct {
	ID conversion.RedemptionID `path:"id"`
}

func (r *routes) redemptions() {
	const tag = "redemptions"
	private(r, create("/v1/redemptions", "Ask for units to be changed back into euros", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			Body struct {
				Wallet ident.Wallet `json:"wallet,omitzero" required:"false" doc:"The caller's own where absent"`
				Amount money.Amount `json:"amount"`
			}
		}) (*done[conversion.Redemption], error) {
			return redeemed(in.key())(func(key string) (conversion.Redemption, bool, error) {
				if err := r.direct(ctx, access.RedemptionRequest, in.Body.Wallet); err != nil {
					return conversion.Redemption{}, false, err
				}
				return r.Conversion.RequestRedemption(ctx, actor, key, conversion.RequestRedemptionInput{
					Holder: ownerOf(actor, access.RedemptionRequest, in.Body.Wallet), Amount: in.Body.Amount})
			})
		})
	private(r, get("/v1/redemptions", "List redemptions, newest first", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Page
		Wallet ident.Wallet                `query:"wallet" required:"false"`
		Status conversion.RedemptionStatus `query:"status" required:"false" enum:"requested,in_run,sent,settled,refused"`
	}) (*shown[list[conversion.Redemption]], error) {
		f := conversion.RedemptionFilter{Status: in.Status, Limit: in.Limit}
		if f.Before.UnmarshalText([]byte(in.Cursor)) != nil {
			return nil, ledger.ErrCursor
		}
		if f.Holder = ident.HolderOf(in.Wallet); f.Holder.IsZero() && access.Allow(actor, access.RedemptionRead, f.Holder) != nil {
			f.Holder = ownerOf(actor, access.RedemptionRead, in.Wallet)
		}
		items, err := r.Conversion.Redemptions(ctx, actor, f)
		return show(listOf(items, in.Limit, func(d conversion.Redemption) string { return d.ID.String() }), err)
	})
	private(r, get("/v1/redemptions/{id}", "Read a redemption", tag), func(ctx context.Context, actor access.Actor, in *RedemptionPath) (*shown[conversion.Redemption], error) {
		d, err := r.Conversion.Redemption(ctx, actor, in.ID)
		if err != nil {
			return nil, Concealed(actor, access.RedemptionRead, err)
		}
		return show(d, r.People.Looked(ctx, actor, d.Holder, "redemption"))
	})
	private(r, create("/v1/redemptions/{id}/settlements", "Say that the euros were sent", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			RedemptionPath
			Body struct {
				BankReference string         `json:"bank_reference" minLength:"1" maxLength:"70"`
				Account       ledger.Account `json:"account,omitempty" required:"false"`
			}
		}) (*done[conversion.Redemption], error) {
			return redeemed(in.key())(func(key string) (conversion.Redemption, bool, error) {
				return r.Conversion.SettleRedemption(ctx, actor, key, conversion.SettleRedemptionInput{Redemption: in.ID,
					BankReference: in.Body.BankReference, Account: in.Body.Account})
			})
		})
	private(r, create("/v1/redemptions/{id}/refusals", "Refuse a redemption and give the units back", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			RedemptionPath
			Body struct {
				Reason string `json:"reason" minLength:"1" maxLength:"140"`
			}
		}) (*done[conversion.Redemption], error) {
			return redeemed(in.key())(func(key string) (conversion.Redemption, bool, error) {
				return r.Conversion.RefuseRedemption(ctx, actor, key, conversion.RefuseRedemptionInput{Redemption: in.ID, Reason: in.Body.Reason})
			})
		})
}

// redeemed runs a command that answers a redemption.
func redeemed(key string, err error) func(func(string) (conversion.Redemption, bool, error)) (*done[conversion.Redemption], error) {
	return func(run func(string) (conversion.Redemption, bool, error)) (*done[conversion.Redemption], error) {
		if err != nil {
			return nil, err
		}
		d, replayed, err := run(key)
		if err != nil {
			return nil, err
		}
		return answered(d, replayed, "/v1/redemptions/"+d.ID.String()), nil
	}
}
