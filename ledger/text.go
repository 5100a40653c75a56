// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"unicode"
	"unicode/utf8"
)

// Printable says whether a text is 1 to limit printable characters, not all of
// them blank.
func Printable(text string, limit int) bool {
	n := utf8.RuneCountInString(text)
	if n == 0 || n > limit || !utf8.ValidString(text) {
		return false
	}
	visible := false
	for _, r := range text {
		if !unicode.IsPrint(r) {
			return false
		}
		visible = visible || !unicode.IsSpace(r)
	}
	return visible
}
