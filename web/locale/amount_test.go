// SPDX-License-Identifier: AGPL-3.0-or-later

package locale_test

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/locale"
)

func TestFormatAmount(t *testing.T) {
	cases := []struct {
		amount money.Amount
		plain  string
		signed string
	}{
		{0, "0,00", "0,00"},
		{5, "0,05", "+0,05"},
		{-5, "−0,05", "−0,05"},
		{1250, "12,50", "+12,50"},
		{99_999, "999,99", "+999,99"},
		{100_000, "1\u202f000,00", "+1\u202f000,00"},
		{-123_456_789, "−1\u202f234\u202f567,89", "−1\u202f234\u202f567,89"},
		{math.MaxInt64, "92\u202f233\u202f720\u202f368\u202f547\u202f758,07", "+92\u202f233\u202f720\u202f368\u202f547\u202f758,07"},
		{math.MinInt64, "−92\u202f233\u202f720\u202f368\u202f547\u202f758,08", "−92\u202f233\u202f720\u202f368\u202f547\u202f758,08"},
	}
	for _, c := range cases {
		if got := locale.FormatAmount(c.amount); got != c.plain {
			t.Errorf("FormatAmount(%d) = %q, want %q", int64(c.amount), got, c.plain)
		}
		if got := locale.FormatSigned(c.amount); got != c.signed {
			t.Errorf("FormatSigned(%d) = %q, want %q", int64(c.amount), got, c.signed)
		}
	}
	if got := locale.FormatPercent(10_025); got != "100,25\u00a0%" {
		t.Errorf("FormatPercent(10025) = %q", got)
	}
}

func TestUnitsFollowFrenchCounting(t *testing.T) {
	cases := []struct {
		amount money.Amount
		spoken string
	}{
		{0, "0 Roue"}, {50, "0 Roue 50"}, {100, "1 Roue"}, {199, "1 Roue 99"}, {200, "2 Roues"},
		{1250, "12 Roues 50"}, {1205, "12 Roues 05"}, {-305, "moins 3 Roues 05"}, {-150, "moins 1 Roue 50"},
	}
	for _, c := range cases {
		if got := locale.SpeakAmount(c.amount, "Roue", "Roues"); got != c.spoken {
			t.Errorf("SpeakAmount(%d) = %q, want %q", int64(c.amount), got, c.spoken)
		}
	}
}

func TestParseAmountReads(t *testing.T) {
	cases := map[string]money.Amount{
		"12,50": 1250, "12.50": 1250, "12": 1200, "12,5": 1250, "12.5": 1250, " 12,50 ": 1250,
		"0": 0, "0,00": 0, "0,05": 5, "05": 500, "007,10": 710,
		"1 234,50": 123_450, "1\u00a0234,50": 123_450, "1\u202f234.5": 123_450, "1 234 567": 123_456_700,
		"1234,50": 123_450, "999999999,99": money.Max, "000000000012,00": 1200,
	}
	for typed, want := range cases {
		if got, err := locale.ParseAmount(typed); err != nil || got != want {
			t.Errorf("ParseAmount(%q) = %d, %v, want %d", typed, int64(got), err, int64(want))
		}
	}
}

func TestParseAmountRefuses(t *testing.T) {
	cases := map[string]error{
		"": locale.ErrAmountMissing, " \t\u00a0 ": locale.ErrAmountMissing,
		"1.234": locale.ErrAmountAmbiguous, "1,234": locale.ErrAmountAmbiguous, "999.999": locale.ErrAmountAmbiguous,
		"1.234,50": locale.ErrAmountAmbiguous, "1,234.50": locale.ErrAmountAmbiguous, "1.234.567": locale.ErrAmountAmbiguous,
		"0,005": locale.ErrAmountPrecision, "12,5000": locale.ErrAmountPrecision, "1234,567": locale.ErrAmountPrecision,
		"1000000000": locale.ErrAmountTooLarge, "1 000 000 000,00": locale.ErrAmountTooLarge,
		"12,": locale.ErrAmountMalformed, ",50": locale.ErrAmountMalformed, ",": locale.ErrAmountMalformed,
		"-5": locale.ErrAmountMalformed, "+5": locale.ErrAmountMalformed, "−5": locale.ErrAmountMalformed,
		"1e3": locale.ErrAmountMalformed, "0x10": locale.ErrAmountMalformed, "12€": locale.ErrAmountMalformed,
		"12,5a": locale.ErrAmountMalformed, "١٢": locale.ErrAmountMalformed, "１２": locale.ErrAmountMalformed,
		"12 34": locale.ErrAmountMalformed, "1234 567": locale.ErrAmountMalformed, "1 23,50": locale.ErrAmountMalformed,
		"12,5 0": locale.ErrAmountMalformed, "1'234": locale.ErrAmountMalformed, "1.2.x": locale.ErrAmountMalformed, "NaN": locale.ErrAmountMalformed,
	}
	for typed, want := range cases {
		got, err := locale.ParseAmount(typed)
		if !errors.Is(err, want) || got != 0 {
			t.Errorf("ParseAmount(%q) = %d, %v, want %v", typed, int64(got), err, want)
		}
		if err != nil && (locale.AmountAdvice(err, "fr") == "" || locale.AmountAdvice(err, "en") == "") {
			t.Errorf("%v has no advice", err)
		}
	}
	if advice := locale.AmountAdvice(money.ErrSyntax, "fr"); advice != "" {
		t.Errorf("advice on another error: %q", advice)
	}
}

func TestWrittenAmountsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := money.Amount(rapid.Int64Range(0, int64(money.Max)).Draw(t, "minor units"))
		if got, err := locale.ParseAmount(locale.FormatAmount(amount)); err != nil || got != amount {
			t.Fatalf("%d written and read back is %d, %v", int64(amount), int64(got), err)
		}
		if got, err := locale.ParseAmount(amount.Format()); err != nil || got != amount {
			t.Fatalf("%s read is %d, %v", amount.Format(), int64(got), err)
		}
	})
}

func FuzzParseAmount(f *testing.F) {
	for _, seed := range []string{"12,50", "1 234.5", "1.234", "", "\u202f", "1\u202f000", "9999999999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		amount, err := locale.ParseAmount(typed)
		if err != nil && amount != 0 {
			t.Fatalf("%q was refused and still gave %d", typed, int64(amount))
		}
		if amount < 0 || amount > money.Max {
			t.Fatalf("%q gave %d, outside the range of requests", typed, int64(amount))
		}
	})
}
