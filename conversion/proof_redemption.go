// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"encoding/hex"
	"fmt"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// redemptionSums are what the ledger must hold for the redemptions.
type redemptionSums struct {
	held map[ident.Holder]money.Amount // units handed in and not retired
	sent money.Amount                  // euros that are being sent
}

// CheckRedemptions proves, on the state of the book that r sees, that each
// redemption is the entries that it names, with its amount, fee and holder (L10);
// that what the ledger holds back for each holder is the sum of those not sent
// yet, and what it owes as being sent the sum of those that are; that what came back was
// taken back; and that each run has the digest and the sum of its transfers. It
// returns the first difference as a *ledger.Difference, or an error of the
// engine.
func (v *View) CheckRedemptions(ctx context.Context, r db.Reader) error {
	sums := redemptionSums{held: make(map[ident.Holder]money.Amount)}
	for after := (RedemptionID{}); ; {
		list, err := r.QueryContext(ctx, sqlRedemptionsFrom, after.Bits[:], checkPage)
		page, err := collect(list, err, scanRedemption)
		if err != nil {
			return err
		}
		for i := range page {
			if err := v.checkRedemption(ctx, &page[i], &sums); err != nil {
				return err
			}
			after = page[i].ID
		}
		if len(page) < checkPage {
			break
		}
	}
	if err := holdForNotes(committed{ctx, r}, sums.held); err != nil {
		return err
	}
	if err := v.checkHeld(ctx, r, &sums); err != nil {
		return err
	}
	if err := v.checkReturns(ctx, r); err != nil {
		return err
	}
	return checkRuns(committed{ctx, r})
}

// checkHeld compares the accounts with what the redemptions say.
func (v *View) checkHeld(ctx context.Context, r db.Reader, sums *redemptionSums) error {
	balances, err := v.journal.Balances(ctx, r, "loc:reserved:")
	if err != nil {
		return err
	}
	for _, b := range balances {
		h, _ := ledger.HolderOf(b.Account)
		if b.Amount != sums.held[h] {
			return &ledger.Difference{Where: "account " + string(b.Account),
				What: fmt.Sprintf("holds %s, the open redemptions and withdrawals of notes %s", b.Amount, sums.held[h])}
		}
		delete(sums.held, h)
	}
	for h, amount := range sums.held {
		return &ledger.Difference{Where: "redemptions of " + h.String(), What: fmt.Sprintf("%s are open, and nothing is held", amount)}
	}
	sending, err := v.journal.Balance(ctx, r, ledger.Redeeming)
	if err != nil {
		return err
	}
	if sending.Amount != sums.sent {
		return &ledger.Difference{Where: "account " + string(ledger.Redeeming), What: fmt.Sprintf("holds %s, the redemptions that are sent %s", sending.Amount, sums.sent)}
	}
	return nil
}

func (v *View) checkRedemption(ctx context.Context, red *Redemption, sums *redemptionSums) error {
	where := "redemption " + red.ID.String()
	if !red.sent.IsZero() {
		if err := v.checkEntry(ctx, where, red.sent, ledger.KindRedemption,
			Retire(Retirement{Holder: red.Holder, Bank: ledger.Redeeming, Amount: red.Amount, Fee: red.Fee})); err != nil {
			return err
		}
	}
	switch red.Status {
	case RedemptionRefused:
		return v.checkEntry(ctx, where, red.Entry, ledger.KindRelease, red.release())
	case RedemptionSettled:
		e, err := v.journal.Entry(ctx, red.Entry)
		if err != nil {
			return &ledger.Difference{Where: where, What: fmt.Sprintf("entry %s: %v", red.Entry, err)}
		}
		var bank ledger.Account
		for _, l := range e.Lines {
			if _, ok := guaranteePool(l.Credit); ok {
				bank = l.Credit
			}
		}
		return v.checkEntry(ctx, where, red.Entry, ledger.KindRedemption, red.paid(bank))
	case RedemptionSent:
		sums.sent += red.Euros
	default:
		sums.held[red.Holder] += red.Amount
	}
	return nil
}

// returned is a return as it is stored, with what it took back.
type returned struct {
	redemption              Redemption
	attempt                 int
	retired, reversal, back ident.Entry
}

// checkReturns compares each return with its entries.
func (v *View) checkReturns(ctx context.Context, r db.Reader) error {
	list, err := r.QueryContext(ctx, sqlReturns)
	all, err := collect(list, err, func(row db.Row) (returned, error) {
		var x returned
		return x, row.Scan(&x.redemption.ID, &x.attempt, &x.retired, &x.reversal, &x.back, &x.redemption.Holder, &x.redemption.Amount, &x.redemption.Fee)
	})
	if err != nil {
		return err
	}
	for _, x := range all {
		where := fmt.Sprintf("redemption %s, return of transfer %d", x.redemption.ID, x.attempt)
		e, err := v.journal.Entry(ctx, x.retired)
		if err != nil {
			return &ledger.Difference{Where: where, What: fmt.Sprintf("entry %s: %v", x.retired, err)}
		}
		var opposite []ledger.Posting
		paid, units := money.Amount(0), money.Amount(0)
		for _, l := range e.Lines {
			opposite = append(opposite, ledger.Posting{Debit: l.Credit, Credit: l.Debit, Amount: l.Amount})
			if l.Debit == ledger.Reserved(x.redemption.Holder) {
				units = l.Amount
			} else if l.Credit != ledger.IncomeFees {
				paid = l.Amount
			}
		}
		if units != x.redemption.Amount || paid != x.redemption.Amount-x.redemption.Fee {
			return &ledger.Difference{Where: where, What: "entry " + x.retired.String() + " did not retire these units"}
		}
		if err := v.checkEntry(ctx, where, x.reversal, ledger.KindReversal, opposite); err != nil {
			return err
		}
		if x.back.IsZero() {
			continue
		}
		back, err := v.journal.Entry(ctx, x.back)
		if err != nil || back.Kind != ledger.KindReturn || len(back.Lines) != 1 || back.Lines[0].Credit != ledger.Redeeming || back.Lines[0].Amount != paid {
			return &ledger.Difference{Where: where, What: "entry " + x.back.String() + " is no return of these euros"}
		}
	}
	return nil
}

// checkRuns recomputes the digest and the sum of each run.
func checkRuns(r rows) error {
	list, err := r.Query(sqlAllRuns)
	runs, err := collect(list, err, scanRun)
	if err != nil {
		return err
	}
	for i := range runs {
		run := &runs[i]
		where := "redemption run " + run.ID.String()
		list, err := r.Query(sqlRunLines, run.ID)
		if run.Lines, err = collect(list, err, scanRunLine); err != nil {
			return err
		}
		var total money.Amount
		for _, l := range run.Lines {
			total += l.Euros
			if waits := run.Status == RunDraft || run.Status == RunApproved; waits != (l.Status == RedemptionInRun && l.run == run.ID) {
				return &ledger.Difference{Where: where, What: fmt.Sprintf("it is %s, and redemption %s is %s", run.Status, l.Redemption, l.Status)}
			}
		}
		if total != run.Total || len(run.Lines) != run.Count {
			return &ledger.Difference{Where: where, What: fmt.Sprintf("has %d transfers of %s, its lines are %d of %s", run.Count, run.Total, len(run.Lines), total)}
		}
		if digest := hex.EncodeToString(run.digest()); digest != run.Digest {
			return &ledger.Difference{Where: where, What: "its lines have digest " + digest + ", not " + run.Digest}
		}
	}
	return nil
}
