// SPDX-License-Identifier: AGPL-3.0-or-later

package export

import (
	"cmp"
	"slices"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/money"
)

// month counts months since the year 0.
type month int

func monthOf(d civil.Date) month {
	t := time.Unix(int64(d)*86400, 0).UTC()
	return month(t.Year()*12 + int(t.Month()) - 1)
}

// end returns the last day of the month.
func (m month) end() civil.Date {
	return civil.New(int(m)/12, time.Month(int(m)%12+1)+1, 1) - 1
}

// tally is how an account moved, by month of the value date. Value dates need
// not follow the order of the journal, so a month is known at the end only.
type tally struct {
	account ledger.Account
	name    string
	unit    money.Unit
	months  []movement // in order of month
	balance money.Amount
	next    int // the first of months that balance does not hold yet
}

// movement is the sum of an account's debits less credits in a month.
type movement struct {
	month month
	sum   money.Amount
}

// tally returns the tally of an account.
func (h *hledger) tally(a ledger.Account) (*tally, error) {
	if t, ok := h.tallies[a]; ok {
		return t, nil
	}
	s, err := ledger.Describe(a)
	if err != nil {
		return nil, err
	}
	t := &tally{account: a, name: name(a, s), unit: s.Unit}
	h.tallies[a] = t
	return t, nil
}

// add notes a movement. It returns money.ErrOverflow.
func (t *tally) add(m month, a money.Amount) error {
	at, ok := slices.BinarySearchFunc(t.months, m, func(x movement, m month) int { return cmp.Compare(x.month, m) })
	if !ok {
		t.months = slices.Insert(t.months, at, movement{month: m})
	}
	var err error
	t.months[at].sum, err = t.months[at].sum.Add(a)
	return err
}

// assertions writes what every account held at the end of each month, as the
// entries of the months make it, and at the end of the journal, as the book has
// it stored.
func (h *hledger) assertions(balances []ledger.Balance) {
	if h.head.Seq == 0 {
		return
	}
	tallies := make([]*tally, 0, len(h.tallies))
	for _, t := range h.tallies {
		tallies = append(tallies, t)
	}
	slices.SortFunc(tallies, func(a, b *tally) int { return cmp.Compare(a.account, b.account) })
	for m := monthOf(h.first); m.end() < h.last; m++ {
		h.text("\n", m.end().String(), " * balances at the end of the month\n")
		for _, t := range tallies {
			for t.next < len(t.months) && t.months[t.next].month <= m {
				t.balance += t.months[t.next].sum
				t.next++
			}
			if t.next > 0 {
				h.assertion(t, t.balance)
			}
		}
	}
	h.text("\n", h.last.String(), " * balances at the end of the journal\n")
	for _, b := range balances {
		h.assertion(&tally{name: name(b.Account, b.Spec), unit: b.Spec.Unit}, b.Debits-b.Credits)
	}
}

// assertion writes a posting of nothing with the balance it must leave.
func (h *hledger) assertion(t *tally, balance money.Amount) {
	h.posting(t, 0)
	h.text(" = ")
	h.amount(t, balance)
	h.text("\n")
}
