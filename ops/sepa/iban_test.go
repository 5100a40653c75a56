// SPDX-License-Identifier: AGPL-3.0-or-later

package sepa

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"math/big"
	"strings"
	"testing"
)

// onePerCountry holds a public sample account of every country, with its length.
var onePerCountry = []struct {
	iban   string
	length int
}{
	{"AD12 0001 2030 2003 5910 0100", 24},
	{"AL47 2121 1009 0000 0002 3569 8741", 28},
	{"AT61 1904 3002 3457 3201", 20},
	{"BE68 5390 0754 7034", 16},
	{"BG80 BNBG 9661 1020 3456 78", 22},
	{"CH93 0076 2011 6238 5295 7", 21},
	{"CY17 0020 0128 0000 0012 0052 7600", 28},
	{"CZ65 0800 0000 1920 0014 5399", 24},
	{"DE89 3704 0044 0532 0130 00", 22},
	{"DK50 0040 0440 1162 43", 18},
	{"EE38 2200 2210 2014 5685", 20},
	{"ES91 2100 0418 4502 0005 1332", 24},
	{"FI21 1234 5600 0007 85", 18},
	{"FR14 2004 1010 0505 0001 3M02 606", 27},
	{"GB29 NWBK 6016 1331 9268 19", 22},
	{"GI75 NWBK 0000 0000 7099 453", 23},
	{"GR16 0110 1250 0000 0001 2300 695", 27},
	{"HR12 1001 0051 8630 0016 0", 21},
	{"HU42 1177 3016 1111 1018 0000 0000", 28},
	{"IE29 AIBK 9311 5212 3456 78", 22},
	{"IS14 0159 2600 7654 5510 7303 39", 26},
	{"IT60 X054 2811 1010 0000 0123 456", 27},
	{"LI21 0881 0000 2324 013A A", 21},
	{"LT12 1000 0111 0100 1000", 20},
	{"LU28 0019 4006 4475 0000", 20},
	{"LV80 BANK 0000 4351 9500 1", 21},
	{"MC58 1122 2000 0101 2345 6789 030", 27},
	{"MD24 AG00 0225 1000 1310 4168", 24},
	{"ME25 5050 0001 2345 6789 51", 22},
	{"MK07 2501 2000 0058 984", 19},
	{"MT84 MALT 0110 0001 2345 MTLC AST0 01S", 31},
	{"NL91 ABNA 0417 1643 00", 18},
	{"NO93 8601 1117 947", 15},
	{"PL61 1090 1014 0000 0712 1981 2874", 28},
	{"PT50 0002 0123 1234 5678 9015 4", 25},
	{"RO49 AAAA 1B31 0075 9384 0000", 24},
	{"RS35 2600 0560 1001 6113 79", 22},
	{"SE45 5000 0000 0583 9825 7466", 24},
	{"SI56 2633 0001 2039 086", 19},
	{"SK31 1200 0000 1987 4263 7541", 24},
	{"SM86 U032 2509 8000 0000 0270 100", 27},
	{"VA59 0011 2300 0012 3456 78", 22},
}

func TestParseIBANAcceptsEveryCountry(t *testing.T) {
	for _, c := range onePerCountry {
		got, err := ParseIBAN(c.iban)
		if err != nil {
			t.Errorf("ParseIBAN(%q): %v", c.iban, err)
			continue
		}
		if len(got) != c.length {
			t.Errorf("ParseIBAN(%q) has %d characters, want %d", c.iban, len(got), c.length)
		}
		if got.Grouped() != c.iban {
			t.Errorf("Grouped() = %q, want %q", got.Grouped(), c.iban)
		}
	}
}

// TestParseIBANRefusesOtherLengths appends and removes characters while the
// check digits are made to fit, so that only the length can be the reason.
func TestParseIBANRefusesOtherLengths(t *testing.T) {
	for _, c := range onePerCountry {
		valid := strings.ReplaceAll(c.iban, " ", "")
		country, bban := valid[:2], valid[4:]
		for _, other := range []string{bban + "0", bban[:len(bban)-1]} {
			s := country + checkDigits(other+country) + other
			if _, err := ParseIBAN(s); !errors.Is(err, ErrIBANLength) {
				t.Errorf("ParseIBAN(%q) = %v, want ErrIBANLength", s, err)
			}
		}
	}
}

