// SPDX-License-Identifier: AGPL-3.0-or-later

// Package main_test holds the laws of the repository as tests: which room may import which, where a clock or a float may
// be used, what may lie in the tree. They read the real import graph, the real sources and the real list of files, so a
// law is broken loudly in the change that breaks it. Each checker has a table of made-up cases beside it, which proves
// that it can fail.
package main_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// modulePath is the module of this repository; an import below it is an import of one of our rooms.
const modulePath = "github.com/noria-mlc/noria"

// TestLaws applies every law to the repository as it lies on disk. A law that is broken names each place and says what
// to do instead.
func TestLaws(t *testing.T) {
	root := repositoryRoot(t)

	t.Run("rooms import strictly downward", func(t *testing.T) {
		report(t, "imports run cmd → web → ops → {conversion, merchant} → ledger; a type that two rooms need belongs to the lower one",
			roomViolations(importGraph(t, root)))
	})
	t.Run("libraries stay in their room", func(t *testing.T) {
		report(t, "each of these libraries has one home; ask the package that wraps it instead",
			libraryViolations(importGraph(t, root)))
	})

	files := goFiles(t, root)
	laws := []struct {
		name, advice string
		check        func([]goFile) []string
	}{
		{"every package has doc.go", "add a doc.go that says what the package owns, what it refuses and its laws", packagesWithoutDoc},
		{"every file carries its licence", "the first line of every .go file is " + licenceLine, filesWithoutLicence},
		{"the clock is passed", "take the instant as a parameter: only ledger/db, ops/job, ops/bench and cmd read the clock", clockReadings},
		{"no floats near money", "use money.Amount or whole numbers", floatsNearMoney},
		{"no format strings in SQL", "use $1 parameters and constant text", formattedQueries},
		{"no init functions", "wire it by hand in cmd/noria", initFunctions},
		{"packages are named after nouns of the domain", "find the room that owns it", vaguePackages},
	}
	for _, law := range laws {
		t.Run(law.name, func(t *testing.T) { report(t, law.advice, law.check(files)) })
	}

	listed := listedFiles(t, root)
	t.Run("the top level is closed", func(t *testing.T) {
		report(t, "put it in one of the six rooms", topLevelViolations(requireList(t, listed)))
	})
	t.Run("files are small and readable", func(t *testing.T) {
		report(t, "keep built, vendored and binary files out of the tree", heavyOrBinary(t, root, requireList(t, listed)))
	})
	t.Run("no unfinished marks", func(t *testing.T) {
		report(t, "finish it, or write the issue down outside the code", unfinishedMarks(t, root, requireList(t, listed)))
	})
}

// report fails the test with the advice and every violation, or does nothing when there is none.
func report(t *testing.T, advice string, violations []string) {
	t.Helper()
	if len(violations) > 0 {
		t.Errorf("%s:\n\t%s", advice, strings.Join(violations, "\n\t"))
	}
}

// repositoryRoot returns the folder that holds go.mod, two levels above this package.
func repositoryRoot(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatalf("finding the repository: %v", err)
	}
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatalf("reading go.mod: %v", err)
	}
	if !strings.HasPrefix(string(text), "module "+modulePath+"\n") {
		t.Fatalf("go.mod in %s is not that of %s", root, modulePath)
	}
	return root
}

// goFiles reads every .go file of the six rooms, test data and hidden folders left out. Files that another operating
// system would build are read too, which the import graph alone would not do.
func goFiles(t *testing.T, root string) []goFile {
	t.Helper()
	var files []goFile
	for _, room := range roomNames() {
		if _, err := os.Stat(filepath.Join(root, room)); err != nil {
			continue
		}
		err := filepath.WalkDir(filepath.Join(root, room), func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if entry.IsDir() && (entry.Name() == "testdata" || strings.HasPrefix(entry.Name(), ".")) {
				return fs.SkipDir
			}
			if entry.IsDir() || filepath.Ext(path) != ".go" {
				return nil
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			relative, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			file, err := readGo(filepath.ToSlash(relative), text)
			if err != nil {
				return err
			}
			files = append(files, file)
			return nil
		})
		if err != nil {
			t.Fatalf("reading the sources: %v", err)
		}
	}
	if len(files) == 0 {
		t.Fatal("found no Go file: the laws would hold for an empty house")
	}
	return files
}
