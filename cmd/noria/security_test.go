// SPDX-License-Identifier: AGPL-3.0-or-later

package main_test

import (
	"go/ast"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// lines are the lines of ASVS 5.0 that the page has to answer, by chapter.
const asvsLines = `1.2.1 1.2.2 1.2.3 1.2.4 1.2.10 1.3.6 1.3.11 1.4.2 1.5.1 1.5.2
	2.1.1 2.1.2 2.1.3 2.2.1 2.2.2 2.2.3 2.3.1 2.3.2 2.3.3 2.3.4 2.3.5 2.4.1 2.4.2
	3.2.1 3.2.2 3.3.1 3.3.2 3.3.3 3.3.4 3.4.1 3.4.2 3.4.3 3.4.4 3.4.5 3.4.6 3.4.7 3.4.8 3.5.1 3.5.2 3.5.3 3.5.8 3.6.1 3.7.2 3.7.3
	4.1.1 4.1.2 4.1.3 4.1.4 4.1.5 4.4.1 4.4.2 4.4.3 4.4.4 5.2.1 5.2.2 5.2.3 5.3.2 5.4.1 5.4.2
	6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.2.9 6.2.10 6.2.12 6.3.1 6.3.2 6.3.3 6.3.5 6.3.7 6.3.8
	6.4.1 6.4.2 6.4.3 6.4.4 6.5.1 6.5.2 6.5.3 6.5.4 6.5.5 6.6.2 6.6.3 6.8.1 6.8.4
	7.2.1 7.2.2 7.2.3 7.2.4 7.3.1 7.3.2 7.4.1 7.4.2 7.4.3 7.4.4 7.4.5 7.5.1 7.5.2 7.5.3 8.1.1 8.2.1 8.2.2 8.2.3 8.3.1 8.3.2 8.4.1
	10.1.2 10.2.1 10.5.1 10.5.2 10.5.3 10.5.4
	11.1.1 11.1.2 11.2.1 11.2.4 11.4.1 11.4.2 11.5.1 12.1.1 12.2.1 12.3.1 13.2.4 13.2.5 13.3.1 13.3.2 13.4.2 13.4.5
	14.1.1 14.1.2 14.2.1 14.2.6 14.2.7 14.3.1 14.3.2 14.3.3
	15.1.1 15.1.2 15.2.1 15.2.2 15.3.1 15.3.2 15.3.3 15.3.4 15.4.2
	16.1.1 16.2.1 16.2.2 16.2.3 16.2.4 16.2.5 16.3.1 16.3.2 16.3.3 16.3.4 16.4.1 16.4.2 16.4.3 16.5.1 16.5.2 16.5.3 16.5.4`

// TestTheSecurityPageIsTrue reads ops/docs/security.md beside the tree: each line
// of the list is answered once, what holds names a test, and each test that is
// named exists. What the page says of the source is checked here too (ASVS 6.5.3,
// 11.2.1, 13.2.4).
func TestTheSecurityPageIsTrue(t *testing.T) {
	page, err := os.ReadFile("../../ops/docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	files := goFiles(t, "../..")
	for _, problem := range slices.Concat(wrongLines(string(page)), missingTests(string(page), testsOf(files)), weakImports(files), callers(files)) {
		t.Error(problem)
	}
	for _, title := range []string{"## Limits (2.1)", "## Data (14.1)", "## Keys (11.1)", "## Logs (16.1)", "## Dependencies (15.1, 15.2)"} {
		if !strings.Contains(string(page), title) {
			t.Errorf("the page has no %q", title)
		}
	}
}

// wrongLines returns the lines of the list that are not answered once, in words
// that mean something.
func wrongLines(page string) []string {
	var wrong []string
	answered := make(map[string]int)
	for _, row := range regexp.MustCompile(`(?m)^\| (\d+\.\d+\.\d+)(?: \(3\))? \| ([^|]*) \| (.*) \|$`).FindAllStringSubmatch(page, -1) {
		answered[row[1]]++
		switch state, why := row[2], row[3]; {
		case state != "Holds" && state != "Does not apply" && state != "NOT YET":
			wrong = append(wrong, row[1]+" is in no known state: "+state)
		case state == "Holds" && !strings.Contains(why, "Test") && !strings.HasPrefix(why, "As "):
			wrong = append(wrong, row[1]+" holds by no test")
		case strings.TrimSpace(why) == "":
			wrong = append(wrong, row[1]+" has no reason")
		}
	}
	for _, id := range strings.Fields(asvsLines) {
		if answered[id] != 1 {
			wrong = append(wrong, id+" is not answered once")
		}
	}
	return wrong
}

// testsOf are the names of all tests.
func testsOf(files []goFile) map[string]bool {
	tests := make(map[string]bool)
	for _, f := range files {
		if !f.isTest() {
			continue
		}
		for _, declaration := range f.syntax.Decls {
			if function, ok := declaration.(*ast.FuncDecl); ok && function.Recv == nil && strings.HasPrefix(function.Name.Name, "Test") {
				tests[function.Name.Name] = true
			}
		}
	}
	return tests
}

// missingTests returns the tests that the page names and nobody wrote.
func missingTests(page string, tests map[string]bool) []string {
	var missing []string
	for _, name := range regexp.MustCompile(`\bTest[A-Z]\w+`).FindAllString(page, -1) {
		if !tests[name] {
			missing = append(missing, "there is no test "+name)
		}
	}
	return missing
}

// weakImports returns the places where a broken hash or chance that can be
// foreseen is used: the latter is for traces, for pauses before trying again and
// for benches only.
func weakImports(files []goFile) []string {
	const published = "web/identity/breached.go" // lists of breached passwords are published as SHA-1
	foreseen := []string{"web/problem/call.go", "web/live/ending.go", "ledger/settle.go", "ledger/raw.go"}
	var weak []string
	for _, f := range files {
		if f.isTest() || strings.HasPrefix(f.path, "cmd/") || strings.HasPrefix(f.path, "ops/bench/") || strings.HasPrefix(f.path, "ledger/db/dbtest/") {
			continue
		}
		for _, spec := range f.syntax.Imports {
			switch path := strings.Trim(spec.Path.Value, `"`); {
			case path == "crypto/md5" || path == "crypto/sha1" && f.path != published || path == "crypto/des" || path == "crypto/rc4",
				strings.HasPrefix(path, "math/rand") && !slices.Contains(foreseen, f.path):
				weak = append(weak, f.path+" imports "+path)
			}
		}
	}
	return weak
}

// callers returns the places that could ask another host for something, but for
// benches and for those that are known: card providers and browser makers at hosts
// of the code, the issuer of identities of the configuration. The database's drivers
// and the mail library have their own ways.
func callers(files []goFile) []string {
	known := []string{"ops/provider/client.go", "ops/push/caller.go", "ops/push/service.go", "web/identity/issuer.go"}
	var found []string
	for _, f := range files {
		if f.isTest() || slices.Contains(known, f.path) || strings.HasPrefix(f.path, "ops/bench/") || strings.HasPrefix(f.path, "web/identity/issuertest/") || strings.HasPrefix(f.path, "ledger/db/dbtest/") || strings.HasPrefix(f.path, "web/page/pagetest/") {
			continue
		}
		ast.Inspect(f.syntax, func(node ast.Node) bool {
			selector, ok := node.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := selector.X.(*ast.Ident); ok && (x.Name == "http" && slices.Contains([]string{"Get", "Head", "Post", "PostForm", "Client", "DefaultClient", "Transport", "DefaultTransport"}, selector.Sel.Name) ||
				x.Name == "net" && strings.HasPrefix(selector.Sel.Name, "Dial") || x.Name == "websocket" && strings.HasPrefix(selector.Sel.Name, "D")) {
				found = append(found, f.at(selector, "a way to another host"))
			}
			return true
		})
	}
	return found
}

func TestTheSecurityPageOnMadeUpPages(t *testing.T) {
	if wrong := wrongLines("| 1.2.1 | Holds | by luck |\n| 1.2.2 (3) | Perhaps | TestX |\n| 1.2.3 | NOT YET | a thing |\n"); !slices.Contains(wrong, "1.2.1 holds by no test") ||
		!slices.Contains(wrong, "1.2.2 is in no known state: Perhaps") || slices.Contains(wrong, "1.2.3 is not answered once") || !slices.Contains(wrong, "16.5.4 is not answered once") {
		t.Errorf("%v", wrong)
	}
	if missing := missingTests("TestOne TestTwo", map[string]bool{"TestOne": true}); len(missing) != 1 {
		t.Errorf("%v", missing)
	}
	for path, want := range map[string]int{"ledger/money/a.go": 1, "web/problem/call.go": 0, "ledger/a_test.go": 0} {
		file, err := readGo(path, []byte(licenceLine+"\n\npackage thing\n\nimport _ \"math/rand/v2\"\n"))
		if err != nil {
			t.Fatal(err)
		}
		if found := weakImports([]goFile{file}); len(found) != want {
			t.Errorf("%s: %v", path, found)
		}
	}
}
