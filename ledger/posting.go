// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import "github.com/noria-mlc/noria/ledger/money"

// Posting moves a positive amount: it debits one account and credits another
// of the same unit, so that an entry balances by construction (rule B3).
type Posting struct {
	Debit  Account
	Credit Account
	Amount money.Amount
}

// Line is a posting as it stands in the journal, with what came of it.
type Line struct {
	Posting
	ID            int64 // number in the list of all postings, without gap
	Unit          money.Unit
	DebitBalance  money.Amount // balance of the debited account afterwards, on its normal side
	CreditBalance money.Amount // balance of the credited account afterwards, on its normal side
}
