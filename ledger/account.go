// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"github.com/noria-mlc/noria/ledger/money"
)

// Account is the code of an account, such as "loc:wallet:hol_…"; chart.go says
// which codes exist and what they mean.
type Account string

// Side is the normal side of an account: the one on which its balance counts
// as positive.
type Side int

// The sides.
const (
	Debit  Side = -1
	Credit Side = 1
)

// Spec is the nature of an account, given by the chart.
type Spec struct {
	Unit  money.Unit
	Side  Side
	Floor bool // whether the balance may not go below zero
}

// account is the image of an account that the committer keeps.
type account struct {
	id      int64
	code    Account
	spec    Spec
	debits  money.Amount // cumulative, never decreasing
	credits money.Amount // cumulative, never decreasing
	version int64        // number of postings that touched the account
	last    int64        // the last of them, 0 for none
}

// balance is the difference of credits and debits on the normal side.
func (a *account) balance() money.Amount {
	if a.spec.Side == Debit {
		return a.debits - a.credits
	}
	return a.credits - a.debits
}

// move adds a posting's amount on one side; it returns ErrOverflow. The floor is
// checked when the whole entry has moved.
func (a *account) move(side Side, amount money.Amount, posting int64) error {
	total := &a.debits
	if side == Credit {
		total = &a.credits
	}
	sum, err := total.Add(amount)
	if err != nil {
		return ErrOverflow
	}
	*total = sum
	a.version++
	a.last = posting
	return nil
}

// marked says whether the account's last posting is one to mark, so that a
// balance at a past instant is found in a bounded number of steps.
func (a *account) marked() bool { return a.version%256 == 0 }

// Balance is what an account holds at one point of the journal.
type Balance struct {
	Account Account
	Spec    Spec
	Amount  money.Amount // on the normal side
	Debits  money.Amount
	Credits money.Amount
	Version int64
	last    int64
	id      int64
}