func TestParseIBANSpellings(t *testing.T) {
	const want = IBAN("FR7630006000011234567890189")
	for _, s := range []string{
		"FR7630006000011234567890189",
		"fr76 3000 6000 0112 3456 7890 189",
		"  FR76\u00a03000\u202f6000\u20090112 3456 7890 189 ",
		"Fr7 6300060 00011234567890189",
	} {
		got, err := ParseIBAN(s)
		if err != nil || got != want {
			t.Errorf("ParseIBAN(%q) = %q, %v, want %q", s, got, err, want)
		}
	}
}

func TestParseIBANRefusals(t *testing.T) {
	for _, c := range []struct {
		name string
		in   string
		want error
	}{
		{"empty", "", ErrIBANLength},
		{"spaces only", "   ", ErrIBANLength},
		{"one letter", "F", ErrIBANLength},
		{"country only", "FR", ErrIBANLength},
		{"very long", strings.Repeat("FR76", 1000), ErrIBANLength},
		{"hyphens", "FR76-3000-6000-0112-3456-7890-189", ErrIBANCharacter},
		{"line break", "FR76 3000 6000 0112 3456 7890 189\n", ErrIBANCharacter},
		{"tab", "FR76\t30006000011234567890189", ErrIBANCharacter},
		{"nul", "FR7630006000011234567890189\x00", ErrIBANCharacter},
		{"accent", "FR7630006000011234567890é89", ErrIBANCharacter},
		{"dotless i, whose capital is I", "ıT60X0542811101000000123456", ErrIBANCharacter},
		{"full-width digit", "FR7\uff1630006000011234567890189", ErrIBANCharacter},
		{"broken UTF-8", "FR76300060000112345678901\xff9", ErrIBANCharacter},
		{"outside SEPA", "BR1800360305000010009795493C1", ErrIBANCountry},
		{"territory under its own code", "RE7630006000011234567890189", ErrIBANCountry},
		{"no country", "7630006000011234567890189FR", ErrIBANCountry},
		{"letter as check digit", "FRA630006000011234567890189", ErrIBANLayout},
		{"letter in the bank", "FR763000A000011234567890189", ErrIBANLayout},
		{"digit in a British bank", "GB29NW1K60161331926819", ErrIBANLayout},
		{"letter in a German account", "DE8937040044053201300A", ErrIBANLayout},
		{"one digit off", "FR7630006000011234567890188", ErrIBANCheck},
		{"two digits swapped", "FR7630006000012134567890189", ErrIBANCheck},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ParseIBAN(c.in)
			if !errors.Is(err, c.want) {
				t.Errorf("ParseIBAN(%q) = %v, want %v", c.in, err, c.want)
			}
			if got != "" {
				t.Errorf("a refused text gave %q", got)
			}
		})
	}
}

func TestParseIBANRefusesEverySingleWrongDigit(t *testing.T) {
	const valid = "FR7630006000011234567890189"
	for n := 2; n < len(valid); n++ {
		for d := byte('0'); d <= '9'; d++ {
			if valid[n] == d {
				continue
			}
			s := valid[:n] + string(d) + valid[n+1:]
			if _, err := ParseIBAN(s); !errors.Is(err, ErrIBANCheck) {
				t.Errorf("ParseIBAN(%q) = %v, want ErrIBANCheck", s, err)
			}
		}
	}
}

