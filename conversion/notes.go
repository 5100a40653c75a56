// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion

import (
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// IssueNotes returns the postings by which notes that were in stock come into
// circulation against euros that stand on source (rules G1 and L8). Notes are
// bearer titles, so the units stand on one account for all who carry them. Notes
// in stock are no liability and stand on none.
func IssueNotes(source ledger.Account, amount money.Amount) []ledger.Posting {
	return []ledger.Posting{
		{Debit: source, Credit: ledger.Backing(ledger.Paper), Amount: amount},
		{Debit: ledger.Issued(ledger.Paper), Credit: ledger.Notes, Amount: amount},
	}
}

// NotesToDigital returns the postings by which notes leave circulation and as
// many digital units are issued to a holder. The euros stay where they are: the
// pool of notes owes them to the digital one until a bank transfer brings them
// (rule G2).
func NotesToDigital(h ident.Holder, amount money.Amount) []ledger.Posting {
	return append(crossed(ledger.Paper, ledger.Digital, amount),
		ledger.Posting{Debit: ledger.Notes, Credit: ledger.Issued(ledger.Paper), Amount: amount},
		ledger.Posting{Debit: ledger.Issued(ledger.Digital), Credit: ledger.Wallet(h), Amount: amount})
}

// DigitalToNotes returns the postings by which units that a holder reserved are
// retired and as many notes come into circulation; the digital pool owes the
// euros to that of notes (rule G2).
func DigitalToNotes(h ident.Holder, amount money.Amount) []ledger.Posting {
	return append(crossed(ledger.Digital, ledger.Paper, amount),
		ledger.Posting{Debit: ledger.Reserved(h), Credit: ledger.Issued(ledger.Digital), Amount: amount},
		ledger.Posting{Debit: ledger.Issued(ledger.Paper), Credit: ledger.Notes, Amount: amount})
}

// crossed moves what is owed to holders from one pool to the other.
func crossed(from, to ledger.Pool, amount money.Amount) []ledger.Posting {
	return []ledger.Posting{
		{Debit: ledger.Backing(from), Credit: ledger.Between(from), Amount: amount},
		{Debit: ledger.Between(to), Credit: ledger.Backing(to), Amount: amount},
	}
}
