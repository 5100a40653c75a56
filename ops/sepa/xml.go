// SPDX-License-Identifier: AGPL-3.0-or-later

package sepa

import (
	"encoding/xml"
	"strings"
)

// xmlFile is what CheckFile reads of the four messages, which have most of their
// elements in common.
type xmlFile struct {
	XMLName   xml.Name    `xml:"Document"`
	Transfers *xmlMessage `xml:"CstmrCdtTrfInitn"`
	Debits    *xmlMessage `xml:"CstmrDrctDbtInitn"`
}

type xmlMessage struct {
	Header struct {
		ID        string `xml:"MsgId"`
		Count     string `xml:"NbOfTxs"`
		Sum       string `xml:"CtrlSum"`
		Initiator string `xml:"InitgPty>Nm"`
	} `xml:"GrpHdr"`
	Payments []xmlPayment `xml:"PmtInf"`
}

type xmlPayment struct {
	ID         string  `xml:"PmtInfId"`
	Method     string  `xml:"PmtMtd"`
	Count      string  `xml:"NbOfTxs"`
	Sum        string  `xml:"CtrlSum"`
	Service    string  `xml:"PmtTpInf>SvcLvl>Cd"`
	Instrument string  `xml:"PmtTpInf>LclInstrm>Cd"`
	Sequence   string  `xml:"PmtTpInf>SeqTp"`
	ExecuteOn  xmlDate `xml:"ReqdExctnDt"`
	CollectOn  string  `xml:"ReqdColltnDt"`
	Charges    string  `xml:"ChrgBr"`

	Debtor          xmlParty   `xml:"Dbtr"`
	DebtorAccount   xmlAccount `xml:"DbtrAcct"`
	DebtorAgent     xmlAgent   `xml:"DbtrAgt"`
	Creditor        xmlParty   `xml:"Cdtr"`
	CreditorAccount xmlAccount `xml:"CdtrAcct"`
	CreditorAgent   xmlAgent   `xml:"CdtrAgt"`
	Scheme          string     `xml:"CdtrSchmeId>Id>PrvtId>Othr>Id"`
	SchemeName      string     `xml:"CdtrSchmeId>Id>PrvtId>Othr>SchmeNm>Prtry"`

	Transfers []xmlLine `xml:"CdtTrfTxInf"`
	Debits    []xmlLine `xml:"DrctDbtTxInf"`
}

type xmlLine struct {
	ID      string    `xml:"PmtId>EndToEndId"`
	Amount  xmlAmount `xml:"Amt>InstdAmt"`
	Debited xmlAmount `xml:"InstdAmt"`

	Mandate       string     `xml:"DrctDbtTx>MndtRltdInf>MndtId"`
	SignedOn      string     `xml:"DrctDbtTx>MndtRltdInf>DtOfSgntr"`
	FormerMandate string     `xml:"DrctDbtTx>MndtRltdInf>AmdmntInfDtls>OrgnlMndtId"`
	FormerAccount xmlAccount `xml:"DrctDbtTx>MndtRltdInf>AmdmntInfDtls>OrgnlDbtrAcct"`

	Debtor          xmlParty   `xml:"Dbtr"`
	DebtorAccount   xmlAccount `xml:"DbtrAcct"`
	DebtorAgent     xmlAgent   `xml:"DbtrAgt"`
	Creditor        xmlParty   `xml:"Cdtr"`
	CreditorAccount xmlAccount `xml:"CdtrAcct"`
	CreditorAgent   xmlAgent   `xml:"CdtrAgt"`

	Texts      []string `xml:"RmtInf>Ustrd"`
	References []string `xml:"RmtInf>Strd>CdtrRefInf>Ref"`
}

type xmlAmount struct {
	Currency string `xml:"Ccy,attr"`
	Value    string `xml:",chardata"`
}

type xmlParty struct {
	Name    string `xml:"Nm"`
	Address *struct {
		Street   string   `xml:"StrtNm"`
		Building string   `xml:"BldgNb"`
		PostCode string   `xml:"PstCd"`
		Town     string   `xml:"TwnNm"`
		Country  string   `xml:"Ctry"`
		Lines    []string `xml:"AdrLine"`
	} `xml:"PstlAdr"`
}

type xmlAccount struct {
	IBAN string `xml:"Id>IBAN"`
}

// xmlAgent is a bank: BIC in the older versions, BICFI in the newer ones.
type xmlAgent struct {
	BIC   string `xml:"FinInstnId>BIC"`
	BICFI string `xml:"FinInstnId>BICFI"`
}

// xmlDate is a day, which the newer version puts into an element of its own.
type xmlDate struct {
	Text string `xml:",chardata"`
	Dt   string `xml:"Dt"`
}

func (d xmlDate) day() string { return strings.TrimSpace(d.Text) + d.Dt }
