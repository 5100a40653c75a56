// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

// TestP12EveryReasonOfAQuoteIsSaid reads the reasons where they are declared, so that
// none is added without words.
func TestP12EveryReasonOfAQuoteIsSaid(t *testing.T) {
	source, err := os.ReadFile("../../../conversion/quote.go")
	if err != nil {
		t.Fatal(err)
	}
	declared := regexp.MustCompile(`ReasonCode = "([a-z-]+)"`).FindAllStringSubmatch(string(source), -1)
	if len(declared) < 18 {
		t.Fatalf("only %d reasons were found", len(declared))
	}
	for _, d := range declared {
		if !slices.ContainsFunc(reasonCodes(), func(r reason) bool { return r.Code == d[1] }) {
			t.Errorf("%s is not said", d[1])
		}
	}
}
