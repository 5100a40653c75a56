// SPDX-License-Identifier: AGPL-3.0-or-later

package payout_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
)

// TestTheCheckFindsWhatWasTamperedWith changes a row behind the service's back,
// looks at what the check says, and puts the row right again.
func TestTheCheckFindsWhatWasTamperedWith(t *testing.T) {
	each(t, func(w *town) {
		w.executed(w.funded(w.input(line("A", w.dora.Number, 20_00), line("B", w.finn.Number, 5_00))))
		w.draft(w.input(line("C", w.dora.Number, 1_00)))
		run := func(query string) {
			_, err := w.ledger.Execute(w.Context(), ledger.Command{Actor: w.system, Action: access.BatchExecute, Key: key()},
				func(tx *ledger.Tx) (ident.Ref, error) {
					n, err := tx.Exec(query)
					if err == nil && n == 0 {
						w.Errorf("%s changed nothing", query)
					}
					return ident.Ref{}, err
				})
			if err != nil {
				w.Fatal(err)
			}
		}
		for _, c := range []struct{ spoil, mend, says string }{
			{"UPDATE payout_lines SET reference = 'X' WHERE reference = 'A'", "UPDATE payout_lines SET reference = 'A' WHERE reference = 'X'", "digest"},
			{"UPDATE payout_lines SET amount = 2001 WHERE reference = 'A'", "UPDATE payout_lines SET amount = 2000 WHERE reference = 'A'", "digest"},
			{"UPDATE payout_lines SET entry = (SELECT entry FROM payout_lines WHERE reference = 'B') WHERE reference = 'A'",
				"UPDATE payout_lines SET entry = (SELECT id FROM entries WHERE kind = 'payout') WHERE reference = 'A'", "line 1"},
			{"UPDATE payout_lines SET entry = batch WHERE reference = 'A'", "UPDATE payout_lines SET entry = (SELECT id FROM entries WHERE kind = 'payout') WHERE reference = 'A'", "line 1"},
			{"UPDATE payout_batches SET paid = 1999, returned = 501 WHERE status = 'executed'", "UPDATE payout_batches SET paid = 2000, returned = 500 WHERE status = 'executed'", "its lines give"},
			{"UPDATE payout_fundings SET amount = 2501", "UPDATE payout_fundings SET amount = 2500", "transfer"},
			{"UPDATE payout_batches SET total = 101 WHERE status = 'draft'", "UPDATE payout_batches SET total = 100 WHERE status = 'draft'", "add up"},
			{"UPDATE payout_lines SET holder = (SELECT id FROM holders WHERE name = 'Finn') WHERE reference = 'A'",
				"UPDATE payout_lines SET holder = (SELECT id FROM holders WHERE name = 'Dora') WHERE reference = 'A'", "digest"},
			{"UPDATE payout_fundings SET account = 'eur:bank:guarantee:digital:credit-municipal'", "UPDATE payout_fundings SET account = 'eur:bank:guarantee:digital:la-nef'", "transfer"},
			{"UPDATE payout_batches SET pending = 2 WHERE status = 'draft'", "UPDATE payout_batches SET pending = 1 WHERE status = 'draft'", "pending"},
			{"UPDATE payout_paid SET reference = 'Z'", "UPDATE payout_paid SET reference = 'A'", "noted"},
			{"UPDATE payout_paid SET amount = 1", "UPDATE payout_paid SET amount = 2000", "noted"},
			{"INSERT INTO payout_paid SELECT collectivity, purpose, period, holder, 'C', amount, batch, 2 FROM payout_paid", "DELETE FROM payout_paid WHERE reference = 'C'", "noted"},
			{"UPDATE payout_batches SET collectivity = (SELECT id FROM holders WHERE kind = 'professional')",
				"UPDATE payout_batches SET collectivity = (SELECT id FROM holders WHERE kind = 'collectivity')", "digest"},
		} {
			run(c.spoil)
			err := w.payout.CheckBatches(w.Context(), w.ledger.Reader())
			var difference *ledger.Difference
			if !errors.As(err, &difference) || !strings.Contains(err.Error(), c.says) {
				w.Errorf("%s: the check says %v, want something about %q", c.spoil, err, c.says)
			}
			run(c.mend)
			w.proven()
		}
		for _, impossible := range []string{
			"UPDATE payout_batches SET paid = 2001 WHERE status = 'executed'",
			"UPDATE payout_batches SET received = 101, total = 100 WHERE status = 'draft'",
			"UPDATE payout_batches SET approved_by = prepared_by",
			"UPDATE payout_lines SET status = 'pending'",
		} {
			_, err := w.ledger.Execute(w.Context(), ledger.Command{Actor: w.system, Action: access.BatchExecute, Key: key()},
				func(tx *ledger.Tx) (ident.Ref, error) { _, err := tx.Exec(impossible); return ident.Ref{}, err })
			if err == nil {
				w.Errorf("the table took %s", impossible)
			}
		}
	})
}

