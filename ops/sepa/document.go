// SPDX-License-Identifier: AGPL-3.0-or-later

package sepa

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/money"
)

// maxID is the longest identifier in a file, in characters.
const maxID = 35

// Party is somebody's account in a file. The name is that of the bank's
// certificate (rule S5); it is written by Latin, at most 70 characters.
type Party struct {
	Name    string
	IBAN    IBAN
	BIC     string   // needed outside the European Economic Area only
	Address *Address // nil for none, which is as good (rule S6)
}

// Address is a postal address in parts; town and country must be there (rule
// S6). Files never hold lines of an address.
type Address struct {
	Street, Building, PostCode, Town string
	Country                          string // two capitals
}

// document writes the elements of a file: no blanks between them, and nothing
// that differs from one run to the next.
type document struct{ out bytes.Buffer }

// open begins an element, and end ends it.
func (d *document) open(name string) { d.out.WriteString("<" + name + ">") }

func (d *document) end(name string) { d.out.WriteString("</" + name + ">\n") }

// within writes an element around others.
func (d *document) within(name string, write func()) {
	d.open(name)
	write()
	d.end(name)
}

// leaf writes an element with a text.
func (d *document) leaf(name, text string) {
	d.open(name)
	d.out.WriteString(strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text))
	d.end(name)
}

// optional writes an element unless its text is empty.
func (d *document) optional(name, text string) {
	if text != "" {
		d.leaf(name, text)
	}
}

// euros writes an amount in euros.
func (d *document) euros(name string, a money.Amount) {
	d.out.WriteString("<" + name + ` Ccy="EUR">` + a.Format())
	d.end(name)
}

// begin writes what a file begins with, up to its root's child.
func (d *document) begin(namespace string) {
	d.out.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<Document xmlns="` + namespace + `">` + "\n")
}

// totals are the count and the sum of a file or of one part.
type totals struct {
	count int
	sum   money.Amount
}

func (d *document) totals(t totals) {
	d.leaf("NbOfTxs", strconv.Itoa(t.count))
	d.leaf("CtrlSum", t.sum.Format())
}

// header is the group header of a file.
type header struct {
	id        string
	created   time.Time
	initiator string
	totals
}

func (d *document) header(h header) {
	d.within("GrpHdr", func() {
		d.leaf("MsgId", h.id)
		d.leaf("CreDtTm", h.created.UTC().Format("2006-01-02T15:04:05Z"))
		d.totals(h.totals)
		d.within("InitgPty", func() { d.leaf("Nm", Latin(h.initiator)) })
	})
}

func (d *document) party(name string, p Party) {
	d.within(name, func() {
		d.leaf("Nm", Latin(p.Name))
		if a := p.Address; a != nil {
			d.within("PstlAdr", func() {
				d.optional("StrtNm", Latin(a.Street))
				d.optional("BldgNb", Latin(a.Building))
				d.optional("PstCd", Latin(a.PostCode))
				d.leaf("TwnNm", Latin(a.Town))
				d.leaf("Ctry", a.Country)
			})
		}
	})
}

func (d *document) account(name string, iban IBAN) {
	d.within(name, func() { d.within("Id", func() { d.leaf("IBAN", string(iban)) }) })
}

// agent names the bank, in the element of the version, or says that none is
// given.
func (d *document) agent(name, element, bic string) {
	d.within(name, func() {
		d.within("FinInstnId", func() {
			if bic != "" {
				d.leaf(element, bic)
				return
			}
			d.within("Othr", func() { d.leaf("Id", "NOTPROVIDED") })
		})
	})
}

// remittance writes the reference or the text of a transfer.
func (d *document) remittance(reference, text string) {
	switch text = Latin(text); {
	case reference != "":
		canonical, _ := canonicalRF(reference)
		d.within("RmtInf", func() {
			d.within("Strd", func() {
				d.within("CdtrRefInf", func() {
					d.within("Tp", func() {
						d.within("CdOrPrtry", func() { d.leaf("Cd", "SCOR") })
						d.leaf("Issr", "ISO")
					})
					d.leaf("Ref", canonical)
				})
			})
		})
	case text != "":
		d.within("RmtInf", func() { d.leaf("Ustrd", text) })
	}
}

// partID derives the id of a part from that of its file.
func partID(fileID string, n int) string { return fileID + "-" + strconv.Itoa(n+1) }

// dateOf writes a day.
func dateOf(d civil.Date) string { return d.String() }
