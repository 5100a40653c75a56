// SPDX-License-Identifier: AGPL-3.0-or-later

package sepa

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/money"
)

// namespaces begins that of every message.
const namespaces = "urn:iso:std:iso:20022:tech:xsd:"

// checked returns a file that was written, or what is wrong with it.
func checked(file []byte, today civil.Date) ([]byte, error) {
	if err := CheckFile(file, today); err != nil {
		return nil, err
	}
	return file, nil
}

// CheckFile reads a file of transfers (pain.001.001.03, .09) or of debits
// (pain.008.001.02, .08) and checks what their schemas do not know: euros only,
// count and sum at both levels, account numbers with their keys, the characters
// that banks take, lengths, addresses in parts, business days, ids that occur
// once. The day of a file is not before today, unless today is zero. It does not
// check the schema itself. It returns Problems, or ErrFile for a file that is
// none of the four.
func CheckFile(file []byte, today civil.Date) error {
	var f xmlFile
	if err := xml.Unmarshal(file, &f); err != nil {
		return ErrFile
	}
	c := &checker{today: today, ids: make(map[string]bool)}
	switch strings.TrimPrefix(f.XMLName.Space, namespaces) {
	case "pain.001.001.03", "pain.001.001.09":
		c.file(f.Transfers)
	case "pain.008.001.02", "pain.008.001.08":
		c.debits = true
		c.file(f.Debits)
	default:
		return ErrFile
	}
	if len(c.found) > 0 {
		return c.found
	}
	return nil
}

// checker collects what is wrong.
type checker struct {
	debits bool
	today  civil.Date
	ids    map[string]bool // of transfers, over the whole file
	found  Problems
}

func (c *checker) that(ok bool, at, what string) {
	if !ok {
		c.found = append(c.found, Problem{At: at, What: what})
	}
}

func (c *checker) file(f *xmlMessage) {
	if f == nil {
		c.that(false, "", "the file has no message")
		return
	}
	c.id("MsgId", f.Header.ID)
	c.name("InitgPty", f.Header.Initiator)
	c.that(len(f.Payments) > 0, "", "the file has no payment")
	var all totals
	parts := make(map[string]bool)
	for i, p := range f.Payments {
		at := "payment " + strconv.Itoa(i+1)
		t := c.payment(at, p)
		all.count += t.count
		all.sum += t.sum
		c.that(!parts[p.ID], at+" PmtInfId", "must occur once")
		parts[p.ID] = true
	}
	c.totals("header", f.Header.Count, f.Header.Sum, all)
}

func (c *checker) payment(at string, p xmlPayment) totals {
	own, ownAccount, ownAgent, lines := p.Debtor, p.DebtorAccount, p.DebtorAgent, p.Transfers
	method, day := "TRF", p.ExecuteOn.day()
	if c.debits {
		own, ownAccount, ownAgent, lines = p.Creditor, p.CreditorAccount, p.CreditorAgent, p.Debits
		method, day = "DD", strings.TrimSpace(p.CollectOn)
		c.scheme(at, p)
	}
	c.id(at+" PmtInfId", p.ID)
	c.that(p.Method == method, at+" PmtMtd", "must be "+method)
	c.that(p.Service == "SEPA", at+" SvcLvl", "must be SEPA")
	c.that(p.Charges == "" || p.Charges == "SLEV", at+" ChrgBr", "must be SLEV")
	c.day(at+" date", day)
	c.party(at, own, ownAccount, ownAgent)
	c.that(len(lines) > 0, at, "has no transfer")
	var t totals
	for i, l := range lines {
		t.count++
		t.sum += c.line(at+", transfer "+strconv.Itoa(i+1), l, p.CollectOn)
	}
	c.totals(at, p.Count, p.Sum, t)
	return t
}

// scheme checks what a part of direct debits has of its own.
func (c *checker) scheme(at string, p xmlPayment) {
	c.that(p.Instrument == string(Core) || p.Instrument == string(Business), at+" LclInstrm", "must be CORE or B2B")
	switch Sequence(p.Sequence) {
	case First, Recurrent, OneOff, Final:
	default:
		c.that(false, at+" SeqTp", "must be FRST, RCUR, OOFF or FNAL")
	}
	c.that(CheckICS(p.Scheme), at+" CdtrSchmeId", "must be a creditor identifier with right check digits")
	c.that(p.SchemeName == "SEPA", at+" CdtrSchmeId", "must be named SEPA")
}