// TestTheCheckFollowsEachLineToItsHolder exchanges the entries of two lines of
// one amount and of different holders: every sum stays right.
func TestTheCheckFollowsEachLineToItsHolder(t *testing.T) {
	each(t, func(w *town) {
		b := w.executed(w.funded(w.input(line("A", w.dora.Number, 20_00), line("B", w.emil.Number, 20_00))))
		swap := func(first, second ident.Entry) {
			_, err := w.ledger.Execute(w.Context(), ledger.Command{Actor: w.system, Action: access.BatchExecute, Key: key()},
				func(tx *ledger.Tx) (ident.Ref, error) {
					_, err := tx.Exec("UPDATE payout_lines SET entry = CASE n WHEN 1 THEN $1 WHEN 2 THEN $2 ELSE entry END", first, second)
					return ident.Ref{}, err
				})
			if err != nil {
				w.Fatal(err)
			}
		}
		for _, entries := range [][2]ident.Entry{{b.Lines[1].Entry, b.Lines[0].Entry}, {b.Lines[0].Entry, b.Lines[0].Entry}} {
			swap(entries[0], entries[1])
			var difference *ledger.Difference
			if err := w.payout.CheckBatches(w.Context(), w.ledger.Reader()); !errors.As(err, &difference) || !strings.Contains(difference.Where, "line") {
				w.Errorf("the check says %v", err)
			}
		}
		swap(b.Lines[0].Entry, b.Lines[1].Entry)
	})
}

// TestTheCheckComparesTheAccounts books euros of a collectivité that no batch
// knows of.
func TestTheCheckComparesTheAccounts(t *testing.T) {
	each(t, func(w *town) {
		w.executed(w.funded(w.input(line("A", w.dora.Number, 20_00))))
		post := func(debit, credit ledger.Account) {
			_, err := w.ledger.Execute(w.Context(), ledger.Command{Actor: w.system, Action: access.BatchExecute, Key: key()},
				func(tx *ledger.Tx) (ident.Ref, error) {
					_, err := tx.Post(ledger.Draft{Kind: ledger.KindTransfer, Postings: []ledger.Posting{{Debit: debit, Credit: credit, Amount: 1}}})
					return ident.Ref{}, err
				})
			if err != nil {
				w.Fatal(err)
			}
		}
		post(bank, ledger.Payer(w.city.ID))
		var difference *ledger.Difference
		if err := w.payout.CheckBatches(w.Context(), w.ledger.Reader()); !errors.As(err, &difference) || !strings.Contains(difference.Where, "eur:payer:") {
			w.Errorf("the check says %v", err)
		}
		// The book itself is sound; nothing mends the batches.
		if _, err := w.ledger.Verify(w.Context(), nil); err != nil {
			w.Error(err)
		}
		w.unsound = true
	})
}
