// SPDX-License-Identifier: AGPL-3.0-or-later

package gift

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

type noun struct{}

// Prefix of a round.
func (noun) Prefix() string { return "gft_" }

// RoundID is the id of a round of gifts.
type RoundID = ident.ID[noun]

// Status is how far a round is.
type Status string

// The statuses.
const (
	Draft     Status = "draft"
	Approved  Status = "approved"
	Given     Status = "given"
	Cancelled Status = "cancelled"
)

// Round is the gifts for the euros changed from a day to another one.
type Round struct {
	ID            RoundID        `json:"id"`
	Status        Status         `json:"status"`
	From          civil.Date     `json:"from"`
	Until         civil.Date     `json:"until"` // the last day that counts
	Rate          money.Rate     `json:"rate"`
	Total         money.Amount   `json:"total"`
	Lines         []Share        `json:"lines"`
	BankReference string         `json:"bank_reference,omitempty"`
	Account       ledger.Account `json:"account,omitempty"` // the compte dédié that the euros came to
	PreparedAt    time.Time      `json:"prepared_at"`
	ApprovedAt    time.Time      `json:"approved_at,omitzero"`
	ClosedAt      time.Time      `json:"closed_at,omitzero"`

	preparedBy ident.User
}

// PreparedBy returns who prepared a round.
func (r Round) PreparedBy() ident.User { return r.preparedBy }

// Share is the gift to one association.
type Share struct {
	Association ident.Holder `json:"association"`
	Name        string       `json:"name"`
	Changed     money.Amount `json:"changed_eur"` // by those who chose it
	Members     int          `json:"members"`
	Amount      money.Amount `json:"amount"`
	Entry       ident.Entry  `json:"entry,omitzero"`
}

// PrepareInput is the period of a round and its share.
type PrepareInput struct {
	From  civil.Date `json:"from"`
	Until civil.Date `json:"until"`
	Rate  money.Rate `json:"rate"` // of the euros changed, up to 10 %
}

// command runs a command that answers with a round.
func (s *Service) command(ctx context.Context, c ledger.Command, form error, do func(*ledger.Tx) (Round, error)) (Round, bool, error) {
	if err := access.Allow(c.Actor, c.Action, ident.Holder{}); err != nil {
		return Round{}, false, err
	}
	if form != nil {
		return Round{}, false, form
	}
	out, err := s.ledger.Execute(ctx, c, func(tx *ledger.Tx) (ident.Ref, error) {
		r, err := do(tx)
		if err != nil {
			return ident.Ref{}, err
		}
		return r.ID.Ref(), tx.Keep(r)
	})
	if err != nil {
		return Round{}, false, err
	}
	var r Round
	return r, out.Replayed, json.Unmarshal(out.Result, &r)
}

// Prepare computes a round for a period; a last day that is not over counts as
// far as it went, so that periods had better end before today. It returns ErrForbidden,
// ErrInvalid, ErrOverlap and ErrNothing.
func (s *Service) Prepare(ctx context.Context, actor access.Actor, key string, in PrepareInput) (Round, bool, error) {
	var check fault.Check
	check.That(in.From > 0 && in.From <= in.Until, "/from", "must be a day not after the last one")
	check.That(in.Until <= civil.Of(s.ledger.Now()), "/until", "must not be in the future")
	check.That(!in.Rate.IsZero() && in.Rate.Hundredths() <= 1000, "/rate", "must be above 0 and at most 0.10")
	return s.command(ctx, ledger.Command{Actor: actor, Action: access.GiftPrepare, Key: key, Input: in}, check.Err(), func(tx *ledger.Tx) (Round, error) {
		var overlapping int
		if err := tx.QueryRow(sqlOverlap, in.From, in.Until).Scan(&overlapping); err != nil {
			return Round{}, err
		}
		if overlapping > 0 {
			return Round{}, ErrOverlap
		}
		r := Round{ID: RoundID{Bits: tx.NewID()}, Status: Draft, From: in.From, Until: in.Until, Rate: in.Rate, PreparedAt: tx.Now()}
		if err := r.fill(tx); err != nil {
			return Round{}, err
		}
		return r, r.insert(tx)
	})
}

