// SPDX-License-Identifier: AGPL-3.0-or-later

package sepa

import (
	"errors"
	"strings"
	"testing"
)

func TestNewRF(t *testing.T) {
	for _, c := range []struct {
		body string
		want string
	}{
		{"539007547034", "RF18539007547034"},
		{"5390 0754 7034", "RF18539007547034"},
		{"abc123", "RF47ABC123"},
	} {
		got, err := NewRF(c.body)
		if err != nil || got != c.want {
			t.Errorf("NewRF(%q) = %q, %v, want %q", c.body, got, err, c.want)
		}
	}
}

func TestNewRFIsChecked(t *testing.T) {
	for _, body := range []string{"1", "0", "Z", "CHG7F3K95", strings.Repeat("9", 21), strings.Repeat("Z", 21)} {
		rf, err := NewRF(body)
		if err != nil {
			t.Errorf("NewRF(%q): %v", body, err)
			continue
		}
		if !CheckRF(rf) {
			t.Errorf("CheckRF(%q) refuses what NewRF made", rf)
		}
		if remainder97(t, rf) != 1 {
			t.Errorf("%q has a wrong remainder", rf)
		}
	}
}

func TestNewRFRefusals(t *testing.T) {
	for _, body := range []string{"", "  ", strings.Repeat("1", 22), strings.Repeat("1", 100), "CHG-7F3K9", "été", "1\n2", "\xff"} {
		if rf, err := NewRF(body); !errors.Is(err, ErrRFBody) || rf != "" {
			t.Errorf("NewRF(%q) = %q, %v, want ErrRFBody", body, rf, err)
		}
	}
}

func TestCheckRF(t *testing.T) {
	for s, want := range map[string]bool{
		"RF18 5390 0754 7034":           true,
		"RF18539007547034":              true,
		"rf18 539007547034":             true,
		"RF18 5390 0754 7035":           false,
		"RF81 5390 0754 7034":           false,
		"RF18 5390 0754 7043":           false,
		"FR18 5390 0754 7034":           false,
		"RFA8 5390 0754 7034":           false,
		"RF18-5390-0754-7034":           false,
		"RF18 5390 0754 7034\n":         false,
		"":                              false,
		"RF":                            false,
		"RF18":                          false,
		"RF" + strings.Repeat("1", 40):  false,
		"RF00" + strings.Repeat("0", 5): false,
	} {
		if got := CheckRF(s); got != want {
			t.Errorf("CheckRF(%q) = %v, want %v", s, got, want)
		}
	}
}

// TestCheckRFLength gives right check digits to bodies on both sides of the limit.
func TestCheckRFLength(t *testing.T) {
	for length, want := range map[int]bool{1: true, 21: true, 22: false} {
		body := strings.Repeat("7", length)
		if got := CheckRF("RF" + checkDigits(body+"RF") + body); got != want {
			t.Errorf("CheckRF with a body of %d characters = %v, want %v", length, got, want)
		}
	}
}
