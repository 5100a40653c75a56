// SPDX-License-Identifier: AGPL-3.0-or-later

package locale_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/web/locale"
)

// codesIn reads the codes that a catalogue file has words for, in the order of
// the file.
func codesIn(t *testing.T, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		if clause, ok := n.(*ast.CaseClause); ok {
			for _, expression := range clause.List {
				code, err := strconv.Unquote(expression.(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				codes = append(codes, code)
			}
		}
		return true
	})
	return codes
}

func TestCataloguesHoldTheSameCodesInOrder(t *testing.T) {
	french, english := codesIn(t, "problem_fr.go"), codesIn(t, "problem_en.go")
	if len(french) < 29 {
		t.Fatalf("only %d codes were found", len(french))
	}
	for _, code := range french {
		if !slices.Contains(english, code) {
			t.Errorf("%q has no English words", code)
		}
	}
	for _, code := range english {
		if !slices.Contains(french, code) {
			t.Errorf("%q has no French words", code)
		}
	}
	if !slices.IsSorted(french) || !slices.IsSorted(english) {
		t.Error("the codes are not in alphabetical order")
	}
}

func TestProblemWordsAreWhole(t *testing.T) {
	for _, code := range codesIn(t, "problem_fr.go") {
		frTitle, frAdvice, frKnown := locale.Problem(code, "fr")
		enTitle, enAdvice, enKnown := locale.Problem(code, "en-GB")
		if !frKnown || !enKnown {
			t.Errorf("%q: known in French %v, in English %v", code, frKnown, enKnown)
		}
		for _, advice := range []string{frAdvice, enAdvice} {
			if !strings.HasSuffix(advice, ".") {
				t.Errorf("%q: the advice %q is no whole sentence", code, advice)
			}
		}
		if frTitle == "" || enTitle == "" || frTitle == enTitle || strings.HasSuffix(frTitle, ".") || strings.HasSuffix(enTitle, ".") {
			t.Errorf("%q: titles %q and %q", code, frTitle, enTitle)
		}
		if strings.Contains(frTitle+frAdvice, "'") {
			t.Errorf("%q: French is written with ’, not '", code)
		}
	}
}

func TestProblemOfUnknownCode(t *testing.T) {
	title, advice, ok := locale.Problem("no-such-code", "fr")
	wantTitle, wantAdvice, _ := locale.Problem("internal", "fr")
	if ok || title != wantTitle || advice != wantAdvice {
		t.Errorf("an unknown code gave %q, %q, %v", title, advice, ok)
	}
	if french, _, _ := locale.Problem("forbidden", "oc"); french != "Vous n’avez pas le droit de faire cela" {
		t.Errorf("an unknown language gave %q, want French", french)
	}
}
