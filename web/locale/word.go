// SPDX-License-Identifier: AGPL-3.0-or-later

package locale

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
)

// catalogue holds the words of the pages: a folder for each language, a file for
// each room, "%s" being a place to fill.
//
//go:embed word/*/*.json
var catalogue embed.FS

// wordsOf gathers the files of a language. It returns ErrWords for a key that
// two files have, or an error where a file is no object of texts.
func wordsOf(lang string) (map[string]string, error) {
	files, err := fs.Glob(catalogue, "word/"+lang+"/*.json")
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	for _, file := range files {
		body, err := catalogue.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var own map[string]string
		if err := json.Unmarshal(body, &own); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for key, text := range own {
			if _, twice := all[key]; twice {
				return nil, fmt.Errorf("%w: %s twice, in %s", ErrWords, key, file)
			}
			if lang == "fr" {
				text = bound(text)
			}
			all[key] = text
		}
	}
	return all, nil
}
