// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"context"
	"fmt"
	"slices"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
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
			if err := v.checkConversion(ctx, r, &page[i], entries); err != nil {
				return err
			}
			after = page[i].ID
		}
		if len(page) < checkPage {
			return v.checkReceivables(ctx, r)
		}
	}
}

func (v *View) checkConversion(ctx context.Context, r db.Reader, c *Conversion, entries map[ident.Entry]bool) error {
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
	return v.checkReversal(ctx, r, c, where, postings)
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
