// SPDX-License-Identifier: AGPL-3.0-or-later

package dues

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/membership"
	"github.com/noria-mlc/noria/ledger/money"
)

type noun struct{}

// Prefix of dues.
func (noun) Prefix() string { return "due_" }

// ID is the id of dues that were paid.
type ID = ident.ID[noun]

// Way is how dues were paid.
type Way string

// The ways.
const (
	InUnits    Way = "units"    // from the member's wallet to that of the association
	AtDesk     Way = "desk"     // euros handed over at an exchange desk
	ByTransfer Way = "transfer" // euros that came to the operating account
	Free       Way = "free"     // nothing was due
)

// Dues are what somebody paid for a year.
type Dues struct {
	ID            ID             `json:"id"`
	Holder        ident.Holder   `json:"holder"`
	Year          int            `json:"year"`
	Amount        money.Amount   `json:"amount"`
	Way           Way            `json:"way"`
	Account       ledger.Account `json:"account,omitempty"`
	BankReference string         `json:"bank_reference,omitempty"`
	Until         civil.Date     `json:"until"` // the last day that they pay for
	Entry         ident.Entry    `json:"entry,omitzero"`
	Reversal      ident.Entry    `json:"reversal,omitzero"`
	Reason        string         `json:"reason,omitempty"` // of the cancellation
	RecordedAt    time.Time      `json:"recorded_at"`
	CancelledAt   time.Time      `json:"cancelled_at,omitzero"`

	recordedBy ident.User
}

// RecordedBy is who recorded the dues, or paid them in units.
func (d Dues) RecordedBy() ident.User { return d.recordedBy }

// PayInput is dues as they are paid or recorded. Amount is in euros, or in units
// where that is the way; left out, the rate is paid.
type PayInput struct {
	Holder        ident.Holder `json:"holder"`
	Year          int          `json:"year"`
	Way           Way          `json:"way"`
	Amount        money.Amount `json:"amount,omitempty"`
	Desk          string       `json:"desk,omitempty"`           // that took the euros
	BankReference string       `json:"bank_reference,omitempty"` // of the transfer
	BookedOn      civil.Date   `json:"booked_on,omitzero"`       // its value date
	Message       string       `json:"message,omitempty"`        // what the statement says of units
}

// action is what an actor must be allowed to do for a way.
func (w Way) action() (access.Action, error) {
	switch w {
	case InUnits:
		return access.DuesPay, nil
	case AtDesk:
		return access.DuesDesk, nil
	case ByTransfer, Free:
		return access.DuesRecord, nil
	}
	return "", fault.ErrInvalid.At("/way", "must be units, desk, transfer or free")
}

// yearOf returns the civil year of an instant.
func yearOf(at time.Time) int {
	year, _ := strconv.Atoi(civil.Of(at).String()[:4])
	return year
}

// Pay takes the dues of a holder for a year: by the member in units, by a desk in
// euros, by a treasurer from the operating account or for nothing where the rate
// is zero. It returns ErrForbidden, ErrInvalid, ErrMissing, ErrYear, ErrNoRate,
// ErrTooLittle, ErrPaid, ErrNoAccount, ErrSamePerson, ErrReference, and
// ledger.ErrInsufficientFunds.
func (s *Service) Pay(ctx context.Context, actor access.Actor, key string, in PayInput) (Dues, bool, error) {
	action, err := in.Way.action()
	if err != nil {
		return Dues{}, false, err
	}
	if err := access.Allow(actor, action, in.Holder); err != nil {
		return Dues{}, false, err
	}
	if err := in.check(s.ledger.Now()); err != nil {
		return Dues{}, false, err
	}
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: action, Owner: in.Holder, Key: key, Input: in},
		func(tx *ledger.Tx) (ident.Ref, error) { return in.pay(tx) })
	return answer(out, err)
}

func answer(out ledger.Outcome, err error) (Dues, bool, error) {
	if err != nil {
		return Dues{}, false, err
	}
	var d Dues
	return d, out.Replayed, json.Unmarshal(out.Result, &d)
}

func (in PayInput) check(now time.Time) error {
	var check fault.Check
	check.That(in.Amount >= 0 && in.Amount <= money.Max, "/amount", "must be 0.00 or more")
	check.That((in.Way == AtDesk) == (in.Desk != ""), "/desk", "must name the desk that took the euros, and only then")
	check.That((in.Way == ByTransfer) == (in.BankReference != ""), "/bank_reference", "must be that of the transfer, and only then")
	check.That(in.BankReference == "" || ledger.Printable(in.BankReference, 140), "/bank_reference", "must be at most 140 printable characters")
	check.That(in.Message == "" || ledger.Printable(in.Message, 140), "/message", "must be at most 140 printable characters")
	check.That(in.BookedOn <= civil.Of(now), "/booked_on", "must not be in the future")
	return check.Err()
}

