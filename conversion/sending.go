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

// ApproveRunInput carries the digest of what was read.
type ApproveRunInput struct {
	Run    RunID  `json:"run"`
	Digest string `json:"digest"`
}

// ApproveRun approves a run on its digest, as another person than who prepared
// it (D9). It returns ErrMissing, ErrSamePerson, ErrDigestChanged, ErrRunNotDraft,
// ErrRunCancelled, and ErrAccountChanged where an account of it was changed
// meanwhile (D10).
func (s *Service) ApproveRun(ctx context.Context, actor access.Actor, key string, in ApproveRunInput) (Run, bool, error) {
	return s.changeRun(ctx, ledger.Command{Actor: actor, Action: access.RunApprove, Key: key, Input: in}, in.Run,
		func(tx *ledger.Tx, r *Run) error {
			switch {
			case r.Status == RunCancelled:
				return ErrRunCancelled
			case r.Status != RunDraft:
				return ErrRunNotDraft
			case r.preparedBy == tx.Actor().ID:
				return ErrSamePerson
			case r.Digest != in.Digest:
				return ErrDigestChanged
			}
			if err := r.accountsStand(tx); err != nil {
				return err
			}
			r.Status, r.ApprovedAt = RunApproved, tx.Now()
			return tx.Guard(ErrRunNotDraft, sqlApproveRun, r.ID, tx.Actor().ID, r.ApprovedAt.UnixMicro(), r.digest())
		})
}

// CancelRun gives up a run before its file was given out; its redemptions wait
// for another one. It returns ErrMissing, ErrRunExported and ErrRunCancelled.
func (s *Service) CancelRun(ctx context.Context, actor access.Actor, key string, id RunID) (Run, bool, error) {
	return s.changeRun(ctx, ledger.Command{Actor: actor, Action: access.RunCancel, Key: key, Input: id}, id,
		func(tx *ledger.Tx, r *Run) error {
			switch r.Status {
			case RunExported:
				return ErrRunExported
			case RunCancelled:
				return ErrRunCancelled
			}
			for _, l := range r.Lines {
				if err := tx.Guard(ErrRunCancelled, sqlTakeOutOfRun, l.Redemption, r.ID); err != nil {
					return err
				}
				tx.Touch(l.Redemption.Ref())
			}
			r.Status, r.CancelledAt = RunCancelled, tx.Now()
			return tx.Guard(ErrRunCancelled, sqlCancelRun, r.ID, tx.Actor().ID, r.CancelledAt.UnixMicro())
		})
}

// SendRun says that the file of a run is given out: its units leave circulation,
// and their euros are owed as being sent. Asked for again, by whomever, it answers with
// the run as it is, which has the instant of the first time. It returns
// ErrMissing, ErrRunNotApproved, ErrRunCancelled, ErrRunLate where the day of the
// run is past, and ErrAccountChanged.
func (s *Service) SendRun(ctx context.Context, actor access.Actor, key string, id RunID) (Run, bool, error) {
	return s.changeRun(ctx, ledger.Command{Actor: actor, Action: access.RunExport, Key: key, Input: id}, id,
		func(tx *ledger.Tx, r *Run) error {
			switch r.Status {
			case RunExported:
				return nil
			case RunDraft:
				return ErrRunNotApproved
			case RunCancelled:
				return ErrRunCancelled
			}
			if r.ExecuteOn < tx.Today() {
				return ErrRunLate
			}
			if err := r.accountsStand(tx); err != nil {
				return err
			}
			for _, l := range r.Lines {
				if err := l.send(tx, r.ID); err != nil {
					return err
				}
			}
			r.Status, r.ExportedAt = RunExported, tx.Now()
			return tx.Guard(ErrRunNotApproved, sqlExportRun, r.ID, tx.Actor().ID, r.ExportedAt.UnixMicro())
		})
}

// send retires the units of one redemption.
func (l *RunLine) send(tx *ledger.Tx, run RunID) error {
	red, err := redemptionOf(tx, l.Redemption)
	if err != nil {
		return err
	}
	e, err := tx.Post(ledger.Draft{Kind: ledger.KindRedemption, Reference: l.EndToEnd,
		Postings: Retire(Retirement{Holder: red.Holder, Bank: ledger.Redeeming, Amount: red.Amount, Fee: red.Fee})})
	if err != nil {
		return err
	}
	tx.Touch(red.ID.Ref())
	return tx.Guard(ErrRedemptionSent, sqlSendRedemption, red.ID, run, e.ID)
}

// accountsStand returns ErrAccountChanged where the last account of a holder is
// not the one in the run any more, or does not hold yet (D10).
func (r *Run) accountsStand(tx *ledger.Tx) error {
	for _, l := range r.Lines {
		payee, err := lastPayee(tx, l.Holder)
		if err != nil {
			return err
		}
		if payee.ID != l.payee || tx.Now().Before(payee.EffectiveAt) {
			return ErrAccountChanged
		}
	}
	return nil
}

// SettleRunInput says that the bank booked a whole run.
type SettleRunInput struct {
	Run           RunID          `json:"run"`
	BankReference string         `json:"bank_reference"`
	Account       ledger.Account `json:"account,omitempty"`  // that of the run where left out
	Paid          *money.Amount  `json:"paid_eur,omitempty"` // where given, must be what is still sent
}

// SettleRun settles every redemption of a run that is still sent, for banks that
// book one sum for a file. It returns ErrMissing, ErrInvalid, ErrRunNotExported,
// ErrAmountDiffers, and ErrRedemptionSettled where nothing is left.
func (s *Service) SettleRun(ctx context.Context, actor access.Actor, key string, in SettleRunInput) (Run, bool, error) {
	var check fault.Check
	check.That(printable(in.BankReference, 140), "/bank_reference", "must be 1 to 140 printable characters")
	if err := access.Allow(actor, access.RedemptionSettle, ident.Holder{}); err != nil {
		return Run{}, false, err
	}
	if err := check.Err(); err != nil {
		return Run{}, false, err
	}
	return s.changeRun(ctx, ledger.Command{Actor: actor, Action: access.RedemptionSettle, Key: key, Input: in}, in.Run,
		func(tx *ledger.Tx, r *Run) error {
			if r.Status != RunExported {
				return ErrRunNotExported
			}
			var left money.Amount
			for _, l := range r.Lines {
				if l.isSent(r.ID) {
					left += l.Euros
				}
			}
			if left == 0 {
				return ErrRedemptionSettled
			}
			if in.Paid != nil && *in.Paid != left {
				return ErrAmountDiffers
			}
			for _, l := range r.Lines {
				if !l.isSent(r.ID) {
					continue
				}
				if _, err := settle(tx, SettleRedemptionInput{Redemption: l.Redemption, BankReference: in.BankReference, Account: in.Account}); err != nil {
					return err
				}
				tx.Touch(l.Redemption.Ref())
			}
			return nil
		})
}

// isSent says whether the line's transfer is at the bank and not booked yet.
func (l *RunLine) isSent(run RunID) bool { return l.Status == RedemptionSent && l.run == run }

// changeRun runs do on a run inside the door and answers with the run as it
// became.
func (s *Service) changeRun(ctx context.Context, command ledger.Command, id RunID, do func(*ledger.Tx, *Run) error) (Run, bool, error) {
	return execute[Run](ctx, s, command, nil, func(tx *ledger.Tx) (ident.Ref, error) {
		r, err := runOf(tx, id)
		if err != nil {
			return ident.Ref{}, err
		}
		if err := do(tx, &r); err != nil {
			return ident.Ref{}, err
		}
		return r.kept(tx)
	})
}
