// SPDX-License-Identifier: AGPL-3.0-or-later

package export

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/money"
)

// balancesOf returns what hledger computes for each account at a date.
func balancesOf(t *testing.T, journal, before string) map[string]string {
	t.Helper()
	args := []string{"bal", "-N", "--flat", "--empty", "-O", "csv"}
	if before != "" {
		args = append(args, "-e", before)
	}
	out, err := hledgerRun(t, journal, args...)
	if err != nil {
		t.Fatalf("hledger bal: %v\n%s", err, out)
	}
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(rows) == 0 {
		t.Fatal(rows, err)
	}
	balances := make(map[string]string)
	for _, r := range rows[1:] {
		balances[r[0]] = r[1]
	}
	return balances
}

func TestHledgerAcceptsTheJournal(t *testing.T) {
	for _, code := range []string{"ROUE", "Roue 84", "É"} {
		t.Run(code, func(t *testing.T) {
			run(t, func(t *testing.T, w *world) {
				w.fill(t)
				if out, err := hledgerRun(t, w.export(t, code), "check", "--strict"); err != nil {
					t.Errorf("%v\n%s", err, out)
				}
			})
		})
	}
}

func TestHledgerFindsTheLedgersBalances(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.fill(t)
		got := balancesOf(t, w.export(t, "ROUE"), "")
		stored, err := w.l.Balances(t.Context(), w.l.Reader(), "")
		if err != nil || len(stored) < 10 {
			t.Fatal(len(stored), err)
		}
		sums := map[money.Unit]money.Amount{}
		for _, b := range stored {
			unit := "EUR"
			if b.Spec.Unit == money.Local {
				unit = "ROUE"
			}
			want := (b.Debits - b.Credits).Format() + " " + unit
			if has := got[name(b.Account, b.Spec)]; has != want && !(b.Version == 0 && has == "") && !(b.Debits == b.Credits && has == "0") {
				t.Errorf("%s: hledger says %q, the ledger %q", b.Account, has, want)
			}
			delete(got, name(b.Account, b.Spec))
			sums[b.Spec.Unit] += b.Debits - b.Credits
		}
		if len(got) != 0 || sums[money.EUR] != 0 || sums[money.Local] != 0 {
			t.Errorf("left over %v, sums %v", got, sums)
		}
		// The bank line of February belongs to January by its value date.
		if has := balancesOf(t, w.export(t, "ROUE"), "2026-02-01")["liabilities:"+string(ledger.Wallet(w.citizen))]; has != "-130.00 ROUE" {
			t.Errorf("at the end of January the wallet holds %s, want -130.00 ROUE", has)
		}
	})
}

// TestACentRemovedIsFound spoils the journal line by line.
func TestACentRemovedIsFound(t *testing.T) {
	hledgerProgram(t)
	run(t, func(t *testing.T, w *world) {
		w.fill(t)
		journal := w.export(t, "ROUE")
		spoil := func(name, from, to string, times int) {
			t.Helper()
			spoiled := strings.Replace(journal, from, to, times)
			if spoiled == journal {
				t.Fatalf("%s: %q is not in the journal", name, from)
			}
			if out, err := hledgerRun(t, spoiled, "check", "--strict"); err == nil {
				t.Errorf("%s is not found: %s", name, out)
			}
		}
		wallet, shop := "liabilities:"+string(ledger.Wallet(w.citizen)), "liabilities:"+string(ledger.Wallet(w.shop))
		spoil("a cent on one side", wallet+"  33.33 ROUE", wallet+"  33.32 ROUE", 1)
		spoil("a cent on both sides", "33.33 ROUE", "33.32 ROUE", 2)
		spoil("a cent of euros on both sides", " 20.00 EUR", " 19.99 EUR", 1)
		spoil("another account", shop+"  -33.33 ROUE", wallet+"  -33.33 ROUE", 1)
		spoil("another commodity", wallet+"  33.33 ROUE", wallet+"  33.33 EUR", 1)
		spoil("a month later", "2026-02-03 * ", "2026-03-03 * ", 1)
		spoil("an account not declared", "account "+wallet+"\n", "", 1)
		spoil("a commodity not declared", "commodity 1000.00 ROUE\n", "", 1)
		entry := regexp.MustCompile(`(?s)\n2026-05-02 \* .*?\n\n`).FindString(journal)
		spoil("a transaction removed", entry, "\n\n", 1)
		spoil("a transaction twice", entry, entry+entry[1:], 1)
	})
}

