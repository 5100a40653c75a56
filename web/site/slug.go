// SPDX-License-Identifier: AGPL-3.0-or-later

package site

import "strings"

// Slug is a name as the code of an account has it: small letters, digits, hyphens.
func Slug(name string) string {
	plain := strings.NewReplacer("é", "e", "è", "e", "ê", "e", "à", "a", "â", "a", "ç", "c", "ô", "o", "î", "i", "û", "u", "ù", "u", "ï", "i", "œ", "oe").Replace(strings.ToLower(name))
	words := strings.FieldsFunc(plain, func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') })
	text := strings.Join(words, "-")
	if text == "" {
		text = "banque"
	}
	return strings.Trim(text[:min(len(text), 30)], "-")
}
