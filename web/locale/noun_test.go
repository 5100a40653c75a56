// SPDX-License-Identifier: AGPL-3.0-or-later

package locale_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"

	"github.com/noria-mlc/noria/web/locale"
)

func TestNounsOfTheBooksInFrench(t *testing.T) {
	for pool, want := range map[string]string{"paper": "Billets", "digital": "Numérique", "tokens": "tokens"} {
		if got := locale.PoolName(pool, "fr"); got != want {
			t.Errorf("PoolName(%q) = %q, want %q", pool, got, want)
		}
	}
	for kind, want := range map[string]string{"payment": "Paiement", "conversion": "Change d’euros", "bonus": "Bonus", "release": "Reconversion refusée", "never-heard-of": "Écriture", "": "Écriture"} {
		if got := locale.MovementWords(kind, "fr"); got != want {
			t.Errorf("MovementWords(%q) = %q, want %q", kind, got, want)
		}
	}
}

// TestMovementsFollowTheKindsOfEntry reads the kinds that the ledger declares:
// each moves wallets and has words, or moves none and is named here.
func TestMovementsFollowTheKindsOfEntry(t *testing.T) {
	eurosOnly := []string{"funding", "redemption", "return", "transfer", "pledge", "unspent", "waiver", "dues"} // a redemption retires units that were set aside before
	worded := []string{locale.BonusKind, "other"}
	for _, kind := range entryKinds(t) {
		has := locale.MovementWords(kind, "fr") != locale.MovementWords("other", "fr")
		if unseen := slices.Contains(eurosOnly, kind); has == unseen {
			t.Errorf("kind %q: has words %v, is never seen by a wallet %v", kind, has, unseen)
		}
		worded = append(worded, kind)
	}
	for _, m := range locale.Movements("fr") {
		if !slices.Contains(worded, m.Kind) {
			t.Errorf("%q has words, but the ledger makes no such entry", m.Kind)
		}
	}
}

// entryKinds returns the values of the constants of type ledger.Kind.
func entryKinds(t *testing.T) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), "../../ledger/entry.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); ok && name.Name == "Kind" {
			kind, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			kinds = append(kinds, kind)
		}
		return true
	})
	if len(kinds) < 11 {
		t.Fatalf("only %d kinds of entry were found", len(kinds))
	}
	return kinds
}
