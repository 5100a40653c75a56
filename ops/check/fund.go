// SPDX-License-Identifier: AGPL-3.0-or-later

package check

import (
	"context"
	"fmt"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/money"
)

// checkFund proves on balances alone, without asking the room that publishes
// the fund, that in each pool the units in circulation equal the euros that
// back them, and that the euros booked in the dedicated accounts and on their
// way there cover the backing (rule G1). What is kept there for others covers
// nothing: bonus money not granted yet (G4), euros received for payouts (P8),
// euros being sent and euros not identified.
func checkFund(ctx context.Context, j *ledger.Journal, r db.Reader) error {
	var backing money.Amount
	for _, pool := range ledger.Pools() {
		issued, err := j.Balance(ctx, r, ledger.Issued(pool))
		if err != nil {
			return err
		}
		backed, err := j.Balance(ctx, r, ledger.Backing(pool))
		if err != nil {
			return err
		}
		if issued.Amount != backed.Amount {
			return &ledger.Difference{Where: "pool " + string(pool),
				What: fmt.Sprintf("%s units circulate, %s euros back them", issued.Amount, backed.Amount)}
		}
		backing += backed.Amount
	}
	var cover money.Amount
	for _, class := range []struct {
		prefix string
		sign   money.Amount
	}{
		{"eur:bank:guarantee:", 1}, {"eur:desk:", 1}, {"eur:provider:", 1},
		{"eur:grant:", -1}, {"eur:payer:", -1}, {"eur:return:", -1}, {"eur:redeeming", -1}, {"eur:suspense:in", -1},
	} {
		balances, err := j.Balances(ctx, r, class.prefix)
		if err != nil {
			return err
		}
		for _, b := range balances {
			cover += class.sign * b.Amount
		}
	}
	if cover < backing {
		return &ledger.Difference{Where: "guarantee fund",
			What: fmt.Sprintf("%s euros back the units, %s are there: %s are lacking", backing, cover, backing-cover)}
	}
	return nil
}
