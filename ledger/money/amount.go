// SPDX-License-Identifier: AGPL-3.0-or-later

package money

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"math"
	"strconv"
)

// ErrSyntax says that a text is not an amount written as the contract asks.
var ErrSyntax = errors.New(`an amount is written with a dot and exactly two decimals, from "0.00" to "999999999.99"`)

// ErrOverflow says that an operation left the range of an amount.
var ErrOverflow = errors.New("the amount is too large")

// Amount is a whole number of minor units: cents of euro or of the local unit.
// The unit is that of the account or field that carries it.
type Amount int64

// Max is the largest amount that can be written in a request, in minor units.
const Max Amount = 99_999_999_999

// Unit names what an amount counts.
type Unit string

// The two units of a book. Local is the currency's own unit, at par with the
// euro (rule L8).
const (
	EUR   Unit = "EUR"
	Local Unit = "LOC"
)

// Parse reads an amount written as "12.50": digits without leading zeros, a
// dot, two decimals, at most nine digits before the dot. It returns ErrSyntax
// for anything else, before any number parser sees the text.
func Parse(s string) (Amount, error) {
	if len(s) < 4 || len(s) > 12 || s[len(s)-3] != '.' {
		return 0, ErrSyntax
	}
	if s[0] == '0' && len(s) != 4 {
		return 0, ErrSyntax
	}
	var n int64
	for i := range len(s) {
		c := s[i]
		if i == len(s)-3 {
			continue
		}
		if c < '0' || c > '9' {
			return 0, ErrSyntax
		}
		n = n*10 + int64(c-'0')
	}
	return Amount(n), nil
}

// MustParse is Parse for constants of programs and tests; it panics on a
// malformed text.
func MustParse(s string) Amount {
	a, err := Parse(s)
	if err != nil {
		panic(fmt.Sprintf("money: %q: %v", s, err))
	}
	return a
}

// Format writes the amount with a dot and two decimals, with a leading minus
// sign where it is negative.
func (a Amount) Format() string {
	var buf [24]byte
	return string(a.Append(buf[:0]))
}

// Append appends the written amount to b and returns the longer slice.
func (a Amount) Append(b []byte) []byte {
	n := uint64(a)
	if a < 0 {
		b = append(b, '-')
		n = -n
	}
	b = strconv.AppendUint(b, n/100, 10)
	return append(b, '.', byte('0'+n%100/10), byte('0'+n%10))
}

// String is Format, for logs and test messages.
func (a Amount) String() string { return a.Format() }

// Add returns a + b, or ErrOverflow.
func (a Amount) Add(b Amount) (Amount, error) {
	if (b > 0 && a > math.MaxInt64-b) || (b < 0 && a < math.MinInt64-b) {
		return 0, ErrOverflow
	}
	return a + b, nil
}

// Sub returns a - b, or ErrOverflow.
func (a Amount) Sub(b Amount) (Amount, error) {
	if (b < 0 && a > math.MaxInt64+b) || (b > 0 && a < math.MinInt64+b) {
		return 0, ErrOverflow
	}
	return a - b, nil
}

// Sum adds amounts, or returns ErrOverflow.
func Sum(amounts ...Amount) (Amount, error) {
	var total Amount
	for _, a := range amounts {
		var err error
		if total, err = total.Add(a); err != nil {
			return 0, err
		}
	}
	return total, nil
}

// MarshalText writes the amount as the contract asks.
func (a Amount) MarshalText() ([]byte, error) { return a.Append(nil), nil }

// UnmarshalText reads an amount as Parse does; it returns ErrSyntax.
func (a *Amount) UnmarshalText(b []byte) error {
	v, err := Parse(string(b))
	if err != nil {
		return err
	}
	*a = v
	return nil
}

// Value stores the amount as a whole number of minor units.
func (a Amount) Value() (driver.Value, error) { return int64(a), nil }
