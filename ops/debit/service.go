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
	"github.com/noria-mlc/noria/ledger/ident"
)

// Service collects direct debits.
type Service struct {
	ledger *ledger.Ledger
	euros  *conversion.Service
	notice Notice
}

// New returns the service of an open book; notice may be nil, where members read on
// their pages what will be debited.
func New(l *ledger.Ledger, euros *conversion.Service, notice Notice) *Service {
	return &Service{l, euros, notice}
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

// bounded is how many things a list gives at most.
func bounded(limit int) int {
	if limit < 1 || limit > 200 {
		return 50
	}
	return limit
}

func instant(at sql.NullInt64) time.Time {
	if !at.Valid {
		return time.Time{}
	}
	return time.UnixMicro(at.Int64).UTC()
}
