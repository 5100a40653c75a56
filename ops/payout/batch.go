// SPDX-License-Identifier: AGPL-3.0-or-later

package payout

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"io"
	"strconv"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// Purpose says why a collectivité pays.
type Purpose string

// The purposes of a batch.
const (
	Indemnity Purpose = "indemnity" // of elected officials, on their instruction (P8)
	Subsidy   Purpose = "subsidy"
	Invoice   Purpose = "invoice"
)

// Status is where a batch stands; it only moves forward.
type Status string

// The statuses of a batch.
const (
	Drafted  Status = "draft"
	Approved Status = "approved" // by another person than who prepared it (D9)
	Funded   Status = "funded"   // the euros received equal the total
	Executed Status = "executed" // no line is pending
	// Withdrawn is a draft that was given up; nothing becomes of it.
	Withdrawn Status = "withdrawn"
)

// LineStatus is where a line stands.
type LineStatus string

// The statuses of a line.
const (
	Pending  LineStatus = "pending"
	Paid     LineStatus = "paid"     // its holder has the units
	Returned LineStatus = "returned" // its euros are to be sent back
)

// Batch is what one collectivité pays for one period and purpose.
type Batch struct {
	ID           BatchID      `json:"id"`
	Collectivity ident.Holder `json:"collectivity"`
	Period       string       `json:"period"` // month, "2026-03"
	Purpose      Purpose      `json:"purpose"`
	Status       Status       `json:"status"`
	Digest       string       `json:"digest"` // SHA-256 of the content, in hexadecimal: what is approved
	TotalEUR     money.Amount `json:"total_eur"`
	ReceivedEUR  money.Amount `json:"received_eur"`
	PaidEUR      money.Amount `json:"paid_eur"`
	ReturnedEUR  money.Amount `json:"returned_eur"`
	CreatedAt    time.Time    `json:"created_at"`
	ExecutedAt   time.Time    `json:"executed_at,omitzero"`
	Lines        []Line       `json:"lines"`

	PreparedBy ident.User `json:"-"`
	ApprovedBy ident.User `json:"-"`
	Asked      ident.User `json:"-"` // who was asked to approve; zero where nobody was
	ApprovedAt time.Time  `json:"-"`
	Paper      string     `json:"-"` // SHA-256 of the paper in hexadecimal, "" where there is none

	pending int // lines
}

// Line is what one holder is to receive.
type Line struct {
	N         int          `json:"n"` // from 1
	Reference string       `json:"reference"`
	Holder    string       `json:"holder"` // id of the holder, or what was given where it names nobody
	AmountEUR money.Amount `json:"amount_eur"`
	Status    LineStatus   `json:"status"`
	Problem   Problem      `json:"problem,omitempty"` // expected while pending, final once returned
	Entry     ident.Entry  `json:"entry,omitzero"`
	SettledAt time.Time    `json:"settled_at,omitzero"`

	given   string
	holder  ident.Holder // zero where the line names nobody
	drafted Problem
}

// DraftInput is the content of a batch.
type DraftInput struct {
	Collectivity ident.Holder `json:"collectivity"`
	Period       string       `json:"period"`
	Purpose      Purpose      `json:"purpose"`
	Lines        []LineInput  `json:"lines"`
	Asked        ident.User   `json:"asked,omitzero"` // who is asked to approve; anybody who may can
	Paper        []byte       `json:"-"`              // a PDF such as the invoice, at most MaxPaper bytes

	PaperDigest string `json:"paper,omitempty"` // follows from Paper
}

// LineInput is one line as the collectivité writes it: no more is needed (P9).
type LineInput struct {
	Reference string       `json:"reference"`
	Holder    string       `json:"holder"` // id or number of a holder
	AmountEUR money.Amount `json:"amount_eur"`
}

// MaxLines is how many lines a batch may have.
const MaxLines = 5000

// Draft prepares a batch. Lines that could not be paid now are told by their
// problem and do not stop it. It returns ErrForbidden, ErrInvalid with every
// wrong field, ErrTooManyLines, ErrPaper, ErrLineAlreadyPaid where every line was
// paid in another batch, and what Execute returns.
func (s *Service) Draft(ctx context.Context, actor access.Actor, key string, in DraftInput) (Batch, bool, error) {
	b, refusal, err := s.examined(ctx, actor, &in)
	if err != nil {
		return Batch{}, false, err
	}
	digest := b.digest()
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.BatchCreate, Owner: in.Collectivity, Key: key, Input: in},
		func(tx *ledger.Tx) (ident.Ref, error) {
			if refusal != nil {
				return ident.Ref{}, refusal
			}
			id := BatchID{Bits: tx.NewID()}
			if err := insertBatch(tx, id, b, digest); err != nil {
				return ident.Ref{}, err
			}
			return id.Ref(), insertPaper(tx, id, in.Paper)
		})
	if err != nil {
		return Batch{}, false, err
	}
	return s.answer(ctx, out, Drafted, 0)
}

