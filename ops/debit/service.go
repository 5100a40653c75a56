// SPDX-License-Identifier: AGPL-3.0-or-later

package debit

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/sepa"
)

// Tell tells a member about a debit within its command, at least the agreed days
// before (S2); the room above knows how they are reached.
type Tell func(tx *ledger.Tx, d Debit) error

// Service collects direct debits.
type Service struct {
	ledger *ledger.Ledger
	euros  *conversion.Service
	tell   Tell
}

// New returns the service of an open book; tell may be nil, where members read on
// their pages what will be debited.
func New(l *ledger.Ledger, euros *conversion.Service, tell Tell) *Service {
	return &Service{l, euros, tell}
}

// Creditor is who collects.
type Creditor struct {
	ICS        string `json:"ics"`         // creditor identifier
	NoticeDays int    `json:"notice_days"` // between the notice and the debit: 14, unless fewer are agreed (S2)
}

// SetCreditor says who collects. It returns ErrForbidden and ErrInvalid.
func (s *Service) SetCreditor(ctx context.Context, actor access.Actor, key string, in Creditor) (Creditor, bool, error) {
	if in.NoticeDays == 0 {
		in.NoticeDays = 14
	}
	var check fault.Check
	check.That(sepa.CheckICS(in.ICS), "/ics", "must be a creditor identifier with right check digits")
	check.That(in.NoticeDays >= 1 && in.NoticeDays <= 14, "/notice_days", "must be 1 to 14 days (S2)")
	return execute[Creditor](ctx, s, ledger.Command{Actor: actor, Action: access.CurrencySet, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			if _, err := tx.Exec(sqlSetCreditor, in.ICS, in.NoticeDays); err != nil {
				return ident.Ref{}, err
			}
			return ident.Ref{}, tx.Keep(in)
		})
}

func creditor(row db.Row) (Creditor, error) {
	var c Creditor
	err := row.Scan(&c.ICS, &c.NoticeDays)
	if errors.Is(err, sql.ErrNoRows) {
		return c, ErrNoCreditor
	}
	return c, err
}

// execute runs a command whose form was checked, and answers with what it kept.
func execute[T any](ctx context.Context, s *Service, c ledger.Command, form error, do func(*ledger.Tx) (ident.Ref, error)) (T, bool, error) {
	var thing T
	if err := access.Allow(c.Actor, c.Action, c.Owner); err != nil {
		return thing, false, err
	}
	if form != nil {
		return thing, false, form
	}
	out, err := s.ledger.Execute(ctx, c, do)
	if err != nil {
		return thing, false, err
	}
	if err := json.Unmarshal(out.Result, &thing); err != nil {
		return thing, false, fmt.Errorf("stored answer: %w", err)
	}
	return thing, out.Replayed, nil
}

func found(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ledger.ErrMissing
	}
	return err
}

func collect[T any](list *sql.Rows, err error, scan func(db.Row) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer list.Close()
	things := []T{}
	for list.Next() {
		thing, err := scan(list)
		if err != nil {
			return nil, err
		}
		things = append(things, thing)
	}
	return things, list.Err()
}

func instant(at sql.NullInt64) time.Time {
	if !at.Valid {
		return time.Time{}
	}
	return time.UnixMicro(at.Int64).UTC()
}
