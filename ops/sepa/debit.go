// SPDX-License-Identifier: AGPL-3.0-or-later

package sepa

import (
	"time"

	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/money"
)

// DebitVersion is a version of the file of direct debits.
type DebitVersion string

// The versions of pain.008.
const (
	Debit02 DebitVersion = "02" // pain.008.001.02
	Debit08 DebitVersion = "08" // pain.008.001.08
)

func (v DebitVersion) namespace() string { return namespaces + "pain.008.001." + string(v) }

// Instrument is the scheme of a direct debit.
type Instrument string

// The instruments.
const (
	Core     Instrument = "CORE"
	Business Instrument = "B2B"
)

// Sequence says where a debit stands in the life of its mandate. Since November
// 2016 a first debit may be Recurrent.
type Sequence string

// The sequences.
const (
	First     Sequence = "FRST"
	Recurrent Sequence = "RCUR"
	OneOff    Sequence = "OOFF"
	Final     Sequence = "FNAL"
)

// Creditor is who collects.
type Creditor struct {
	Party
	ICS string // creditor identifier
}

// DebitFile is an order to a bank to collect direct debits.
type DebitFile struct {
	ID        string // unique for ever, 1 to 35 characters that banks take
	Created   time.Time
	Initiator string
	Payments  []DebitPayment // as Group makes them
}

// DebitPayment is the debits of a file that have instrument, sequence and day in
// common.
type DebitPayment struct {
	ID         string // unique in the file
	Creditor   Creditor
	Instrument Instrument
	Sequence   Sequence
	CollectOn  civil.Date // a business day
	Together   bool
	Debits     []Debit
}

// Mandate is what a debtor signed (rule S1).
type Mandate struct {
	RUM      string // unique with the creditor's identifier
	SignedOn civil.Date
	// FormerRUM and FormerIBAN are what an amendment replaced, empty for none.
	FormerRUM  string
	FormerIBAN IBAN
}

// Debit is one direct debit.
type Debit struct {
	ID      string       // end-to-end id, unique in the file
	Amount  money.Amount // in cents of euro
	Mandate Mandate
	Debtor  Party
	Text    string // at most 140 characters once written by Latin
}

// DueDebit is a debit with what Group sorts by.
type DueDebit struct {
	Debit
	Instrument Instrument
	Sequence   Sequence
	CollectOn  civil.Date
}

func (p DebitPayment) totals() totals {
	t := totals{count: len(p.Debits)}
	for _, d := range p.Debits {
		t.sum += d.Amount
	}
	return t
}

// Encode writes the file in a version and checks it by CheckFile. The same file
// gives the same bytes. today is the day it goes to the bank; zero leaves that
// rule out. It returns Problems, or ErrVersion.
func (f DebitFile) Encode(v DebitVersion, today civil.Date) ([]byte, error) {
	if v != Debit02 && v != Debit08 {
		return nil, ErrVersion
	}
	h := header{id: f.ID, created: f.Created, initiator: f.Initiator}
	for _, p := range f.Payments {
		t := p.totals()
		h.count += t.count
		h.sum += t.sum
	}
	d := new(document)
	d.begin(v.namespace())
	d.within("CstmrDrctDbtInitn", func() {
		d.header(h)
		for _, p := range f.Payments {
			d.within("PmtInf", func() { d.debitPayment(v, p) })
		}
	})
	d.end("Document")
	return checked(d.out.Bytes(), today)
}

func (d *document) debitPayment(v DebitVersion, p DebitPayment) {
	bic := "BICFI"
	if v == Debit02 {
		bic = "BIC"
	}
	d.leaf("PmtInfId", p.ID)
	d.leaf("PmtMtd", "DD")
	d.booking(p.Together)
	d.totals(p.totals())
	d.within("PmtTpInf", func() {
		d.within("SvcLvl", func() { d.leaf("Cd", "SEPA") })
		d.within("LclInstrm", func() { d.leaf("Cd", string(p.Instrument)) })
		d.leaf("SeqTp", string(p.Sequence))
	})
	d.leaf("ReqdColltnDt", dateOf(p.CollectOn))
	d.party("Cdtr", p.Creditor.Party)
	d.account("CdtrAcct", p.Creditor.IBAN)
	d.agent("CdtrAgt", bic, p.Creditor.BIC)
	d.leaf("ChrgBr", "SLEV")
	d.within("CdtrSchmeId", func() {
		d.within("Id", func() {
			d.within("PrvtId", func() {
				d.within("Othr", func() {
					d.leaf("Id", p.Creditor.ICS)
					d.within("SchmeNm", func() { d.leaf("Prtry", "SEPA") })
				})
			})
		})
	})
	for _, t := range p.Debits {
		d.within("DrctDbtTxInf", func() {
			d.within("PmtId", func() { d.leaf("EndToEndId", t.ID) })
			d.euros("InstdAmt", t.Amount)
			d.within("DrctDbtTx", func() { d.within("MndtRltdInf", func() { d.mandate(t.Mandate) }) })
			d.agent("DbtrAgt", bic, t.Debtor.BIC)
			d.party("Dbtr", t.Debtor)
			d.account("DbtrAcct", t.Debtor.IBAN)
			d.remittance("", t.Text)
		})
	}
}

func (d *document) mandate(m Mandate) {
	d.leaf("MndtId", m.RUM)
	d.leaf("DtOfSgntr", dateOf(m.SignedOn))
	if m.FormerRUM == "" && m.FormerIBAN == "" {
		return
	}
	d.leaf("AmdmntInd", "true")
	d.within("AmdmntInfDtls", func() {
		d.optional("OrgnlMndtId", m.FormerRUM)
		if m.FormerIBAN != "" {
			d.account("OrgnlDbtrAcct", m.FormerIBAN)
		}
	})
}
