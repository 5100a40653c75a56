// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"cmp"
	"context"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// SettleRedemptionInput says that the bank paid the euros.
type SettleRedemptionInput struct {
	Redemption    RedemptionID   `json:"redemption"`
	BankReference string         `json:"bank_reference"`
	Account       ledger.Account `json:"account,omitempty"`  // the compte dédié that paid; where left out that of the run, or the first of digital units
	Paid          *money.Amount  `json:"paid_eur,omitempty"` // where given, must be the euros of the redemption
	BookedOn      civil.Date     `json:"booked_on,omitzero"` // value date at the bank; the day of the command where left out
}

// SettleRedemption closes a redemption whose euros left the compte dédié: one that
// was sent in a run, or one that was paid by hand, whose units it retires. It returns ErrMissing, ErrInvalid, ErrAmountDiffers,
// ErrRedemptionInRun for one whose file was not given out yet, ErrRedemptionUnapproved
// for an exception that awaits a second person (L6), ErrRedemptionSettled
// and ErrRedemptionRefused.
func (s *Service) SettleRedemption(ctx context.Context, actor access.Actor, key string, in SettleRedemptionInput) (Redemption, bool, error) {
	var check fault.Check
	check.That(printable(in.BankReference, 140), "/bank_reference", "must be 1 to 140 printable characters")
	s.checkBooked(&check, in.BookedOn)
	return execute[Redemption](ctx, s, ledger.Command{Actor: actor, Action: access.RedemptionSettle, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			r, err := settle(tx, in)
			if err != nil {
				return ident.Ref{}, err
			}
			return keep(tx, r, r.ID.Ref())
		})
}

// SettleSentInput is a line of a bank statement that carries the id of a
// transfer.
type SettleSentInput struct {
	EndToEnd      string         `json:"end_to_end"`
	BankReference string         `json:"bank_reference"`
	Paid          money.Amount   `json:"paid_eur"`
	Account       ledger.Account `json:"account,omitempty"`
}

// SettleSent settles the redemption whose transfer a bank line names: what the
// import of statements calls. It returns ErrMissing for an id that is none of
// ours, ErrRedemptionNotSent for a transfer that is not the last one of its redemption or was
// never given out, and what SettleRedemption returns.
func (s *Service) SettleSent(ctx context.Context, actor access.Actor, key string, in SettleSentInput) (Redemption, bool, error) {
	id, attempt, ok := ParseEndToEnd(in.EndToEnd)
	var check fault.Check
	check.That(printable(in.BankReference, 140), "/bank_reference", "must be 1 to 140 printable characters")
	return execute[Redemption](ctx, s, ledger.Command{Actor: actor, Action: access.RedemptionSettle, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			if !ok {
				return ident.Ref{}, ledger.ErrMissing
			}
			r, err := redemptionOf(tx, id)
			if err != nil {
				return ident.Ref{}, err
			}
			if r.Attempt != attempt || r.Status == RedemptionRequested || r.Status == RedemptionInRun {
				return ident.Ref{}, ErrRedemptionNotSent
			}
			r, err = settle(tx, SettleRedemptionInput{Redemption: id, BankReference: in.BankReference, Account: in.Account, Paid: &in.Paid})
			if err != nil {
				return ident.Ref{}, err
			}
			return keep(tx, r, r.ID.Ref())
		})
}

