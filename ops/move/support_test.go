// SPDX-License-Identifier: AGPL-3.0-or-later

package move_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/check"
	"github.com/noria-mlc/noria/ops/move"
)

func administrator() access.Actor {
	return access.Actor{ID: ident.User{Bits: ident.Bits{15: 1}}, Grants: []access.Grant{{Role: access.Administrator}}}
}

// opened opens a book, lets work write it, and closes it.
func opened(t *testing.T, cfg db.Config, work func(*ledger.Ledger)) {
	t.Helper()
	d, err := db.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(t.Context(), d, ledger.Options{})
	if err == nil {
		work(l)
		l.Close()
	}
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
}

// holders makes many holders, so that tables have several chunks.
func holders(t *testing.T, l *ledger.Ledger, name string, n int) []ledger.Holder {
	t.Helper()
	made := make([]ledger.Holder, n)
	errs := make([]error, 64)
	var wg sync.WaitGroup
	for w := range errs {
		wg.Go(func() {
			for i := w; i < n && errs[w] == nil; i += len(errs) {
				made[i], _, errs[w] = l.CreateHolder(t.Context(), administrator(), fmt.Sprintf("move-test-%s-%09d", name, i),
					ledger.NewHolder{Kind: ledger.Individual, Name: fmt.Sprintf("Élodie %d", i)})
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	return made
}

// pay posts money of the world: a conversion and payments between holders.
func pay(t *testing.T, l *ledger.Ledger, key string, from, to ident.Holder) {
	t.Helper()
	hundred := money.MustParse("100.00")
	drafts := []ledger.Draft{
		{Kind: ledger.KindConversion, Postings: []ledger.Posting{
			{Debit: ledger.Guarantee(ledger.Digital, "la-nef"), Credit: ledger.Backing(ledger.Digital), Amount: hundred},
			{Debit: ledger.Issued(ledger.Digital), Credit: ledger.Wallet(from), Amount: hundred}}},
		{Kind: ledger.KindPayment, Message: "Merci pour le thé ☕", Postings: []ledger.Posting{{Debit: ledger.Wallet(from), Credit: ledger.Wallet(to), Amount: 250}}},
	}
	for i, draft := range drafts {
		_, err := l.Execute(t.Context(), ledger.Command{Actor: administrator(), Action: access.CurrencyOpen, Key: fmt.Sprintf("move-test-pay-%s-%d", key, i)},
			func(tx *ledger.Tx) (ident.Ref, error) {
				for _, p := range draft.Postings {
					if err := errors.Join(tx.Open(p.Debit), tx.Open(p.Credit)); err != nil {
						return ident.Ref{}, err
					}
				}
				_, err := tx.Post(draft)
				return ident.Ref{}, err
			})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// statements runs what no service is asked for here.
func statements(t *testing.T, cfg db.Config, list ...string) {
	t.Helper()
	d, err := db.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := d.Writer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if _, err := conn.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	if err := errors.Join(conn.Close(), d.Close()); err != nil {
		t.Fatal(err)
	}
}

// folder is a configuration of an embedded book that is not there yet.
func folder(t *testing.T) db.Config { return db.Config{Data: filepath.Join(t.TempDir(), "book")} }

// sample makes an embedded book of several chunks: money, words, a boolean, and
// a session whose token's id is higher than its own, which only fits in when
// tokens without an origin go first.
func sample(t *testing.T) db.Config {
	t.Helper()
	cfg := folder(t)
	opened(t, cfg, func(l *ledger.Ledger) {
		h := holders(t, l, "first", 2100)
		for i := range 5 {
			pay(t, l, fmt.Sprint(i), h[i].ID, h[i+1].ID)
		}
	})
	statements(t, cfg,
		`INSERT INTO users (id, holder, created_at) VALUES (x'0000000000000000000000000000000a', x'0000000000000000000000000000000b', 1)`,
		`INSERT INTO tokens (id, user_id, kind, origin, digest, label, demo, created_at, expires_at)
			VALUES (x'0000000000000000000000000000000f', x'0000000000000000000000000000000a', 'api', NULL, `+digest('1')+`, 'là', 1, 1, 2)`,
		`INSERT INTO tokens (id, user_id, kind, origin, digest, label, demo, created_at, expires_at)
			VALUES (x'0000000000000000000000000000000c', x'0000000000000000000000000000000a', 'session', x'0000000000000000000000000000000f', `+digest('2')+`, '', 0, 1, 2)`)
	return cfg
}

func digest(c byte) string {
	b := make([]byte, 64)
	for i := range b {
		b[i] = c
	}
	return "x'" + string(b) + "'"
}

// moved moves a book, which must succeed.
func moved(t *testing.T, from, to db.Config) move.Report {
	t.Helper()
	r, err := move.Run(t.Context(), move.Options{From: from, To: to})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// refused moves a book, which must not succeed.
func refused(t *testing.T, from, to db.Config, want error) {
	t.Helper()
	if _, err := move.Run(t.Context(), move.Options{From: from, To: to}); !errors.Is(err, want) {
		t.Errorf("the move ended with %v, want %v", err, want)
	}
}

// interrupted moves a book and gives up after some steps.
func interrupted(t *testing.T, from, to db.Config, steps int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	_, err := move.Run(ctx, move.Options{From: from, To: to, Progress: func(string, int64, int64) {
		if n++; n == steps {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("given up after %d steps it ends with %v", steps, err)
	}
}

// verified recomputes a book and returns its head.
func verified(t *testing.T, cfg db.Config) (ledger.Head, error) {
	t.Helper()
	cfg.ReadOnly = true
	d, err := db.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	r, err := check.Run(t.Context(), ledger.NewJournal(d), nil)
	return r.Head, err
}