// TestEveryTransactionBalances reads the file itself, for machines without
// hledger.
func TestEveryTransactionBalances(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.fill(t)
		transactions, asserted := 0, map[string]int{}
		sums, header := map[string]money.Amount{}, ""
		end := func() {
			for unit, sum := range sums {
				if sum != 0 {
					t.Errorf("%s: %s %s are left", header, sum, unit)
				}
			}
			clear(sums)
		}
		posting := regexp.MustCompile(`^    (\S+)  (-?)(\d+\.\d\d) (EUR|ROUE)(?: = -?\d+\.\d\d (EUR|ROUE))?$`)
		for line := range strings.Lines(w.export(t, "ROUE")) {
			line = strings.TrimSuffix(line, "\n")
			switch {
			case strings.HasPrefix(line, "2026-"):
				end()
				header = line
				transactions++
			case line == "", strings.HasPrefix(line, "    ;"), strings.HasPrefix(line, ";"), strings.HasPrefix(line, "account "), strings.HasPrefix(line, "commodity "):
			default:
				m := posting.FindStringSubmatch(line)
				if m == nil || strings.HasPrefix(m[1], "x") || (m[4] == "EUR") != strings.Contains(m[1], ":eur:") {
					t.Fatalf("the line %q", line)
				}
				a := money.MustParse(m[3])
				if m[2] == "-" {
					a = -a
				}
				sums[m[4]] += a
				if m[5] != "" {
					asserted[header[:10]]++
				}
			}
		}
		end()
		stored, err := w.l.Balances(t.Context(), w.l.Reader(), "")
		if err != nil {
			t.Fatal(err)
		}
		// Accounts that moved by then: bank, grant, backing, issued, wallet; with
		// February the shop; at the end all of them, moved or not.
		want := map[string]int{"2026-01-31": 5, "2026-02-28": 6, "2026-03-31": 6, "2026-04-30": 6, "2026-05-04": len(stored)}
		if len(asserted) != len(want) || transactions != 8+len(want) {
			t.Errorf("%d transactions, assertions %v; want %v", transactions, asserted, want)
		}
		for day, n := range want {
			if asserted[day] != n {
				t.Errorf("%s: %d assertions, want %d", day, asserted[day], n)
			}
		}
	})
}

func TestTheJournalIsTheSameEachTime(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.fill(t)
		first := w.export(t, "ROUE")
		w.at = w.at.AddDate(1, 0, 0)
		if w.export(t, "ROUE") != first {
			t.Error("the same book gives other bytes")
		}
		for _, word := range []string{"Zoé", "Roquette", "panier", "Pour"} {
			if strings.Contains(first, word) {
				t.Errorf("the journal says %q", word)
			}
		}
		head, err := w.l.Head(t.Context(), w.l.Reader())
		if err != nil || !strings.Contains(first, "8 entries, hash of the last "+head.Hash) || !strings.Contains(first, "; hash:"+head.Hash+"\n") {
			t.Errorf("the head %+v, %v is not in the journal", head, err)
		}
	})
}

func TestAnEmptyBook(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		journal := w.export(t, "ROUE")
		if strings.Contains(journal, " * ") || strings.Contains(journal, "account ") {
			t.Errorf("an empty book is written as %s", journal)
		}
		if out, err := hledgerRun(t, journal, "check", "--strict"); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	})
}

func TestCodesThatNoJournalCarries(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		for _, code := range []string{"", "EUR", "eur", `a"b`, "a\nb", "a;b", " a", "a ", "a\u00a0b", "a\xffb", "a\u200bb", strings.Repeat("A", 21)} {
			var b bytes.Buffer
			for what, err := range map[string]error{
				"hledger":   Hledger(t.Context(), w.l.Journal, &b, Options{Code: code}),
				"movements": Movements(t.Context(), w.l.Journal, &b, Options{Code: code}),
			} {
				if !errors.Is(err, ErrCode) || b.Len() > 0 {
					t.Errorf("%s with %q: %v and %d bytes", what, code, err, b.Len())
				}
			}
		}
		if j := w.export(t, "ROUE"); !strings.Contains(j, "commodity 1000.00 ROUE\n") {
			t.Error("a code of letters is quoted")
		}
	})
}

func TestAnIssuerStaysOnItsLine(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		var b bytes.Buffer
		if err := Hledger(t.Context(), w.l.Journal, &b, Options{Code: "ROUE", Issuer: "La\n2026-01-01 Roue\r"}); err != nil {
			t.Fatal(err)
		}
		if first, _, _ := strings.Cut(b.String(), "\n"); first != "; Journal of La 2026-01-01 Roue " {
			t.Errorf("the first line is %q", first)
		}
	})
}

// TestManyPages exports more entries than are read at once.
func TestManyPages(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.fill(t)
		w.do(t, func(tx *ledger.Tx) error {
			for range 2*pageSize + 17 {
				if _, err := tx.Post(ledger.Draft{Kind: ledger.KindPayment, Postings: []ledger.Posting{p(ledger.Wallet(w.citizen), ledger.Wallet(w.shop), "0.01")}}); err != nil {
					return err
				}
			}
			return nil
		})
		var told []int64
		var b bytes.Buffer
		o := Options{Code: "ROUE", Progress: func(done, all int64) { told = append(told, done, all) }}
		if err := Hledger(t.Context(), w.l.Journal, &b, o); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(b.String(), " payment\n"); n != 2+2*pageSize+17 {
			t.Errorf("%d payments", n)
		}
		if len(told) != 6 || told[0] != pageSize || told[4] != told[5] {
			t.Errorf("progress was %v", told)
		}
		if out, err := hledgerRun(t, b.String(), "check", "--strict"); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	})
}

// full is a writer whose disk is full after some bytes.
type full struct{ left int }

func (f *full) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return 0, io.ErrShortWrite
	}
	return len(b), nil
}

func TestWhatCannotBeWrittenOrReadIsSaid(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.fill(t)
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		for name, export := range map[string]func(context.Context, *ledger.Journal, io.Writer, Options) error{"hledger": Hledger, "movements": Movements} {
			if err := export(t.Context(), w.l.Journal, &full{1000}, Options{Code: "ROUE"}); !errors.Is(err, io.ErrShortWrite) {
				t.Errorf("%s on a full disk: %v", name, err)
			}
			if err := export(gone, w.l.Journal, io.Discard, Options{Code: "ROUE"}); !errors.Is(err, context.Canceled) {
				t.Errorf("%s for somebody who left: %v", name, err)
			}
		}
	})
}