// Examine tells what Draft would make of its input, and writes nothing: the
// total and the problem of each line as they stand now. It returns what Draft
// returns.
func (s *Service) Examine(ctx context.Context, actor access.Actor, in DraftInput) (Batch, error) {
	b, refusal, err := s.examined(ctx, actor, &in)
	if err == nil {
		err = refusal
	}
	for i := range b.Lines {
		b.Lines[i].Problem = b.Lines[i].drafted
	}
	return b, err
}

// examined checks the input and builds the batch. The first error is a refusal
// that the command meets only where its key is new.
func (s *Service) examined(ctx context.Context, actor access.Actor, in *DraftInput) (Batch, error, error) {
	if err := access.Allow(actor, access.BatchCreate, in.Collectivity); err != nil {
		return Batch{}, nil, err
	}
	if len(in.Lines) > MaxLines {
		return Batch{}, nil, ErrTooManyLines
	}
	total, err := s.checkDraft(ctx, *in)
	if err != nil {
		return Batch{}, nil, err
	}
	if in.PaperDigest, err = paperDigest(in.Paper); err != nil {
		return Batch{}, nil, err
	}
	b := Batch{Collectivity: in.Collectivity, Period: in.Period, Purpose: in.Purpose, Status: Drafted, TotalEUR: total, Asked: in.Asked, Paper: in.PaperDigest}
	refusal, err := s.examineAll(ctx, &b, in.Lines, civil.Of(s.ledger.Now()))
	return b, refusal, err
}

// DraftCSV prepares a batch from a file; head names the collectivité, the
// period and the purpose. It returns ErrCSV with every wrong line, and what
// Draft returns.
func (s *Service) DraftCSV(ctx context.Context, actor access.Actor, key string, head DraftInput, file io.Reader) (Batch, bool, error) {
	if err := access.Allow(actor, access.BatchCreate, head.Collectivity); err != nil {
		return Batch{}, false, err
	}
	lines, err := ReadCSV(file)
	if err != nil {
		return Batch{}, false, err
	}
	head.Lines = lines
	return s.Draft(ctx, actor, key, head)
}

func (s *Service) checkDraft(ctx context.Context, in DraftInput) (money.Amount, error) {
	var check fault.Check
	c, err := s.ledger.Holder(ctx, in.Collectivity)
	if err != nil && !errors.Is(err, fault.ErrMissing) {
		return 0, err
	}
	check.That(err == nil && c.Kind == ledger.Collectivity, "/collectivity", "must be a collectivity")
	_, _, ok := days(in.Period)
	check.That(ok, "/period", "must be a month such as \"2026-03\"")
	check.That(in.Purpose == Indemnity || in.Purpose == Subsidy || in.Purpose == Invoice, "/purpose", "must be indemnity, subsidy or invoice")
	check.That(len(in.Lines) > 0, "/lines", "must have a line")
	var total money.Amount
	for i, l := range in.Lines {
		for _, w := range wrong(l) {
			check.That(false, "/lines/"+strconv.Itoa(i)+"/"+w.column, w.detail)
		}
		total += min(l.AmountEUR, money.Max)
	}
	check.That(total <= money.Max, "/lines", "must add up to 999999999.99 at most")
	return total, check.Err()
}

func insertBatch(tx *ledger.Tx, id BatchID, b Batch, digest []byte) error {
	_, err := tx.Exec(sqlInsertBatch, id, b.Collectivity, b.Period, string(b.Purpose), digest, b.TotalEUR, len(b.Lines),
		tx.Actor().ID, tx.Now().UnixMicro(), nullUser(b.Asked), nullDigest(b.Paper))
	if err != nil {
		return err
	}
	for _, l := range b.Lines {
		if _, err := tx.Exec(sqlInsertLine, id, l.N, l.Reference, l.given, l.holder, l.AmountEUR, string(l.drafted)); err != nil {
			return err
		}
	}
	return nil
}

// digest returns the SHA-256 of all that is approved: one line for the batch and
// one for each of its lines, fields parted by tabs, which no field can hold.
func (b *Batch) digest() []byte {
	h := sha256.New()
	write := func(fields ...string) {
		for i, f := range fields {
			if i > 0 {
				h.Write([]byte{'\t'})
			}
			h.Write([]byte(f))
		}
		h.Write([]byte{'\n'})
	}
	write("noria payout batch 1", b.Collectivity.String(), b.Period, string(b.Purpose))
	if b.Paper != "" {
		write("paper", b.Paper)
	}
	for _, l := range b.Lines {
		write(strconv.Itoa(l.N), l.Reference, l.Holder, l.AmountEUR.Format())
	}
	return h.Sum(nil)
}

// Batch reads a batch with its lines. It returns ErrForbidden or ErrMissing.
func (v *View) Batch(ctx context.Context, actor access.Actor, id BatchID) (Batch, error) {
	b, err := v.load(ctx, id)
	if err != nil {
		return Batch{}, hidden(actor, access.BatchRead, err)
	}
	if err := access.Allow(actor, access.BatchRead, b.Collectivity); err != nil {
		return Batch{}, err
	}
	return b, nil
}

