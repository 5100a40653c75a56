// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant

import (
	"context"
	"errors"

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
	r, err := s.request(ctx, sqlRequest, id)
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
			return ident.Ref{}, whyClosed(tx, id, err)
		}
		if err := closeRequest(tx, id, sqlPayRequest, e.ID, tx.Now().UnixMicro(), id); err != nil {
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
	p.Merchant, p.Request = &Named{r.Merchant.ID, r.Merchant.Name}, id
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
	r, err := s.request(ctx, sqlRequest, id)
	if err != nil {
		return PaymentRequest{}, false, hidden(actor, access.RequestRead, err)
	}
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.RequestCancel, Owner: r.Holder, Key: key, Input: id},
		func(tx *ledger.Tx) (ident.Ref, error) {
			tx.Touch(r.Merchant.ID.Ref())
			return id.Ref(), closeRequest(tx, id, sqlCancelRequest, id, tx.Now().UnixMicro())
		})
	if err != nil {
		return PaymentRequest{}, false, err
	}
	r.Status = Cancelled // nothing changes a cancelled request
	return r, out.Replayed, nil
}

// closeRequest runs the guarded update that closes a request.
func closeRequest(tx *ledger.Tx, id RequestID, query string, args ...any) error {
	n, err := tx.Exec(query, args...)
	if err != nil || n == 1 {
		return err
	}
	return whyClosed(tx, id, ErrRequestExpired)
}

// whyClosed returns the refusal that tells why a request is closed, or the other
// refusal where it is open. What is no refusal is passed on.
func whyClosed(tx *ledger.Tx, id RequestID, otherwise error) error {
	if fault.As(otherwise) == nil {
		return otherwise
	}
	var status RequestStatus
	if err := tx.QueryRow(sqlRequestState, id).Scan(&status); err != nil {
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

// expirySlice is how many requests one command closes at most.
const expirySlice = 200

// ExpireDue closes the open requests whose time is over and returns how many.
// It is for the job that does so, and may be run at any time and again.
func (s *Service) ExpireDue(ctx context.Context, actor access.Actor) (int, error) {
	if err := access.Allow(actor, access.RequestExpire, ident.Holder{}); err != nil {
		return 0, err
	}
	total := 0
	for {
		var first RequestID
		err := s.ledger.Reader().QueryRowContext(ctx, sqlDueRequests, s.ledger.Now().UnixMicro(), 1).Scan(&first)
		if noRows(err) {
			return total, nil
		}
		if err != nil {
			return total, err
		}
		closed := 0
		// The oldest one due makes the key: no later command can meet it again,
		// since one that closes nothing is refused and leaves its key free.
		_, err = s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.RequestExpire, Key: "expire/" + first.String(), Input: first},
			func(tx *ledger.Tx) (ident.Ref, error) {
				var err error
				closed, err = expire(tx)
				return first.Ref(), err
			})
		if errors.Is(err, errNothingDue) {
			return total, nil
		}
		if err != nil {
			return total, err
		}
		if total += closed; closed == 0 {
			return total, nil
		}
	}
}

// expire closes the requests that are due at the instant of the batch. It
// returns errNothingDue where none is, as by a clock that was set back since.
func expire(tx *ledger.Tx) (int, error) {
	now := tx.Now().UnixMicro()
	due, err := dueRequests(tx, now)
	if err != nil {
		return 0, err
	}
	if len(due) == 0 {
		return 0, errNothingDue
	}
	for _, id := range due {
		if err := tx.Guard(ErrRequestExpired, sqlExpireRequest, id, now); err != nil {
			return 0, err
		}
		tx.Touch(id.Ref())
	}
	return len(due), nil
}

func dueRequests(tx *ledger.Tx, now int64) ([]RequestID, error) {
	rows, err := tx.Query(sqlDueRequests, now, expirySlice)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var due []RequestID
	for rows.Next() {
		var id RequestID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		due = append(due, id)
	}
	return due, rows.Err()
}
