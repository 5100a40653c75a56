// SPDX-License-Identifier: AGPL-3.0-or-later

package sepa

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/money"
)

// schema returns the path of a schema, or skips aloud where the folder of
// formats is absent.
func schema(t *testing.T, name string) string {
	t.Helper()
	folder := os.Getenv("NORIA_FORMATS")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "shared", "formats")
	}
	path := filepath.Join(folder, "xsd", name+".xsd")
	if _, err := os.Stat(path); err != nil {
		t.Skipf("NOT PROVED: that files follow the schema %s: %v (set NORIA_FORMATS)", name, err)
	}
	return path
}

// follows fails the test unless the file follows its schema.
func follows(t *testing.T, name string, file []byte) {
	t.Helper()
	xsd := schema(t, name)
	tool, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("NOT PROVED: that files follow their schema: xmllint is not installed")
	}
	command := exec.Command(tool, "--noout", "--nonet", "--schema", xsd, "-")
	command.Stdin = bytes.NewReader(file)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, file)
	}
}

var monday = civil.New(2026, 3, 2)

func credits() CreditFile {
	issuer := Party{Name: "Association La Roue", IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP"}
	return CreditFile{ID: "rdr-1", Created: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Initiator: "Association La Roue",
		Payments: []CreditPayment{{ID: "rdr-1-1", Debtor: issuer, ExecuteOn: monday, Transfers: []CreditTransfer{
			{ID: "red-1", Amount: 9500, Creditor: Party{Name: "Épicerie du Rhône & Fils", IBAN: "FR1420041010050500013M02606"}, Text: "Reconversion d’œufs à 12 €"},
			{ID: "red-2", Amount: 1, Creditor: Party{Name: "Genève SA", IBAN: "CH9300762011623852957", BIC: "POFICHBEXXX",
				Address: &Address{Street: "Rue du Lac", Building: "3", PostCode: "1200", Town: "Genève", Country: "CH"}}, Reference: "rf18 5390 0754 7034"},
		}}}}
}

func debits() DebitFile {
	creditor := Creditor{Party: Party{Name: "Association La Roue", IBAN: "FR7630006000011234567890189"}, ICS: ics("FR", "123456")}
	due := func(id string, s Sequence, on civil.Date) DueDebit {
		return DueDebit{Instrument: Core, Sequence: s, CollectOn: on, Debit: Debit{ID: id, Amount: 2000, Text: "Change mensuel",
			Mandate: Mandate{RUM: "ROUE-" + id, SignedOn: monday - 30}, Debtor: Party{Name: "Zoé Lefèvre", IBAN: "FR1420041010050500013M02606"}}}
	}
	amended := due("c", Recurrent, monday)
	amended.Mandate.FormerRUM, amended.Mandate.FormerIBAN = "ROUE-OLD", "DE89370400440532013000"
	return DebitFile{ID: "sdd-1", Created: time.Date(2026, 2, 20, 12, 0, 0, 0, time.UTC), Initiator: "Association La Roue",
		Payments: Group("sdd-1", creditor, []DueDebit{due("a", Recurrent, monday), due("b", First, monday), amended, due("d", Recurrent, monday+1)})}
}

// ics makes a creditor identifier with right check digits.
func ics(country, national string) string {
	return country + checkDigits(national+country) + "ZZZ" + national
}

func TestFilesFollowTheirSchemas(t *testing.T) {
	for _, v := range []CreditVersion{Credit03, Credit09} {
		t.Run("pain.001."+string(v), func(t *testing.T) {
			first, err := credits().Encode(v, monday)
			if err != nil {
				t.Fatal(err)
			}
			again, _ := credits().Encode(v, monday)
			if !bytes.Equal(first, again) {
				t.Error("the same file was written otherwise")
			}
			for _, want := range []string{"<Nm>Epicerie du Rhone + Fils</Nm>", "<Ustrd>Reconversion d'oeufs a 12 E</Ustrd>", "<CtrlSum>95.01</CtrlSum>",
				"<Ref>RF18539007547034</Ref>", `<InstdAmt Ccy="EUR">0.01</InstdAmt>`, "<BtchBookg>false</BtchBookg>"} {
				if !strings.Contains(string(first), want) {
					t.Errorf("%s is missing", want)
				}
			}
			follows(t, "pain.001.001."+string(v), first)
		})
	}
	for _, v := range []DebitVersion{Debit02, Debit08} {
		t.Run("pain.008."+string(v), func(t *testing.T) {
			file, err := debits().Encode(v, monday-7)
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(file), "<PmtInf>"); n != 3 {
				t.Errorf("%d parts, want one for each sequence and day", n)
			}
			follows(t, "pain.008.001."+string(v), file)
		})
	}
}

