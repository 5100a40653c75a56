// SPDX-License-Identifier: AGPL-3.0-or-later

package main_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// heaviest is the size in bytes above which a file has no business in the repository.
const heaviest = 400_000

// listing is what git would put into the repository: the tracked files and the new ones that no rule ignores. Where
// git cannot tell, absent says why.
type listing struct {
	files  []string
	absent string
}

// listedFiles asks git for the files of the repository, as slash-separated paths from its root.
func listedFiles(t *testing.T, root string) listing {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		return listing{absent: "git is missing: nothing tells which files belong to the repository"}
	}
	command := exec.Command("git", "ls-files", "-z", "-co", "--exclude-standard")
	command.Dir = root
	output, err := command.Output()
	if err != nil {
		return listing{absent: fmt.Sprintf("git does not know this folder as a repository: %v", err)}
	}
	files := strings.FieldsFunc(string(output), func(r rune) bool { return r == 0 })
	slices.Sort(files)
	return listing{files: slices.Compact(files)}
}

// requireList returns the listed files, or skips the law with the reason why there is no list.
func requireList(t *testing.T, listed listing) []string {
	t.Helper()
	if listed.absent != "" {
		t.Skip(listed.absent)
	}
	if len(listed.files) == 0 {
		t.Fatal("git lists no file: the laws would hold for an empty house")
	}
	return listed.files
}

// topLevelViolations returns what stands at the top level beside the six rooms, the agreed files and dot files.
func topLevelViolations(files []string) []string {
	agreed := []string{"go.mod", "go.sum", "README.md", "LICENSE", "CHANGELOG.md", "Makefile"}
	var violations []string
	for _, file := range files {
		first, _, below := strings.Cut(file, "/")
		switch {
		case strings.HasPrefix(first, "."):
		case below && slices.Contains(roomNames(), first):
		case !below && slices.Contains(agreed, first):
		default:
			violations = append(violations, file)
		}
	}
	return violations
}

// heavyOrBinary returns the files that are too heavy, and those that hold a zero byte near their beginning, which is
// how git itself recognises a binary file.
func heavyOrBinary(t *testing.T, root string, files []string) []string {
	t.Helper()
	var violations []string
	for _, file := range files {
		text, ok := readListed(t, root, file)
		switch {
		case !ok:
		case len(text) > heaviest:
			violations = append(violations, fmt.Sprintf("%s: %d bytes, at most %d", file, len(text), heaviest))
		case bytes.IndexByte(text[:min(len(text), 8000)], 0) >= 0:
			violations = append(violations, file+": binary")
		}
	}
	return violations
}

// mark matches the usual marks of unfinished work. It is put together here so that this file does not match itself.
var mark = regexp.MustCompile(`\b(` + strings.Join([]string{"TO" + "DO", "FIX" + "ME", "X" + "XX"}, "|") + `)\b`)

// unfinishedMarks returns the lines of code, scripts, pages and settings that announce unfinished work. Prose and test
// data are left alone: they may speak of such marks, or hold a bank's own codes.
func unfinishedMarks(t *testing.T, root string, files []string) []string {
	t.Helper()
	var violations []string
	for _, file := range files {
		if path.Ext(file) == ".md" || file == "LICENSE" || slices.Contains(strings.Split(file, "/"), "testdata") {
			continue
		}
		text, _ := readListed(t, root, file)
		for number, line := range strings.Split(string(text), "\n") {
			if mark.MatchString(line) {
				violations = append(violations, fmt.Sprintf("%s:%d: %s", file, number+1, strings.TrimSpace(line)))
			}
		}
	}
	return violations
}

// readListed reads a listed file. A file that git still tracks but that is gone from the disk has nothing to say, nor
// has a link.
func readListed(t *testing.T, root, file string) ([]byte, bool) {
	t.Helper()
	place := filepath.Join(root, filepath.FromSlash(file))
	about, err := os.Lstat(place)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !about.Mode().IsRegular() {
		return nil, false
	}
	if err != nil {
		t.Fatalf("looking at %s: %v", file, err)
	}
	text, err := os.ReadFile(place)
	if err != nil {
		t.Fatalf("reading %s: %v", file, err)
	}
	return text, true
}

func TestTopLevelLawOnMadeUpFiles(t *testing.T) {
	allowed := []string{"go.mod", "go.sum", "README.md", "LICENSE", "CHANGELOG.md", "Makefile", ".gitignore", ".ci/run",
		"cmd/noria/main.go", "ledger/doc.go", "conversion/doc.go", "merchant/doc.go", "web/doc.go", "ops/docs/tresorerie.md"}
	if found := topLevelViolations(allowed); len(found) > 0 {
		t.Errorf("refused without reason: %v", found)
	}
	for _, file := range []string{"main.go", "vendor/a/b.go", "docs/a.md", "ledger", "LICENSE/a", "staticcheck.conf", "noria-data/book.db"} {
		if found := topLevelViolations([]string{file}); len(found) != 1 {
			t.Errorf("%s was let in", file)
		}
	}
}

func TestTreeLawsOnMadeUpFiles(t *testing.T) {
	root := t.TempDir()
	unfinished := "TO" + "DO"
	files := map[string]string{
		"fine.go":             "package fine\n",
		"heavy.csv":           strings.Repeat("x", heaviest+1),
		"full.csv":            strings.Repeat("x", heaviest),
		"image.png":           "\x89PNG\x00\x00",
		"later.go":            "package later\n\n// " + unfinished + ": later\n",
		"notes.md":            "no " + unfinished + " marks\n",
		"testdata/line.txt":   unfinished + "\n",
		"word.go":             "package word // " + unfinished + "S and BANKFRPP" + "X" + "XX are words\n",
		"empty.sql":           "",
		"style/page.css":      "/* FIX" + "ME */\n",
		"style/testdatas.css": "/* fine */\n",
	}
	names := []string{"gone.go"}
	for name, text := range files {
		place := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(place, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	slices.Sort(names)
	heavy := heavyOrBinary(t, root, names)
	if len(heavy) != 2 || !strings.HasPrefix(heavy[0], "heavy.csv:") || !strings.HasPrefix(heavy[1], "image.png:") {
		t.Errorf("heavy or binary: %v, want heavy.csv and image.png", heavy)
	}
	marks := unfinishedMarks(t, root, names)
	if len(marks) != 2 || !strings.HasPrefix(marks[0], "later.go:3:") || !strings.HasPrefix(marks[1], "style/page.css:1:") {
		t.Errorf("unfinished marks: %v, want later.go:3 and style/page.css:1", marks)
	}
}
