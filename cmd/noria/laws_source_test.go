// SPDX-License-Identifier: AGPL-3.0-or-later

package main_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// licenceLine is the first line of every Go file.
const licenceLine = "// SPDX-License-Identifier: AGPL-3.0-or-later"

// goFile is one source file: its path from the repository's root, its text and its syntax tree.
type goFile struct {
	path   string
	text   []byte
	set    *token.FileSet
	syntax *ast.File
}

// readGo parses one source file; a file that does not parse is an error.
func readGo(path string, text []byte) (goFile, error) {
	set := token.NewFileSet()
	syntax, err := parser.ParseFile(set, path, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return goFile{}, err
	}
	return goFile{path, text, set, syntax}, nil
}

// isTest says whether the file is only built for tests.
func (f goFile) isTest() bool { return strings.HasSuffix(f.path, "_test.go") }

// at describes a place in the file for a violation.
func (f goFile) at(node ast.Node, what string) string {
	return fmt.Sprintf("%s:%d: %s", f.path, f.set.Position(node.Pos()).Line, what)
}

// packagesWithoutDoc returns the packages outside cmd that have code but no doc.go.
func packagesWithoutDoc(files []goFile) []string {
	documented := map[string]bool{}
	for _, f := range files {
		folder := path.Dir(f.path)
		if f.isTest() || within(folder, "cmd") {
			continue
		}
		documented[folder] = documented[folder] || path.Base(f.path) == "doc.go"
	}
	var violations []string
	for folder, done := range documented {
		if !done {
			violations = append(violations, folder)
		}
	}
	slices.Sort(violations)
	return violations
}

// filesWithoutLicence returns the files, tests included, that do not begin with the licence line.
func filesWithoutLicence(files []goFile) []string {
	var violations []string
	for _, f := range files {
		if !bytes.HasPrefix(f.text, []byte(licenceLine+"\n")) {
			violations = append(violations, f.path)
		}
	}
	return violations
}

// clockReadings returns the uses of time.Now, time.Since and time.Until outside the places that own the clock. A
// function value (clock := time.Now) counts like a call.
func clockReadings(files []goFile) []string {
	var violations []string
	for _, f := range files {
		if f.isTest() || withinAny(f.path, []string{"ledger/db", "ops/job", "ops/bench", "cmd"}) {
			continue
		}
		name := importedAs(f.syntax, "time")
		if name == "." {
			violations = append(violations, f.path+": imports time with a dot, which hides its clock")
		}
		ast.Inspect(f.syntax, func(node ast.Node) bool {
			selector, ok := node.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			owner, ok := selector.X.(*ast.Ident)
			if ok && owner.Name == name && slices.Contains([]string{"Now", "Since", "Until"}, selector.Sel.Name) {
				violations = append(violations, f.at(selector, "time."+selector.Sel.Name))
			}
			return true
		})
	}
	return violations
}

