// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// FundCampaignInput is a transfer of the funder as the bank shows it.
type FundCampaignInput struct {
	Campaign      CampaignID     `json:"campaign"`
	Amount        money.Amount   `json:"amount_eur"`
	BankReference string         `json:"bank_reference"`
	Account       ledger.Account `json:"account,omitempty"` // the compte dédié it came to; the first of digital units where left out
}

// FundCampaign books euros received from the funder (rule G4, cash basis). A
// draft can be funded, since the books record what the bank did, but grants
// nothing. It returns the campaign, or ErrMissing, ErrInvalid,
// ErrCampaignClosed after the last day, ErrReferenceUsed, and ErrBudgetExceeded
// where the sum received would be above the budget.
func (s *Service) FundCampaign(ctx context.Context, actor access.Actor, key string, in FundCampaignInput) (Campaign, bool, error) {
	var check fault.Check
	check.That(payable(in.Amount), "/amount_eur", "must be above zero")
	check.That(printable(in.BankReference, 140), "/bank_reference", "must be 1 to 140 printable characters")
	return execute[Campaign](ctx, s, ledger.Command{Actor: actor, Action: access.CampaignFund, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			if _, err := opened(tx); err != nil {
				return ident.Ref{}, err
			}
			c, err := campaignOf(tx, in.Campaign, tx.Today())
			if err != nil {
				return ident.Ref{}, err
			}
			if (tx.Today() > c.EndsOn || !c.ClosedAt.IsZero()) && c.Due == 0 {
				return ident.Ref{}, ErrCampaignClosed
			}
			bank, err := dedicated(tx, in.Account)
			if err != nil {
				return ident.Ref{}, err
			}
			if c.Due > 0 && in.Amount > c.Due {
				return ident.Ref{}, ErrBudgetExceeded
			}
			e, err := tx.Post(ledger.Draft{Kind: ledger.KindFunding, Reference: in.BankReference,
				Postings: []ledger.Posting{{Debit: bank.Account, Credit: c.receives(), Amount: in.Amount}}})
			if err != nil {
				return ident.Ref{}, err
			}
			if err := tx.Guard(ErrReferenceUsed, sqlInsertFunding, c.ID, in.BankReference, in.Amount, e.ID, tx.Now().UnixMicro()); err != nil {
				return ident.Ref{}, err
			}
			update := sqlFundCampaign
			if c.Due > 0 {
				update = sqlPaySigned
			}
			if err := tx.Guard(ErrBudgetExceeded, update, c.ID, in.Amount); err != nil {
				return ident.Ref{}, err
			}
			return keepCampaign(tx, c.ID)
		})
}
