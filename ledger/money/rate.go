// SPDX-License-Identifier: AGPL-3.0-or-later

package money

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"math/big"

	"github.com/shopspring/decimal"
)

// ErrRate says that a text is not a rate.
var ErrRate = errors.New(`a rate is written as a decimal fraction from "0" to "1" with at most six decimals, such as "0.20"`)

// Rate is an exact fraction from 0 to 1, such as 0.20 for a bonus of 20 %.
type Rate struct{ d decimal.Decimal }

// ParseRate reads a rate written with a dot, at most six decimals, between 0
// and 1. It returns ErrRate for anything else, before the decimal parser sees
// the text: an exponent could ask it for gigabytes of zeros.
func ParseRate(s string) (Rate, error) {
	if len(s) == 0 || len(s) > 8 || (s[0] != '0' && s[0] != '1') {
		return Rate{}, ErrRate
	}
	if len(s) > 1 && (s[1] != '.' || len(s) == 2) {
		return Rate{}, ErrRate
	}
	for i := 2; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return Rate{}, ErrRate
		}
	}
	d, err := decimal.NewFromString(s)
	if err != nil || d.GreaterThan(decimal.New(1, 0)) {
		return Rate{}, ErrRate
	}
	return Rate{d}, nil
}

// MustParseRate is ParseRate for constants of programs and tests; it panics on
// a malformed text.
func MustParseRate(s string) Rate {
	r, err := ParseRate(s)
	if err != nil {
		panic(fmt.Sprintf("money: %q: %v", s, err))
	}
	return r
}

// String writes the rate with at least two decimals: "0.20".
func (r Rate) String() string {
	if r.d.Equal(r.d.Truncate(2)) {
		return r.d.StringFixed(2)
	}
	return r.d.String()
}

// IsZero says whether the rate is nothing.
func (r Rate) IsZero() bool { return r.d.IsZero() }

// Floor applies the rate to an amount of zero or more and drops any fraction
// of a cent (rule P13): 33.33 at 0.20 gives 6.66. The payer of the rate keeps
// the fraction.
func (r Rate) Floor(a Amount) Amount {
	return Amount(decimal.New(int64(a), 0).Mul(r.d).Floor().IntPart())
}

// HalfUp applies the rate to an amount of zero or more and rounds half a cent
// up, as commissions are (rule L10).
func (r Rate) HalfUp(a Amount) Amount {
	half := decimal.New(5, -1)
	return Amount(decimal.New(int64(a), 0).Mul(r.d).Add(half).Floor().IntPart())
}

// MarshalText writes the rate as String does.
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads a rate as ParseRate does; it returns ErrRate.
func (r *Rate) UnmarshalText(b []byte) error {
	v, err := ParseRate(string(b))
	if err != nil {
		return err
	}
	*r = v
	return nil
}

// Value stores the rate as text, so that no engine rounds it.
func (r Rate) Value() (driver.Value, error) { return r.String(), nil }

// Scan reads a stored rate.
func (r *Rate) Scan(src any) error {
	switch v := src.(type) {
	case string:
		return r.UnmarshalText([]byte(v))
	case []byte:
		return r.UnmarshalText(v)
	}
	return fmt.Errorf("a rate is stored as text, not %T", src)
}

// Share returns part/whole with four decimals, floored, such as "1.0000" for
// full coverage; "1.0000" where the whole is zero, since nothing is owed.
func Share(part, whole Amount) string {
	if whole == 0 {
		return "1.0000"
	}
	n := new(big.Int).Mul(big.NewInt(int64(part)), big.NewInt(10_000))
	n.Div(n, big.NewInt(int64(whole)))
	return decimal.NewFromBigInt(n, -4).StringFixed(4)
}

// Hundredths gives the rate in hundredths of a percent, rounded down, for whoever
// writes it: 0.2 is 2000.
func (r Rate) Hundredths() int64 { return r.d.Shift(4).IntPart() }
