// SPDX-License-Identifier: AGPL-3.0-or-later

package debit

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/membership"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/sepa"
)

type debitNoun struct{}

// Prefix of a debit's id.
func (debitNoun) Prefix() string { return "deb_" }

// ID is the id of a debit.
type ID = ident.ID[debitNoun]

// Status is how far a debit is.
type Status string

// The statuses of a debit.
const (
	Noticed   Status = "noticed" // the member was told
	InRun     Status = "in_run"
	Sent      Status = "sent"      // at the bank
	Collected Status = "collected" // the euros came, the units are issued
	Returned  Status = "returned"  // sent back by the bank
	Cancelled Status = "cancelled"
)

// Debit is one direct debit under a mandate.
type Debit struct {
	ID         ID            `json:"id"`
	Mandate    MandateID     `json:"mandate"`
	Holder     ident.Holder  `json:"holder"`
	Period     string        `json:"period"`
	Euros      money.Amount  `json:"euros"`
	NoticedOn  civil.Date    `json:"noticed_on"`
	CollectOn  civil.Date    `json:"collect_on"`
	Status     Status        `json:"status"`
	Sequence   sepa.Sequence `json:"sequence,omitempty"`
	Run        RunID         `json:"run,omitzero"`
	Conversion conversion.ID `json:"conversion,omitzero"`
	Reason     string        `json:"reason,omitempty"` // code of its return (S4)
}

// Waiting says whether there is a mandate to look at.
func (s *Service) Waiting(ctx context.Context) (bool, error) {
	var any bool
	err := s.ledger.Reader().QueryRowContext(ctx, sqlAnyMandate).Scan(&any)
	return any, err
}

// Plan tells members of the debits to come: once for each period of each active
// mandate (S2). It returns how many it told.
func (s *Service) Plan(ctx context.Context, actor access.Actor) (int, error) {
	told := 0
	var after MandateID
	for {
		rows, err := s.ledger.Reader().QueryContext(ctx, sqlActiveMandates, after.Bits[:], 100)
		list, err := collect(rows, err, scanMandate)
		if err != nil || len(list) == 0 {
			return told, err
		}
		for _, m := range list {
			after = m.ID
			done, err := s.plan(ctx, actor, m)
			if err != nil {
				return told, err
			}
			told += done
		}
	}
}

// plan tells of the next debit of a mandate, where there is one to tell of. A
// mandate that was not used for 36 months becomes void instead (S1).
func (s *Service) plan(ctx context.Context, actor access.Actor, m Mandate) (int, error) {
	c, err := s.Creditor(ctx)
	if err != nil {
		return 0, err
	}
	if m.Rhythm == Once && m.UsedOn != 0 {
		return 0, nil // its one debit went to the bank
	}
	today := civil.Of(s.ledger.Now())
	key := "mandate-void:" + m.ID.String()
	if m.holds(today) {
		period, _ := m.next(today, c)
		key = "debit:" + m.ID.String() + ":" + period
		if m.Rhythm == WhenLow {
			held, err := s.ledger.Holding(ctx, m.Holder)
			if err != nil || held.Available >= m.Low {
				return 0, err
			}
		}
		var pending int
		if err := s.ledger.Reader().QueryRowContext(ctx, sqlPending, m.ID, period).Scan(&pending); err != nil || pending > 0 {
			return 0, err
		}
		// Nothing is collected from somebody who could not be given units for it; the
		// period is planned once they are a member again (L9).
		switch err := membership.Check(ledger.Rows(ctx, s.ledger.Reader()), m.Holder, today); {
		case errors.Is(err, membership.ErrEnded):
			return 0, nil
		case err != nil:
			return 0, err
		}
	}
	tell, err := s.teller(ctx)
	if err != nil {
		return 0, err
	}
	d, _, err := execute[Debit](ctx, s, ledger.Command{Actor: actor, Action: access.DebitPlan, Key: key, Input: key}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) {
			now, err := scanMandate(tx.QueryRow(sqlMandate, m.ID))
			if err != nil {
				return ident.Ref{}, found(err)
			}
			if now.Status != Active {
				return ident.Ref{}, ErrMandateEnded
			}
			d, told, err := now.announce(tx, c, tell)
			if err != nil {
				return ident.Ref{}, err
			}
			if !told {
				d.Status = Cancelled
			}
			return m.ID.Ref(), tx.Keep(d)
		})
	if err != nil || d.Status != Noticed {
		return 0, err
	}
	return 1, nil
}

