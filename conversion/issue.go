// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Issue returns the postings by which euros that stand on source become as many
// digital units of a holder: the euros go to the backing and the units into
// circulation, both or neither (rules G1 and L8). source is a compte dédié, the
// till of a desk, a campaign's grant or a payer's euros. The amount must be
// above zero, and the entry must be of a kind that converts.
func Issue(source ledger.Account, h ident.Holder, amount money.Amount) []ledger.Posting {
	return []ledger.Posting{
		{Debit: source, Credit: ledger.Backing(ledger.Digital), Amount: amount},
		{Debit: ledger.Issued(ledger.Digital), Credit: ledger.Wallet(h), Amount: amount},
	}
}
