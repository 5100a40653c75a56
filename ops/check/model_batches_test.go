// SPDX-License-Identifier: AGPL-3.0-or-later

package check_test

import (
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/payout"
)

func isTown(h *holder) bool { return h.kind == ledger.Collectivity }

// drawLine draws what a line names, and whether its form is right.
func (w *world) drawLine(town ident.Holder) (payout.LineInput, *line, bool) {
	h := choose(w, "payee", w.holders, func(h *holder) bool { return h.kind == ledger.Individual })
	if k := choose(w, "official", w.instructions, func(k *choice) bool { return k.town == town }); k != nil && w.chance("who chose", 1) {
		h = w.holder(k.official)
	}
	in := payout.LineInput{Reference: sample(w, "reference", "M-1", "M-2", "M-3"), Holder: "12345678", AmountEUR: w.amountOfLine()}
	good := payable(in.AmountEUR)
	if h != nil {
		in.Holder = sample(w, "named by", h.id.String(), h.number)
	}
	if w.chance("bad line", 5) {
		good = false
		switch sample(w, "what", "reference", "long", "holder") {
		case "reference":
			in.Reference = ""
		case "long":
			in.Reference = strings.Repeat("é", 65)
		default:
			in.Holder = ""
		}
	}
	return in, &line{reference: in.Reference, holder: h, amount: in.AmountEUR, status: payout.Pending}, good
}

func (w *world) amountOfLine() money.Amount {
	if w.chance("bad amount", 6) {
		return sample[money.Amount](w, "amount", 0, -5, money.Max+1)
	}
	return sample[money.Amount](w, "amount", 60_00, 1, 12_50, 100_00)
}

func (w *world) draft() { w.drawBatch("Draft") }

func (w *world) draftCSV() { w.drawBatch("DraftCSV") }

// content is what a batch is drawn to be: its input, its lines as the model sees
// them, and whether the head and the lines have the right form.
type content struct {
	in           payout.DraftInput
	lines        []*line
	head, formed bool
}

func (w *world) drawContent() content {
	h := choose(w, "town", w.holders, isTown)
	d := content{head: h != nil && isTown(h), formed: true}
	d.in = payout.DraftInput{Collectivity: idOf(h), Purpose: sample(w, "purpose", payout.Indemnity, payout.Subsidy, payout.Invoice),
		Period: monthOf(w.today() - civil.Date(sample(w, "days ago", 0, 20)))}
	if k := choose(w, "instruction", w.instructions, valid); d.head && k != nil && w.chance("indemnity", 1) {
		d.in.Collectivity, d.in.Purpose = k.town, payout.Indemnity
	}
	for range sample(w, "lines", 1, 2, 3, 5, 0) {
		l, drawn, right := w.drawLine(d.in.Collectivity)
		d.in.Lines = append(d.in.Lines, l)
		d.lines = append(d.lines, drawn)
		d.formed = d.formed && right
	}
	return d
}

// copied is a batch drafted once more, whole or its first line.
func (w *world) copied(b *batch) content {
	d := content{in: payout.DraftInput{Collectivity: b.town, Purpose: b.purpose, Period: b.period}, head: true, formed: true}
	lines := b.lines
	if w.chance("first line only", 1) {
		lines = lines[:1]
	}
	for _, l := range lines {
		in := payout.LineInput{Reference: l.reference, Holder: "12345678", AmountEUR: l.amount}
		if l.holder != nil {
			in.Holder = l.holder.number
		}
		d.in.Lines = append(d.in.Lines, in)
		d.lines = append(d.lines, &line{reference: l.reference, holder: l.holder, amount: l.amount, status: payout.Pending})
	}
	return d
}

func (w *world) drawBatch(name string) {
	var d content
	if b := choose(w, "batch", w.batches, is(payout.Executed)); b != nil && w.chance("once more", 2) {
		d = w.copied(b)
	} else {
		d = w.drawContent()
	}
	if w.chance("bad head", 4) {
		d.head = false
		if w.chance("purpose", 1) {
			d.in.Purpose = "gift"
		} else {
			d.in.Period = sample(w, "no month", "", "2026-13", "2026-3", "2026-03-01")
		}
	}
	in := d.in
	by := w.who(access.BatchCreate, in.Collectivity)
	c := w.command(name, access.BatchCreate, by, in.Collectivity, in)
	c.not.when(!d.head || !d.formed || len(d.lines) == 0, "invalid")
	if name == "DraftCSV" {
		c.not.when(!d.formed || len(d.lines) == 0, "csv-invalid")
	}
	b := &batch{town: in.Collectivity, preparer: by.ID, period: in.Period, purpose: in.Purpose, status: payout.Drafted, lines: d.lines}
	for _, l := range d.lines {
		b.total += l.amount
	}
	c.not.when(w.examine(b), "batch-line-already-paid")
	drive(w, c, func() (payout.Batch, bool, error) {
		if name == "DraftCSV" {
			head := in
			head.Lines = nil
			return w.payouts.DraftCSV(w.t.Context(), by.Actor, c.key, head, strings.NewReader(asCSV(in.Lines)))
		}
		return w.payouts.Draft(w.t.Context(), by.Actor, c.key, in)
	}, func(got payout.Batch) {
		b.id, b.digest = got.ID, got.Digest
		w.batches = append(w.batches, b)
		w.wantBatch(b, got)
	})
}

