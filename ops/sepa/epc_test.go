// SPDX-License-Identifier: AGPL-3.0-or-later

package sepa

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/noria-mlc/noria/ledger/money"
)

func order() Transfer {
	return Transfer{
		Name:   "Association MLC",
		IBAN:   "FR7630006000011234567890189",
		BIC:    "AGRIFRPP",
		Amount: money.MustParse("50.00"),
		Text:   "CHG-7F3K9-5",
	}
}

func TestPayload(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Transfer)
		want   string
	}{
		{"sample", func(*Transfer) {},
			"BCD\n002\n1\nSCT\nAGRIFRPP\nAssociation MLC\nFR7630006000011234567890189\nEUR50.00\n\n\nCHG-7F3K9-5"},
		{"no BIC", func(o *Transfer) { o.BIC = "" },
			"BCD\n002\n1\nSCT\n\nAssociation MLC\nFR7630006000011234567890189\nEUR50.00\n\n\nCHG-7F3K9-5"},
		{"nothing after the amount", func(o *Transfer) { o.Text = "" },
			"BCD\n002\n1\nSCT\nAGRIFRPP\nAssociation MLC\nFR7630006000011234567890189\nEUR50.00"},
		{"reference", func(o *Transfer) { o.Text = ""; o.Reference = "rf18 5390 0754 7034" },
			"BCD\n002\n1\nSCT\nAGRIFRPP\nAssociation MLC\nFR7630006000011234567890189\nEUR50.00\n\nRF18539007547034"},
		{"accents", func(o *Transfer) { o.Name = "La Roue – Épicerie « Çà & là »" },
			"BCD\n002\n1\nSCT\nAGRIFRPP\nLa Roue – Épicerie « Çà & là »\nFR7630006000011234567890189\nEUR50.00\n\n\nCHG-7F3K9-5"},
		{"spaces around", func(o *Transfer) { o.Name = " Association MLC "; o.Text = "\u00a0CHG-7F3K9-5 " },
			"BCD\n002\n1\nSCT\nAGRIFRPP\nAssociation MLC\nFR7630006000011234567890189\nEUR50.00\n\n\nCHG-7F3K9-5"},
		{"smallest amount", func(o *Transfer) { o.Amount = 1; o.Text = "" },
			"BCD\n002\n1\nSCT\nAGRIFRPP\nAssociation MLC\nFR7630006000011234567890189\nEUR0.01"},
		{"largest amount", func(o *Transfer) { o.Amount = 99_999_999_999; o.Text = "" },
			"BCD\n002\n1\nSCT\nAGRIFRPP\nAssociation MLC\nFR7630006000011234567890189\nEUR999999999.99"},
		{"outside the EEA with its BIC", func(o *Transfer) { o.IBAN = "CH9300762011623852957"; o.BIC = "POFICHBEXXX"; o.Text = "" },
			"BCD\n002\n1\nSCT\nPOFICHBEXXX\nAssociation MLC\nCH9300762011623852957\nEUR50.00"},
		{"an account that was not parsed", func(o *Transfer) { o.IBAN = "fr76 3000 6000 0112 3456 7890 189"; o.Text = "" },
			"BCD\n002\n1\nSCT\nAGRIFRPP\nAssociation MLC\nFR7630006000011234567890189\nEUR50.00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := order()
			c.change(&o)
			got, err := o.Payload()
			if err != nil || got != c.want {
				t.Errorf("Payload() = %q, %v, want %q", got, err, c.want)
			}
		})
	}
}