// fill computes the lines from the conversions of the period.
func (r *Round) fill(tx *ledger.Tx) error {
	rows, err := tx.Query(sqlShares, r.From, r.Until)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var l Share
		if err := rows.Scan(&l.Association, &l.Changed, &l.Members); err != nil {
			return err
		}
		if l.Amount = r.Rate.Floor(l.Changed); l.Amount > 0 {
			r.Lines = append(r.Lines, l)
			r.Total += l.Amount
		}
	}
	if r.Total == 0 && rows.Err() == nil {
		return ErrNothing
	}
	return rows.Err()
}

func (r *Round) insert(tx *ledger.Tx) error {
	if _, err := tx.Exec(sqlInsertRound, r.ID, r.From, r.Until, r.Rate, r.Total, tx.Actor().ID, r.PreparedAt.UnixMicro()); err != nil {
		return err
	}
	for i := range r.Lines {
		l := &r.Lines[i]
		h, err := tx.Holder(l.Association)
		if err != nil {
			return err
		}
		l.Name = h.Name
		if _, err := tx.Exec(sqlInsertLine, r.ID, l.Association, l.Changed, l.Members, l.Amount); err != nil {
			return err
		}
	}
	return nil
}

// Approve approves a round, as another person than who prepared it (D9). It
// returns ErrForbidden, ErrMissing, ErrSamePerson, ErrApproved and ErrClosed.
func (s *Service) Approve(ctx context.Context, actor access.Actor, key string, id RoundID) (Round, bool, error) {
	return s.command(ctx, ledger.Command{Actor: actor, Action: access.GiftApprove, Key: key, Input: id}, nil, func(tx *ledger.Tx) (Round, error) {
		r, err := roundOf(tx, id)
		switch {
		case err != nil:
			return Round{}, err
		case r.Status == Approved:
			return Round{}, ErrApproved
		case r.Status != Draft:
			return Round{}, ErrClosed
		case r.preparedBy == tx.Actor().ID:
			return Round{}, ErrSamePerson
		}
		r.Status, r.ApprovedAt = Approved, tx.Now()
		return r, tx.Guard(ErrApproved, sqlApprove, r.ID, tx.Actor().ID, r.ApprovedAt.UnixMicro())
	})
}

// Cancel gives a round up that was not given. It returns ErrForbidden,
// ErrMissing and ErrClosed.
func (s *Service) Cancel(ctx context.Context, actor access.Actor, key string, id RoundID) (Round, bool, error) {
	return s.command(ctx, ledger.Command{Actor: actor, Action: access.GiftCancel, Key: key, Input: id}, nil, func(tx *ledger.Tx) (Round, error) {
		r, err := roundOf(tx, id)
		if err != nil {
			return Round{}, err
		}
		r.Status, r.ClosedAt = Cancelled, tx.Now()
		return r, tx.Guard(ErrClosed, sqlCancel, r.ID, r.ClosedAt.UnixMicro())
	})
}

// GiveInput says that the euros of a round are in the fund.
type GiveInput struct {
	Round         RoundID        `json:"round"`
	BankReference string         `json:"bank_reference"`
	Account       ledger.Account `json:"account,omitempty"`  // the compte dédié they came to; the first one where left out
	BookedOn      civil.Date     `json:"booked_on,omitzero"` // value date
}