// TestParseIBANRefusesSecondSpellings holds that 00, 01 and 99, which pass
// modulo 97 in the place of 97, 98 and 02, are no check digits.
func TestParseIBANRefusesSecondSpellings(t *testing.T) {
	twins := map[string]string{"97": "00", "98": "01", "02": "99"}
	found := map[string]bool{}
	for n := range 2000 {
		bban := "37040044" + big.NewInt(int64(10_000_000_00+n)).String()
		valid := checkDigits(bban + "DE")
		twin, ok := twins[valid]
		if !ok {
			continue
		}
		found[twin] = true
		if _, err := ParseIBAN("DE" + valid + bban); err != nil {
			t.Errorf("ParseIBAN with check digits %s: %v", valid, err)
		}
		if mod97(bban+"DE"+twin) != 1 {
			t.Errorf("%s is no twin of %s", twin, valid)
		}
		if _, err := ParseIBAN("DE" + twin + bban); !errors.Is(err, ErrIBANCheck) {
			t.Errorf("ParseIBAN with check digits %s = %v, want ErrIBANCheck", twin, err)
		}
	}
	if len(found) != 3 {
		t.Errorf("only %v were met", found)
	}
}

func TestParseIBANRefusesWrongRIBKey(t *testing.T) {
	for _, country := range []string{"FR", "MC"} {
		for _, bban := range []string{
			"30006000011234567890188", // key 89 expected
			"30006000011234567890100", // a key is never 00
			"20041010050500013M02607", // key 06 expected
		} {
			s := country + checkDigits(bban+country) + bban
			if _, err := ParseIBAN(s); !errors.Is(err, ErrRIBKey) {
				t.Errorf("ParseIBAN(%q) = %v, want ErrRIBKey", s, err)
			}
		}
	}
}

func TestRefusalsDoNotRepeatTheValue(t *testing.T) {
	for _, s := range []string{"FR7630006000011234567890188", "ZZ123456", "FR76-3000"} {
		_, err := ParseIBAN(s)
		if err == nil {
			t.Fatalf("ParseIBAN(%q) was accepted", s)
		}
		if strings.Contains(err.Error(), s) || strings.Contains(err.Error(), s[4:]) {
			t.Errorf("the refusal repeats the account: %v", err)
		}
	}
}

func TestMasked(t *testing.T) {
	for _, c := range []struct {
		in   IBAN
		want string
	}{
		{"FR7630006000011234567890189", "FR76 •••• 0189"},
		{"NO9386011117947", "NO93 •••• 7947"},
		{"", ""},
		{"FR763000", "••••"},
	} {
		if got := c.in.Masked(); got != c.want {
			t.Errorf("IBAN(%q).Masked() = %q, want %q", string(c.in), got, c.want)
		}
	}
}

func TestLogsShowTheMaskedAccount(t *testing.T) {
	iban := IBAN("FR7630006000011234567890189")
	transfer := Transfer{Name: "Association MLC", IBAN: iban, Amount: 5000, Text: "CHG-7F3K9-5"}
	for name, handler := range map[string]func(*bytes.Buffer) slog.Handler{
		"text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		"json": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
	} {
		var out bytes.Buffer
		slog.New(handler(&out)).Info("order", "iban", iban, "transfer", transfer)
		got := out.String()
		if strings.Contains(got, "3000600001") || strings.Contains(got, "Association") || strings.Contains(got, "CHG") {
			t.Errorf("%s: the log shows personal data: %s", name, got)
		}
		if strings.Count(got, "FR76 •••• 0189") != 2 {
			t.Errorf("%s: the log does not show the masked account twice: %s", name, got)
		}
	}
	if b, err := json.Marshal(iban); err != nil || string(b) != `"FR7630006000011234567890189"` {
		t.Errorf("JSON of an account = %s, %v", b, err)
	}
}

func TestRIB(t *testing.T) {
	for _, c := range []struct {
		in   RIB
		key  string
		iban IBAN
	}{
		{RIB{Bank: "30006", Branch: "00001", Account: "12345678901"}, "89", "FR7630006000011234567890189"},
		{RIB{Bank: "20041", Branch: "01005", Account: "0500013M026"}, "06", "FR1420041010050500013M02606"},
	} {
		if key, err := c.in.Key(); err != nil || key != c.key {
			t.Errorf("Key() = %q, %v, want %q", key, err, c.key)
		}
		got, err := c.in.IBAN()
		if err != nil || got != c.iban {
			t.Errorf("IBAN() = %q, %v, want %q", got, err, c.iban)
		}
		if _, err := ParseIBAN(got.String()); err != nil {
			t.Errorf("ParseIBAN(%q): %v", got, err)
		}
	}
}

