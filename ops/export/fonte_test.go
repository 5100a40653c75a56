// SPDX-License-Identifier: AGPL-3.0-or-later

package export

import (
	"strings"
	"testing"

	"github.com/noria-mlc/noria/ledger"
)

// TestL12HledgerAcceptsFonte exports a period that was taken: the wallet, the sum on
// its way and the association stand in the journal, which adds up.
func TestL12HledgerAcceptsFonte(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.fill(t)
		w.do(t, func(tx *ledger.Tx) error { return tx.Open(ledger.Fonte) })
		w.post(t, "2026-07-01", "", ledger.KindFonte, p(ledger.Wallet(w.citizen), ledger.Fonte, "1.93"))
		w.post(t, "2026-07-01", "", ledger.KindFonte, p(ledger.Fonte, ledger.Wallet(w.shop), "1.93"))
		journal := w.export(t, "ROUE")
		if n := strings.Count(journal, " fonte\n"); n != 2 || !strings.Contains(journal, "account liabilities:loc:fonte\n") {
			t.Errorf("%d entries of fonte in\n%s", n, journal)
		}
		if out, err := hledgerRun(t, journal, "check", "--strict"); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	})
}
