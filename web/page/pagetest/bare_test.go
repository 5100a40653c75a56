// SPDX-License-Identifier: AGPL-3.0-or-later

package pagetest

import (
	"fmt"
	"html"
	"math"
	"testing"
	"time"
)

// The law that no page shows a printed value can itself fail: each way in which Go,
// or a script, prints what is no word is seen, wherever a reader meets it.
func TestAPrintedValueIsSeen(t *testing.T) {
	type pair struct {
		Left  int
		Right *int
	}
	b := newBare()
	for _, printed := range []string{
		fmt.Sprint(pair{}), fmt.Sprintf("%+v", pair{}), fmt.Sprint(&pair{}), fmt.Sprint(error(nil)), fmt.Sprint(map[string]int{"a": 1}),
		fmt.Sprint([]string{}), fmt.Sprint([]int{1, 2}), fmt.Sprint(time.Time{}), time.Time{}.Format(time.DateOnly), fmt.Sprint(math.NaN()),
		fmt.Sprint(new(int)), "%!d(string=x)", "{montant}", "undefined", "[object Object]",
	} {
		for _, place := range []string{`<p>%s</p>`, `<p aria-label="%s">x</p>`, `<input value="%s">`} {
			markup := fmt.Sprintf(place, html.EscapeString(printed))
			if len(b.found(markup)) == 0 {
				t.Errorf("%s is not seen", markup)
			}
		}
	}
	for _, words := range []string{`<p>12,50 Roues (le 3 mars)</p>`, `<p class="{x}">Rien</p>`, `<script src="/x.js">[]</script><p>2026-11-23, 100 %</p>`, `<p>` + html.EscapeString(Nasty) + `</p>`} {
		if found := b.found(words); len(found) > 0 {
			t.Errorf("%s: %q is taken for a printed value", words, found)
		}
	}
}
