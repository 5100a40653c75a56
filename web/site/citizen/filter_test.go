// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/money"
)

func TestAFilterIsReadAsTyped(t *testing.T) {
	for _, c := range []struct{ query, wrong string }{
		{"", ""},
		{"texte=pain&du=2026-11-01&au=2026-11-30&genre=payment", ""},
		{"du=1/11/2026&au=30/11/2026", ""},
		{"du=2026-11-23&au=2026-11-23&genre=in", ""},
		{"du=hier", "du"},
		{"du=2026-02-30", "du"},
		{"au=31/02/2026", "au"},
		{"au=1969-12-31", "au"},
		{"du=2026-11-02&au=2026-11-01", "au"},
		{"genre=gold", "genre"},
		{"du=x&au=y", "du au"},
	} {
		q, err := url.ParseQuery(c.query)
		if err != nil {
			t.Fatal(err)
		}
		f, wrong := readFilter(q)
		if len(wrong) != len(strings.Fields(c.wrong)) {
			t.Errorf("%s: %v", c.query, wrong)
		}
		for _, field := range strings.Fields(c.wrong) {
			if wrong[field] == "" {
				t.Errorf("%s: nothing is said of %s: %v", c.query, field, wrong)
			}
		}
		if len(wrong) == 0 && f.values().Encode() != q.Encode() && f.Text != q.Get("texte") {
			t.Errorf("%s is written %s", c.query, f.values().Encode())
		}
	}
}

// TestAFilterTakes holds the edges of a period, which are midnights in Paris, and
// the search without regard to case and accents.
func TestAFilterTakes(t *testing.T) {
	q := url.Values{"du": {"2026-11-23"}, "au": {"2026-11-23"}}
	f, _ := readFilter(q)
	at := func(text string) ledger.Movement {
		instant, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return ledger.Movement{At: instant, Amount: -1}
	}
	for text, want := range map[string][2]bool{ // before, takes
		"2026-11-22T22:59:59Z": {true, true}, "2026-11-22T23:00:00Z": {false, true},
		"2026-11-23T22:59:59Z": {false, true}, "2026-11-23T23:00:00Z": {false, false},
	} {
		if got := [2]bool{f.before(at(text)), f.takes(at(text), "payment")}; got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
	for kind, want := range map[string]bool{"": true, "in": false, "out": true, "payment": true, "bonus": false} {
		if got := (filter{Kind: kind}).takes(ledger.Movement{Amount: -1}, "payment"); got != want {
			t.Errorf("%q takes a payment made: %v", kind, got)
		}
	}
	for text, want := range map[string]bool{"": true, "epicerie": true, "ÉPICERIE": true, "d’ete": true, "d'ete": true, "fournil": false} {
		if got := (filter{Text: text}).finds("Épicerie", "marché d’été"); got != want {
			t.Errorf("%q finds: %v", text, got)
		}
	}
}

// TestASpreadsheetComputesNothing writes what people may type into a table (ASVS
// 1.2.10) and holds that amounts stay numbers.
func TestASpreadsheetComputesNothing(t *testing.T) {
	file := newTable("Date;Montant")
	for _, text := range []string{"=1+1", "+33 6", "-2", "@SUM(A1)", "\t=1", "\r=1", "Pain; \"bio\"", "a=b"} {
		file.add(historyLine{Name: text, Message: text, Reference: text, Amount: -money.MustParse("1234.50"), Balance: money.MustParse("0.05"), Entry: "ent_1"}, "Paiement")
	}
	body := string(file.bytes())
	if !strings.HasPrefix(body, "\ufeffDate;Montant\r\n") {
		t.Errorf("begins with %q", body[:20])
	}
	for _, cell := range []string{";'=1+1;", ";'+33 6;", ";'-2;", ";'@SUM(A1);", ";'\t=1;", `;"'=1";`, `;"Pain; ""bio""";`, ";a=b;", ";-1234,50;0,05;ent_1\r\n"} {
		if !strings.Contains(body, cell) {
			t.Errorf("no %q in\n%q", cell, body)
		}
	}
	for _, start := range []string{";=", ";+3", ";@", ";-2;", ";\t"} {
		if strings.Contains(body, start) {
			t.Errorf("%q begins a formula", start)
		}
	}
}
