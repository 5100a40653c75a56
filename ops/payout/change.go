// SPDX-License-Identifier: AGPL-3.0-or-later

package payout

import "github.com/noria-mlc/noria/ledger/money"

// ChangeKind says how what somebody receives differs from the batch before.
type ChangeKind string

// The kinds of change.
const (
	Added   ChangeKind = "added"
	Removed ChangeKind = "removed"
	Raised  ChangeKind = "raised"
	Lowered ChangeKind = "lowered"
)

// Change is how one holder's sum differs between two batches.
type Change struct {
	Kind   ChangeKind
	Holder string       // as Line has it
	Before money.Amount // zero where it was added
	Now    money.Amount // zero where it was removed
}

// Changes tells how the sums of the holders of a batch differ from those of the
// one before, in the order of the lines, those removed last. References are
// left out: they change every month.
func Changes(before, now Batch) []Change {
	was, order := sums(before)
	is, named := sums(now)
	var list []Change
	for _, h := range named {
		old, known := was[h]
		switch {
		case !known:
			list = append(list, Change{Added, h, 0, is[h]})
		case is[h] > old:
			list = append(list, Change{Raised, h, old, is[h]})
		case is[h] < old:
			list = append(list, Change{Lowered, h, old, is[h]})
		}
	}
	for _, h := range order {
		if _, stays := is[h]; !stays {
			list = append(list, Change{Removed, h, was[h], 0})
		}
	}
	return list
}

// sums adds the lines of each holder up, with the holders in order.
func sums(b Batch) (map[string]money.Amount, []string) {
	sum := make(map[string]money.Amount, len(b.Lines))
	var order []string
	for _, l := range b.Lines {
		if _, known := sum[l.Holder]; !known {
			order = append(order, l.Holder)
		}
		sum[l.Holder] += l.AmountEUR
	}
	return sum, order
}
