// SPDX-License-Identifier: AGPL-3.0-or-later

package locale

import "testing"

func TestCountsAreGroupedAndNamesAreNot(t *testing.T) {
	fr, err := NewSpeech("fr")
	if err != nil {
		t.Fatal(err)
	}
	en, err := NewSpeech("en")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		n      any
		fr, en string
	}{
		{0, "0", "0"}, {999, "999", "999"}, {1900, "1\u202f900", "1,900"}, {int64(1234567), "1\u202f234\u202f567", "1,234,567"}, {-1900, "−1\u202f900", "−1,900"}, {"<5", "<5", "<5"},
	} {
		if fr.Count(c.n) != c.fr || en.Count(c.n) != c.en {
			t.Errorf("%v: %q and %q, want %q and %q", c.n, fr.Count(c.n), en.Count(c.n), c.fr, c.en)
		}
	}
	for key, want := range map[string]string{"home.shops": "Commerces et associations qui l’acceptent\u00a0: 1\u202f900.", "membership.year": "Année 1900"} {
		if got, err := fr.Say(key, 1900); err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", key, got, err, want)
		}
	}
}
