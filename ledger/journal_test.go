// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

func TestStatementWalksBackInPages(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		l := book(t, connect())
		h := wallets(t, l, 3, "100.00")
		for i := range 23 {
			if _, err := pay(t, l, key(), h[0], h[1], money.Amount(i+1)); err != nil {
				t.Fatal(err)
			}
			if _, err := pay(t, l, key(), h[1], h[2], 1); err != nil { // must not show on the first's statement
				t.Fatal(err)
			}
		}
		var all []ledger.Movement
		cursor := int64(0)
		for {
			page, err := l.Statement(t.Context(), ledger.Wallet(h[0]), cursor, 0, 10)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			all = append(all, page...)
			cursor = page[len(page)-1].Posting
		}
		if len(all) != 24 {
			t.Fatalf("%d movements, want the conversion and 23 payments", len(all))
		}
		balance := money.Amount(0)
		for i := len(all) - 1; i >= 0; i-- {
			if balance += all[i].Amount; all[i].Balance != balance {
				t.Fatalf("movement %d leaves %s, its amounts add up to %s (U4)", i, all[i].Balance, balance)
			}
		}
		if balance != available(t, l, h[0]) || all[0].Amount != -23 || all[0].Counterparty != ledger.Wallet(h[1]) {
			t.Errorf("newest movement %+v; sum %s, balance %s", all[0], balance, available(t, l, h[0]))
		}
		since, err := l.Statement(t.Context(), ledger.Wallet(h[0]), 0, all[5].Posting, 200)
		if err != nil || len(since) != 5 {
			t.Errorf("%d movements after the sixth newest, %v; want 5", len(since), err)
		}
		other, _ := l.Statement(t.Context(), ledger.Wallet(h[2]), 0, 0, 1)
		if _, err := l.Statement(t.Context(), ledger.Wallet(h[0]), other[0].Posting, 0, 10); !errors.Is(err, ledger.ErrCursor) {
			t.Errorf("a cursor of another wallet: %v", err)
		}
		if empty, err := l.Statement(t.Context(), ledger.Wallet(ident.Holder{Bits: ident.Bits{9}}), 0, 0, 10); err != nil || len(empty) != 0 {
			t.Errorf("a wallet that was never opened: %v, %v", empty, err)
		}
	})
}

// TestBalanceAtAnyPastInstant compares with balances noted as they were, over
// enough postings of one account that marks are crossed.
func TestBalanceAtAnyPastInstant(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		l := book(t, connect())
		h := wallets(t, l, 2, "1000.00")
		type note struct {
			seq    int64
			at     time.Time
			amount money.Amount
		}
		var notes []note
		for i := range 700 {
			from, to := h[i%2], h[(i+1)%2]
			if _, err := pay(t, l, key(), from, to, money.Amount(1+rand.IntN(50))); err != nil {
				t.Fatal(err)
			}
			head, err := l.Head(t.Context(), l.Reader())
			if err != nil {
				t.Fatal(err)
			}
			notes = append(notes, note{head.Seq, head.At, available(t, l, h[0])})
		}
		now, err := l.Balance(t.Context(), l.Reader(), ledger.Wallet(h[0]))
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range notes {
			for _, at := range []time.Time{n.at, n.at.Add(time.Microsecond)} {
				seq, err := l.SeqAt(t.Context(), l.Reader(), at)
				if err != nil || (at.Equal(n.at) && seq != n.seq) {
					t.Fatalf("entry at %s is %d, %v; want %d", at, seq, err, n.seq)
				}
			}
			got, err := l.BalanceAt(t.Context(), l.Reader(), now, n.seq)
			if err != nil || got != n.amount {
				t.Fatalf("after entry %d: %s, %v; it was %s", n.seq, got, err, n.amount)
			}
		}
		if got, err := l.BalanceAt(t.Context(), l.Reader(), now, 0); err != nil || got != 0 {
			t.Errorf("before the first entry: %s, %v", got, err)
		}
		verify(t, l)
	})
}

// TestB2CorrectionsAreNewEntries holds rule B2.
func TestB2CorrectionsAreNewEntries(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		d := connect()
		l := book(t, d)
		h := wallets(t, l, 1, "0.00")
		var made, reversal *ledger.Entry
		do(t, l, func(tx *ledger.Tx) error {
			var err error
			made, err = tx.Post(conversion(h[0], 700))
			return err
		})
		do(t, l, func(tx *ledger.Tx) error {
			var err error
			reversal, err = tx.Reverse(made.ID)
			return err
		})
		if available(t, l, h[0]) != 0 {
			t.Errorf("after the reversal the wallet has %s", available(t, l, h[0]))
		}
		got, err := l.Entry(t.Context(), reversal.ID)
		if err != nil || got.Reverses != made.ID || got.Kind != ledger.KindReversal || len(got.Lines) != 2 {
			t.Errorf("the reversal reads %+v, %v", got, err)
		}
		if err := try(t, l, func(tx *ledger.Tx) error { _, err := tx.Reverse(made.ID); return err }); !errors.Is(err, ledger.ErrReversed) {
			t.Errorf("a second reversal: %v", err)
		}
		for _, statement := range []string{
			"UPDATE entries SET kind = 'x'", "DELETE FROM entries", "UPDATE postings SET amount = 1", "DELETE FROM postings",
			"UPDATE commands SET key = 'x'", "DELETE FROM commands",
		} {
			if err := try(t, l, func(tx *ledger.Tx) error { _, err := tx.Exec(statement); return err }); err == nil {
				t.Errorf("the schema let %q happen", statement)
			}
		}
		verify(t, l)
	})
}