// Give issues the units of a round against the euros that were moved from the
// operating account to a compte dédié, each line by an entry in which both stand
// (G1). It returns ErrForbidden, ErrInvalid, ErrMissing, ErrNotApproved, ErrClosed,
// and conversion.ErrReferenceUsed.
func (s *Service) Give(ctx context.Context, actor access.Actor, key string, in GiveInput) (Round, bool, error) {
	var check fault.Check
	check.That(ledger.Printable(in.BankReference, 140), "/bank_reference", "must be 1 to 140 printable characters")
	check.That(in.BookedOn <= civil.Of(s.ledger.Now()), "/booked_on", "must not be in the future")
	return s.command(ctx, ledger.Command{Actor: actor, Action: access.GiftSettle, Key: key, Input: in}, check.Err(), func(tx *ledger.Tx) (Round, error) {
		r, err := roundOf(tx, in.Round)
		switch {
		case err != nil:
			return Round{}, err
		case r.Status == Draft:
			return Round{}, ErrNotApproved
		case r.Status != Approved:
			return Round{}, ErrClosed
		}
		if r.Account, err = conversion.Dedicated(tx, in.Account); err != nil {
			return Round{}, err
		}
		if err := tx.Open(ledger.GiftCost); err != nil {
			return Round{}, err
		}
		for i := range r.Lines {
			if err := r.give(tx, &r.Lines[i], in); err != nil {
				return Round{}, err
			}
		}
		if err := conversion.Moved(tx, in.BankReference, r.Lines[0].Entry); err != nil {
			return Round{}, err
		}
		r.Status, r.BankReference, r.ClosedAt = Given, in.BankReference, tx.Now()
		return r, tx.Guard(ErrClosed, sqlGive, r.ID, r.ClosedAt.UnixMicro(), r.BankReference, string(r.Account))
	})
}

// give posts one line: the euros cost the operating account what they bring to
// the fund, and the units are issued against them.
func (r *Round) give(tx *ledger.Tx, l *Share, in GiveInput) error {
	e, err := tx.Post(ledger.Draft{Kind: ledger.KindGift, BookedOn: in.BookedOn, Reference: in.BankReference, Postings: append(
		conversion.Issue(r.Account, l.Association, l.Amount),
		ledger.Posting{Debit: ledger.GiftCost, Credit: ledger.Operating, Amount: l.Amount})})
	if err != nil {
		return err
	}
	l.Entry = e.ID
	tx.Touch(l.Association.Ref())
	return tx.Guard(ErrClosed, sqlGiveLine, r.ID, l.Association, e.ID)
}

// Rounds lists the latest rounds, newest first, with their lines. It returns
// ErrForbidden.
func (s *Service) Rounds(ctx context.Context, actor access.Actor, most int) ([]Round, error) {
	if err := access.Allow(actor, access.GiftRead, ident.Holder{}); err != nil {
		return nil, err
	}
	list := []Round{}
	err := s.ledger.Snapshot(ctx, func(r db.Reader) error {
		rows, err := r.QueryContext(ctx, sqlRounds, most)
		if err != nil {
			return err
		}
		if list, err = collect(rows, scanRound); err != nil {
			return err
		}
		for i := range list {
			lines, err := r.QueryContext(ctx, sqlLines, list[i].ID)
			if err != nil {
				return err
			}
			if list[i].Lines, err = collect(lines, scanLine); err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}

func collect[T any](rows *sql.Rows, scan func(db.Row) (T, error)) ([]T, error) {
	defer rows.Close()
	list := []T{}
	for rows.Next() {
		thing, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, thing)
	}
	return list, rows.Err()
}

func roundOf(tx *ledger.Tx, id RoundID) (Round, error) {
	r, err := scanRound(tx.QueryRow(sqlRound, id))
	if err != nil {
		return Round{}, err
	}
	rows, err := tx.Query(sqlLines, id)
	if err != nil {
		return Round{}, err
	}
	r.Lines, err = collect(rows, scanLine)
	return r, err
}

func scanRound(row db.Row) (Round, error) {
	var r Round
	var prepared int64
	var approved, closed sql.NullInt64
	err := row.Scan(&r.ID, &r.From, &r.Until, &r.Rate, &r.Total, &r.Status, &r.preparedBy, &prepared, &approved, &r.BankReference, &r.Account, &closed)
	if errors.Is(err, sql.ErrNoRows) {
		return Round{}, ledger.ErrMissing
	}
	r.PreparedAt = time.UnixMicro(prepared).UTC()
	if approved.Valid {
		r.ApprovedAt = time.UnixMicro(approved.Int64).UTC()
	}
	if closed.Valid {
		r.ClosedAt = time.UnixMicro(closed.Int64).UTC()
	}
	return r, err
}

func scanLine(row db.Row) (Share, error) {
	var l Share
	return l, row.Scan(&l.Association, &l.Name, &l.Changed, &l.Members, &l.Amount, &l.Entry)
}
