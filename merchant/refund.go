// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant

import (
	"context"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// RefundInput says how much of a payment goes back.
type RefundInput struct {
	Amount money.Amount `json:"amount,omitempty"` // all that is left where absent
}

// Refund gives units of a payment back to its payer and to nobody else, never as
// euros (rules L5, L7). The actor is on the payee's side. The refunds of a
// payment never exceed it, however many are asked for at once.
//
// It returns ErrForbidden, ErrMissing (staff only), ErrInvalid, ErrNotRefundable
// for a refund, ErrRefundExceeds, ledger.ErrInsufficientFunds, and what Execute
// returns.
func (s *Service) Refund(ctx context.Context, actor access.Actor, key string, id PaymentID, in RefundInput) (Payment, bool, error) {
	paid, kind, err := s.read(ctx, actor, id)
	if err != nil {
		return Payment{}, false, err
	}
	if kind == ledger.KindRefund {
		return Payment{}, false, ErrNotRefundable
	}
	var check fault.Check
	check.That(in.Amount >= 0 && in.Amount <= money.Max, "/amount", "must be more than 0.00")
	if err := check.Err(); err != nil {
		return Payment{}, false, err
	}
	payee, payer := ident.HolderOf(paid.To), ident.HolderOf(paid.From)
	debit, credit := ledger.Wallet(payee), ledger.Wallet(payer)
	out, err := s.ledger.Execute(ctx, ledger.Command{
		Actor: actor, Action: access.PaymentRefund, Owner: payee, Key: key, Input: refunding{id, in},
		Accounts: []ledger.Account{debit, credit},
	}, func(tx *ledger.Tx) (ident.Ref, error) {
		amount, err := reserveRefund(tx, paid, in.Amount)
		if err != nil {
			return ident.Ref{}, err
		}
		e, err := tx.Post(ledger.Draft{Kind: ledger.KindRefund, Reverses: paid.Entry,
			Postings: []ledger.Posting{{Debit: debit, Credit: credit, Amount: amount}}})
		if err != nil {
			return ident.Ref{}, err
		}
		tx.Touch(id.Ref())
		return PaymentOf(e.ID).Ref(), nil
	})
	if err != nil {
		return Payment{}, false, err
	}
	e, err := s.ledger.Entry(ctx, ident.Entry{Bits: out.Ref.Bits})
	if err != nil {
		return Payment{}, false, err
	}
	refund, _ := Describe(e)
	return refund, out.Replayed, nil
}

type refunding struct {
	Payment PaymentID `json:"payment"`
	RefundInput
}

// reserveRefund adds an amount, or all that is left, to what was given back.
func reserveRefund(tx *ledger.Tx, paid Payment, amount money.Amount) (money.Amount, error) {
	if amount == 0 {
		var before money.Amount
		if err := tx.QueryRow(sqlRefunded, paid.Entry).Scan(&before); err != nil && !noRows(err) {
			return 0, err
		}
		amount = paid.Amount - before
	}
	if amount <= 0 || amount > paid.Amount {
		return 0, ErrRefundExceeds
	}
	return amount, tx.Guard(ErrRefundExceeds, sqlRefund, paid.Entry, paid.Amount, amount)
}
