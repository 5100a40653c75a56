// SPDX-License-Identifier: AGPL-3.0-or-later

package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rooms gives each room its floor. An import between two rooms must go to a lower floor, so rooms on the same floor
// cannot know each other.
func rooms() map[string]int {
	return map[string]int{"cmd": 5, "web": 4, "ops": 3, "conversion": 2, "merchant": 2, "ledger": 1}
}

// roomNames lists the six rooms in alphabetical order.
func roomNames() []string {
	return []string{"cmd", "conversion", "ledger", "merchant", "ops", "web"}
}

// home says that only the packages below one of its folders may import a library.
type home struct {
	library string
	folders []string
}

// homes lists the libraries that are wrapped in one place, and those that a room must not know at all.
func homes() []home {
	return []home{
		{"modernc.org/sqlite", []string{"ledger/db"}},
		{"github.com/jackc/pgx", []string{"ledger/db"}},
		{"github.com/cockroachdb/cockroach-go", []string{"ledger/db"}},
		{"github.com/shopspring/decimal", []string{"ledger/money"}},
		{"github.com/gorilla/websocket", []string{"web/live", "web/page/pagetest"}},
		{"html/template", []string{"web"}},
	}
}

// edge is one import of the code that is built, tests left out. The importer is a folder of the repository; the
// imported path is as written in the source.
type edge struct{ from, imports string }

// importGraph returns every import of every package, as the go command sees it. Files that this system would not build
// (another operating system, a build tag) count as well.
func importGraph(t *testing.T, root string) []edge {
	t.Helper()
	command := exec.Command("go", "list", "-e", "-json=ImportPath,Dir,Imports,IgnoredGoFiles", "./...")
	command.Dir = root
	var faults bytes.Buffer
	command.Stderr = &faults
	listing, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, faults.String())
	}
	var edges []edge
	decoder := json.NewDecoder(bytes.NewReader(listing))
	for {
		var listed struct {
			ImportPath, Dir         string
			Imports, IgnoredGoFiles []string
		}
		if err := decoder.Decode(&listed); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("reading what go list says: %v", err)
		}
		from := strings.TrimPrefix(listed.ImportPath, modulePath+"/")
		imports := listed.Imports
		for _, name := range listed.IgnoredGoFiles {
			if !strings.HasSuffix(name, "_test.go") {
				imports = append(imports, importsOf(t, filepath.Join(listed.Dir, name))...)
			}
		}
		for _, path := range imports {
			edges = append(edges, edge{from, path})
		}
	}
	return edges
}

// importsOf returns the import paths of one file.
func importsOf(t *testing.T, path string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatalf("reading the imports of %s: %v", path, err)
	}
	var paths []string
	for _, spec := range parsed.Imports {
		unquoted, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatalf("reading the imports of %s: %v", path, err)
		}
		paths = append(paths, unquoted)
	}
	return paths
}

// roomViolations returns the edges that climb, that join two rooms of one floor, or that touch a folder which is no
// room.
func roomViolations(edges []edge) []string {
	var violations []string
	floors := rooms()
	for _, e := range edges {
		if !within(e.imports, modulePath) {
			continue
		}
		target := strings.TrimPrefix(strings.TrimPrefix(e.imports, modulePath), "/")
		from, to := roomOf(e.from), roomOf(target)
		switch {
		case floors[from] == 0:
			violations = append(violations, fmt.Sprintf("%s imports %s, but %q is not a room", e.from, target, from))
		case floors[to] == 0:
			violations = append(violations, fmt.Sprintf("%s imports %s, but %q is not a room", e.from, target, to))
		case from != to && floors[from] <= floors[to]:
			violations = append(violations, fmt.Sprintf("%s must not import %s", e.from, target))
		}
	}
	return violations
}

// libraryViolations returns the edges that bring a library into a package outside its home.
func libraryViolations(edges []edge) []string {
	var violations []string
	for _, e := range edges {
		for _, h := range homes() {
			if within(e.imports, h.library) && !withinAny(e.from, h.folders) {
				violations = append(violations, fmt.Sprintf("%s imports %s, whose home is %s", e.from, e.imports, strings.Join(h.folders, ", ")))
			}
		}
	}
	return violations
}

// roomOf returns the first segment of a folder.
func roomOf(folder string) string {
	room, _, _ := strings.Cut(folder, "/")
	return room
}

// within says whether a slash-separated path is the given folder or lies below it.
func within(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, folder+"/")
}

// withinAny says whether a path is one of the folders or lies below one.
func withinAny(path string, folders []string) bool {
	return slices.ContainsFunc(folders, func(folder string) bool { return within(path, folder) })
}

func TestRoomLawOnMadeUpImports(t *testing.T) {
	cases := []struct {
		from, imports string
		broken        bool
	}{
		{"cmd/noria", "web/api", false},
		{"cmd/noria", "ledger/db", false},
		{"web/api", "ops/payout", false},
		{"web/api", "web/problem", false},
		{"ops/export", "conversion", false},
		{"ops/export", "merchant", false},
		{"ops/check", "ops/job", false},
		{"conversion", "ledger", false},
		{"merchant", "ledger/money", false},
		{"ledger", "ledger/db", false},
		{"ledger/money", "ledger", false},

		{"conversion", "merchant", true},
		{"merchant", "conversion", true},
		{"ledger", "conversion", true},
		{"ledger/db", "ops/observe", true},
		{"conversion", "ops/bank", true},
		{"merchant", "web/live", true},
		{"ops/payout", "web/problem", true},
		{"web", "cmd/noria", true},
		{"web", "util", true},
		{"internal/thing", "ledger", true},
		{"ops", "ledgerish", true},
	}
	for _, c := range cases {
		found := roomViolations([]edge{{c.from, modulePath + "/" + c.imports}})
		if (len(found) > 0) != c.broken {
			t.Errorf("%s → %s: broken = %v, want %v (%v)", c.from, c.imports, len(found) > 0, c.broken, found)
		}
	}
	if found := roomViolations([]edge{{"ledger", "fmt"}, {"ledger", modulePath + "-tools/web"}}); len(found) > 0 {
		t.Errorf("imports from outside the module are no business of the room law: %v", found)
	}
}

func TestLibraryLawOnMadeUpImports(t *testing.T) {
	cases := []struct {
		from, imports string
		broken        bool
	}{
		{"ledger/db", "modernc.org/sqlite", false},
		{"ledger/db", "modernc.org/sqlite/lib", false},
		{"ledger/db/dbtest", "github.com/jackc/pgx/v5/stdlib", false},
		{"ledger/db", "github.com/cockroachdb/cockroach-go/v2/crdb", false},
		{"ledger/money", "github.com/shopspring/decimal", false},
		{"web/live", "github.com/gorilla/websocket", false},
		{"web/page", "html/template", false},
		{"ledger", "modernc.org/sqliteish", false},

		{"ledger", "modernc.org/sqlite", true},
		{"ledger/dbx", "modernc.org/sqlite", true},
		{"ops/check", "github.com/jackc/pgx/v5", true},
		{"cmd/noria", "github.com/cockroachdb/cockroach-go/v2/crdb", true},
		{"conversion", "github.com/shopspring/decimal", true},
		{"web", "github.com/gorilla/websocket", true},
		{"cmd/noria", "github.com/gorilla/websocket", true},
		{"ledger", "html/template", true},
	}
	for _, c := range cases {
		found := libraryViolations([]edge{{c.from, c.imports}})
		if (len(found) > 0) != c.broken {
			t.Errorf("%s → %s: broken = %v, want %v (%v)", c.from, c.imports, len(found) > 0, c.broken, found)
		}
	}
}