// pay is the part of Pay inside the door.
func (in PayInput) pay(tx *ledger.Tx) (ident.Ref, error) {
	h, err := tx.Holder(in.Holder)
	if err != nil {
		return ident.Ref{}, err
	}
	this := yearOf(tx.Now())
	if in.Year != this && in.Year != this+1 {
		return ident.Ref{}, ErrYear
	}
	if in.Way != InUnits && h.ID == tx.Actor().Holder {
		return ident.Ref{}, ErrSamePerson
	}
	rate, err := rateOf(tx, h.Kind, in.Year)
	if err != nil {
		return ident.Ref{}, err
	}
	d := Dues{ID: ID{Bits: tx.NewID()}, Holder: h.ID, Year: in.Year, Amount: in.Amount, Way: in.Way, BankReference: in.BankReference,
		Until: civil.New(in.Year, time.December, 31), RecordedAt: tx.Now()}
	if d.Amount == 0 {
		d.Amount = rate
	}
	switch {
	case d.Amount < rate, in.Way == Free && rate > 0:
		return ident.Ref{}, ErrTooLittle
	case in.Way != Free && d.Amount == 0:
		return ident.Ref{}, fault.ErrInvalid.At("/amount", "must be more than 0.00")
	case in.Way == Free && d.Amount > 0:
		return ident.Ref{}, fault.ErrInvalid.At("/amount", "must be 0.00")
	}
	if err := d.fresh(tx); err != nil {
		return ident.Ref{}, err
	}
	if err := d.post(tx, in); err != nil {
		return ident.Ref{}, err
	}
	if err := tx.Guard(ErrPaid, sqlInsert, d.ID, d.Holder, d.Year, d.Amount, string(d.Way), string(d.Account), d.BankReference, d.Entry,
		tx.Actor().ID, d.RecordedAt.UnixMicro()); err != nil {
		return ident.Ref{}, err
	}
	if err := extend(tx, d.Holder); err != nil {
		return ident.Ref{}, err
	}
	tx.Touch(d.Holder.Ref())
	return d.ID.Ref(), tx.Keep(d)
}

// fresh refuses a year that was paid and a bank line that was booked before.
func (d *Dues) fresh(tx *ledger.Tx) error {
	var n int
	if err := tx.QueryRow(sqlStanding, d.Holder, d.Year).Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		return ErrPaid
	}
	if d.BankReference == "" {
		return nil
	}
	if err := tx.QueryRow(sqlUsed, d.BankReference).Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		return ErrReference
	}
	return nil
}

// post books the dues where they went. None of the accounts is of the guarantee
// fund (P11).
func (d *Dues) post(tx *ledger.Tx, in PayInput) error {
	draft := ledger.Draft{Kind: ledger.KindDues, BookedOn: in.BookedOn, Reference: d.BankReference}
	posting := ledger.Posting{Debit: ledger.Operating, Credit: ledger.IncomeDues, Amount: d.Amount}
	switch d.Way {
	case Free:
		return nil
	case AtDesk:
		till, err := tillOf(tx, in.Desk)
		if err != nil {
			return err
		}
		posting.Debit = till
	case InUnits:
		association, err := membership.AccountOf(tx)
		if err != nil {
			return err
		}
		if association.IsZero() || association == d.Holder {
			return ErrNoAccount
		}
		posting = ledger.Posting{Debit: ledger.Wallet(d.Holder), Credit: ledger.Wallet(association), Amount: d.Amount}
		draft.Kind, draft.Message = ledger.KindPayment, in.Message
	}
	draft.Postings = []ledger.Posting{posting}
	e, err := tx.Post(draft)
	if err != nil {
		return err
	}
	d.Entry, d.Account = e.ID, posting.Debit
	if d.Way == InUnits {
		d.Account = posting.Credit
	}
	return nil
}

// tillOf opens the till of dues of a desk, or refuses a desk that there is not.
func tillOf(tx *ledger.Tx, desk string) (ledger.Account, error) {
	var slug string
	err := tx.QueryRow(sqlDesk, desk).Scan(&slug)
	if errors.Is(err, sql.ErrNoRows) {
		return "", fault.ErrInvalid.At("/desk", "must be an exchange desk of the currency")
	}
	if err != nil {
		return "", err
	}
	till := ledger.DuesDesk(desk)
	return till, tx.Open(till)
}

