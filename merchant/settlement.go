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

// PayRequestInput is what a payer adds to a request. Amount and payee are the
// request's own.
type PayRequestInput struct {
	From         ident.Wallet `json:"from,omitzero"`           // the actor's own wallet where absent
	ExpectAmount money.Amount `json:"expect_amount,omitempty"` // refused where the request asks for another amount

	Consent *ledger.Consent `json:"consent,omitempty"` // of the payer, used up with the payment; nil where none is needed
}

// PayRequest pays an open request, once, whatever the number of payers. It
// returns ErrForbidden, ErrMissing, ErrCannotSpend (rule P6), ErrSameWallet,
// ErrRequestAmount, ErrRequestExpired, ErrRequestCancelled, ErrRequestPaid,
// ledger.ErrInsufficientFunds, and what Execute returns.
func (s *Service) PayRequest(ctx context.Context, actor access.Actor, key string, id RequestID, in PayRequestInput) (Payment, bool, error) {
	from, err := s.payer(ctx, actor, in.From)
	if err != nil {
		return Payment{}, false, err
	}
	in.From = ident.WalletOf(from)
	r, err := s.anyRequest(ctx, id)
	if err != nil {
		return Payment{}, false, hidden(actor, access.RequestRead, err)
	}
	if r.Holder == from {
		return Payment{}, false, ErrSameWallet
	}
	if in.ExpectAmount != 0 && in.ExpectAmount != r.Amount {
		return Payment{}, false, ErrRequestAmount
	}
	debit, credit := ledger.Wallet(from), ledger.Wallet(r.Holder)
	out, err := s.ledger.Execute(ctx, ledger.Command{
		Actor: actor, Action: access.PaymentCreate, Owner: from, Key: key, Input: paying{id, in},
		Accounts: []ledger.Account{debit, credit},
	}, func(tx *ledger.Tx) (ident.Ref, error) {
		e, err := tx.Post(ledger.Draft{Kind: ledger.KindPayment, Reference: r.Reference,
			Postings: []ledger.Posting{{Debit: debit, Credit: credit, Amount: r.Amount}}})
		if err != nil {
			return ident.Ref{}, whyClosed(tx, r, err)
		}
		if err := closeRequest(tx, r, r.statements().pay, e.ID, tx.Now().UnixMicro(), id); err != nil {
			return ident.Ref{}, err
		}
		if err := in.Consent.Take(tx, PaymentOf(e.ID).Ref(), e.ID); err != nil {
			return ident.Ref{}, err
		}
		tx.Touch(id.Ref())
		return PaymentOf(e.ID).Ref(), attribute(tx, e.ID, r.Merchant.ID, id)
	})
	if err != nil {
		return Payment{}, false, err
	}
	// Amount, payee and merchant of a request never change, so that a repeated
	// key is answered alike.
	p := settled(out, r.Amount, in.From, ident.WalletOf(r.Holder))
	p.Request = id
	if !r.Personal() {
		p.Merchant = &Named{r.Merchant.ID, r.Merchant.Name}
	}
	return p, out.Replayed, nil
}

type paying struct {
	Request RequestID `json:"request"`
	PayRequestInput
}

// CancelRequest withdraws an open request. It returns ErrForbidden, ErrMissing,
// ErrRequestExpired, ErrRequestCancelled, ErrRequestPaid, and what Execute
// returns.
func (s *Service) CancelRequest(ctx context.Context, actor access.Actor, key string, id RequestID) (PaymentRequest, bool, error) {
	r, err := s.anyRequest(ctx, id)
	if err != nil {
		return PaymentRequest{}, false, hidden(actor, access.RequestRead, err)
	}
	action := access.RequestCancel
	if r.Personal() {
		action = access.RequestWithdraw
	}
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: action, Owner: r.Holder, Key: key, Input: id},
		func(tx *ledger.Tx) (ident.Ref, error) {
			if !r.Personal() {
				tx.Touch(r.Merchant.ID.Ref())
			}
			return id.Ref(), closeRequest(tx, r, r.statements().cancel, id, tx.Now().UnixMicro())
		})
	if err != nil {
		return PaymentRequest{}, false, err
	}
	r.Status = Cancelled // nothing changes a cancelled request
	return r, out.Replayed, nil
}

// closeRequest runs the guarded update that closes a request.
func closeRequest(tx *ledger.Tx, r PaymentRequest, query string, args ...any) error {
	n, err := tx.Exec(query, args...)
	if err != nil || n == 1 {
		return err
	}
	return whyClosed(tx, r, ErrRequestExpired)
}

// whyClosed returns the refusal that tells why a request is closed, or the other
// refusal where it is open. What is no refusal is passed on.
func whyClosed(tx *ledger.Tx, r PaymentRequest, otherwise error) error {
	if fault.As(otherwise) == nil {
		return otherwise
	}
	var status RequestStatus
	if err := tx.QueryRow(r.statements().state, r.ID).Scan(&status); err != nil {
		return err
	}
	switch status {
	case Paid:
		return ErrRequestPaid
	case Cancelled:
		return ErrRequestCancelled
	case Expired:
		return ErrRequestExpired
	}
	return otherwise
}