func TestPayloadRefusals(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Transfer)
		want   error
	}{
		{"no name", func(o *Transfer) { o.Name = "" }, ErrNameMissing},
		{"blank name", func(o *Transfer) { o.Name = " \u00a0 " }, ErrNameMissing},
		{"long name", func(o *Transfer) { o.Name = strings.Repeat("é", 71) }, ErrNameTooLong},
		{"line feed in the name", func(o *Transfer) { o.Name = "MLC\nDE89370400440532013000" }, ErrUnprintable},
		{"line feed after the name", func(o *Transfer) { o.Name = "MLC\n" }, ErrUnprintable},
		{"carriage return in the text", func(o *Transfer) { o.Text = "CHG\r7" }, ErrUnprintable},
		{"line separator", func(o *Transfer) { o.Text = "CHG\u20287" }, ErrUnprintable},
		{"next line", func(o *Transfer) { o.Text = "CHG\u00857" }, ErrUnprintable},
		{"nul", func(o *Transfer) { o.Text = "CHG\x007" }, ErrUnprintable},
		{"tab", func(o *Transfer) { o.Text = "CHG\t7" }, ErrUnprintable},
		{"text direction", func(o *Transfer) { o.Name = "MLC\u202e" }, ErrUnprintable},
		{"zero width", func(o *Transfer) { o.Name = "M\u200bLC" }, ErrUnprintable},
		{"broken UTF-8", func(o *Transfer) { o.Name = "MLC\xe9" }, ErrUnprintable},
		{"no account", func(o *Transfer) { o.IBAN = "" }, ErrIBANLength},
		{"wrong account", func(o *Transfer) { o.IBAN = "FR7630006000011234567890188" }, ErrIBANCheck},
		{"line feed in the account", func(o *Transfer) { o.IBAN += "\n" }, ErrIBANCharacter},
		{"no BIC outside the EEA", func(o *Transfer) { o.IBAN = "CH9300762011623852957"; o.BIC = "" }, ErrBICMissing},
		{"no BIC in Monaco", func(o *Transfer) { o.IBAN = "MC5811222000010123456789030"; o.BIC = "" }, ErrBICMissing},
		{"short BIC", func(o *Transfer) { o.BIC = "AGRIFRP" }, ErrBIC},
		{"BIC of 9", func(o *Transfer) { o.BIC = "AGRIFRPPX" }, ErrBIC},
		{"long BIC", func(o *Transfer) { o.BIC = "AGRIFRPPXXXX" }, ErrBIC},
		{"lower-case BIC", func(o *Transfer) { o.BIC = "agrifrpp" }, ErrBIC},
		{"digit in the country of the BIC", func(o *Transfer) { o.BIC = "AGRIF1PP" }, ErrBIC},
		{"line feed in the BIC", func(o *Transfer) { o.BIC = "AGRIFRP\n" }, ErrBIC},
		{"no amount", func(o *Transfer) { o.Amount = 0 }, ErrAmount},
		{"negative amount", func(o *Transfer) { o.Amount = -1 }, ErrAmount},
		{"large amount", func(o *Transfer) { o.Amount = 100_000_000_000 }, ErrAmount},
		{"wrong reference", func(o *Transfer) { o.Text = ""; o.Reference = "RF18539007547035" }, ErrReference},
		{"line feed in the reference", func(o *Transfer) { o.Text = ""; o.Reference = "RF18539007547034\n" }, ErrReference},
		{"blank reference", func(o *Transfer) { o.Text = ""; o.Reference = " " }, ErrReference},
		{"both", func(o *Transfer) { o.Reference = "RF18539007547034" }, ErrBothReferences},
		{"long text", func(o *Transfer) { o.Text = strings.Repeat("x", 141) }, ErrTextTooLong},
		{"too many bytes", func(o *Transfer) { o.Name = strings.Repeat("é", 70); o.Text = strings.Repeat("é", 140) }, ErrPayloadTooLong},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := order()
			c.change(&o)
			got, err := o.Payload()
			if !errors.Is(err, c.want) {
				t.Errorf("Payload() = %v, want %v", err, c.want)
			}
			if got != "" {
				t.Errorf("a refused transfer gave %q", got)
			}
		})
	}
}

func TestPayloadLimitsAreInclusive(t *testing.T) {
	o := order()
	o.Name = strings.Repeat("é", 70)
	o.Text = strings.Repeat("x", 140)
	free := 331 - len(mustPayload(t, Transfer{Name: o.Name, IBAN: o.IBAN, Amount: o.Amount, BIC: o.BIC})) - len("\n\n\n")
	if free >= 140 || free < 0 {
		t.Fatalf("%d bytes are left for the text, the test does not reach the limit", free)
	}
	o.Text = strings.Repeat("x", free)
	if got := mustPayload(t, o); len(got) != 331 {
		t.Errorf("the payload has %d bytes, want 331", len(got))
	}
	o.Text += "x"
	if _, err := o.Payload(); !errors.Is(err, ErrPayloadTooLong) {
		t.Errorf("one byte more = %v, want ErrPayloadTooLong", err)
	}
	o.Name = strings.Repeat("n", 70)
	o.Text = strings.Repeat("x", 140)
	mustPayload(t, o)
}