// extend has the membership of a holder last as long as the dues that stand.
func extend(tx *ledger.Tx, h ident.Holder) error {
	var year int
	if err := tx.QueryRow(sqlLastYear, h).Scan(&year); err != nil {
		return err
	}
	if year == 0 {
		return membership.Extend(tx, h, 0)
	}
	return membership.Extend(tx, h, civil.New(year, time.December, 31))
}

// CancelInput takes dues back that were recorded wrongly.
type CancelInput struct {
	Dues   ID     `json:"dues"`
	Reason string `json:"reason"`
}

// Cancel takes dues back by the opposite entry, and the membership that they
// paid for (B2). It returns ErrForbidden, ErrInvalid, ErrMissing, ErrCancelled,
// ErrSamePerson for one's own, and ledger.ErrInsufficientFunds where the euros or
// units moved on.
func (s *Service) Cancel(ctx context.Context, actor access.Actor, key string, in CancelInput) (Dues, bool, error) {
	if err := access.Allow(actor, access.DuesCancel, ident.Holder{}); err != nil {
		return Dues{}, false, err
	}
	if !ledger.Printable(in.Reason, 200) {
		return Dues{}, false, fault.ErrInvalid.At("/reason", "must be 1 to 200 printable characters")
	}
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.DuesCancel, Key: key, Input: in}, func(tx *ledger.Tx) (ident.Ref, error) {
		d, err := scan(tx.QueryRow(sqlOne, in.Dues))
		if err != nil {
			return ident.Ref{}, err
		}
		switch {
		case !d.CancelledAt.IsZero():
			return ident.Ref{}, ErrCancelled
		case d.Holder == tx.Actor().Holder:
			return ident.Ref{}, ErrSamePerson
		}
		if !d.Entry.IsZero() {
			e, err := tx.Reverse(d.Entry)
			if err != nil {
				return ident.Ref{}, err
			}
			d.Reversal = e.ID
		}
		d.Reason, d.CancelledAt = in.Reason, tx.Now()
		if err := tx.Guard(ErrCancelled, sqlCancel, d.ID, d.CancelledAt.UnixMicro(), d.Reversal, d.Reason); err != nil {
			return ident.Ref{}, err
		}
		tx.Touch(d.Holder.Ref())
		return d.ID.Ref(), errors.Join(extend(tx, d.Holder), tx.Keep(d))
	})
	return answer(out, err)
}

// ListInput asks for the dues of a holder, or for everybody's.
type ListInput struct {
	Holder ident.Holder
	Before ID
	Limit  int
}

// List lists dues, newest first. It returns ErrForbidden.
func (s *Service) List(ctx context.Context, actor access.Actor, in ListInput) ([]Dues, error) {
	if err := access.Allow(actor, access.DuesRead, in.Holder); err != nil {
		return nil, err
	}
	var rows *sql.Rows
	var err error
	if in.Holder.IsZero() {
		rows, err = s.ledger.Reader().QueryContext(ctx, sqlAll, in.Before, in.Limit)
	} else {
		rows, err = s.ledger.Reader().QueryContext(ctx, sqlOf, in.Holder, in.Before, in.Limit)
	}
	return collect(rows, err)
}

// Of lists all dues of a person, newest first, for the copy of their data, which
// whoever calls has allowed (D7). It returns an error of the engine.
func Of(ctx context.Context, j *ledger.Journal, h ident.Holder) ([]Dues, error) {
	return collect(j.Reader().QueryContext(ctx, sqlOf, h, ID{}, 10_000))
}

func collect(rows *sql.Rows, err error) ([]Dues, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []Dues{}
	for rows.Next() {
		d, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, rows.Err()
}

func scan(row db.Row) (Dues, error) {
	var d Dues
	var recorded int64
	var cancelled sql.NullInt64
	err := row.Scan(&d.ID, &d.Holder, &d.Year, &d.Amount, &d.Way, &d.Account, &d.BankReference, &d.Entry, &d.Reversal, &d.Reason,
		&d.recordedBy, &recorded, &cancelled)
	if errors.Is(err, sql.ErrNoRows) {
		return Dues{}, ledger.ErrMissing
	}
	d.Until, d.RecordedAt = civil.New(d.Year, time.December, 31), time.UnixMicro(recorded).UTC()
	if cancelled.Valid {
		d.CancelledAt = time.UnixMicro(cancelled.Int64).UTC()
	}
	return d, err
}