func TestMirrorLaw(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		l := book(t, connect())
		h := wallets(t, l, 1, "10.00")
		digital, paper := ledger.Backing(ledger.Digital), ledger.Backing(ledger.Paper)
		units := ledger.Posting{Debit: ledger.Issued(ledger.Digital), Credit: ledger.Wallet(h[0]), Amount: 100}
		for name, d := range map[string]ledger.Draft{
			"units without euros":      {Kind: ledger.KindConversion, Postings: []ledger.Posting{units}},
			"euros without units":      {Kind: ledger.KindConversion, Postings: []ledger.Posting{{Debit: bank, Credit: digital, Amount: 100}}},
			"a cent less":              {Kind: ledger.KindConversion, Postings: []ledger.Posting{units, {Debit: bank, Credit: digital, Amount: 99}}},
			"euros of the other pool":  {Kind: ledger.KindConversion, Postings: []ledger.Posting{units, {Debit: bank, Credit: paper, Amount: 100}}},
			"a payment that issues":    {Kind: ledger.KindPayment, Postings: []ledger.Posting{units, {Debit: bank, Credit: digital, Amount: 100}}},
			"euros paid with units":    {Kind: ledger.KindPayment, Postings: []ledger.Posting{{Debit: bank, Credit: ledger.Wallet(h[0]), Amount: 100}}},
			"no posting":               {Kind: ledger.KindPayment},
			"retired without the fund": {Kind: ledger.KindRedemption, Postings: []ledger.Posting{{Debit: ledger.Wallet(h[0]), Credit: ledger.Issued(ledger.Digital), Amount: 100}}},
		} {
			err := try(t, l, func(tx *ledger.Tx) error { _, err := tx.Post(d); return err })
			if !errors.Is(err, ledger.ErrMirror) && !errors.Is(err, ledger.ErrUnbalanced) {
				t.Errorf("%s: %v", name, err)
			}
		}
		verify(t, l)
	})
}

func TestChart(t *testing.T) {
	h := ident.Holder{Bits: ident.Bits{1}}
	for _, ok := range []ledger.Account{ledger.Wallet(h), ledger.Reserved(h), ledger.Issued(ledger.Paper), ledger.Desk("avignon-centre"),
		ledger.GrantOf("cmp_x"), ledger.Payer(h), ledger.ToReturn(h), bank, ledger.Operating, ledger.Redeeming, ledger.SuspenseIn, ledger.SuspenseOut,
		ledger.IncomeFees, ledger.IncomeDues} {
		if _, err := ledger.Describe(ok); err != nil {
			t.Errorf("%s: %v", ok, err)
		}
	}
	for _, bad := range []ledger.Account{"", "loc", "loc:wallet", "loc:wallet:", "loc:wallet:a:b", "loc:walletx:a", "eur:desk:Caps", "eur:desk:a b", "eur:bank", "usd:desk:a", "eur:redeeming:x"} {
		if _, err := ledger.Describe(bad); !errors.Is(err, ledger.ErrChart) {
			t.Errorf("%q is in the chart: %v", bad, err)
		}
	}
	if got, ok := ledger.HolderOf(ledger.Wallet(h)); !ok || got != h {
		t.Errorf("holder of a wallet: %v, %v", got, ok)
	}
	if _, ok := ledger.HolderOf(bank); ok {
		t.Error("a bank account has a holder")
	}
}

func TestHolders(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		l := book(t, connect())
		k := key()
		h, out, err := l.CreateHolder(t.Context(), system(), k, ledger.NewHolder{Kind: ledger.Professional, Name: "Épicerie du Rhône"})
		if err != nil || out.Replayed {
			t.Fatal(err)
		}
		again, out, err := l.CreateHolder(t.Context(), system(), k, ledger.NewHolder{Kind: ledger.Professional, Name: "Épicerie du Rhône"})
		if err != nil || !out.Replayed || again != h {
			t.Errorf("repeated: %+v, %v; first %+v", again, err, h)
		}
		found, err := l.HolderByNumber(t.Context(), h.Number)
		if err != nil || found != h {
			t.Errorf("by number: %+v, %v", found, err)
		}
		for _, number := range []string{"", "1234567", h.Number[:7] + string('0'+(h.Number[7]-'0'+1)%10), "%", h.Number + "0"} {
			if _, err := l.HolderByNumber(t.Context(), number); !errors.Is(err, ledger.ErrMissing) {
				t.Errorf("number %q: %v", number, err)
			}
		}
		for _, bad := range []ledger.NewHolder{{Kind: "person", Name: "A"}, {Kind: ledger.Individual}, {Kind: ledger.Individual, Name: "a\nb"}, {Kind: ledger.Individual, Name: "   "}} {
			if _, _, err := l.CreateHolder(t.Context(), system(), key(), bad); err == nil {
				t.Errorf("%+v was taken", bad)
			}
		}
		if _, _, err := l.CreateHolder(t.Context(), citizen(h.ID), key(), ledger.NewHolder{Kind: ledger.Individual, Name: "A"}); !errors.Is(err, ledger.ErrForbidden) {
			t.Errorf("a citizen opened a wallet: %v", err)
		}
		verify(t, l)
	})
}