// line checks a transfer or a debit and returns its amount.
func (c *checker) line(at string, l xmlLine, collectOn string) money.Amount {
	other, account, agent, amount := l.Creditor, l.CreditorAccount, l.CreditorAgent, l.Amount
	if c.debits {
		other, account, agent, amount = l.Debtor, l.DebtorAccount, l.DebtorAgent, l.Debited
		c.that(CheckRUM(l.Mandate), at+" MndtId", "must be 1 to 35 characters that banks take, without blanks")
		signed, err := civil.Parse(l.SignedOn)
		due, _ := civil.Parse(strings.TrimSpace(collectOn))
		c.that(err == nil && signed <= due, at+" DtOfSgntr", "must be a day not after the collection")
		if l.FormerAccount.IBAN != "" {
			_, err := ParseIBAN(l.FormerAccount.IBAN)
			c.that(err == nil, at+" OrgnlDbtrAcct", "must be an IBAN with right keys")
		}
		c.that(l.FormerMandate == "" || CheckRUM(l.FormerMandate), at+" OrgnlMndtId", "must be 1 to 35 characters that banks take, without blanks")
	}
	c.id(at+" EndToEndId", l.ID)
	c.that(!c.ids[l.ID], at+" EndToEndId", "must occur once")
	c.ids[l.ID] = true
	c.that(amount.Currency == "EUR", at+" InstdAmt", "must be in euros")
	value, err := money.Parse(amount.Value)
	c.that(err == nil && value > 0, at+" InstdAmt", "must be from 0.01 to 999999999.99 with two decimals")
	c.party(at, other, account, agent)
	c.that(len(l.Texts)+len(l.References) <= 1, at+" RmtInf", "must be one text or one reference")
	for _, text := range l.Texts {
		c.that(len(text) <= maxText, at+" Ustrd", "must be at most 140 characters")
		c.that(wellWritten(text), at+" Ustrd", "must be written in the characters that banks take")
	}
	for _, reference := range l.References {
		c.that(CheckRF(reference), at+" Ref", "must be a creditor reference with right check digits")
	}
	return value
}

func (c *checker) id(at, id string) {
	c.that(id != "" && len(id) <= maxID && wellWritten(id), at, "must be 1 to 35 characters that banks take")
}

func (c *checker) name(at, name string) {
	c.that(name != "" && utf8.RuneCountInString(name) <= maxName, at+" Nm", "must be 1 to 70 characters (S5)")
	c.that(wellWritten(name), at+" Nm", "must be written in the characters that banks take")
}

func (c *checker) party(at string, p xmlParty, account xmlAccount, agent xmlAgent) {
	c.name(at, p.Name)
	if a := p.Address; a != nil {
		c.that(a.Town != "" && len(a.Country) == 2 && strings.ToUpper(a.Country) == a.Country, at+" PstlAdr", "must have town and country, or be left out (S6)")
		for _, part := range append([]string{a.Street, a.Building, a.PostCode, a.Town}, a.Lines...) {
			c.that(part == "" || len(part) <= maxName && wellWritten(part), at+" PstlAdr", "must be written in the characters that banks take")
		}
	}
	iban, err := ParseIBAN(account.IBAN)
	c.that(err == nil && iban.String() == account.IBAN, at+" IBAN", "must be an IBAN with right length, check digits and key (S7)")
	if err != nil {
		return
	}
	bic := agent.BIC + agent.BICFI
	c.that(Transfer{BIC: bic}.checkBIC(iban) == nil, at+" BIC", "must be a BIC, which accounts outside the EEA need")
}

func (c *checker) day(at, text string) {
	day, err := civil.Parse(text)
	c.that(err == nil, at, "must be a day as 2026-03-02")
	if err != nil {
		return
	}
	c.that(BusinessDay(day), at, "must be a day on which banks settle (TARGET)")
	c.that(c.today == 0 || day >= c.today, at, "must not be past")
}

func (c *checker) totals(at, count, sum string, want totals) {
	c.that(count == strconv.Itoa(want.count), at+" NbOfTxs", fmt.Sprintf("must be %d", want.count))
	c.that(sum == want.sum.Format(), at+" CtrlSum", "must be "+want.sum.Format())
}

// ValidName says whether a name can stand in a file: once written by Latin it
// has 1 to 70 characters, a letter or a digit among them (rule S5).
func ValidName(name string) bool {
	written := Latin(name)
	return len(written) <= maxName && wellWritten(written)
}

// ValidBIC says whether a BIC, or none, goes with an account: accounts outside
// the European Economic Area need theirs.
func ValidBIC(bic string, iban IBAN) bool { return Transfer{BIC: bic}.checkBIC(iban) == nil }
