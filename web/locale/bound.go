// SPDX-License-Identifier: AGPL-3.0-or-later

package locale

import "strings"

// bound ties the signs of French to their words with spaces that no line ends at:
// a colon, a closing quotation mark or a percent sign that begins a line reads as a
// slip. Whoever writes the words may write ordinary spaces there.
func bound(text string) string {
	return strings.NewReplacer(" :", "\u00a0:", " ;", "\u00a0;", " ?", "\u00a0?", " !", "\u00a0!", " »", "\u00a0»", "« ", "«\u00a0", " %%", "\u00a0%%", " €", "\u00a0€", "n° ", "n°\u00a0").Replace(text)
}
