// SPDX-License-Identifier: AGPL-3.0-or-later

package export

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

var keys atomic.Int64

var (
	bank    = ledger.Guarantee(ledger.Digital, "la-nef")
	backing = ledger.Backing(ledger.Digital)
	issued  = ledger.Issued(ledger.Digital)
	grant   = ledger.GrantOf("cmp_ga26")
)

// world is a book whose days the test sets.
type world struct {
	l          *ledger.Ledger
	at         time.Time
	shop, town ident.Holder
	citizen    ident.Holder
}

// run gives test an empty book, whose laws are checked afterwards.
func run(t *testing.T, test func(t *testing.T, w *world)) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		w := &world{at: time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC)}
		l, err := ledger.Open(t.Context(), connect(), ledger.Options{Now: func() time.Time { return w.at }})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(l.Close)
		w.l = l
		test(t, w)
		if _, err := l.Verify(t.Context(), nil); err != nil {
			t.Errorf("verify: %v", err)
		}
	})
}

// do runs f through the door.
func (w *world) do(t *testing.T, f func(*ledger.Tx) error) {
	t.Helper()
	actor := access.Actor{ID: ident.User{Bits: ident.Bits{15: 1}}, Grants: []access.Grant{{Role: access.Administrator}}}
	_, err := w.l.Execute(t.Context(), ledger.Command{Actor: actor, Action: access.CurrencyOpen, Key: fmt.Sprintf("test-key-%09d", keys.Add(1))},
		func(tx *ledger.Tx) (ident.Ref, error) { return ident.Ref{}, f(tx) })
	if err != nil {
		t.Fatal(err)
	}
}

// post posts an entry on a day, with a value date where one is given.
func (w *world) post(t *testing.T, day, booked string, kind ledger.Kind, postings ...ledger.Posting) ident.Entry {
	t.Helper()
	w.at = date(t, day).Start().Add(10 * time.Hour)
	d := ledger.Draft{Kind: kind, Postings: postings, Message: "Pour Zoé", Reference: "panier-7"}
	if booked != "" {
		d.BookedOn = date(t, booked)
	}
	var id ident.Entry
	w.do(t, func(tx *ledger.Tx) error {
		for _, p := range postings {
			for _, a := range []ledger.Account{p.Debit, p.Credit} {
				if err := tx.Open(a); err != nil {
					return err
				}
			}
		}
		e, err := tx.Post(d)
		if err == nil {
			id = e.ID
		}
		return err
	})
	return id
}

func date(t *testing.T, s string) civil.Date {
	t.Helper()
	d, err := civil.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func p(debit, credit ledger.Account, amount string) ledger.Posting {
	return ledger.Posting{Debit: debit, Credit: credit, Amount: money.MustParse(amount)}
}

// fill makes a currency live from January to May: a campaign, a change with its
// bonus, payments, a redemption with its commission, a correction, a bank line
// whose value date is in a month that ended, and an account that never moved.
func (w *world) fill(t *testing.T) {
	t.Helper()
	w.do(t, func(tx *ledger.Tx) error {
		for kind, h := range map[ledger.HolderKind]*ident.Holder{ledger.Individual: &w.citizen, ledger.Professional: &w.shop, ledger.Collectivity: &w.town} {
			made, err := tx.OpenHolder(ledger.NewHolder{Kind: kind, Name: "Zoé de la Roquette"})
			if err != nil {
				return err
			}
			*h = made.ID
		}
		return tx.Open(ledger.IncomeDues)
	})
	wallet, shop := ledger.Wallet(w.citizen), ledger.Wallet(w.shop)
	w.post(t, "2026-01-16", "", ledger.KindFunding, p(bank, grant, "26000.00"))
	w.post(t, "2026-01-31", "", ledger.KindConversion,
		p(bank, backing, "100.00"), p(grant, backing, "20.00"), p(issued, wallet, "100.00"), p(issued, wallet, "20.00"))
	w.post(t, "2026-02-03", "", ledger.KindPayment, p(wallet, shop, "33.33"))
	w.post(t, "2026-02-05", "2026-01-31", ledger.KindConversion, p(bank, backing, "10.00"), p(issued, wallet, "10.00"))
	wrong := w.post(t, "2026-02-28", "", ledger.KindPayment, p(wallet, shop, "0.01"))
	w.at = date(t, "2026-04-30").Start().Add(10 * time.Hour)
	w.do(t, func(tx *ledger.Tx) error { _, err := tx.Reverse(wrong); return err })
	w.post(t, "2026-05-02", "", ledger.KindReservation, p(shop, ledger.Reserved(w.shop), "20.00"))
	w.post(t, "2026-05-04", "", ledger.KindRedemption,
		p(ledger.Reserved(w.shop), issued, "20.00"), p(backing, bank, "19.00"), p(backing, ledger.IncomeFees, "1.00"))
}

// export returns the journal for hledger.
func (w *world) export(t *testing.T, code string) string {
	t.Helper()
	var b bytes.Buffer
	if err := Hledger(t.Context(), w.l.Journal, &b, Options{Code: code, Issuer: "La Roue"}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// hledgerProgram returns the program, or skips the test aloud.
func hledgerProgram(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath("hledger")
	if err != nil {
		t.Skip("hledger is not installed (Debian package hledger): the export is not read back with it")
	}
	return program
}

// hledgerRun runs hledger on a journal and returns what it says.
func hledgerRun(t *testing.T, journal string, args ...string) (string, error) {
	t.Helper()
	c := exec.CommandContext(t.Context(), hledgerProgram(t), append([]string{"-f", "-"}, args...)...)
	c.Stdin = strings.NewReader(journal)
	c.Env = append(c.Environ(), "LC_ALL=C.UTF-8")
	out, err := c.CombinedOutput()
	return string(out), err
}
