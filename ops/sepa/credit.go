// SPDX-License-Identifier: AGPL-3.0-or-later

package sepa

import (
	"time"

	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/money"
)

// CreditVersion is a version of the file of credit transfers.
type CreditVersion string

// The versions of pain.001.
const (
	Credit03 CreditVersion = "03" // pain.001.001.03
	Credit09 CreditVersion = "09" // pain.001.001.09
)

func (v CreditVersion) namespace() string { return namespaces + "pain.001.001." + string(v) }

// CreditFile is an order to a bank to send credit transfers.
type CreditFile struct {
	ID        string    // unique for ever, 1 to 35 characters that banks take
	Created   time.Time // written as it is: the same instant gives the same bytes
	Initiator string    // who orders, at most 70 characters
	Payments  []CreditPayment
}

// CreditPayment is the transfers of a file that leave one account on one day.
type CreditPayment struct {
	ID        string // unique in the file
	Debtor    Party
	ExecuteOn civil.Date // a business day
	Together  bool       // whether the bank books one sum instead of each transfer
	Instant   bool
	Transfers []CreditTransfer
}

// CreditTransfer is one transfer.
type CreditTransfer struct {
	ID        string       // end-to-end id: comes back on the statement, unique in the file
	Amount    money.Amount // in cents of euro
	Creditor  Party
	Reference string // ISO 11649; excludes Text
	Text      string // at most 140 characters once written by Latin
}

func (p CreditPayment) totals() totals {
	t := totals{count: len(p.Transfers)}
	for _, c := range p.Transfers {
		t.sum += c.Amount
	}
	return t
}

// Encode writes the file in a version and checks it by CheckFile. The same file
// gives the same bytes. today is the day it goes to the bank; zero leaves that
// rule out. It returns Problems, or ErrVersion.
func (f CreditFile) Encode(v CreditVersion, today civil.Date) ([]byte, error) {
	if v != Credit03 && v != Credit09 {
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
	d.within("CstmrCdtTrfInitn", func() {
		d.header(h)
		for _, p := range f.Payments {
			d.within("PmtInf", func() { d.creditPayment(v, p) })
		}
	})
	d.end("Document")
	return checked(d.out.Bytes(), today)
}

func (d *document) creditPayment(v CreditVersion, p CreditPayment) {
	bic := "BICFI"
	if v == Credit03 {
		bic = "BIC"
	}
	d.leaf("PmtInfId", p.ID)
	d.leaf("PmtMtd", "TRF")
	d.booking(p.Together)
	d.totals(p.totals())
	d.within("PmtTpInf", func() {
		d.within("SvcLvl", func() { d.leaf("Cd", "SEPA") })
		if p.Instant {
			d.within("LclInstrm", func() { d.leaf("Cd", "INST") })
		}
	})
	if v == Credit03 {
		d.leaf("ReqdExctnDt", dateOf(p.ExecuteOn))
	} else {
		d.within("ReqdExctnDt", func() { d.leaf("Dt", dateOf(p.ExecuteOn)) })
	}
	d.party("Dbtr", p.Debtor)
	d.account("DbtrAcct", p.Debtor.IBAN)
	d.agent("DbtrAgt", bic, p.Debtor.BIC)
	d.leaf("ChrgBr", "SLEV")
	for _, t := range p.Transfers {
		d.within("CdtTrfTxInf", func() {
			d.within("PmtId", func() { d.leaf("EndToEndId", t.ID) })
			d.within("Amt", func() { d.euros("InstdAmt", t.Amount) })
			if t.Creditor.BIC != "" {
				d.agent("CdtrAgt", bic, t.Creditor.BIC)
			}
			d.party("Cdtr", t.Creditor)
			d.account("CdtrAcct", t.Creditor.IBAN)
			d.remittance(t.Reference, t.Text)
		})
	}
}

// booking says whether the bank books one sum for all.
func (d *document) booking(together bool) {
	if together {
		d.leaf("BtchBookg", "true")
		return
	}
	d.leaf("BtchBookg", "false")
}
