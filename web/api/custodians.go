// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"context"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
)

func placeOfBankChange(conversion.BankChange) string { return "/v1/bank-account-changes" }

// custodians adds the accounts of the issuer, and the comptes dédiés that are opened
// and closed by two people after the opening of the book (D9, G2).
func (r *routes) custodians() {
	const tag = "fund"
	private(r, get("/v1/bank-accounts", "The accounts of the association with what the book says they hold, closed ones as well", tag), func(ctx context.Context, actor access.Actor, _ *struct{}) (*shown[list[conversion.HeldAccount]], error) {
		items, err := r.Conversion.HeldAccounts(ctx, actor)
		return show(whole(items), err)
	})
	private(r, create("/v1/bank-accounts", "Propose to open a compte dédié", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Body struct {
			Account    ledger.Account `json:"account" doc:"As eur:bank:guarantee:digital:la-nef: the pool, and a short name of the bank"`
			Custodian  string         `json:"custodian" minLength:"1" maxLength:"70" doc:"The bank, as it is shown"`
			IBAN       string         `json:"iban" minLength:"15" maxLength:"50"`
			BIC        string         `json:"bic,omitempty" required:"false" maxLength:"11" doc:"Needed outside the European Economic Area"`
			HolderName string         `json:"holder_name" minLength:"1" maxLength:"70" doc:"Exactly as on the bank's certificate"`
			Note       string         `json:"note" minLength:"1" maxLength:"200"`
		}
	}) (*done[conversion.BankChange], error) {
		return keyed(in.Keyed, actor, access.BankAccountPropose, func(key string) (conversion.BankChange, bool, error) {
			return r.Runs.ProposeBank(ctx, actor, key, conversion.ProposeBankInput(in.Body))
		}, placeOfBankChange)
	})
	private(r, create("/v1/bank-accounts/closings", "Propose to close a compte dédié that holds nothing", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Keyed
		Body struct {
			Account ledger.Account `json:"account"`
			Note    string         `json:"note" minLength:"1" maxLength:"200"`
		}
	}) (*done[conversion.BankChange], error) {
		return keyed(in.Keyed, actor, access.BankAccountPropose, func(key string) (conversion.BankChange, bool, error) {
			return r.Conversion.ProposeBankClosing(ctx, actor, key, conversion.CloseBankInput(in.Body))
		}, placeOfBankChange)
	})
	private(r, get("/v1/bank-account-changes", "Comptes dédiés that were opened or closed, newest first", tag), func(ctx context.Context, actor access.Actor, in *struct {
		Page
		Status conversion.BankChangeStatus `query:"status" required:"false" enum:"proposed,done,withdrawn" doc:"proposed: awaits another person"`
	}) (*shown[list[conversion.BankChange]], error) {
		var before conversion.BankChangeID
		if before.UnmarshalText([]byte(in.Cursor)) != nil {
			return nil, ledger.ErrCursor
		}
		items, err := r.Conversion.BankChanges(ctx, actor, in.Status, before, in.Limit)
		return show(listOf(items, in.Limit, func(c conversion.BankChange) string { return c.ID.String() }), err)
	})
	turn := func(path, words string, action access.Action, do func(context.Context, access.Actor, string, conversion.BankChangeID) (conversion.BankChange, bool, error)) {
		private(r, create("/v1/bank-account-changes/{id}/"+path, words, tag), func(ctx context.Context, actor access.Actor, in *struct {
			Keyed
			ID   conversion.BankChangeID `path:"id"`
			Body *empty
		}) (*done[conversion.BankChange], error) {
			return keyed(in.Keyed, actor, action, func(key string) (conversion.BankChange, bool, error) { return do(ctx, actor, key, in.ID) }, placeOfBankChange)
		})
	}
	turn("approvals", "Open or close the account, as another person than who proposed it (D9)", access.BankAccountApprove, r.Conversion.ApproveBank)
	turn("withdrawals", "Take a proposal back, or turn it down", access.BankAccountWithdraw, r.Conversion.WithdrawBank)
}
