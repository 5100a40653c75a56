// SPDX-License-Identifier: AGPL-3.0-or-later

package conversion_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/conversion"
)

func TestReferencesAreUniqueAndFindMistakes(t *testing.T) {
	run(t, func(w *world) {
		const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		seen := make(map[string]bool)
		var one string
		for range 50 {
			one = w.byTransfer(w.people[0], "1.00").Reference
			if seen[one] || len(one) != len("ROUE-7F3K9Q-5") || !strings.HasPrefix(one, "ROUE-") || strings.ContainsAny(one[5:], "ILOU") {
				w.Fatalf("reference %s", one)
			}
			seen[one] = true
			if got, err := conversion.ParseReference(one); err != nil || got != one {
				w.Fatalf("%s was read as %s, %v", one, got, err)
			}
		}
		for i := range one {
			for _, c := range alphabet {
				if one[i] == '-' {
					continue
				}
				wrong := one[:i] + string(c) + one[i+1:]
				got, err := conversion.ParseReference(wrong)
				if err == nil && got != one || err != nil && !errors.Is(err, conversion.ErrReference) {
					w.Errorf("%s for %s was read as %s, %v", wrong, one, got, err)
				}
			}
		}
	})
}

func TestReferencesAreReadAsPeopleWriteThem(t *testing.T) {
	// After "ROUE10ABCD" the recursion of ISO 7064, MOD 37,36, stands at 36, and
	// 36 plus the check character must leave 1.
	const want = "ROUE-10ABCD-1"
	for _, text := range []string{want, "roue 10abcd 1", "ROUE10ABCD1", "Roue-lOabcd-1", " ROUE - 1OABCD - 1 ", "ROUE\u00a010ABCD\u00a01", "ROUE\u201110ABCD\u20111"} {
		if got, err := conversion.ParseReference(text); err != nil || got != want {
			t.Errorf("%q was read as %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "ROUE", "ROUE-10ABCD", "ROUE-10ABCD-5", "ROUF-10ABCD-1", "ROUE-10ABDC-1", "R-10ABCD-1", "ROUE-10ABCD-1-4", "ROUÉ-10ABCD-1", "4-10ABCD-1", "ROUE-10AB_D-1"} {
		if got, err := conversion.ParseReference(text); !errors.Is(err, conversion.ErrReference) {
			t.Errorf("%q was read as %q, %v", text, got, err)
		}
	}
}

func FuzzParseReference(f *testing.F) {
	f.Add("ROUE-10ABCD-1")
	f.Fuzz(func(t *testing.T, text string) {
		reference, err := conversion.ParseReference(text)
		if err != nil {
			return
		}
		if again, err := conversion.ParseReference(reference); err != nil || again != reference {
			t.Fatalf("%q gave %q, which gives %q, %v", text, reference, again, err)
		}
	})
}