// settle is the part of a settlement inside the door.
func settle(tx *ledger.Tx, in SettleRedemptionInput) (Redemption, error) {
	if _, err := opened(tx); err != nil {
		return Redemption{}, err
	}
	r, err := redemptionOf(tx, in.Redemption)
	if err != nil {
		return Redemption{}, err
	}
	if err := r.stands(RedemptionRequested, RedemptionSent); err != nil {
		return Redemption{}, err
	}
	if r.Exception != "" && r.ApprovedAt.IsZero() {
		return Redemption{}, ErrRedemptionUnapproved
	}
	if in.Paid != nil && *in.Paid != r.Euros {
		return Redemption{}, ErrAmountDiffers
	}
	asked := in.Account
	if r.Status == RedemptionSent {
		run, err := scanRun(tx.QueryRow(sqlRun, r.Run))
		if err != nil {
			return Redemption{}, err
		}
		asked = cmp.Or(asked, run.Account)
	}
	bank, err := dedicated(tx, asked)
	if err != nil {
		return Redemption{}, err
	}
	e, err := tx.Post(ledger.Draft{Kind: ledger.KindRedemption, BookedOn: in.BookedOn, Reference: in.BankReference, Postings: r.paid(bank.Account)})
	if err != nil {
		return Redemption{}, err
	}
	r.Status, r.BankReference = RedemptionSettled, in.BankReference
	return r, r.close(tx, e)
}

// paid returns the postings by which euros leave a bank account: for a transfer
// that was sent they are owed already, otherwise the units are retired at once.
func (r *Redemption) paid(bank ledger.Account) []ledger.Posting {
	if !r.sent.IsZero() {
		return []ledger.Posting{{Debit: ledger.Redeeming, Credit: bank, Amount: r.Euros}}
	}
	return Retire(Retirement{Holder: r.Holder, Bank: bank, Amount: r.Amount, Fee: r.Fee})
}

// RefuseRedemptionInput says why a redemption is refused.
type RefuseRedemptionInput struct {
	Redemption RedemptionID `json:"redemption"`
	Reason     string       `json:"reason"`
}

// RefuseRedemption gives the held units back. It returns ErrMissing, ErrInvalid
// without a reason, ErrRedemptionInRun, ErrRedemptionSent, ErrRedemptionSettled
// and ErrRedemptionRefused.
func (s *Service) RefuseRedemption(ctx context.Context, actor access.Actor, key string, in RefuseRedemptionInput) (Redemption, bool, error) {
	var check fault.Check
	check.That(printable(in.Reason, 200), "/reason", "must be 1 to 200 printable characters")
	return execute[Redemption](ctx, s, ledger.Command{Actor: actor, Action: access.RedemptionRefuse, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			if _, err := opened(tx); err != nil {
				return ident.Ref{}, err
			}
			r, err := redemptionOf(tx, in.Redemption)
			if err != nil {
				return ident.Ref{}, err
			}
			if err := r.stands(RedemptionRequested); err != nil {
				return ident.Ref{}, err
			}
			r.Status, r.Reason = RedemptionRefused, in.Reason
			e, err := tx.Post(ledger.Draft{Kind: ledger.KindRelease, Reference: r.ID.String(), Postings: r.release()})
			if err != nil {
				return ident.Ref{}, err
			}
			if err := r.close(tx, e); err != nil {
				return ident.Ref{}, err
			}
			return keep(tx, r, r.ID.Ref())
		})
}

// stands returns nil where the redemption has one of the statuses, and otherwise
// the refusal that says what became of it.
func (r *Redemption) stands(statuses ...RedemptionStatus) error {
	for _, s := range statuses {
		if r.Status == s {
			return nil
		}
	}
	switch r.Status {
	case RedemptionSettled:
		return ErrRedemptionSettled
	case RedemptionRefused:
		return ErrRedemptionRefused
	case RedemptionSent:
		return ErrRedemptionSent
	case RedemptionInRun:
		return ErrRedemptionInRun
	}
	return ErrRedemptionNotSent
}

// close writes the last state of a redemption.
func (r *Redemption) close(tx *ledger.Tx, e *ledger.Entry) error {
	r.Entry, r.ClosedAt = e.ID, tx.Now()
	return tx.Guard(ErrRedemptionSettled, sqlCloseRedemption, r.ID, string(r.Status), r.BankReference, r.Reason, r.Entry, r.ClosedAt.UnixMicro())
}
