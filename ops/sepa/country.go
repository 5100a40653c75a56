// SPDX-License-Identifier: AGPL-3.0-or-later

package sepa

// country says how a country of the single euro payments area writes accounts.
type country struct {
	// layout describes what follows the check digits, as in the registry of ISO
	// 13616: a count and n for digits, a for letters, c for either.
	layout string
	// eea marks the European Economic Area, where transfers need no BIC.
	eea bool
	// rib marks the accounts that end in a French RIB key.
	rib bool
}

// countryOf returns the country of two upper-case letters. Territories that
// use the code of another country (Réunion, Åland, Jersey …) are found under that one.
func countryOf(code string) (country, bool) {
	switch code {
	case "FR":
		return country{layout: "10n11c2n", eea: true, rib: true}, true
	case "MC":
		return country{layout: "10n11c2n", rib: true}, true
	}
	if layout := layoutInEEA(code); layout != "" {
		return country{layout: layout, eea: true}, true
	}
	if layout := layoutOutsideEEA(code); layout != "" {
		return country{layout: layout}, true
	}
	return country{}, false
}

func layoutInEEA(code string) string {
	switch code {
	case "NO":
		return "11n"
	case "BE":
		return "12n"
	case "DK", "FI":
		return "14n"
	case "SI":
		return "15n"
	case "AT", "EE", "LT":
		return "16n"
	case "HR":
		return "17n"
	case "DE":
		return "18n"
	case "CZ", "ES", "SE", "SK":
		return "20n"
	case "PT":
		return "21n"
	case "IS":
		return "22n"
	case "HU", "PL":
		return "24n"
	case "BG":
		return "4a6n8c"
	case "CY":
		return "8n16c"
	case "GR":
		return "7n16c"
	case "IE":
		return "4a14n"
	case "IT":
		return "1a10n12c"
	case "LI":
		return "5n12c"
	case "LU":
		return "3n13c"
	case "LV":
		return "4a13c"
	case "MT":
		return "4a5n18c"
	case "NL":
		return "4a10n"
	case "RO":
		return "4a16c"
	}
	return ""
}

func layoutOutsideEEA(code string) string {
	switch code {
	case "AD":
		return "8n12c"
	case "AL":
		return "8n16c"
	case "CH":
		return "5n12c"
	case "GB":
		return "4a14n"
	case "GI":
		return "4a15c"
	case "MD":
		return "20c"
	case "ME", "RS", "VA":
		return "18n"
	case "MK":
		return "3n10c2n"
	case "SM":
		return "1a10n12c"
	}
	return ""
}

// length returns the number of characters that follow the check digits.
func (c country) length() int {
	total, count := 0, 0
	for _, r := range c.layout {
		if isDigit(r) {
			count = count*10 + int(r-'0')
			continue
		}
		total += count
		count = 0
	}
	return total
}

// fits tells whether a text of the right length has digits and letters where
// the layout wants them.
func (c country) fits(bban string) bool {
	at, count := 0, 0
	for _, kind := range c.layout {
		if isDigit(kind) {
			count = count*10 + int(kind-'0')
			continue
		}
		for _, r := range bban[at : at+count] {
			if kind == 'n' && !isDigit(r) || kind == 'a' && !isUpper(r) {
				return false
			}
		}
		at += count
		count = 0
	}
	return true
}
