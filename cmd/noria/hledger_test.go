// SPDX-License-Identifier: AGPL-3.0-or-later

package main_test

import (
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/ledger/money"
)

// hledger runs the real hledger on a journal.
func hledger(t *testing.T, journal string, args ...string) (string, error) {
	t.Helper()
	path, err := exec.LookPath("hledger")
	if err != nil {
		t.Skip("hledger is not installed (Debian package hledger): the export is not read back")
	}
	c := exec.CommandContext(t.Context(), path, append([]string{"-f", "-"}, args...)...)
	c.Stdin = strings.NewReader(journal)
	c.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	out, err := c.CombinedOutput()
	return string(out), err
}

// checkHledger hands the book to a program that shares no code with ours, and
// compares what it adds up with what the API says.
func checkHledger(t *testing.T, r readiness, folder string) {
	journal := done(t, "export", "hledger", "--data", folder)
	if out, err := hledger(t, journal, "check", "--strict"); err != nil {
		t.Fatalf("hledger: %v\n%s", err, out)
	}
	broken := strings.Replace(journal, "  10.00 EUR", "  10.01 EUR", 1)
	if _, err := hledger(t, broken, "check", "--strict"); broken == journal || err == nil {
		t.Error("hledger accepts a journal with a cent too much: it checks nothing")
	}
	out, err := hledger(t, journal, "balance", "--flat", "-N", "-E", "-O", "csv")
	if err != nil {
		t.Fatalf("hledger: %v\n%s", err, out)
	}
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	balances := make(map[string]money.Amount)
	for _, row := range rows[1:] {
		text, commodity, _ := strings.Cut(row[1], " ")
		negative := strings.HasPrefix(text, "-")
		a, err := money.Parse(strings.TrimPrefix(text, "-"))
		if text == "0" {
			a, err, commodity = 0, nil, ""
		}
		if want := map[string]string{"eur": "EUR", "loc": "ROUE"}[strings.Split(row[0], ":")[1]]; err != nil || (commodity != "" && commodity != want) {
			t.Fatalf("hledger says %v: %v", row, err)
		}
		if negative {
			a = -a
		}
		balances[row[0]] = a
	}
	treasurer := r.as(t, "treasurer")
	f := treasurer.fund("")
	// Notes are part of what circulates, and lie in nobody's wallet.
	notes := balances["assets:loc:issued:paper"]
	for account, want := range map[string]money.Amount{
		"assets:loc:issued:digital":                   f.Total.Circulation - notes,
		"liabilities:eur:backing:digital":             -(f.Total.Backing - notes),
		"revenues:eur:income:fees":                    -200,
		"liabilities:eur:grant:" + r.IDs.Campaign:     -2_590_700,
		"assets:eur:bank:guarantee:digital:la-nef":    2_750_005,
		"assets:eur:desk:avignon-centre":              6_000,
		"assets:eur:bank:guarantee:paper:nobody-here": 0,
	} {
		if balances[account] != want {
			t.Errorf("%s: hledger has %s, the API %s", account, balances[account], want)
		}
	}
	var list struct{ Items []holder }
	treasurer.get("/v1/holders?limit=200", &list)
	var sum money.Amount
	for _, h := range list.Items {
		w := treasurer.wallet(h.Wallet)
		if got := -balances["liabilities:loc:wallet:"+h.ID]; got != w.Available {
			t.Errorf("%s: hledger has %s, the API %s", h.Name, got, w.Available)
		}
		sum += w.Booked
	}
	if notes != 3_000 || sum != f.Total.Circulation-notes {
		t.Errorf("the wallets hold %s, the notes are %s, %s circulate", sum, notes, f.Total.Circulation)
	}
	file := filepath.Join(t.TempDir(), "book.journal")
	done(t, "export", "hledger", "--data", folder, "--out", file)
	if content, err := os.ReadFile(file); err != nil || string(content) != journal {
		t.Errorf("--out wrote something else: %v", err)
	}
}
