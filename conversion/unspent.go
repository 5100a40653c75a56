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

const (
	sqlReturnUnspent = `UPDATE campaigns SET returned = returned + $2, version = version + 1
		WHERE id = $1 AND granted + reserved + returned + $2 <= received`
	sqlInsertUnspent = `INSERT INTO campaign_returns (campaign, bank_reference, amount, entry, booked_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (campaign, bank_reference) DO NOTHING`
)

// ReturnUnspentInput says that the bank sent the unspent euros of a closed
// campaign back to its funder.
type ReturnUnspentInput struct {
	Campaign      CampaignID     `json:"campaign"`
	Amount        money.Amount   `json:"amount_eur"` // what Unspent told
	BankReference string         `json:"bank_reference"`
	Account       ledger.Account `json:"account,omitempty"` // the compte dédié that paid; the first of digital units where left out
}

// Unspent is the euros of a campaign that are to go back to its funder: paid, and
// neither granted, nor reserved for conversions that await their euros, nor sent
// back before. It is zero while the campaign is not closed.
func (c *Campaign) Unspent() money.Amount {
	if c.Status != CampaignClosed {
		return 0
	}
	return max(0, c.Remaining-c.Due)
}

// ReturnUnspent books that unspent euros went back to the funder (P12). It can be
// done again when a conversion that was reserved expires, or one that was granted
// is taken back. What was signed and is neither paid nor granted lapses. It
// returns ErrMissing, ErrInvalid, ErrForbidden, ErrCampaignOpen while the campaign
// may still grant, ErrUnspentDiffers where the amount is not what is to go back,
// and ErrReferenceUsed.
func (s *Service) ReturnUnspent(ctx context.Context, actor access.Actor, key string, in ReturnUnspentInput) (Campaign, bool, error) {
	var check fault.Check
	check.That(payable(in.Amount), "/amount_eur", "must be above zero")
	check.That(printable(in.BankReference, 140), "/bank_reference", "must be 1 to 140 printable characters")
	return execute[Campaign](ctx, s, ledger.Command{Actor: actor, Action: access.CampaignReturn, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			c, err := campaignOf(tx, in.Campaign, tx.Today())
			switch {
			case err != nil:
				return ident.Ref{}, err
			case c.Status != CampaignClosed:
				return ident.Ref{}, ErrCampaignOpen
			case c.Unspent() != in.Amount:
				return ident.Ref{}, ErrUnspentDiffers
			}
			bank, err := dedicated(tx, in.Account)
			if err != nil {
				return ident.Ref{}, err
			}
			if err := c.lapse(tx, min(c.Due, c.Remaining)); err != nil {
				return ident.Ref{}, err
			}
			e, err := tx.Post(ledger.Draft{Kind: ledger.KindUnspent, Reference: in.BankReference,
				Postings: []ledger.Posting{{Debit: c.grant(), Credit: bank.Account, Amount: in.Amount}}})
			if err != nil {
				return ident.Ref{}, err
			}
			if err := tx.Guard(ErrReferenceUsed, sqlInsertUnspent, c.ID, in.BankReference, in.Amount, e.ID, tx.Now().UnixMicro()); err != nil {
				return ident.Ref{}, err
			}
			if err := tx.Guard(ErrBudgetExhausted, sqlReturnUnspent, c.ID, in.Amount); err != nil {
				return ident.Ref{}, err
			}
			return keepCampaign(tx, c.ID)
		})
}
