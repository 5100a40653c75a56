// SPDX-License-Identifier: AGPL-3.0-or-later

package payout

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// CheckBatches proves, on the state of the book that r sees, that the batches
// say what the journal says: digests follow from the lines, sums from the lines
// and the transfers, each settled line and each transfer is an entry of its own
// with its kind, amount, accounts and holder, what was paid is noted so that it
// is not paid again, and the accounts of each collectivité moved by as much. It
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
	c := checker{View: v, entries: make(map[ident.Entry]bool)}
	for _, b := range batches {
		if b.Lines, err = lines(ctx, r, b.ID); err != nil {
			return err
		}
		if err := c.checkBatch(ctx, r, &b); err != nil {
			return err
		}
		sum := sums[b.Collectivity]
		sum.received += b.ReceivedEUR
		sum.paid += b.PaidEUR
		sum.returned += b.ReturnedEUR
		sums[b.Collectivity] = sum
	}
	for collectivity, sum := range sums {
		if err := v.checkAccounts(ctx, r, collectivity, sum); err != nil {
			return err
		}
	}
	return checkNotes(ctx, r)
}

// checker compares the entries of the batches, each of which is that of one line
// or transfer.
type checker struct {
	*View
	entries map[ident.Entry]bool
}

// checkNotes compares what was paid with what keeps it from being paid again.
func checkNotes(ctx context.Context, r db.Reader) error {
	var batch BatchID
	var n int
	switch err := r.QueryRowContext(ctx, sqlWrongNotes).Scan(&batch, &n); {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	}
	return differs(fmt.Sprintf("payout batch %s, line %d", batch, n), "it is not noted as paid as it was paid")
}

// settled is what batches received, paid and returned, and what of one is
// pending.
type settled struct {
	received, paid, returned, pending money.Amount
	lines                             int // pending
}

func differs(where, what string, args ...any) error {
	return &ledger.Difference{Where: where, What: fmt.Sprintf(what, args...)}
}

func (v *checker) checkBatch(ctx context.Context, r db.Reader, b *Batch) error {
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
			sum.lines++
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
		if err := v.checkEntry(ctx, where+", transfer "+t.BankReference, t.Entry, ledger.KindFunding,
			[]ledger.Posting{{Debit: t.Account, Credit: ledger.Payer(b.Collectivity), Amount: t.AmountEUR}}); err != nil {
			return err
		}
	}
	switch {
	case sum.paid+sum.returned+sum.pending != b.TotalEUR:
		return differs(where, "its lines add up to %s, not %s", sum.paid+sum.returned+sum.pending, b.TotalEUR)
	case sum.paid != b.PaidEUR || sum.returned != b.ReturnedEUR:
		return differs(where, "its lines give %s paid and %s returned, it says %s and %s", sum.paid, sum.returned, b.PaidEUR, b.ReturnedEUR)
	case sum.lines != b.pending:
		return differs(where, "%d of its lines are pending, it says %d", sum.lines, b.pending)
	case sum.received != b.ReceivedEUR:
		return differs(where, "its transfers add up to %s, it says %s", sum.received, b.ReceivedEUR)
	case b.Status == Executed && sum.paid+sum.returned != sum.received:
		return differs(where, "it is executed, and %s of %s are settled", sum.paid+sum.returned, sum.received)
	case b.Status != Executed && b.Status != Funded && sum.paid+sum.returned != 0:
		return differs(where, "it is %s and has settled lines", b.Status)
	}
	return nil
}

func (v *checker) checkLine(ctx context.Context, b *Batch, l Line) error {
	where := fmt.Sprintf("payout batch %s, line %d", b.ID, l.N)
	switch l.Status {
	case Pending:
		return nil
	case Paid:
		return v.checkEntry(ctx, where, l.Entry, ledger.KindPayout, conversion.Issue(ledger.Payer(b.Collectivity), l.holder, l.AmountEUR))
	}
	return v.checkEntry(ctx, where, l.Entry, ledger.KindReturn,
		[]ledger.Posting{{Debit: ledger.Payer(b.Collectivity), Credit: ledger.ToReturn(b.Collectivity), Amount: l.AmountEUR}})
}

// checkEntry reads an entry, which is final and of one thing only, and compares
// it.
func (v *checker) checkEntry(ctx context.Context, where string, id ident.Entry, kind ledger.Kind, want []ledger.Posting) error {
	e, err := v.journal.Entry(ctx, id)
	if err != nil {
		return differs(where, "entry %s: %v", id, err)
	}
	same := e.Kind == kind && slices.EqualFunc(e.Lines, want, func(l ledger.Line, p ledger.Posting) bool { return l.Posting == p })
	if !same {
		return differs(where, "entry %s of %s euros is no %s of this amount between these accounts", id, e.Amount(money.EUR), kind)
	}
	if v.entries[id] {
		return differs(where, "entry %s is that of another line", id)
	}
	v.entries[id] = true
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
