// SPDX-License-Identifier: AGPL-3.0-or-later

package debit

import (
	"context"
	"errors"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/sepa"
)

// Line is one debit of a run, as whoever approves it reads it.
type Line struct {
	Debit
	RUM           string        `json:"rum"`
	IBAN          string        `json:"iban"` // masked
	Name          string        `json:"name"`
	MandateStatus MandateStatus `json:"mandate_status"`
}

// Detail is a run with its debits.
type Detail struct {
	Run
	Items []Line `json:"items"`
}

// Run returns a run with its debits, each number masked. It returns ErrMissing and
// ErrForbidden.
func (s *Service) Run(ctx context.Context, actor access.Actor, id RunID) (Detail, error) {
	if err := access.Allow(actor, access.RunRead, ident.Holder{}); err != nil {
		return Detail{}, err
	}
	r, err := scanRun(s.ledger.Reader().QueryRowContext(ctx, sqlRun, id))
	if err != nil {
		return Detail{}, found(err)
	}
	list, err := s.ledger.Reader().QueryContext(ctx, sqlLinesOfRun, id)
	lines, err := collect(list, err, scanLine)
	return Detail{r, lines}, err
}

// PreparedBy returns who prepared a run.
func (r Run) PreparedBy() ident.User { return r.preparedBy }

func scanLine(row db.Row) (Line, error) {
	var l Line
	err := row.Scan(&l.ID, &l.Mandate, &l.Holder, &l.Period, &l.Euros, &l.NoticedOn, &l.CollectOn, &l.Status, &l.Sequence, &l.Debit.Run, &l.Conversion, &l.Reason,
		&l.RUM, &l.IBAN, &l.Name, &l.MandateStatus)
	l.IBAN = sepa.IBAN(l.IBAN).Masked()
	return l, err
}

// CollectRunInput says that the bank collected all that is left of a run.
type CollectRunInput struct {
	Run           RunID      `json:"run"`
	BankReference string     `json:"bank_reference"`
	BookedOn      civil.Date `json:"booked_on,omitzero"`
}

// CollectRun issues the units of every debit of a run that is at the bank, each in
// a command of its own with a derived key: one that was cut short is finished by
// asking again, and one that is asked twice issues nothing twice. One's own debit
// is left for another person, with conversion.ErrSamePerson once the others are
// done (D9). It returns how many were credited, and what Collect returns.
func (s *Service) CollectRun(ctx context.Context, actor access.Actor, in CollectRunInput) (int, error) {
	if err := access.Allow(actor, access.DebitSettle, ident.Holder{}); err != nil {
		return 0, err
	}
	if _, err := s.Run(ctx, actor, in.Run); err != nil {
		return 0, err
	}
	list, err := s.ledger.Reader().QueryContext(ctx, sqlSentOfRun, in.Run)
	sent, err := collect(list, err, scanDebit)
	if err != nil {
		return 0, err
	}
	var left error
	credited := 0
	for _, d := range sent {
		_, _, err := s.Collect(ctx, actor, "debit-collect:"+d.ID.String(), CollectInput{Debit: d.ID, BankReference: in.BankReference, BookedOn: in.BookedOn})
		switch {
		case errors.Is(err, conversion.ErrSamePerson):
			left = err
		case errors.Is(err, ErrDebitNotSent): // somebody else was faster
		case err != nil:
			return credited, err
		default:
			credited++
		}
	}
	return credited, left
}
