// SPDX-License-Identifier: AGPL-3.0-or-later

package payout

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// ApproveInput is what the second person read.
type ApproveInput struct {
	Digest string `json:"digest"`
}

// Approve approves a draft whose digest the actor read, who is another person
// than the one who prepared it (rule D9). It returns ErrForbidden, ErrMissing,
// ErrNotDraft, ErrWithdrawn, ErrSamePerson, ErrDigestChanged, and what Execute
// returns.
func (s *Service) Approve(ctx context.Context, actor access.Actor, key string, id BatchID, in ApproveInput) (Batch, bool, error) {
	b, err := s.load(ctx, id)
	if err != nil {
		return Batch{}, false, hidden(actor, access.BatchApprove, err)
	}
	if err := access.Allow(actor, access.BatchApprove, b.Collectivity); err != nil {
		return Batch{}, false, err
	}
	digest, err := hex.DecodeString(in.Digest)
	if err != nil || hex.EncodeToString(b.digest()) != b.Digest {
		return Batch{}, false, ErrDigestChanged
	}
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.BatchApprove, Owner: b.Collectivity, Key: key, Input: approving{id, in}},
		func(tx *ledger.Tx) (ident.Ref, error) {
			n, err := tx.Exec(sqlApprove, actor.ID, tx.Now().UnixMicro(), id, digest)
			if err != nil || n == 1 {
				return id.Ref(), err
			}
			return ident.Ref{}, whyNotApproved(tx, id, actor.ID)
		})
	if err != nil {
		return Batch{}, false, err
	}
	return s.answer(ctx, out, Approved, 0)
}

type approving struct {
	Batch BatchID `json:"batch"`
	ApproveInput
}

func whyNotApproved(tx *ledger.Tx, id BatchID, actor ident.User) error {
	b, err := scanBatch(tx.QueryRow(sqlBatch, id))
	switch {
	case err != nil:
		return err
	case b.Status == Withdrawn:
		return ErrWithdrawn
	case b.Status != Drafted:
		return ErrNotDraft
	case b.PreparedBy == actor:
		return ErrSamePerson
	}
	return ErrDigestChanged
}

// FundInput is the bank transfer of a collectivité.
type FundInput struct {
	AmountEUR     money.Amount   `json:"amount_eur"`
	BankReference string         `json:"bank_reference"`       // as on the statement; counts once
	Account       ledger.Account `json:"account,omitempty"`    // the compte dédié it came to; the first of digital units where absent
	ReceivedOn    civil.Date     `json:"received_on,omitzero"` // value date; the day of the command where absent
}

// Funding is a bank transfer that was counted for a batch.
type Funding struct {
	BankReference string
	AmountEUR     money.Amount
	Account       ledger.Account
	ReceivedOn    civil.Date
	Entry         ident.Entry
}

// Fund books euros received for an approved batch. The batch is funded when what
// was received equals its total to the cent (rule P8). It returns ErrForbidden,
// ErrMissing, ErrInvalid with every wrong field, ErrAccount, ErrNotApproved,
// ErrAmountDiffers, ErrReferenceUsed, and what Execute returns.
func (s *Service) Fund(ctx context.Context, actor access.Actor, key string, id BatchID, in FundInput) (Batch, bool, error) {
	if err := access.Allow(actor, access.BatchFund, ident.Holder{}); err != nil {
		return Batch{}, false, err
	}
	b, err := s.load(ctx, id)
	if err != nil {
		return Batch{}, false, err
	}
	var check fault.Check
	check.That(in.AmountEUR > 0 && in.AmountEUR <= money.Max, "/amount_eur", "must be more than 0.00")
	check.That(printable(in.BankReference, 140), "/bank_reference", "must be 1 to 140 printable characters")
	check.That(in.ReceivedOn <= civil.Of(s.ledger.Now()), "/received_on", "must not be in the future")
	if err := check.Err(); err != nil {
		return Batch{}, false, err
	}
	bank, err := s.dedicated(ctx, in.Account)
	if err != nil {
		return Batch{}, false, err
	}
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.BatchFund, Owner: b.Collectivity, Key: key, Input: funding{id, in}},
		func(tx *ledger.Tx) (ident.Ref, error) {
			return id.Ref(), fund(tx, b, bank, in)
		})
	if err != nil {
		return Batch{}, false, err
	}
	var kept funded
	if err := json.Unmarshal(out.Result, &kept); err != nil {
		return Batch{}, false, fmt.Errorf("stored funding: %w", err)
	}
	return s.answer(ctx, out, kept.Status, kept.Received)
}

type funding struct {
	Batch BatchID `json:"batch"`
	FundInput
}

// funded is what a funding command keeps of its answer.
type funded struct {
	Status   Status       `json:"status"`
	Received money.Amount `json:"received"`
}

func fund(tx *ledger.Tx, b Batch, bank ledger.Account, in FundInput) error {
	n, err := tx.Exec(sqlFund, in.AmountEUR, b.ID)
	if err != nil {
		return err
	}
	now, err := scanBatch(tx.QueryRow(sqlBatch, b.ID))
	switch {
	case err != nil:
		return err
	case n == 0 && now.Status != Approved:
		return ErrNotApproved
	case n == 0:
		return ErrAmountDiffers
	}
	payer := ledger.Payer(b.Collectivity)
	if err := errors.Join(tx.Open(payer), tx.Open(ledger.ToReturn(b.Collectivity))); err != nil {
		return err
	}
	if in.ReceivedOn == 0 {
		in.ReceivedOn = tx.Today()
	}
	e, err := tx.Post(ledger.Draft{Kind: ledger.KindFunding, BookedOn: in.ReceivedOn, Reference: in.BankReference,
		Postings: []ledger.Posting{{Debit: bank, Credit: payer, Amount: in.AmountEUR}}})
	if err != nil {
		return err
	}
	if err := tx.Guard(ErrReferenceUsed, sqlInsertFunding, in.BankReference, b.ID, in.AmountEUR, string(bank), in.ReceivedOn, e.ID); err != nil {
		return err
	}
	return tx.Keep(funded{now.Status, now.ReceivedEUR})
}

// dedicated returns a compte dédié of digital units: the one asked for, or the
// first. It returns ErrAccount, or conversion.ErrNotOpen.
func (s *Service) dedicated(ctx context.Context, asked ledger.Account) (ledger.Account, error) {
	currency, err := s.border.Currency(ctx)
	if err != nil {
		return "", err
	}
	for _, a := range currency.Accounts {
		if a.Pool == ledger.Digital && (asked == "" || asked == a.Account) {
			return a.Account, nil
		}
	}
	return "", ErrAccount
}
