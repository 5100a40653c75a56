// SPDX-License-Identifier: AGPL-3.0-or-later

package sepa

import (
	"strings"
	"unicode"
)

// allowed says whether a character may stand in a SEPA file: letters without
// accents, digits, blank and / - ? : ( ) . , ' +.
func allowed(r rune) bool {
	switch {
	case isUpper(r), isDigit(r), r >= 'a' && r <= 'z':
		return true
	}
	return strings.ContainsRune(" /-?:().,'+", r)
}

// wellWritten says whether a text may stand in a SEPA file as it is: allowed
// characters only, a letter or a digit among them, no slash at either end, no
// two slashes in a row, no blank at either end.
func wellWritten(s string) bool {
	visible := false
	for _, r := range s {
		if !allowed(r) {
			return false
		}
		visible = visible || isUpper(r) || isDigit(r) || r >= 'a' && r <= 'z'
	}
	return visible && strings.Trim(s, "/ ") == s && !strings.Contains(s, "//")
}

// Latin writes a text in the characters that banks take: letters lose their
// accents, œ becomes oe and ß ss, & becomes +, quotation marks become
// apostrophes; what has no near character becomes a dot. Blanks are drawn
// together, slashes at the ends and doubled ones are dropped. Written again, the
// result stays as it is.
func Latin(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case allowed(r):
			b.WriteRune(r)
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case unicode.Is(unicode.Mn, r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
		default:
			b.WriteString(near(r))
		}
	}
	out := strings.Join(strings.Fields(b.String()), " ")
	for strings.Contains(out, "//") {
		out = strings.ReplaceAll(out, "//", "/")
	}
	return strings.Trim(out, "/ ")
}

// near returns what stands for a character that is not allowed.
func near(r rune) string {
	for _, pair := range [...]struct{ from, to string }{
		{"ÀÁÂÃÅĀĂĄǍ", "A"}, {"àáâãåāăąǎª", "a"}, {"Ä", "A"}, {"ä", "a"}, {"ÆǼ", "AE"}, {"æǽ", "ae"},
		{"ÇĆĈĊČ", "C"}, {"çćĉċč", "c"}, {"ĎĐÐ", "D"}, {"ďđð", "d"},
		{"ÈÉÊËĒĔĖĘĚẼ", "E"}, {"èéêëēĕėęěẽ", "e"}, {"ĜĞĠĢ", "G"}, {"ĝğġģ", "g"}, {"ĤĦ", "H"}, {"ĥħ", "h"},
		{"ÌÍÎÏĨĪĬĮİ", "I"}, {"ìíîïĩīĭįı", "i"}, {"Ĵ", "J"}, {"ĵ", "j"}, {"Ķ", "K"}, {"ķ", "k"},
		{"ĹĻĽĿŁ", "L"}, {"ĺļľŀł", "l"}, {"ÑŃŅŇŊ", "N"}, {"ñńņňŋ", "n"},
		{"ÒÓÔÕÖØŌŎŐ", "O"}, {"òóôõöøōŏőº", "o"}, {"Œ", "OE"}, {"œ", "oe"}, {"ŔŖŘ", "R"}, {"ŕŗř", "r"},
		{"ŚŜŞŠȘ", "S"}, {"śŝşšș", "s"}, {"ẞ", "SS"}, {"ß", "ss"}, {"ŢŤŦȚ", "T"}, {"ţťŧț", "t"}, {"Þ", "TH"}, {"þ", "th"},
		{"ÙÚÛÜŨŪŬŮŰŲ", "U"}, {"ùúûüũūŭůűų", "u"}, {"Ŵ", "W"}, {"ŵ", "w"}, {"ÝŶŸ", "Y"}, {"ýŷÿ", "y"}, {"ŹŻŽ", "Z"}, {"źżž", "z"},
		{"&", "+"}, {"’‘‚`´\"“”„«»‹›", "'"}, {"–—‐‑_~−", "-"}, {"[{<", "("}, {"]}>", ")"}, {"\\|", "/"}, {";", ","}, {"€", "E"}, {"°", "o"}, {"…", "..."},
	} {
		if strings.ContainsRune(pair.from, r) {
			return pair.to
		}
	}
	return "."
}
