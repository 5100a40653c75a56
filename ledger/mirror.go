// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"strings"

	"github.com/noria-mlc/noria/ledger/money"
)

// mirror checks the mirror law on the postings of one entry: for each pool the
// change of the units issued equals the change of the euros that back them, and
// only the kinds of entry that convert may touch those accounts at all
// (rules G1 and G4). It returns ErrMirror.
func mirror(kind Kind, postings []Posting) error {
	var issued, backing [2]money.Amount
	touched := false
	note := func(a Account, side Side, amount money.Amount) {
		for i, pool := range [2]Pool{Digital, Paper} {
			switch rest := string(a); {
			case !strings.HasPrefix(rest, "loc:issued:") && !strings.HasPrefix(rest, "eur:backing:"):
				return
			case a == Issued(pool):
				issued[i] -= amount * money.Amount(side)
				touched = true
			case a == Backing(pool):
				backing[i] += amount * money.Amount(side)
				touched = true
			}
		}
	}
	for _, p := range postings {
		note(p.Debit, Debit, p.Amount)
		note(p.Credit, Credit, p.Amount)
	}
	if touched && !kind.converts() {
		return ErrMirror.With("an entry of kind " + string(kind) + " may not issue or retire units")
	}
	if issued != backing {
		return ErrMirror
	}
	return nil
}