// asCSV writes lines as a batch file.
func asCSV(lines []payout.LineInput) string {
	var b strings.Builder
	b.WriteString("holder;amount_eur;reference\r\n")
	for _, l := range lines {
		fmt.Fprintf(&b, "%s;%s;%s\r\n", l.Holder, strings.Replace(l.AmountEUR.Format(), ".", ",", 1), l.Reference)
	}
	return b.String()
}

// drawnBatch draws a batch of a status, mostly.
func (w *world) drawnBatch(status payout.Status) (*batch, payout.BatchID) {
	b := choose(w, "batch", w.batches, is(status))
	if b == nil {
		return nil, payout.BatchID{Bits: unknown()}
	}
	return b, b.id
}

func (w *world) approveBatch() {
	b, id := w.drawnBatch(payout.Drafted)
	town := ident.Holder{}
	in := payout.ApproveInput{Digest: strings.Repeat("00", 32)}
	if b != nil {
		town, in.Digest = b.town, b.digest
	}
	if w.chance("another digest", 4) {
		in.Digest = sample(w, "digest", "", "no digest", strings.Repeat("ab", 32))
	}
	by := w.who(access.BatchApprove, town)
	c := command{name: "Approve batch", action: access.BatchApprove, by: by, key: w.newKey(by), input: []any{id, in}}
	if b == nil {
		c.not.when(true, w.hidden(by.Actor, access.BatchApprove))
	} else {
		c.not.when(!w.may(by.Actor, access.BatchApprove, town), "forbidden")
		c.not.when(in.Digest != b.digest, "digest-changed")
		c.not.when(b.status != payout.Drafted, "batch-not-draft")
		c.not.when(b.preparer == by.ID, "same-person")
	}
	drive(w, c, func() (payout.Batch, bool, error) { return w.payouts.Approve(w.t.Context(), by.Actor, c.key, id, in) },
		func(got payout.Batch) {
			b.status = payout.Approved
			w.wantBatch(b, got)
		})
}

func (w *world) fundBatch() {
	b, id := w.drawnBatch(payout.Approved)
	reference := w.reference()
	in := payout.FundInput{BankReference: reference.text, Account: w.bankOrWrong()}
	rest := money.Amount(10_00)
	if b != nil {
		rest = b.total - b.received
	}
	in.AmountEUR = rest
	if w.chance("another amount", 2) {
		in.AmountEUR = w.share("amount", rest)
	}
	if w.chance("dated", 2) {
		in.ReceivedOn = w.today() + civil.Date(sample(w, "received", 0, -1, 1))
	}
	by := w.who(access.BatchFund, ident.Holder{})
	c := w.command("Fund batch", access.BatchFund, by, ident.Holder{}, []any{id, in})
	c.not.when(b == nil, "missing")
	c.not.when(!payable(in.AmountEUR) || !reference.good || in.ReceivedOn > w.today(), "invalid")
	c.not.when(!w.acceptsBank(in.Account), "account-not-dedicated")
	c.not.when(w.booked[booked{"payouts", in.BankReference}], "bank-reference-used")
	if b != nil {
		c.not.when(b.status != payout.Approved, "batch-not-approved")
		c.not.when(payable(in.AmountEUR) && in.AmountEUR > rest, "amount-differs")
	}
	drive(w, c, func() (payout.Batch, bool, error) { return w.payouts.Fund(w.t.Context(), by.Actor, c.key, id, in) },
		func(got payout.Batch) {
			b.received += in.AmountEUR
			if b.received == b.total {
				b.status = payout.Funded
			}
			w.booked[booked{"payouts", in.BankReference}] = true
			w.euros[w.bankOf(in.Account)] += in.AmountEUR
			w.euros[b.account("payer")] += in.AmountEUR
			w.entries++
			w.wantBatch(b, got)
		})
}

// account names an account of the town that pays.
func (b *batch) account(class string) ledger.Account {
	return ledger.Account("eur:" + class + ":" + b.town.String())
}

// wantBatch compares a batch with the model.
func (w *world) wantBatch(b *batch, got payout.Batch) {
	w.rt.Helper()
	type figures struct {
		id                              payout.BatchID
		status                          payout.Status
		digest                          string
		total, received, paid, returned money.Amount
	}
	expected := figures{id: b.id, status: b.status, digest: b.digest, total: b.total, received: b.received}
	for _, l := range b.lines {
		switch l.status {
		case payout.Paid:
			expected.paid += l.amount
		case payout.Returned:
			expected.returned += l.amount
		}
	}
	want(w, "batch", figures{got.ID, got.Status, got.Digest, got.TotalEUR, got.ReceivedEUR, got.PaidEUR, got.ReturnedEUR}, expected)
	want(w, "lines", len(got.Lines), len(b.lines))
	want(w, "the digest's length", hex.DecodedLen(len(got.Digest)), 32)
	for i, l := range b.lines {
		type figures struct {
			reference string
			amount    money.Amount
			status    payout.LineStatus
			problem   payout.Problem
		}
		g := got.Lines[i]
		want(w, fmt.Sprintf("line %d", g.N), figures{g.Reference, g.AmountEUR, g.Status, g.Problem}, figures{l.reference, l.amount, l.status, l.problem})
		if l.holder != nil {
			want(w, "holder", g.Holder, l.holder.id.String())
		}
	}
}
