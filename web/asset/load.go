// SPDX-License-Identifier: AGPL-3.0-or-later

package asset

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

//go:embed style/*.css script/*.js image/*.svg
var embedded embed.FS

// Sheet is the name of the one style sheet that a browser loads: the files of the
// folder style, one after the other in the order of their names.
const Sheet = "noria.css"

// Load reads the files built into the program, gives each its address and
// compresses it. It returns ErrImport when a module imports a file that is
// missing or, through others, itself.
func Load() (*Set, error) { return load(embedded) }

// load is Load over any tree of folders that hold files with distinct names.
func load(tree fs.FS) (*Set, error) {
	l := loader{
		set:     &Set{urls: map[string]string{}, files: map[string]file{}},
		bodies:  map[string][]byte{},
		begun:   map[string]bool{},
		imports: regexp.MustCompile(`(from\s+"\./)([a-z]+\.js)(")`),
	}
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := fs.ReadFile(tree, name)
		file := path.Base(name)
		if path.Ext(file) == ".css" {
			file = Sheet
		}
		l.bodies[file] = append(l.bodies[file], body...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("asset: %w", err)
	}
	for name := range l.bodies {
		if _, err := l.publish(name); err != nil {
			return nil, err
		}
	}
	return l.set, nil
}

// loader publishes files in the order of their imports, since the address of a
// module depends on the bytes of what it imports.
type loader struct {
	set     *Set
	bodies  map[string][]byte
	begun   map[string]bool
	imports *regexp.Regexp
}

// publish gives a file its address, after those of the files it imports.
func (l *loader) publish(name string) (string, error) {
	if url := l.set.URL(name); url != "" {
		return url, nil
	}
	body, ok := l.bodies[name]
	if !ok || l.begun[name] {
		return "", fmt.Errorf("%w: %s", ErrImport, name)
	}
	l.begun[name] = true
	if strings.HasSuffix(name, ".js") {
		for _, found := range l.imports.FindAllSubmatch(body, -1) {
			if _, err := l.publish(string(found[2])); err != nil {
				return "", err
			}
		}
		body = l.imports.ReplaceAllFunc(body, func(statement []byte) []byte {
			part := l.imports.FindSubmatch(statement)
			address := strings.TrimPrefix(l.set.URL(string(part[2])), Prefix)
			return []byte(string(part[1]) + address + string(part[3]))
		})
	}
	return l.set.Publish(name, body)
}
