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
// euros being sent and euros not identified. What somebody owes by name stands
// for the euros that lack meanwhile: a funder who signed (G4), a member whose
// debit came back (G6), the other pool (G2), a till that was short. The fund's
// page shows that as a gap; the book is right all the same.
func checkFund(ctx context.Context, j *ledger.Journal, r db.Reader) error {
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
		cover, err := coverOf(ctx, j, r, pool)
		if err != nil {
			return err
		}
		if cover < backed.Amount {
			return &ledger.Difference{Where: "guarantee fund, pool " + string(pool),
				What: fmt.Sprintf("%s euros back the units, %s are there: %s are lacking", backed.Amount, cover, backed.Amount-cover)}
		}
	}
	return nil
}

// coverOf sums the euros that cover a pool, and those that somebody owes it by
// name. Providers and the money of others belong to the digital pool (rule G2).
func coverOf(ctx context.Context, j *ledger.Journal, r db.Reader, pool ledger.Pool) (money.Amount, error) {
	type class struct {
		prefix string
		sign   money.Amount
	}
	classes := []class{{"eur:bank:guarantee:" + string(pool) + ":", 1}, {string(ledger.Between(pool)), 1}}
	switch pool {
	case ledger.Digital:
		classes = append(classes, class{"eur:desk:", 1}, class{"eur:desk:paper:", -1}, class{"eur:provider:", 1}, class{"eur:grant:", -1}, class{"eur:payer:", -1},
			class{"eur:return:", -1}, class{"eur:redeeming", -1}, class{"eur:suspense:in", -1}, class{"eur:due:", 1}, class{"eur:receivable:", 1})
	case ledger.Paper:
		classes = append(classes, class{"eur:desk:paper:", 1}, class{"eur:difference:", 1})
	}
	var cover money.Amount
	for _, c := range classes {
		balances, err := j.Balances(ctx, r, c.prefix)
		if err != nil {
			return 0, err
		}
		for _, b := range balances {
			cover += c.sign * b.Amount
		}
	}
	return cover, nil
}
