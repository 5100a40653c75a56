// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger_test

import (
	"flag"
	"fmt"
	"os"
	"sync/atomic"
	"testing"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

var keys atomic.Int64

// key returns an idempotency key that no other call returns.
func key() string { return fmt.Sprintf("test-key-%09d", keys.Add(1)) }

var bank = ledger.Guarantee(ledger.Digital, "la-nef")

// system may do everything that the tests of the ledger need.
func system() access.Actor {
	return access.Actor{ID: ident.User{Bits: ident.Bits{15: 1}}, Grants: []access.Grant{{Role: access.System}, {Role: access.Administrator}, {Role: access.Treasurer}}}
}

// citizen returns the actor of a holder.
func citizen(h ident.Holder) access.Actor {
	return access.Actor{ID: ident.User(h), Holder: h, Grants: []access.Grant{{Role: access.Citizen}}}
}

func open(t testing.TB, d *db.DB) *ledger.Ledger {
	t.Helper()
	l, err := ledger.Open(t.Context(), d, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

// book opens a ledger whose system accounts are there.
func book(t testing.TB, d *db.DB) *ledger.Ledger {
	t.Helper()
	l := open(t, d)
	do(t, l, func(tx *ledger.Tx) error {
		for _, a := range []ledger.Account{bank, ledger.Operating, ledger.Backing(ledger.Digital), ledger.Issued(ledger.Digital),
			ledger.Backing(ledger.Paper), ledger.Issued(ledger.Paper), ledger.IncomeFees} {
			if err := tx.Open(a); err != nil {
				return err
			}
		}
		return nil
	})
	return l
}

// try runs f through the door as the system.
func try(t testing.TB, l *ledger.Ledger, f func(*ledger.Tx) error) error {
	t.Helper()
	_, err := l.Execute(t.Context(), ledger.Command{Actor: system(), Action: access.CurrencyOpen, Key: key()},
		func(tx *ledger.Tx) (ident.Ref, error) { return ident.Ref{}, f(tx) })
	return err
}

func do(t testing.TB, l *ledger.Ledger, f func(*ledger.Tx) error) {
	t.Helper()
	if err := try(t, l, f); err != nil {
		t.Fatal(err)
	}
}

// wallets opens n holders with an amount each.
func wallets(t testing.TB, l *ledger.Ledger, n int, amount string) []ident.Holder {
	t.Helper()
	holders := make([]ident.Holder, n)
	do(t, l, func(tx *ledger.Tx) error {
		for i := range holders {
			h, err := tx.OpenHolder(ledger.NewHolder{Kind: ledger.Individual, Name: fmt.Sprintf("Holder %d", i)})
			if err != nil {
				return err
			}
			holders[i] = h.ID
			if a := money.MustParse(amount); a > 0 {
				if _, err := tx.Post(conversion(h.ID, a)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return holders
}

func conversion(h ident.Holder, a money.Amount) ledger.Draft {
	return ledger.Draft{Kind: ledger.KindConversion, Postings: []ledger.Posting{
		{Debit: bank, Credit: ledger.Backing(ledger.Digital), Amount: a},
		{Debit: ledger.Issued(ledger.Digital), Credit: ledger.Wallet(h), Amount: a},
	}}
}

// pay is a payment as the merchant room makes one.
func pay(t testing.TB, l *ledger.Ledger, k string, from, to ident.Holder, a money.Amount) (ledger.Outcome, error) {
	return l.Execute(t.Context(), payment(k, from, to, a), pays(from, to, a))
}

func payment(k string, from, to ident.Holder, a money.Amount) ledger.Command {
	return ledger.Command{Actor: citizen(from), Action: access.PaymentCreate, Owner: from, Key: k, Input: []string{to.String(), a.Format()}}
}

func pays(from, to ident.Holder, a money.Amount) func(*ledger.Tx) (ident.Ref, error) {
	return func(tx *ledger.Tx) (ident.Ref, error) {
		e, err := tx.Post(ledger.Draft{Kind: ledger.KindPayment, Postings: []ledger.Posting{
			{Debit: ledger.Wallet(from), Credit: ledger.Wallet(to), Amount: a}}})
		if err != nil {
			return ident.Ref{}, err
		}
		return e.ID.Ref(), nil
	}
}

func available(t testing.TB, l *ledger.Ledger, h ident.Holder) money.Amount {
	t.Helper()
	w, err := l.Holding(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	return w.Available
}

// verify recomputes the book and fails the test on the first difference.
func verify(t testing.TB, l *ledger.Ledger) ledger.Report {
	t.Helper()
	report, err := l.Verify(t.Context(), nil)
	if err != nil {
		t.Fatalf("verify: %v", err)
	}
	return report
}

// TestMain lets the property tests try thirty cases where the command line does
// not ask for another number: each case is a book of its own on a real disk.
func TestMain(m *testing.M) {
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if !asked {
		if err := flag.Set("rapid.checks", "30"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
