// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"fmt"
	"slices"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// checkPage is how many rows a check reads at once.
const checkPage = 500

// CheckConversions proves, on the state of the book that r sees, that each
// conversion says what the journal says: one that was settled is one entry of
// its own with its euros, its bonus and its holder (rule L8), and one that was
// reversed is taken back by the reversal of that entry. It returns the first
// difference as a *ledger.Difference, or an error of the engine.
func (v *View) CheckConversions(ctx context.Context, r db.Reader) error {
	entries := make(map[ident.Entry]bool)
	for after := (ID{}); ; {
		list, err := r.QueryContext(ctx, sqlConversionsFrom, after.Bits[:], checkPage)
		page, err := collect(list, err, func(row db.Row) (Conversion, error) { return scanConversion(row, v.now()) })
		if err != nil {
			return err
		}
		for i := range page {
			if err := v.checkConversion(ctx, &page[i], entries); err != nil {
				return err
			}
			after = page[i].ID
		}
		if len(page) < checkPage {
			return nil
		}
	}
}

func (v *View) checkConversion(ctx context.Context, c *Conversion, entries map[ident.Entry]bool) error {
	if c.Entry.IsZero() {
		return nil
	}
	where := "conversion " + c.ID.String()
	postings := Issue(c.Account, c.Holder, c.Euros)
	if c.Bonus > 0 {
		postings = append(postings, Issue(ledger.GrantOf(c.Campaign.String()), c.Holder, c.Bonus)...)
	}
	if entries[c.Entry] {
		return &ledger.Difference{Where: where, What: "entry " + c.Entry.String() + " is that of another conversion"}
	}
	entries[c.Entry] = true
	if err := v.checkEntry(ctx, where, c.Entry, ledger.KindConversion, postings); err != nil || c.Reversal.IsZero() {
		return err
	}
	for i, p := range postings {
		postings[i].Debit, postings[i].Credit = p.Credit, p.Debit
	}
	return v.checkEntry(ctx, where, c.Reversal, ledger.KindReversal, postings)
}

// checkEntry reads an entry, which is final, and compares it.
func (v *View) checkEntry(ctx context.Context, where string, id ident.Entry, kind ledger.Kind, want []ledger.Posting) error {
	e, err := v.journal.Entry(ctx, id)
	if err != nil {
		return &ledger.Difference{Where: where, What: fmt.Sprintf("entry %s: %v", id, err)}
	}
	same := e.Kind == kind && slices.EqualFunc(e.Lines, want, func(l ledger.Line, p ledger.Posting) bool { return l.Posting == p })
	if !same {
		return &ledger.Difference{Where: where, What: fmt.Sprintf("entry %s is no %s of these amounts, accounts and holder", id, kind)}
	}
	return nil
}

// CheckRedemptions proves, on the state of the book that r sees, that each
// closed redemption is one entry of its kind, amount, fee and holder (L10), and
// that what the ledger holds back for each holder is the sum of the open ones.
// It returns the first difference as a *ledger.Difference, or an error of the
// engine.
func (v *View) CheckRedemptions(ctx context.Context, r db.Reader) error {
	held := make(map[ident.Holder]money.Amount)
	for after := (RedemptionID{}); ; {
		list, err := r.QueryContext(ctx, sqlRedemptionsFrom, after.Bits[:], checkPage)
		page, err := collect(list, err, scanRedemption)
		if err != nil {
			return err
		}
		for i := range page {
			if err := v.checkRedemption(ctx, &page[i], held); err != nil {
				return err
			}
			after = page[i].ID
		}
		if len(page) < checkPage {
			break
		}
	}
	balances, err := v.journal.Balances(ctx, r, "loc:reserved:")
	if err != nil {
		return err
	}
	for _, b := range balances {
		h, _ := ledger.HolderOf(b.Account)
		if b.Amount != held[h] {
			return &ledger.Difference{Where: "account " + string(b.Account),
				What: fmt.Sprintf("holds %s, the open redemptions %s", b.Amount, held[h])}
		}
		delete(held, h)
	}
	for h, amount := range held {
		return &ledger.Difference{Where: "redemptions of " + h.String(), What: fmt.Sprintf("%s are open, and nothing is held", amount)}
	}
	return nil
}

func (v *View) checkRedemption(ctx context.Context, red *Redemption, held map[ident.Holder]money.Amount) error {
	where := "redemption " + red.ID.String()
	switch red.Status {
	case RedemptionRefused:
		return v.checkEntry(ctx, where, red.Entry, ledger.KindRelease,
			[]ledger.Posting{{Debit: ledger.Reserved(red.Holder), Credit: ledger.Wallet(red.Holder), Amount: red.Amount}})
	case RedemptionSettled:
		e, err := v.journal.Entry(ctx, red.Entry)
		if err != nil {
			return &ledger.Difference{Where: where, What: fmt.Sprintf("entry %s: %v", red.Entry, err)}
		}
		retirement := Retirement{Holder: red.Holder, Amount: red.Amount, Fee: red.Fee}
		for _, l := range e.Lines {
			if _, ok := guaranteePool(l.Credit); ok {
				retirement.Bank = l.Credit
			}
		}
		return v.checkEntry(ctx, where, red.Entry, ledger.KindRedemption, Retire(retirement))
	}
	held[red.Holder] += red.Amount
	return nil
}
