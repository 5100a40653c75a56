// SPDX-License-Identifier: AGPL-3.0-or-later

package money

import (
	"errors"
	"math/big"
	"sort"
)

// ErrWeights says that an amount cannot be split by the given weights.
var ErrWeights = errors.New("weights are zero or more and not all zero")

// Split shares a total of zero or more in proportion to the weights, by the
// largest remainder: every part is the floor or the ceiling of its exact
// share, the parts add up to the total, and equal remainders are served in the
// order given. It returns ErrWeights for negative or all-zero weights, and
// ErrOverflow for a negative total.
func Split(total Amount, weights ...int64) ([]Amount, error) {
	if total < 0 {
		return nil, ErrOverflow
	}
	sum := new(big.Int)
	for _, w := range weights {
		if w < 0 {
			return nil, ErrWeights
		}
		sum.Add(sum, big.NewInt(w))
	}
	if sum.Sign() == 0 {
		return nil, ErrWeights
	}
	parts := make([]Amount, len(weights))
	remainders := make([]*big.Int, len(weights))
	order := make([]int, len(weights))
	left := total
	for i, w := range weights {
		share := new(big.Int).Mul(big.NewInt(int64(total)), big.NewInt(w))
		quotient, remainder := share.DivMod(share, sum, new(big.Int))
		parts[i], remainders[i], order[i] = Amount(quotient.Int64()), remainder, i
		left -= parts[i]
	}
	sort.SliceStable(order, func(a, b int) bool {
		return remainders[order[a]].Cmp(remainders[order[b]]) > 0
	})
	for _, i := range order[:left] {
		parts[i]++
	}
	return parts, nil
}
