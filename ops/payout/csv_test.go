// SPDX-License-Identifier: AGPL-3.0-or-later

package payout_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ops/payout"
)

func TestFilesAreRead(t *testing.T) {
	want := []payout.LineInput{line("ELU-1", "12345674", 120_00), line("ELU, 2", "hol_x", 5)}
	for name, file := range map[string]string{
		"commas":                   "reference,holder,amount_eur\nELU-1,12345674,120.00\n\"ELU, 2\",hol_x,0.05\n",
		"semicolons":               "reference;holder;amount_eur\nELU-1;12345674;120.00\nELU, 2;hol_x;0.05",
		"as a spreadsheet writes":  "\ufeffReference;Holder;Amount_EUR\r\nELU-1;12345674;120,00\r\nELU, 2;hol_x;0,05\r\n\r\n",
		"columns in another order": "amount_eur, reference ,holder\n\n120.00, ELU-1 ,12345674\n0.05,\"ELU, 2\",hol_x\n",
	} {
		got, err := payout.ReadCSV(strings.NewReader(file))
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestEveryWrongLineIsTold(t *testing.T) {
	const header = "reference,holder,amount_eur\n"
	for name, c := range map[string]struct {
		file  string
		lines []string
	}{
		"nothing":          {"", []string{"line/1"}},
		"no lines":         {header + "\n", []string{"line/2"}},
		"no header":        {"ELU-1,12345674,1.00\n", []string{"line/1"}},
		"another column":   {"reference,holder,amount_eur,gross_pay\nA,B,1.00,2000.00\n", []string{"line/1"}},
		"a column twice":   {"reference,holder,holder\nA,B,B\n", []string{"line/1"}},
		"several":          {header + "A,B,1.00\nA,B\nA,B,C,D\nA,B,1\n,B,1.00\nA,,1.00\nA,B,-1.00\nA,B,0.00\n\"A,B,1.00\n", []string{"line/3", "line/4", "line/5", "line/6", "line/7", "line/8", "line/9", "line/10"}},
		"decimal comma":    {header + "A,B,\"1,00\"\n", []string{"line/2"}},
		"not UTF-8":        {header + "\xe9,B,1.00\nA,B,1.00\n", []string{"line/2"}},
		"a formula's tab":  {header + "A\tB,C,1.00\n", []string{"line/2"}},
		"two wrong fields": {header + ",B,x\n", []string{"line/2", "line/2"}},
	} {
		lines, err := payout.ReadCSV(strings.NewReader(c.file))
		f := fault.As(err)
		if !errors.Is(err, payout.ErrCSV) || lines != nil {
			t.Errorf("%s: %+v, %v", name, lines, err)
			continue
		}
		var told []string
		for _, field := range f.Fields {
			told = append(told, field.Pointer)
			if field.Detail == "" || strings.Contains(field.Detail, "12345674") {
				t.Errorf("%s: %q", name, field.Detail)
			}
		}
		if !slices.Equal(told, c.lines) {
			t.Errorf("%s: told of %v, want %v", name, told, c.lines)
		}
	}
	for name, file := range map[string]string{
		"too many lines": header + strings.Repeat("A,B,1.00\n", payout.MaxLines+1),
		"too large":      header + strings.Repeat(" ", 1<<20),
	} {
		if _, err := payout.ReadCSV(strings.NewReader(file)); !errors.Is(err, payout.ErrTooManyLines) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add([]byte("\ufeffreference;holder;amount_eur\r\nA;B;1,00\r\n"))
	f.Add([]byte("amount_eur,holder,reference\n1.00,\"B\",\"A\"\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		lines, err := payout.ReadCSV(bytes.NewReader(file))
		if (err == nil) != (len(lines) > 0) {
			t.Fatalf("%d lines, %v", len(lines), err)
		}
		for _, l := range lines {
			if l.Reference == "" || l.Holder == "" || l.AmountEUR <= 0 {
				t.Fatalf("a wrong line was taken: %+v", l)
			}
		}
	})
}

func TestAFileMakesTheSameBatchAsItsLines(t *testing.T) {
	each(t, func(w *town) {
		head := w.input()
		file := "reference,holder,amount_eur\nELU-1," + w.dora.Number + ",12.00\nELU-2," + w.emil.ID.String() + ",3.50\n"
		b, _, err := w.payout.DraftCSV(w.Context(), w.agent, key(), head, strings.NewReader(file))
		if err != nil || b.TotalEUR != 15_50 {
			w.Fatalf("%s, %v", text(w, b), err)
		}
		if same := w.draft(w.input(line("ELU-1", w.dora.Number, 12_00), line("ELU-2", w.emil.Number, 3_50))); same.Digest != b.Digest {
			w.Error("the lines make another digest")
		}
		_, _, err = w.payout.DraftCSV(w.Context(), w.agent, key(), head, strings.NewReader(file+"x\n"))
		w.refused("a wrong line", err, payout.ErrCSV)
		_, _, err = w.payout.DraftCSV(w.Context(), w.treasurer, key(), head, strings.NewReader("x"))
		w.refused("by a treasurer", err, access.ErrForbidden)
		if list, err := w.payout.Batches(w.Context(), w.agent, w.city.ID, payout.BatchID{}, 10); err != nil || len(list) != 2 {
			w.Errorf("%d batches, %v; the wrong file left something", len(list), err)
		}
	})
}

// TestP10TheProofEqualsTheBankLine reads a proof back and adds it up. It also
// holds that no cell can be taken for a formula.
func TestP10TheProofEqualsTheBankLine(t *testing.T) {
	each(t, func(w *town) {
		b := w.draft(w.input(line("=HYPERLINK(1)", w.dora.Number, 20_00), line("-1", w.finn.Number, 5_00), line("@x", "+33", 1_00)))
		if _, _, err := w.payout.Approve(w.Context(), w.approver, key(), b.ID, payout.ApproveInput{Digest: b.Digest}); err != nil {
			w.Fatal(err)
		}
		_, err := w.payout.Proof(w.Context(), w.agent, b.ID)
		w.refused("before execution", err, payout.ErrNotExecuted)
		if _, _, err := w.payout.Fund(w.Context(), w.treasurer, key(), b.ID, payout.FundInput{AmountEUR: 26_00, BankReference: "VIR MARS", ReceivedOn: civil.New(2026, 3, 31)}); err != nil {
			w.Fatal(err)
		}
		w.executed(b)
		file, err := w.payout.Proof(w.Context(), w.agent, b.ID)
		if err != nil {
			w.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
		if err != nil {
			w.Fatal(err)
		}
		var got []string
		for _, row := range rows {
			for _, cell := range row {
				if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
					w.Errorf("%q can be taken for a formula", cell)
				}
			}
			if row[0] == "line" {
				row[8] = ""
			}
			got = append(got, strings.Join(row, "|"))
		}
		want := []string{
			"record|n|reference|holder|amount_eur|status|problem|date|detail",
			"batch|indemnity|" + b.ID.String() + "|" + w.city.Number + "|26.00|executed||2026-04-02|" + b.Digest,
			"period||2026-03||||||",
			"transfer|1|VIR MARS||26.00|received||2026-03-31|eur:bank:guarantee:digital:la-nef",
			"line|1|'=HYPERLINK(1)|" + w.dora.Number + "|20.00|paid||2026-04-02|",
			"line|2|'-1|" + w.finn.Number + "|5.00|returned|no-instruction|2026-04-02|",
			"line|3|'@x|'+33|1.00|returned|unknown-holder|2026-04-02|",
			"total||||26.00|received|||",
			"total||||20.00|paid|||",
			"total||||6.00|returned|||",
		}
		if !slices.Equal(got, want) {
			w.Errorf("the proof is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if s := string(file); strings.Contains(s, w.dora.Name) || strings.Contains(s, w.finn.Name) {
			w.Error("P9: the proof names a person")
		}
	})
}