// Batches lists at most limit batches of a collectivité after an id, oldest
// first, without their lines. It returns ErrForbidden.
func (v *View) Batches(ctx context.Context, actor access.Actor, collectivity ident.Holder, after BatchID, limit int) ([]Batch, error) {
	if err := access.Allow(actor, access.BatchRead, collectivity); err != nil {
		return nil, err
	}
	rows, err := v.journal.Reader().QueryContext(ctx, sqlBatchesOf, collectivity, after.Bits[:], limit)
	if err != nil {
		return nil, err
	}
	return scanBatches(rows)
}

// Latest lists at most limit batches of a collectivité, newest first, without
// their lines. It returns ErrForbidden.
func (v *View) Latest(ctx context.Context, actor access.Actor, collectivity ident.Holder, limit int) ([]Batch, error) {
	if err := access.Allow(actor, access.BatchRead, collectivity); err != nil {
		return nil, err
	}
	rows, err := v.journal.Reader().QueryContext(ctx, sqlLatestBatches, collectivity, limit)
	if err != nil {
		return nil, err
	}
	return scanBatches(rows)
}

// load reads a batch and its lines in one state of the book.
func (v *View) load(ctx context.Context, id BatchID) (Batch, error) {
	var b Batch
	err := v.journal.Snapshot(ctx, func(r db.Reader) error {
		var err error
		if b, err = scanBatch(r.QueryRowContext(ctx, sqlBatch, id)); err != nil {
			return err
		}
		b.Lines, err = lines(ctx, r, id)
		return err
	})
	return b, err
}

// answer reads a batch as it stood when a command had moved it to a status with
// so many euros received, before any line was settled: the same whenever the
// command's key is repeated.
func (v *View) answer(ctx context.Context, out ledger.Outcome, status Status, received money.Amount) (Batch, bool, error) {
	b, err := v.load(ctx, BatchID{Bits: out.Ref.Bits})
	if err != nil {
		return Batch{}, false, err
	}
	b.Status, b.ReceivedEUR, b.PaidEUR, b.ReturnedEUR, b.ExecutedAt = status, received, 0, 0, time.Time{}
	for i := range b.Lines {
		l := &b.Lines[i]
		l.Status, l.Problem, l.Entry, l.SettledAt = Pending, l.drafted, ident.Entry{}, time.Time{}
	}
	return b, out.Replayed, nil
}

func scanBatches(rows *sql.Rows) ([]Batch, error) {
	defer rows.Close()
	list := []Batch{}
	for rows.Next() {
		b, err := scanBatch(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, b)
	}
	return list, rows.Err()
}

func scanBatch(row db.Row) (Batch, error) {
	var b Batch
	var digest, paper []byte
	var created int64
	var executed, approved, withdrawn sql.NullInt64
	err := row.Scan(&b.ID, &b.Collectivity, &b.Period, &b.Purpose, &b.Status, &digest, &b.TotalEUR, &b.ReceivedEUR, &b.PaidEUR,
		&b.ReturnedEUR, &b.pending, &b.PreparedBy, &created, &executed, &b.ApprovedBy, &approved, &b.Asked, &paper, &withdrawn)
	if errors.Is(err, sql.ErrNoRows) {
		return Batch{}, fault.ErrMissing
	}
	b.Digest, b.CreatedAt, b.Paper = hex.EncodeToString(digest), time.UnixMicro(created).UTC(), hex.EncodeToString(paper)
	if approved.Valid {
		b.ApprovedAt = time.UnixMicro(approved.Int64).UTC()
	}
	if withdrawn.Valid {
		b.Status = Withdrawn
	}
	if executed.Valid {
		b.ExecutedAt = time.UnixMicro(executed.Int64).UTC()
	}
	return b, err
}

func lines(ctx context.Context, r db.Reader, id BatchID) ([]Line, error) {
	rows, err := r.QueryContext(ctx, sqlLines, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Line
	for rows.Next() {
		l, err := scanLine(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, l)
	}
	return list, rows.Err()
}

func scanLine(row db.Row) (Line, error) {
	var l Line
	var settled sql.NullInt64
	err := row.Scan(&l.N, &l.Reference, &l.given, &l.holder, &l.AmountEUR, &l.Status, &l.drafted, &l.Problem, &l.Entry, &settled)
	if err != nil {
		return Line{}, err
	}
	l.name()
	if l.Status == Pending {
		l.Problem = l.drafted
	}
	if settled.Valid {
		l.SettledAt = time.UnixMicro(settled.Int64).UTC()
	}
	return l, nil
}

// name writes whom the line is for.
func (l *Line) name() {
	l.Holder = l.given
	if !l.holder.IsZero() {
		l.Holder = l.holder.String()
	}
}
