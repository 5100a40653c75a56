// SPDX-License-Identifier: AGPL-3.0-or-later

package check_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

var keys atomic.Int64

var bank = ledger.Guarantee(ledger.Digital, "la-nef")

func post(t *testing.T, l *ledger.Ledger, kind ledger.Kind, postings ...ledger.Posting) {
	t.Helper()
	actor := access.Actor{ID: ident.User{Bits: ident.Bits{15: 1}}, Grants: []access.Grant{{Role: access.Administrator}}}
	_, err := l.Execute(t.Context(), ledger.Command{Actor: actor, Action: access.CurrencyOpen, Key: fmt.Sprintf("test-key-%09d", keys.Add(1))},
		func(tx *ledger.Tx) (ident.Ref, error) {
			for _, p := range postings {
				for _, a := range []ledger.Account{p.Debit, p.Credit} {
					if err := tx.Open(a); err != nil {
						return ident.Ref{}, err
					}
				}
			}
			_, err := tx.Post(ledger.Draft{Kind: kind, Postings: postings})
			return ident.Ref{}, err
		})
	if err != nil {
		t.Fatal(err)
	}
}

// book holds 100.00 units of one holder, 20.00 euros of a campaign, and three
// payments.
func book(t *testing.T, d *db.DB) *ledger.Ledger {
	t.Helper()
	l, err := ledger.Open(t.Context(), d, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	h, other := ledger.Wallet(ident.Holder{Bits: l.NewID()}), ledger.Wallet(ident.Holder{Bits: l.NewID()})
	hundred := money.MustParse("100.00")
	post(t, l, ledger.KindFunding, ledger.Posting{Debit: bank, Credit: ledger.GrantOf("cmp_1"), Amount: money.MustParse("20.00")})
	post(t, l, ledger.KindConversion,
		ledger.Posting{Debit: ledger.Desk("avignon"), Credit: ledger.Backing(ledger.Digital), Amount: hundred},
		ledger.Posting{Debit: ledger.Issued(ledger.Digital), Credit: h, Amount: hundred})
	post(t, l, ledger.KindTransfer, ledger.Posting{Debit: bank, Credit: ledger.Desk("avignon"), Amount: money.MustParse("60.00")})
	for range 3 {
		post(t, l, ledger.KindPayment, ledger.Posting{Debit: h, Credit: other, Amount: money.MustParse("2.50")})
	}
	return l
}

// tamper changes rows behind the ledger's back and opens the book again.
func tamper(t *testing.T, d *db.DB, l *ledger.Ledger, statements ...string) *ledger.Journal {
	t.Helper()
	l.Close()
	conn, err := d.Writer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	dbtest.Unprotect(t, d, conn)
	for _, s := range statements {
		if _, err := conn.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	return ledger.NewJournal(d)
}

// run gives test a book.
func run(t *testing.T, test func(t *testing.T, d *db.DB, l *ledger.Ledger)) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		d := connect()
		test(t, d, book(t, d))
	})
}

// right is a check that finds nothing, and counts.
func right(calls *int) func(context.Context, db.Reader) error {
	return func(ctx context.Context, r db.Reader) error {
		*calls++
		var n int
		return r.QueryRowContext(ctx, `SELECT COUNT(*) FROM entries`).Scan(&n)
	}
}
