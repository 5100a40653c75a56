// SPDX-License-Identifier: AGPL-3.0-or-later

package locale_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/web/locale"
)

// serverMade lists the codes that no refusal declares: the server makes them
// out of what HTTP or its own failure says.
func serverMade() []string {
	return []string{"body-too-large", "cross-origin", "internal", "media-type", "method-not-allowed", "timeout"}
}

// TestEveryDeclaredFaultHasWords reads every declaration of a refusal in the
// module: a person who is refused reads what happened and what to do, in French
// and in English.
func TestEveryDeclaredFaultHasWords(t *testing.T) {
	declared, literals := faultsOf(t, "../..")
	if len(declared) < 60 {
		t.Fatalf("only %d declarations were found", len(declared))
	}
	for _, made := range serverMade() {
		if declared[made] != "" {
			t.Errorf("%q is declared in %s: take it out of the server's own codes", made, declared[made])
		}
		if !literals[made] {
			t.Errorf("%q is on the list of the server's own codes, but web does not make it", made)
		}
		declared[made] = "web"
	}
	for code, where := range declared {
		for _, language := range []string{"fr", "en"} {
			if _, _, known := locale.Problem(code, language); !known {
				t.Errorf("%q, declared in %s, has no words in problem_%s.go", code, where, language)
			}
		}
	}
	for _, code := range codesIn(t, "problem_fr.go") {
		if declared[code] == "" {
			t.Errorf("%q has words, but nothing refuses with it", code)
		}
	}
}

// faultsOf returns the code of every fault.New below root with the file that
// declares it, and the string literals of the room web outside its words. Tests
// and hidden folders are left out.
func faultsOf(t *testing.T, root string) (map[string]string, map[string]bool) {
	t.Helper()
	declared, literals := map[string]string{}, map[string]bool{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		name := entry.Name()
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (strings.HasPrefix(name, ".") && name != ".." || name == "testdata"):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		place := filepath.ToSlash(strings.TrimPrefix(path, root+string(filepath.Separator)))
		readFaults(t, place, parsed, declared)
		if strings.HasPrefix(place, "web/") && !strings.HasPrefix(place, "web/locale/") {
			readLiterals(parsed, literals)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return declared, literals
}

// readFaults notes the codes of fault.New, and of New inside package fault. A
// code that is not written out is an error: nobody could look its words up.
func readFaults(t *testing.T, place string, file *ast.File, declared map[string]string) {
	t.Helper()
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || !declares(call.Fun, file.Name.Name) {
			return true
		}
		if len(call.Args) != 3 {
			t.Errorf("%s: a refusal is declared with %d arguments", place, len(call.Args))
			return true
		}
		literal, ok := call.Args[1].(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			t.Errorf("%s: the code of a refusal is not written out", place)
			return true
		}
		code, err := strconv.Unquote(literal.Value)
		if err != nil {
			t.Fatal(err)
		}
		declared[code] = place
		return true
	})
}

// declares says whether a function is fault.New, as seen from a package.
func declares(function ast.Expr, from string) bool {
	switch f := function.(type) {
	case *ast.Ident:
		return from == "fault" && f.Name == "New"
	case *ast.SelectorExpr:
		owner, ok := f.X.(*ast.Ident)
		return ok && owner.Name == "fault" && f.Sel.Name == "New"
	}
	return false
}

func readLiterals(file *ast.File, literals map[string]bool) {
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			if text, err := strconv.Unquote(literal.Value); err == nil {
				literals[text] = true
			}
		}
		return true
	})
}

func TestOnlyDeclarationsCountAsFaults(t *testing.T) {
	const source = `package thing
import "errors"
var a, b = fault.New(fault.Refused, "a-code", "x").At("/y", "z"), errors.New("not-a-code")
var c = other.New(1, "not-this", "x")`
	parsed, err := parser.ParseFile(token.NewFileSet(), "thing.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	readFaults(t, "thing.go", parsed, found)
	var codes []string
	for code := range found {
		codes = append(codes, code)
	}
	if !slices.Equal(codes, []string{"a-code"}) {
		t.Errorf("found %v, want a-code alone", codes)
	}
}
