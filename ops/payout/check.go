// SPDX-License-Identifier: AGPL-3.0-or-later

package payout

import (
	"context"
	"encoding/hex"
	"fmt"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// CheckBatches proves, on the state of the book that r sees, that the batches
// say what the journal says: digests follow from the lines, sums from the lines
// and the transfers, each settled line and each transfer is one entry of its
// kind and amount, and the accounts of each collectivité moved by as much. It
// returns a ledger.Difference for the first thing that is wrong.
func (v *View) CheckBatches(ctx context.Context, r db.Reader) error {
	rows, err := r.QueryContext(ctx, sqlBatches)
	if err != nil {
		return err
	}
	batches, err := scanBatches(rows)
	if err != nil {
		return err
	}
	sums := make(map[ident.Holder]settled)
	for _, b := range batches {
		if b.Lines, err = lines(ctx, r, b.ID); err != nil {
			return err
		}
		if err := v.checkBatch(ctx, r, &b); err != nil {
			return err
		}
		sum := sums[b.Collectivity]
		sum.received += b.ReceivedEUR
		sum.paid += b.PaidEUR
		sum.returned += b.ReturnedEUR
		sums[b.Collectivity] = sum
	}
	for c, sum := range sums {
		if err := v.checkAccounts(ctx, r, c, sum); err != nil {
			return err
		}
	}
	return nil
}

// settled is what batches received, paid and returned.
type settled struct{ received, paid, returned, pending money.Amount }

func differs(where, what string, args ...any) error {
	return &ledger.Difference{Where: where, What: fmt.Sprintf(what, args...)}
}

func (v *View) checkBatch(ctx context.Context, r db.Reader, b *Batch) error {
	where := "payout batch " + b.ID.String()
	if digest := hex.EncodeToString(b.digest()); digest != b.Digest {
		return differs(where, "its lines have digest %s, not %s", digest, b.Digest)
	}
	var sum settled
	for _, l := range b.Lines {
		if err := v.checkLine(ctx, b, l); err != nil {
			return err
		}
		switch l.Status {
		case Paid:
			sum.paid += l.AmountEUR
		case Returned:
			sum.returned += l.AmountEUR
		default:
			sum.pending += l.AmountEUR
		}
	}
	rows, err := r.QueryContext(ctx, sqlFundings, b.ID)
	if err != nil {
		return err
	}
	transfers, err := scanFundings(rows)
	if err != nil {
		return err
	}
	for _, t := range transfers {
		sum.received += t.AmountEUR
		if err := v.checkEntry(ctx, where+", transfer "+t.BankReference, t.Entry, ledger.KindFunding, t.AmountEUR); err != nil {
			return err
		}
	}
	switch {
	case sum.paid+sum.returned+sum.pending != b.TotalEUR:
		return differs(where, "its lines add up to %s, not %s", sum.paid+sum.returned+sum.pending, b.TotalEUR)
	case sum.paid != b.PaidEUR || sum.returned != b.ReturnedEUR:
		return differs(where, "its lines give %s paid and %s returned, it says %s and %s", sum.paid, sum.returned, b.PaidEUR, b.ReturnedEUR)
	case sum.received != b.ReceivedEUR:
		return differs(where, "its transfers add up to %s, it says %s", sum.received, b.ReceivedEUR)
	case b.Status == Executed && sum.paid+sum.returned != sum.received:
		return differs(where, "it is executed, and %s of %s are settled", sum.paid+sum.returned, sum.received)
	case b.Status != Executed && b.Status != Funded && sum.paid+sum.returned != 0:
		return differs(where, "it is %s and has settled lines", b.Status)
	}
	return nil
}

func (v *View) checkLine(ctx context.Context, b *Batch, l Line) error {
	where := fmt.Sprintf("payout batch %s, line %d", b.ID, l.N)
	switch l.Status {
	case Pending:
		return nil
	case Paid:
		return v.checkEntry(ctx, where, l.Entry, ledger.KindPayout, l.AmountEUR)
	}
	return v.checkEntry(ctx, where, l.Entry, ledger.KindReturn, l.AmountEUR)
}

// checkEntry reads an entry, which is final, and compares it.
func (v *View) checkEntry(ctx context.Context, where string, id ident.Entry, kind ledger.Kind, amount money.Amount) error {
	e, err := v.journal.Entry(ctx, id)
	if err != nil {
		return differs(where, "entry %s: %v", id, err)
	}
	if e.Kind != kind || e.Amount(money.EUR) != amount {
		return differs(where, "entry %s is a %s of %s euros, not a %s of %s", id, e.Kind, e.Amount(money.EUR), kind, amount)
	}
	return nil
}

// checkAccounts compares the cumulative sides of a collectivité's accounts,
// which no later movement lowers.
func (v *View) checkAccounts(ctx context.Context, r db.Reader, c ident.Holder, sum settled) error {
	payer, err := v.journal.Balance(ctx, r, ledger.Payer(c))
	if err != nil {
		return err
	}
	back, err := v.journal.Balance(ctx, r, ledger.ToReturn(c))
	if err != nil {
		return err
	}
	if payer.Credits != sum.received || payer.Debits != sum.paid+sum.returned || back.Credits != sum.returned {
		return differs("account "+string(payer.Account), "%s came and %s left, %s of it to be returned; the batches give %s, %s and %s",
			payer.Credits, payer.Debits, back.Credits, sum.received, sum.paid+sum.returned, sum.returned)
	}
	return nil
}
