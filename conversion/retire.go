// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Retirement is digital units that leave circulation and the euros that are
// paid for them.
type Retirement struct {
	Holder ident.Holder
	Bank   ledger.Account // the compte dédié that pays
	Amount money.Amount   // units, taken from what the holder reserved
	Fee    money.Amount   // euros of them that are income of the issuer (L10)
}

// Retire returns the postings of a retirement: the units leave circulation, the
// euros leave the backing as paid and fee, whose sum is the amount. The euros
// of the fee stay in the bank account, as surplus, until the treasurer moves
// them.
func Retire(r Retirement) []ledger.Posting {
	postings := []ledger.Posting{{Debit: ledger.Reserved(r.Holder), Credit: ledger.Issued(ledger.Digital), Amount: r.Amount}}
	if paid := r.Amount - r.Fee; paid > 0 {
		postings = append(postings, ledger.Posting{Debit: ledger.Backing(ledger.Digital), Credit: r.Bank, Amount: paid})
	}
	if r.Fee > 0 {
		postings = append(postings, ledger.Posting{Debit: ledger.Backing(ledger.Digital), Credit: ledger.IncomeFees, Amount: r.Fee})
	}
	return postings
}