// announce writes the next debit of a mandate and tells the member of it. It says
// whether there is one that nobody was told of before: a mandate that will not hold
// on its day lapses instead.
func (m *Mandate) announce(tx *ledger.Tx, c Creditor, tell Tell) (Debit, bool, error) {
	period, day := m.next(tx.Today(), c)
	d := Debit{ID: ID{Bits: tx.NewID()}, Mandate: m.ID, Holder: m.Holder, Period: period, Euros: m.Euros, NoticedOn: tx.Today(), CollectOn: day, Status: Noticed}
	if !m.holds(d.CollectOn) {
		return d, false, m.lapse(tx, c, tell)
	}
	n, err := tx.Exec(sqlInsertDebit, d.ID, d.Mandate, d.Holder, d.Period, d.Euros, d.NoticedOn, d.CollectOn)
	if err != nil || n == 0 {
		return d, false, err
	}
	return d, true, tell(tx, News{Event: Announced, Mandate: *m, Debit: d, Creditor: c})
}

// lapse ends a mandate that was not used for 36 months (S1).
func (m *Mandate) lapse(tx *ledger.Tx, c Creditor, tell Tell) error {
	if err := m.end(tx, Void); err != nil {
		return err
	}
	return tell(tx, News{Event: Lapsed, Mandate: *m, Creditor: c})
}

// next returns the next period of a mandate with the day of its debit: a business
// day, as long after today as was agreed (S2).
func (m Mandate) next(today civil.Date, c Creditor) (string, civil.Date) {
	earliest := today + civil.Date(c.NoticeDays)
	switch m.Rhythm {
	case Once:
		return "once", sepa.OnBusinessDay(earliest)
	case WhenLow:
		return "low:" + today.String(), sepa.OnBusinessDay(earliest)
	}
	year, month, day := earliest.Start().In(civil.Paris()).Date()
	if day > m.Day {
		month++
	}
	first := time.Date(year, month, m.Day, 12, 0, 0, 0, time.UTC)
	on := civil.New(first.Year(), first.Month(), first.Day())
	return on.Month(), sepa.OnBusinessDay(on)
}

// Debits lists the debits of a mandate, newest first. It returns ErrMissing and
// ErrForbidden.
func (s *Service) Debits(ctx context.Context, actor access.Actor, id MandateID) ([]Debit, error) {
	m, err := s.mandate(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := access.Allow(actor, access.MandateRead, m.Holder); err != nil {
		return nil, err
	}
	list, err := s.ledger.Reader().QueryContext(ctx, sqlDebitsOf, id)
	return collect(list, err, scanDebit)
}

// Debit returns one debit. It returns ErrMissing and ErrForbidden.
func (s *Service) Debit(ctx context.Context, actor access.Actor, id ID) (Debit, error) {
	d, err := scanDebit(s.ledger.Reader().QueryRowContext(ctx, sqlDebit, id))
	if err != nil {
		return Debit{}, found(err)
	}
	return d, access.Allow(actor, access.MandateRead, d.Holder)
}

// Due is what waits to be put into a run.
type Due struct {
	Debits int          `json:"debits"`
	Total  money.Amount `json:"total_eur"`
	Later  int          `json:"later"`          // told of, and too early for a run
	First  civil.Date   `json:"first,omitzero"` // day from which one of those can be put into a run
}

// Due returns what could be put into a run today. It returns ErrForbidden.
func (s *Service) Due(ctx context.Context, actor access.Actor) (Due, error) {
	if err := access.Allow(actor, access.RunRead, ident.Holder{}); err != nil {
		return Due{}, err
	}
	today := civil.Of(s.ledger.Now())
	var d Due
	var first sql.NullInt64
	err := s.ledger.Reader().QueryRowContext(ctx, sqlDue, today+horizon).Scan(&d.Debits, &d.Total, &d.Later, &first)
	if first.Valid {
		d.First = civil.Date(first.Int64) - horizon
	}
	return d, err
}

func scanDebit(row db.Row) (Debit, error) {
	var d Debit
	err := row.Scan(&d.ID, &d.Mandate, &d.Holder, &d.Period, &d.Euros, &d.NoticedOn, &d.CollectOn, &d.Status, &d.Sequence, &d.Run, &d.Conversion, &d.Reason)
	return d, err
}
