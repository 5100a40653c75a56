// SPDX-License-Identifier: AGPL-3.0-or-later

package money_test

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/noria-mlc/noria/ledger/money"
)

func TestParseAcceptsExactlyTheContract(t *testing.T) {
	for text, want := range map[string]money.Amount{
		"0.00": 0, "0.01": 1, "0.10": 10, "1.00": 100, "12.50": 1250,
		"999999999.99": money.Max,
	} {
		got, err := money.Parse(text)
		if err != nil || got != want {
			t.Errorf("Parse(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", ".", "1", "1.0", "1,00", "-1.00", "+1.00", "1e5", "1e5.00", "10.001", "00.00", "01.00",
		" 1.00", "1.00 ", "1 000.00", "1_0.00", "1000000000.00", "12345678901234567890", "12345678901234567890.00",
		"0x1.00", "١.٠٠", "NaN", "Inf", ".50", "1.", "1.5a", "1..0", "\x001.00",
	} {
		if got, err := money.Parse(text); !errors.Is(err, money.ErrSyntax) {
			t.Errorf("Parse(%q) = %d, %v; want ErrSyntax", text, got, err)
		}
	}
}

func TestFormatReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := money.Amount(rapid.Int64Range(0, int64(money.Max)).Draw(t, "amount"))
		if back, err := money.Parse(a.Format()); err != nil || back != a {
			t.Fatalf("%d → %q → %d, %v", a, a.Format(), back, err)
		}
	})
	if got := money.Amount(-1205).Format(); got != "-12.05" {
		t.Errorf("negative amount is written %q", got)
	}
	if got := money.Amount(math.MinInt64).Format(); got != "-92233720368547758.08" {
		t.Errorf("smallest amount is written %q", got)
	}
}

func TestOverflowIsRefused(t *testing.T) {
	big := money.Amount(math.MaxInt64)
	if _, err := big.Add(1); !errors.Is(err, money.ErrOverflow) {
		t.Errorf("max + 1: %v", err)
	}
	if _, err := (-big).Sub(2); !errors.Is(err, money.ErrOverflow) {
		t.Errorf("-max - 2: %v", err)
	}
	if _, err := money.Amount(0).Sub(math.MinInt64); !errors.Is(err, money.ErrOverflow) {
		t.Errorf("0 - min: %v", err)
	}
	if _, err := money.Sum(big, 1, -1); !errors.Is(err, money.ErrOverflow) {
		t.Errorf("sum: %v", err)
	}
	if got, err := money.Sum(1, 2, 3); err != nil || got != 6 {
		t.Errorf("1+2+3 = %d, %v", got, err)
	}
}

// TestP13BonusIsFlooredToTheCent holds rule P13 with its own examples.
func TestP13BonusIsFlooredToTheCent(t *testing.T) {
	rate := money.MustParseRate("0.20")
	for euros, want := range map[string]string{"10.00": "2.00", "0.04": "0.00", "0.05": "0.01", "33.33": "6.66"} {
		if got := rate.Floor(money.MustParse(euros)).Format(); got != want {
			t.Errorf("20 %% of %s = %s, want %s", euros, got, want)
		}
	}
	if got := money.MustParseRate("1").Floor(money.Max); got != money.Max {
		t.Errorf("100 %% of the largest amount = %s", got)
	}
}

func TestL10CommissionRoundsHalfUp(t *testing.T) {
	rate := money.MustParseRate("0.05")
	for amount, want := range map[string]string{"100.00": "5.00", "0.10": "0.01", "0.09": "0.00", "0.30": "0.02", "33.33": "1.67"} {
		if got := rate.HalfUp(money.MustParse(amount)).Format(); got != want {
			t.Errorf("5 %% of %s = %s, want %s", amount, got, want)
		}
	}
}

func TestRateIsStrict(t *testing.T) {
	for text, want := range map[string]string{"0": "0.00", "0.2": "0.20", "0.20": "0.20", "1": "1.00", "0.123456": "0.123456", "1.00": "1.00"} {
		if r, err := money.ParseRate(text); err != nil || r.String() != want {
			t.Errorf("ParseRate(%q) = %s, %v; want %s", text, r, err, want)
		}
	}
	for _, text := range []string{"", ".2", "0.", "2", "1.01", "-0.2", "0,2", "1e400000000", "0.1234567", "0.2%", "20", "0x1"} {
		if _, err := money.ParseRate(text); !errors.Is(err, money.ErrRate) {
			t.Errorf("ParseRate(%q): %v, want ErrRate", text, err)
		}
	}
}

func TestSplitLosesNoCent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := money.Amount(rapid.Int64Range(0, int64(money.Max)).Draw(t, "total"))
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1_000_000), 1, 12).Draw(t, "weights")
		parts, err := money.Split(total, weights...)
		var all int64
		for _, w := range weights {
			all += w
		}
		if all == 0 {
			if !errors.Is(err, money.ErrWeights) {
				t.Fatalf("all-zero weights: %v", err)
			}
			return
		}
		if sum, _ := money.Sum(parts...); err != nil || sum != total {
			t.Fatalf("parts %v of %s add up to %s, %v", parts, total, sum, err)
		}
		for i, w := range weights {
			if w == 0 && parts[i] != 0 {
				t.Fatalf("weight zero received %s", parts[i])
			}
		}
	})
	parts, _ := money.Split(100, 1, 1, 1)
	if parts[0] != 34 || parts[1] != 33 || parts[2] != 33 {
		t.Errorf("1.00 in three = %v, the first has the odd cent", parts)
	}
	if _, err := money.Split(100, 1, -1); !errors.Is(err, money.ErrWeights) {
		t.Errorf("negative weight: %v", err)
	}
	if _, err := money.Split(-1, 1); err == nil {
		t.Error("negative total was split")
	}
}

func TestShare(t *testing.T) {
	for _, c := range []struct {
		part, whole money.Amount
		want        string
	}{{100, 100, "1.0000"}, {0, 0, "1.0000"}, {99, 100, "0.9900"}, {1, 3, "0.3333"}, {200, 100, "2.0000"}} {
		if got := money.Share(c.part, c.whole); got != c.want {
			t.Errorf("Share(%s, %s) = %s, want %s", c.part, c.whole, got, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("12.50")
	f.Add("1e400")
	f.Fuzz(func(t *testing.T, s string) {
		if a, err := money.Parse(s); err == nil && a.Format() != s {
			t.Fatalf("%q was read as %s", s, a)
		}
	})
}