// importedAs returns the name under which a file knows a package whose last path segment is its name, or "" when it
// does not import it.
func importedAs(syntax *ast.File, library string) string {
	for _, spec := range syntax.Imports {
		if unquoted, err := strconv.Unquote(spec.Path.Value); err != nil || unquoted != library {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return path.Base(library)
	}
	return ""
}

// floatsNearMoney returns the uses of float32 and float64 in the packages that handle amounts.
func floatsNearMoney(files []goFile) []string {
	var violations []string
	for _, f := range files {
		if f.isTest() || !withinAny(f.path, []string{"ledger", "conversion", "merchant", "ops/payout", "ops/sepa", "ops/export"}) {
			continue
		}
		ast.Inspect(f.syntax, func(node ast.Node) bool {
			if name, ok := node.(*ast.Ident); ok && (name.Name == "float64" || name.Name == "float32") {
				violations = append(violations, f.at(name, name.Name))
			}
			return true
		})
	}
	return violations
}

// queryMethod matches Query, QueryRow, ExecContext, Prepare and their like, but not Execute.
var queryMethod = regexp.MustCompile(`^(Query|Exec|Prepare)([A-Z].*)?$`)

// formattedQueries returns the calls that hand a text made by Sprintf to the database. A function passed as an argument
// is not searched: what it does with a row is its own affair.
func formattedQueries(files []goFile) []string {
	var violations []string
	for _, f := range files {
		if f.isTest() {
			continue
		}
		ast.Inspect(f.syntax, func(node ast.Node) bool {
			call, ok := node.(*ast.CallExpr)
			if !ok || !queryMethod.MatchString(calledMethod(call)) {
				return true
			}
			for _, argument := range call.Args {
				if callsSprintf(argument) {
					violations = append(violations, f.at(call, "Sprintf inside "+calledMethod(call)))
				}
			}
			return true
		})
	}
	return violations
}

// calledMethod returns the name of the method or qualified function that is called, or "".
func calledMethod(call *ast.CallExpr) string {
	if selector, ok := call.Fun.(*ast.SelectorExpr); ok {
		return selector.Sel.Name
	}
	return ""
}

// callsSprintf says whether an expression calls Sprintf outside a function literal.
func callsSprintf(expression ast.Expr) bool {
	found := false
	ast.Inspect(expression, func(node ast.Node) bool {
		if _, ok := node.(*ast.FuncLit); ok {
			return false
		}
		if call, ok := node.(*ast.CallExpr); ok && calledMethod(call) == "Sprintf" {
			found = true
		}
		return !found
	})
	return found
}

// initFunctions returns the init functions, which run before anybody asked.
func initFunctions(files []goFile) []string {
	var violations []string
	for _, f := range files {
		for _, declaration := range f.syntax.Decls {
			function, ok := declaration.(*ast.FuncDecl)
			if ok && function.Recv == nil && function.Name.Name == "init" {
				violations = append(violations, f.at(function, "func init"))
			}
		}
	}
	return violations
}

// vaguePackages returns the packages whose name says nothing about the domain.
func vaguePackages(files []goFile) []string {
	var violations []string
	for _, f := range files {
		name := strings.TrimSuffix(f.syntax.Name.Name, "_test")
		if slices.Contains([]string{"util", "utils", "common", "helper", "helpers", "model", "models", "misc"}, name) {
			violations = append(violations, f.path+": package "+name)
		}
	}
	return violations
}

func TestSourceLawsOnMadeUpFiles(t *testing.T) {
	const header = licenceLine + "\n\npackage thing\n\n"
	cases := []struct {
		name, path, text string
		law              func([]goFile) []string
		violations       int
	}{
		{"code without doc.go", "ledger/thing/thing.go", header, packagesWithoutDoc, 1},
		{"doc.go", "ledger/thing/doc.go", header, packagesWithoutDoc, 0},
		{"a command needs no doc.go", "cmd/noria/main.go", header, packagesWithoutDoc, 0},
		{"tests alone need no doc.go", "ledger/thing/thing_test.go", header, packagesWithoutDoc, 0},

		{"licence", "web/page/doc.go", header, filesWithoutLicence, 0},
		{"licence missing", "web/page/doc.go", "package page\n", filesWithoutLicence, 1},
		{"licence on the second line", "web/page/doc_test.go", "\n" + header, filesWithoutLicence, 1},

		{"clock read", "merchant/till.go", header + `import "time"` + "\nvar at = time.Now()\n", clockReadings, 1},
		{"clock taken as a value", "web/server.go", header + `import "time"` + "\nvar clock = time.Now\n", clockReadings, 1},
		{"clock under another name", "ops/check/age.go", header + `import when "time"` + "\nvar at = when.Since(when.Time{})\n", clockReadings, 1},
		{"clock behind a dot", "ops/check/age.go", header + `import . "time"` + "\nvar at = Now()\n", clockReadings, 1},
		{"clock at home", "ledger/db/open.go", header + `import "time"` + "\nvar at = time.Now()\n", clockReadings, 0},
		{"clock in a test", "merchant/till_test.go", header + `import "time"` + "\nvar at = time.Now()\n", clockReadings, 0},
		{"durations are no clock", "merchant/till.go", header + `import "time"` + "\nvar wait = time.Second\n", clockReadings, 0},
		{"the word in a comment", "merchant/till.go", header + "// not time.Now()\nvar x = 1\n", clockReadings, 0},
		{"a neighbour of the clock's home", "ledger/dbx/a.go", header + `import "time"` + "\nvar at = time.Now()\n", clockReadings, 1},

		{"float in the books", "ledger/money/a.go", header + "var x float64\n", floatsNearMoney, 1},
		{"float conversion", "ops/sepa/a.go", header + "var x = float32(1)\n", floatsNearMoney, 1},
		{"float in a gauge", "ops/observe/a.go", header + "var x float64\n", floatsNearMoney, 0},
		{"float in a text", "ledger/a.go", header + `var x = "float64"` + "\n", floatsNearMoney, 0},

		{"format in a query", "ledger/a.go", header + "func f() { db.QueryContext(ctx, fmt.Sprintf(\"%s\", name)) }\n", formattedQueries, 1},
		{"format inside a sum", "ops/job/a.go", header + "func f() { tx.Exec(\"select \" + fmt.Sprintf(\"%d\", n)) }\n", formattedQueries, 1},
		{"parameters", "ledger/a.go", header + "func f() { db.QueryRow(query, n) }\n", formattedQueries, 0},
		{"the one door is no query", "merchant/a.go", header + "func f() { l.Execute(fmt.Sprintf(\"%d\", n)) }\n", formattedQueries, 0},
		{"format in a row function", "merchant/a.go", header + "func f() { tx.Query(q, func() { fmt.Sprintf(\"x\") }) }\n", formattedQueries, 0},

		{"init", "ledger/a.go", header + "func init() {}\n", initFunctions, 1},
		{"a method may be called init", "ledger/a.go", header + "func (a *A) init() {}\n", initFunctions, 0},

		{"package util", "ledger/util/a.go", licenceLine + "\n\npackage util\n", vaguePackages, 1},
		{"package money", "ledger/money/a.go", licenceLine + "\n\npackage money\n", vaguePackages, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			file, err := readGo(c.path, []byte(c.text))
			if err != nil {
				t.Fatalf("the made-up file does not parse: %v", err)
			}
			if found := c.law([]goFile{file}); len(found) != c.violations {
				t.Errorf("found %d violations, want %d: %v", len(found), c.violations, found)
			}
		})
	}
}