func TestRIBLetters(t *testing.T) {
	digits := map[string]string{
		"AJ": "1", "BKS": "2", "CLT": "3", "DMU": "4", "ENV": "5", "FOW": "6", "GPX": "7", "HQY": "8", "IRZ": "9",
	}
	seen := 0
	for letters, digit := range digits {
		want, err := RIB{Bank: "30006", Branch: "00001", Account: "1234567890" + digit}.Key()
		if err != nil {
			t.Fatal(err)
		}
		for _, letter := range letters {
			seen++
			got, err := RIB{Bank: "30006", Branch: "00001", Account: "1234567890" + string(letter)}.Key()
			if err != nil || got != want {
				t.Errorf("key with %c = %q, %v, want %q", letter, got, err, want)
			}
		}
	}
	if seen != 26 {
		t.Errorf("%d letters were tried, want 26", seen)
	}
}

func TestRIBRefusals(t *testing.T) {
	for _, r := range []RIB{
		{},
		{Bank: "3000", Branch: "00001", Account: "12345678901"},
		{Bank: "30006", Branch: "000011", Account: "12345678901"},
		{Bank: "30006", Branch: "00001", Account: "1234567890"},
		{Bank: "3000A", Branch: "00001", Account: "12345678901"},
		{Bank: "30006", Branch: "0000 ", Account: "12345678901"},
		{Bank: "30006", Branch: "00001", Account: "1234567890a"},
		{Bank: "30006", Branch: "00001", Account: "123456789é"},
	} {
		if key, err := r.Key(); !errors.Is(err, ErrRIB) || key != "" {
			t.Errorf("%+v: Key() = %q, %v, want ErrRIB", r, key, err)
		}
		if iban, err := r.IBAN(); !errors.Is(err, ErrRIB) || iban != "" {
			t.Errorf("%+v: IBAN() = %q, %v, want ErrRIB", r, iban, err)
		}
	}
}

// remainder97 is the check of ISO 13616 written independently of the package,
// with whole numbers of any size.
func remainder97(t *testing.T, s string) int64 {
	t.Helper()
	var decimal strings.Builder
	for _, r := range s[4:] + s[:4] {
		if r >= 'A' {
			decimal.WriteString(big.NewInt(int64(r - 'A' + 10)).String())
		} else {
			decimal.WriteRune(r)
		}
	}
	n, ok := new(big.Int).SetString(decimal.String(), 10)
	if !ok {
		t.Fatalf("%q is not made of letters and digits", s)
	}
	return n.Mod(n, big.NewInt(97)).Int64()
}

func FuzzParseIBAN(f *testing.F) {
	for _, c := range onePerCountry {
		f.Add(c.iban)
	}
	for _, s := range []string{"", "FR", "fr76 3000 6000 0112 3456 7890 189", "FR76\n", "\xff", "DE00" + strings.Repeat("0", 18)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		iban, err := ParseIBAN(s)
		if err != nil {
			if iban != "" {
				t.Fatalf("a refused text gave %q", iban)
			}
			return
		}
		text := iban.String()
		if remainder97(t, text) != 1 {
			t.Fatalf("%q was accepted with a wrong remainder", text)
		}
		for _, again := range []string{text, iban.Grouped(), strings.ToLower(text)} {
			if got, err := ParseIBAN(again); err != nil || got != iban {
				t.Fatalf("ParseIBAN(%q) = %q, %v, want %q", again, got, err, iban)
			}
		}
		if strings.Contains(iban.Masked(), text[4:len(text)-4]) {
			t.Fatalf("%q is not masked", iban.Masked())
		}
	})
}
