// SPDX-License-Identifier: AGPL-3.0-or-later

package asset

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
)

func TestAChangeBelowChangesEveryAddressAbove(t *testing.T) {
	tree := func(base string) fstest.MapFS {
		return fstest.MapFS{
			"script/base.js":   {Data: []byte(base)},
			"script/middle.js": {Data: []byte("import { a } from \"./base.js\";\nexport const b = a;\n")},
			"script/top.js":    {Data: []byte("import { b } from \"./middle.js\";\n")},
			"style/alone.css":  {Data: []byte("p{}")},
		}
	}
	before, err := load(tree("export const a = 1;"))
	if err != nil {
		t.Fatal(err)
	}
	after, err := load(tree("export const a = 2;"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"base.js", "middle.js", "top.js"} {
		if before.URL(name) == after.URL(name) {
			t.Errorf("%s keeps its address although what it gives has changed", name)
		}
	}
	if before.URL(Sheet) != after.URL(Sheet) {
		t.Error("an unchanged file has another address")
	}
	middle := string(after.files[after.URL("middle.js")].plain)
	if want := `from "./` + strings.TrimPrefix(after.URL("base.js"), Prefix) + `"`; !strings.Contains(middle, want) {
		t.Errorf("middle.js is %q, want it to hold %s", middle, want)
	}
}

func TestLoadRefusesBrokenImports(t *testing.T) {
	cases := map[string]fstest.MapFS{
		"missing": {"a.js": {Data: []byte(`import { b } from "./gone.js";`)}},
		"itself":  {"a.js": {Data: []byte(`import { b } from "./a.js";`)}},
		"circle": {
			"a.js": {Data: []byte(`import { b } from "./b.js";`)},
			"b.js": {Data: []byte(`import { a } from "./a.js";`)},
		},
	}
	for name, tree := range cases {
		if _, err := load(tree); !errors.Is(err, ErrImport) {
			t.Errorf("%s: %v, want ErrImport", name, err)
		}
	}
	if _, err := load(fstest.MapFS{"note.txt": {}}); !errors.Is(err, ErrKind) {
		t.Errorf("a text file: %v, want ErrKind", err)
	}
}