func mustPayload(t *testing.T, o Transfer) string {
	t.Helper()
	got, err := o.Payload()
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// readCode reads a payload back as a banking application does, without any
// function of the package: it fails the test where a rule of EPC069-12 is broken.
func readCode(t *testing.T, payload string) Transfer {
	t.Helper()
	if len(payload) > 331 || !utf8.ValidString(payload) {
		t.Fatalf("%d bytes, valid UTF-8: %v", len(payload), utf8.ValidString(payload))
	}
	lines := strings.Split(payload, "\n")
	if len(lines) < 8 || len(lines) > 11 {
		t.Fatalf("%d lines in %q", len(lines), payload)
	}
	if lines[len(lines)-1] == "" {
		t.Fatalf("%q ends in an empty line", payload)
	}
	for len(lines) < 11 {
		lines = append(lines, "")
	}
	if strings.Join(lines[:4], "|") != "BCD|002|1|SCT" || lines[8] != "" {
		t.Fatalf("head or purpose of %q", payload)
	}
	euros, cents, ok := strings.Cut(strings.TrimPrefix(lines[7], "EUR"), ".")
	if !ok || !strings.HasPrefix(lines[7], "EUR") || len(cents) != 2 || len(euros) > 9 {
		t.Fatalf("amount %q", lines[7])
	}
	amount, err := strconv.ParseInt(euros+cents, 10, 64)
	if err != nil || amount < 1 {
		t.Fatalf("amount %q: %v", lines[7], err)
	}
	if remainder97(t, lines[6]) != 1 {
		t.Fatalf("account %q", lines[6])
	}
	if lines[9] != "" && (lines[10] != "" || lines[9][:2] != "RF" || remainder97(t, lines[9]) != 1) {
		t.Fatalf("references %q and %q", lines[9], lines[10])
	}
	name, text := []rune(lines[5]), []rune(lines[10])
	if len(name) < 1 || len(name) > 70 || len(text) > 140 {
		t.Fatalf("name of %d and text of %d characters", len(name), len(text))
	}
	return Transfer{
		BIC: lines[4], Name: lines[5], IBAN: IBAN(lines[6]), Amount: money.Amount(amount),
		Reference: lines[9], Text: lines[10],
	}
}

func FuzzPayload(f *testing.F) {
	f.Add("Association MLC", "FR7630006000011234567890189", "AGRIFRPP", int64(5000), "", "CHG-7F3K9-5")
	f.Add("Épicerie", "de89 3704 0044 0532 0130 00", "", int64(1), "rf18 5390 0754 7034", "")
	f.Add(" MLC\n", "CH9300762011623852957", "POFICHBEXXX", int64(99_999_999_999), "", "«\u00a0été\u00a0»")
	f.Add("x", "NO9386011117947", "", int64(-1), "RF", "a\r\nb")
	f.Add(strings.Repeat("é", 70), "FR1420041010050500013M02606", "", int64(7), "", strings.Repeat("ç", 140))
	f.Fuzz(func(t *testing.T, name, iban, bic string, amount int64, reference, text string) {
		o := Transfer{Name: name, IBAN: IBAN(iban), BIC: bic, Amount: money.Amount(amount), Reference: reference, Text: text}
		payload, err := o.Payload()
		if err != nil {
			if payload != "" {
				t.Fatalf("a refused transfer gave %q", payload)
			}
			return
		}
		plain := strings.NewReplacer(" ", "", "\u00a0", "", "\u2009", "", "\u202f", "")
		want := Transfer{
			Name: strings.TrimSpace(name), IBAN: IBAN(strings.ToUpper(plain.Replace(iban))), BIC: bic, Amount: money.Amount(amount),
			Reference: strings.ToUpper(plain.Replace(reference)), Text: strings.TrimSpace(text),
		}
		if got := readCode(t, payload); got != want {
			t.Fatalf("read back %#v, want %#v", got, want)
		}
	})
}
