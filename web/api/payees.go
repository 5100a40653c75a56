// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/problem"
)

type PayoutAccountPath struct {
	ID conversion.PayoutAccountID `path:"id"`
}

// payees are the accounts that euros are sent to.
func (r *routes) payees() {
	const tag = "redemptions"
	private(r, create("/v1/payout-accounts", "Say where a holder's euros are sent; a change holds after 48 hours", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			Body struct {
				Wallet ident.Wallet `json:"wallet,omitzero" required:"false" doc:"The caller's own where absent"`
				IBAN   string       `json:"iban" minLength:"15" maxLength:"50"`
				BIC    string       `json:"bic,omitempty" required:"false" maxLength:"11" doc:"Needed outside the European Economic Area"`
				Name   string       `json:"name" minLength:"1" maxLength:"70" doc:"Exactly as on the bank's certificate"`
			}
		}) (*done[conversion.PayoutAccount], error) {
			key, err := in.key()
			if err != nil {
				return nil, err
			}
			holder := ownerOf(actor, access.PayoutAccountSet, in.Body.Wallet)
			tell, err := r.tell(ctx)
			if err != nil {
				return nil, err
			}
			a, replayed, err := r.Runs.SetAccount(ctx, actor, key, conversion.SetPayoutAccountInput{Holder: holder,
				IBAN: in.Body.IBAN, BIC: in.Body.BIC, Name: in.Body.Name}, tell)
			if err != nil {
				return nil, Concealed(actor, access.PayoutAccountSet, err)
			}
			return answered(a, replayed, "/v1/payout-accounts?wallet="+ident.WalletOf(holder).String()), nil
		})
	private(r, get("/v1/payout-accounts", "List the accounts of a holder, newest first", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Wallet ident.Wallet `query:"wallet" required:"false"`
	}) (*shown[list[conversion.PayoutAccount]], error) {
		all, err := r.Conversion.PayoutAccounts(ctx, actor, ownerOf(actor, access.PayoutAccountRead, in.Wallet))
		return show(whole(all), err)
	})
	private(r, create("/v1/payout-accounts/{id}/approvals", "Approve an account that staff wrote, with the number read on the certificate", tag),
		func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			PayoutAccountPath
			Body struct {
				IBAN string `json:"iban" minLength:"15" maxLength:"50"`
			}
		}) (*done[conversion.PayoutAccount], error) {
			key, err := in.key()
			if err != nil {
				return nil, err
			}
			tell, err := r.tell(ctx)
			if err != nil {
				return nil, err
			}
			a, replayed, err := r.Runs.ApproveAccount(ctx, actor, key, conversion.ApprovePayoutAccountInput{Account: in.ID, IBAN: in.Body.IBAN}, tell)
			if err != nil {
				return nil, err
			}
			return answered(a, replayed, "/v1/payout-accounts?wallet="+ident.WalletOf(a.Holder).String()), nil
		})
}

// tell returns what tells the people of a holder about a change of account.
func (r *routes) tell(ctx context.Context) (conversion.Tell, error) {
	if r.Notice == nil {
		return nil, nil
	}
	return r.Notice(ctx, problem.Speaks(ctx))
}
