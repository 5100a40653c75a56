// SPDX-License-Identifier: AGPL-3.0-or-later

package export

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/money"
)

func TestMovementsAreTheWholeJournal(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.fill(t)
		var b bytes.Buffer
		if err := Movements(t.Context(), w.l.Journal, &b, Options{Code: "ROUE"}); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b.String(), "Zoé") || strings.Contains(b.String(), "panier") {
			t.Error("people's words are in the movements")
		}
		entries, err := w.l.Entries(t.Context(), w.l.Reader(), 0, 100)
		if err != nil || len(entries) != 8 {
			t.Fatal(len(entries), err)
		}
		sums := map[ledger.Account]int64{}
		decoder := json.NewDecoder(&b)
		decoder.DisallowUnknownFields()
		for _, e := range entries {
			var m movementLine
			if err := decoder.Decode(&m); err != nil {
				t.Fatal(err)
			}
			if m.Seq != e.Seq || m.Entry != e.ID || m.Kind != e.Kind || !m.At.Equal(e.At) || m.BookedOn != e.BookedOn || m.Command != e.Command ||
				m.Reverses != e.Reverses || m.Hash != hex.EncodeToString(e.Hash[:]) || len(m.Postings) != len(e.Lines) {
				t.Errorf("entry %d is written %+v", e.Seq, m)
			}
			for i, l := range e.Lines {
				unit := map[money.Unit]string{money.EUR: "EUR", money.Local: "ROUE"}[l.Unit]
				want := postingLine{l.ID, unit, l.Debit, l.Credit, int64(l.Amount), int64(l.DebitBalance), int64(l.CreditBalance)}
				if m.Postings[i] != want {
					t.Errorf("posting %d is written %+v, want %+v", l.ID, m.Postings[i], want)
				}
				sums[l.Debit] += m.Postings[i].Cents
				sums[l.Credit] -= m.Postings[i].Cents
			}
		}
		if err := decoder.Decode(&movementLine{}); !errors.Is(err, io.EOF) {
			t.Errorf("after the last entry: %v", err)
		}
		stored, err := w.l.Balances(t.Context(), w.l.Reader(), "")
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range stored {
			if sums[b.Account] != int64(b.Debits-b.Credits) {
				t.Errorf("%s: the movements give %d cents, the ledger %s", b.Account, sums[b.Account], b.Debits-b.Credits)
			}
		}
	})
}
