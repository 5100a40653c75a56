// SPDX-License-Identifier: AGPL-3.0-or-later

package identity

import (
	"strings"
	"testing"
)

// TestAnOddSignInIsTold signs in from places the person knows and does not know.
func TestAnOddSignInIsTold(t *testing.T) {
	each(t, func(w *town) {
		m := w.member("a@example.org")
		w.sent()
		for _, c := range []struct {
			from From
			told string
		}{
			{here(), ""},
			{From{Network: "198.51.100.0/24", Device: "Firefox"}, "198.51.100.0/24"},
			{From{Network: "198.51.100.0/24", Device: "Firefox"}, ""},
			{From{Network: "192.0.2.0/24", Device: "Chrome Android"}, "Chrome Android"},
			{here(), ""},
		} {
			begun, err := w.Password(w.Context(), Credentials{m.email, m.password}, c.from)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Code(w.Context(), begun, w.code(m.secret), c.from); err != nil {
				t.Fatal(err)
			}
			w.pass(period)
			letters := w.sent()
			if (c.told == "") != (len(letters) == 0) || (c.told != "" && !strings.Contains(letters[0].Text, c.told)) {
				t.Errorf("%+v: %v", c.from, letters)
			}
		}
	})
}
