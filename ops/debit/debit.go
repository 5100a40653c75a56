// SPDX-License-Identifier: AGPL-3.0-or-later

package debit

import (
	"context"
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

// plan tells of the next debit of a mandate, where there is one to tell of.
func (s *Service) plan(ctx context.Context, actor access.Actor, m Mandate) (int, error) {
	c, err := creditor(s.ledger.Reader().QueryRowContext(ctx, sqlCreditor))
	if err != nil {
		return 0, err
	}
	today := civil.Of(s.ledger.Now())
	period, day := m.next(today, today+civil.Date(c.NoticeDays))
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
	switch err := membership.Check(ledger.Rows(ctx, s.ledger.Reader()), m.Holder, civil.Of(s.ledger.Now())); {
	case errors.Is(err, membership.ErrEnded):
		return 0, nil
	case err != nil:
		return 0, err
	}
	d, _, err := execute[Debit](ctx, s, ledger.Command{Actor: actor, Action: access.DebitPlan, Key: "debit:" + m.ID.String() + ":" + period, Input: period}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) {
			d := Debit{ID: ID{Bits: tx.NewID()}, Mandate: m.ID, Holder: m.Holder, Period: period, Euros: m.Euros, NoticedOn: tx.Today(),
				CollectOn: sepa.OnBusinessDay(max(day, tx.Today()+civil.Date(c.NoticeDays))), Status: Noticed}
			now, err := scanMandate(tx.QueryRow(sqlMandate, m.ID))
			if err != nil {
				return ident.Ref{}, found(err)
			}
			if now.Status != Active {
				return ident.Ref{}, ErrMandateEnded
			}
			if !now.holds(d.CollectOn) {
				d.Status = Cancelled
				if err := now.end(tx, Void); err != nil {
					return ident.Ref{}, err
				}
				return m.ID.Ref(), tx.Keep(d)
			}
			n, err := tx.Exec(sqlInsertDebit, d.ID, d.Mandate, d.Holder, d.Period, d.Euros, d.NoticedOn, d.CollectOn)
			if err != nil {
				return ident.Ref{}, err
			}
			if n == 1 && s.tell != nil {
				if err := s.tell(tx, d); err != nil {
					return ident.Ref{}, err
				}
			}
			return m.ID.Ref(), tx.Keep(d)
		})
	if err != nil || d.Status != Noticed {
		return 0, err
	}
	return 1, nil
}

// next returns the next period of a mandate with a day not before the earliest.
func (m Mandate) next(today, earliest civil.Date) (string, civil.Date) {
	switch m.Rhythm {
	case Once:
		return "once", earliest
	case WhenLow:
		return "low:" + today.String(), earliest
	}
	year, month, day := earliest.Start().In(civil.Paris()).Date()
	if day > m.Day {
		month++
	}
	first := time.Date(year, month, m.Day, 12, 0, 0, 0, time.UTC)
	on := civil.New(first.Year(), first.Month(), first.Day())
	return on.Month(), on
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

func scanDebit(row db.Row) (Debit, error) {
	var d Debit
	err := row.Scan(&d.ID, &d.Mandate, &d.Holder, &d.Period, &d.Euros, &d.NoticedOn, &d.CollectOn, &d.Status, &d.Sequence, &d.Run, &d.Conversion, &d.Reason)
	return d, err
}
