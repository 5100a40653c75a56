// SPDX-License-Identifier: AGPL-3.0-or-later

package dues

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/membership"
	"github.com/noria-mlc/noria/ledger/money"
)

// Tariff is the least that holders of a kind pay for a year, in euros or units.
// Whoever wants to gives more; zero lets members in for nothing.
type Tariff struct {
	Kind   ledger.HolderKind `json:"kind"`
	Year   int               `json:"year"`
	Amount money.Amount      `json:"amount"`
}

// RatesInput is what is decided for a year. A kind that is left out keeps what
// was decided for it before.
type RatesInput struct {
	Year  int          `json:"year"`
	Rates []KindAmount `json:"rates"`
}

// KindAmount is the rate of a kind of holder.
type KindAmount struct {
	Kind   ledger.HolderKind `json:"kind"`
	Amount money.Amount      `json:"amount"`
}

// Service takes dues, through the ledger's one door.
type Service struct {
	ledger *ledger.Ledger
}

// New returns the service of an open book.
func New(l *ledger.Ledger) *Service { return &Service{ledger: l} }

// SetRates decides the dues of this year or a later one; those paid already
// stand. It returns ErrForbidden and ErrInvalid.
func (s *Service) SetRates(ctx context.Context, actor access.Actor, key string, in RatesInput) ([]Tariff, bool, error) {
	if err := access.Allow(actor, access.DuesRateSet, ident.Holder{}); err != nil {
		return nil, false, err
	}
	var check fault.Check
	this := yearOf(s.ledger.Now())
	check.That(in.Year >= this && in.Year <= this+5, "/year", "must be this year or one of the five to come")
	check.That(len(in.Rates) > 0 && len(in.Rates) <= len(membership.Kinds()), "/rates", "must name 1 to 4 kinds of holder")
	for i, r := range in.Rates {
		at := "/rates/" + strconv.Itoa(i)
		check.That(r.Kind.Valid(), at+"/kind", "must be a kind of holder")
		check.That(r.Amount >= 0 && r.Amount <= most, at+"/amount", "must be 0.00 to 100000.00")
	}
	if err := check.Err(); err != nil {
		return nil, false, err
	}
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.DuesRateSet, Key: key, Input: in}, func(tx *ledger.Tx) (ident.Ref, error) {
		set := []Tariff{}
		for _, r := range in.Rates {
			if _, err := tx.Exec(sqlSetRate, string(r.Kind), in.Year, r.Amount, tx.Actor().ID, tx.Now().UnixMicro()); err != nil {
				return ident.Ref{}, err
			}
			set = append(set, Tariff{r.Kind, in.Year, r.Amount})
		}
		return ident.Ref{}, tx.Keep(set)
	})
	if err != nil {
		return nil, false, err
	}
	var set []Tariff
	return set, out.Replayed, json.Unmarshal(out.Result, &set)
}

// most is the highest rate.
const most money.Amount = 100_000_00

// Rates lists the dues of this year and later ones. Anybody may know them.
func (s *Service) Rates(ctx context.Context) ([]Tariff, error) {
	rows, err := s.ledger.Reader().QueryContext(ctx, sqlRates, yearOf(s.ledger.Now()))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []Tariff{}
	for rows.Next() {
		var r Tariff
		if err := rows.Scan(&r.Kind, &r.Year, &r.Amount); err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, rows.Err()
}

// rateOf reads a rate within a command, or returns ErrNoRate.
func rateOf(tx *ledger.Tx, kind ledger.HolderKind, year int) (money.Amount, error) {
	var rate money.Amount
	err := tx.QueryRow(sqlRate, string(kind), year).Scan(&rate)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, ErrNoRate
	}
	return rate, err
}