func TestUnknownVersionsAreRefused(t *testing.T) {
	if _, err := credits().Encode("11", 0); !errors.Is(err, ErrVersion) {
		t.Error(err)
	}
	if _, err := debits().Encode("11", 0); !errors.Is(err, ErrVersion) {
		t.Error(err)
	}
	for _, text := range []string{"", "<Document", `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"/>`} {
		if err := CheckFile([]byte(text), 0); !errors.Is(err, ErrFile) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestPitfall23TheSchemaIsNotTheBanksRules changes files into such as validate
// and would be refused.
func TestPitfall23TheSchemaIsNotTheBanksRules(t *testing.T) {
	for _, c := range []struct{ name, from, to, at string }{
		{"dollars", `Ccy="EUR">95.00`, `Ccy="USD">95.00`, "InstdAmt"},
		{"wrong sum", "<CtrlSum>95.01", "<CtrlSum>95.02", "CtrlSum"},
		{"wrong count", "<NbOfTxs>2", "<NbOfTxs>3", "NbOfTxs"},
		{"wrong key", "FR1420041010050500013M02606", "FR1420041010050500013M02607", "IBAN"},
		{"address in lines", "<PstlAdr><StrtNm>Rue du Lac</StrtNm>\n<BldgNb>3</BldgNb>\n<PstCd>1200</PstCd>\n<TwnNm>Geneve</TwnNm>\n<Ctry>CH</Ctry>", "<PstlAdr><AdrLine>Rue du Lac 3</AdrLine>", "PstlAdr"},
		{"accent", "Epicerie", "Épicerie", "Nm"},
		{"slash at the end", "du Rhone + Fils", "du Rhone/", "Nm"},
		{"two slashes", "<EndToEndId>red-1", "<EndToEndId>red//1", "EndToEndId"},
		{"the same id twice", "<EndToEndId>red-2", "<EndToEndId>red-1", "EndToEndId"},
		{"long message", "<Ustrd>Reconversion", "<Ustrd>" + strings.Repeat("x", 140), "Ustrd"},
		{"Sunday", "2026-03-02", "2026-03-01", "date"},
		{"Good Friday", "2026-03-02", "2026-04-03", "date"},
		{"past", "2026-03-02", "2026-02-27", "date"},
		{"no cents", ">0.01<", ">0.1<", "InstdAmt"},
		{"nothing", ">0.01<", ">0.00<", "InstdAmt"},
		{"no BIC outside the EEA", "<BICFI>POFICHBEXXX</BICFI>", "<Othr><Id>NOTPROVIDED</Id></Othr>", "BIC"},
		{"wrong reference", "RF18539007547034", "RF18539007547035", "Ref"},
		{"shared charges", "SLEV", "SHAR", "ChrgBr"},
		{"a blank identifier", "<MsgId>rdr-1", "<MsgId> rdr-1", "MsgId"},
	} {
		t.Run(c.name, func(t *testing.T) {
			good, err := credits().Encode(Credit09, monday)
			if err != nil {
				t.Fatal(err)
			}
			bad := strings.ReplaceAll(string(good), c.from, c.to)
			if bad == string(good) {
				t.Fatal("nothing was changed")
			}
			var found Problems
			if err := CheckFile([]byte(bad), monday); !errors.As(err, &found) || !strings.Contains(err.Error(), c.at+":") {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestDebitsAreCheckedToo(t *testing.T) {
	for _, c := range []struct{ name, from, to, at string }{
		{"wrong ICS", "ZZZ123456", "ZZZ123457", "CdtrSchmeId"},
		{"blank in the RUM", "ROUE-a", "ROUE a", "MndtId"},
		{"signed after the collection", "<DtOfSgntr>2026-01-31", "<DtOfSgntr>2026-03-31", "DtOfSgntr"},
		{"other sequence", "<SeqTp>FRST", "<SeqTp>RPRE", "SeqTp"},
		{"former account with a wrong key", "DE89370400440532013000", "DE89370400440532013001", "OrgnlDbtrAcct"},
		{"no instrument", "<Cd>CORE</Cd>", "<Cd>COR1</Cd>", "LclInstrm"},
	} {
		good, err := debits().Encode(Debit08, 0)
		if err != nil {
			t.Fatal(err)
		}
		bad := strings.ReplaceAll(string(good), c.from, c.to)
		if err := CheckFile([]byte(bad), 0); err == nil || bad == string(good) || !strings.Contains(err.Error(), c.at+":") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if err := CheckFile([]byte(`<Document xmlns="`+Debit08.namespace()+`"><CstmrCdtTrfInitn/></Document>`), 0); err == nil {
		t.Error("transfers under the name of debits were taken")
	}
}

func TestRefusedFilesAreNotWritten(t *testing.T) {
	for name, change := range map[string]func(*CreditFile){
		"no payment":   func(f *CreditFile) { f.Payments = nil },
		"no transfer":  func(f *CreditFile) { f.Payments[0].Transfers = nil },
		"long name":    func(f *CreditFile) { f.Payments[0].Transfers[0].Creditor.Name = strings.Repeat("œ", 36) },
		"no name":      func(f *CreditFile) { f.Payments[0].Transfers[0].Creditor.Name = " // " },
		"signs only":   func(f *CreditFile) { f.Payments[0].Transfers[0].Creditor.Name = "北京" },
		"too much":     func(f *CreditFile) { f.Payments[0].Transfers[0].Amount = money.Max + 1 },
		"negative":     func(f *CreditFile) { f.Payments[0].Transfers[0].Amount = -1 },
		"long message": func(f *CreditFile) { f.Payments[0].Transfers[0].Text = strings.Repeat("œ", 71) },
		"underscore":   func(f *CreditFile) { f.Payments[0].Transfers[0].ID = "red_1" },
		"no account":   func(f *CreditFile) { f.Payments[0].Debtor.IBAN = "" },
	} {
		f := credits()
		change(&f)
		var found Problems
		if got, err := f.Encode(Credit09, monday); !errors.As(err, &found) || got != nil {
			t.Errorf("%s: %v", name, err)
		} else if strings.Contains(err.Error(), "FR76") || strings.Contains(err.Error(), "Roue") {
			t.Errorf("%s: the refusal repeats what was refused: %v", name, err)
		}
	}
}

// TestAnyNameAndMessageIsWritten draws what people may have as names and write
// as messages: whatever Latin makes of them passes the checks and stays itself.
func TestAnyNameAndMessageIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := credits()
		f.Payments[0].Transfers[0].Creditor.Name = "N" + rapid.StringN(0, 40, 40).Draw(t, "name")
		f.Payments[0].Transfers[0].Text = rapid.StringN(0, 40, 40).Draw(t, "text")
		f.Payments[0].Transfers[0].Amount = money.Amount(rapid.Int64Range(1, int64(money.Max)-1).Draw(t, "amount"))
		if text := Latin(f.Payments[0].Transfers[0].Text); text != "" && !wellWritten(text) {
			return // signs only
		}
		file, err := f.Encode(Credit09, monday)
		if err != nil {
			t.Fatalf("%v\n%s", err, file)
		}
	})
}

func FuzzLatin(f *testing.F) {
	for _, s := range []string{"Épicerie « Çà & là »", "//a//", "/ /", "œuvre ß €", "a\u0301\u200b", "\xff", "ﬁ", "a / / b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := Latin(s)
		if Latin(out) != out {
			t.Fatalf("%q became %q, then %q", s, out, Latin(out))
		}
		for _, r := range out {
			if !allowed(r) {
				t.Fatalf("%q became %q", s, out)
			}
		}
		if strings.Contains(out, "//") || strings.Trim(out, "/ ") != out {
			t.Fatalf("%q became %q", s, out)
		}
	})
}

func TestLatin(t *testing.T) {
	for from, want := range map[string]string{
		"Œuvre à Noël": "OEuvre a Noel", "Straße": "Strasse", "R&D": "R+D", "a_b": "a-b", " a  b ": "a b",
		"/a/": "a", "a//b": "a/b", "« L’Été »": "' L'Ete '", "50 %": "50 .", "e\u0301": "e", "a\nb": "a b", "Łódź": "Lodz", "": "",
	} {
		if got := Latin(from); got != want {
			t.Errorf("%q became %q, want %q", from, got, want)
		}
	}
}

func TestBusinessDays(t *testing.T) {
	for text, want := range map[string]bool{
		"2026-01-01": false, "2026-04-03": false, "2026-04-06": false, "2026-05-01": false, "2026-12-25": false, "2026-12-26": false,
		"2026-12-24": true, "2026-04-02": true, "2026-04-07": true, "2026-07-14": true, "2026-05-14": true, "2026-03-01": false, "2026-02-28": false,
		"2024-03-29": false, "2024-04-01": false, "2027-03-26": false, "2027-03-29": false, "2038-04-23": false, "2038-04-26": false,
	} {
		d, err := civil.Parse(text)
		if err != nil || BusinessDay(d) != want {
			t.Errorf("%s: %v", text, BusinessDay(d))
		}
	}
	if got := AddBusinessDays(civil.New(2026, 4, 2), 1); got != civil.New(2026, 4, 7) {
		t.Errorf("the business day after Maundy Thursday is %s", got)
	}
	if got := OnBusinessDay(civil.New(2026, 12, 25)); got != civil.New(2026, 12, 28) {
		t.Errorf("Christmas is put off to %s", got)
	}
}

func TestS1MandatesAndCreditors(t *testing.T) {
	for text, want := range map[string]bool{
		"DE98ZZZ09999999999": true, "DE98ABC09999999999": true, "DE99ZZZ09999999999": false, "de98ZZZ09999999999": false,
		ics("FR", "123456"): true, ics("FR", "12345"): false, "": false, "FR": false, "XX98ZZZ09999999999": false, "FR 72ZZZ123456": false,
	} {
		if CheckICS(text) != want {
			t.Errorf("ICS %q: %v", text, !want)
		}
	}
	for text, want := range map[string]bool{"ROUE-1": true, "": false, "A B": false, "/A": false, "A//B": false, "é": false, strings.Repeat("A", 35): true, strings.Repeat("A", 36): false} {
		if CheckRUM(text) != want {
			t.Errorf("RUM %q: %v", text, !want)
		}
	}
	last := civil.New(2023, 3, 2)
	if !MandateHolds(last, civil.New(2026, 3, 2)) || MandateHolds(last, civil.New(2026, 3, 3)) {
		t.Error("a mandate holds for 36 months after its last use (S1)")
	}
}

func TestS2DebitsAwaitTheirNotice(t *testing.T) {
	for name, c := range map[string]struct {
		notice Notice
		want   civil.Date
	}{
		"the bank needs a day":      {Notice{Today: monday}, monday + 1},
		"five days by contract":     {Notice{Today: monday, LeadDays: 5}, monday + 7},
		"fourteen days after":       {Notice{Today: monday, Given: monday, Days: 14}, monday + 14},
		"a notice that ends Sunday": {Notice{Today: monday, Given: monday - 1, Days: 14}, monday + 14},
		"wanted later":              {Notice{Today: monday, Given: monday, Days: 2, Wanted: civil.New(2026, 4, 3)}, civil.New(2026, 4, 7)},
	} {
		if got := c.notice.CollectOn(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
