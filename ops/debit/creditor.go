// SPDX-License-Identifier: AGPL-3.0-or-later

package debit

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ops/sepa"
)

// Creditor is who collects.
type Creditor struct {
	ICS        string         `json:"ics"`               // creditor identifier
	NoticeDays int            `json:"notice_days"`       // between the notice and the debit: 14, unless fewer are agreed (S2)
	Account    ledger.Account `json:"account,omitempty"` // compte dédié that collects; the usual one of digital units where empty
}

// SetCreditor says who collects. It returns ErrForbidden and ErrInvalid.
func (s *Service) SetCreditor(ctx context.Context, actor access.Actor, key string, in Creditor) (Creditor, bool, error) {
	if in.NoticeDays == 0 {
		in.NoticeDays = 14
	}
	var check fault.Check
	check.That(sepa.CheckICS(in.ICS), "/ics", "must be a creditor identifier with right check digits")
	check.That(in.NoticeDays >= 1 && in.NoticeDays <= 14, "/notice_days", "must be 1 to 14 days (S2)")
	if in.Account != "" {
		_, err := s.bank(ctx, in.Account)
		if err != nil && !errors.Is(err, conversion.ErrChannel) {
			return Creditor{}, false, err
		}
		check.That(err == nil && digital(in.Account), "/account", "must be a compte dédié of digital units")
	}
	return execute[Creditor](ctx, s, ledger.Command{Actor: actor, Action: access.CurrencySet, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			if _, err := tx.Exec(sqlSetCreditor, in.ICS, in.NoticeDays, string(in.Account)); err != nil {
				return ident.Ref{}, err
			}
			return ident.Ref{}, tx.Keep(in)
		})
}

// Creditor returns who collects, as every mandate says it: it is no secret. It
// returns ErrNoCreditor where nobody does yet.
func (s *Service) Creditor(ctx context.Context) (Creditor, error) {
	return creditor(s.ledger.Reader().QueryRowContext(ctx, sqlCreditor))
}

// Collector is who collects, with the account that the euros come to.
type Collector struct {
	Creditor
	Name string // of the account's holder, as at the bank
}

// Collector returns who collects and under which name. It returns ErrNoCreditor,
// conversion.ErrNotOpen and conversion.ErrChannel.
func (s *Service) Collector(ctx context.Context) (Collector, error) {
	c, err := s.Creditor(ctx)
	if err != nil {
		return Collector{}, err
	}
	bank, err := s.bank(ctx, c.Account)
	return Collector{c, bank.HolderName}, err
}

// collector is the name of who collects, "" where nobody does.
func (s *Service) collector(ctx context.Context) (string, error) {
	c, err := s.Collector(ctx)
	if errors.Is(err, ErrNoCreditor) {
		return "", nil
	}
	return c.Name, err
}

// FirstDay is the first day on which a debit that is told of today can be collected
// (S2).
func (c Creditor) FirstDay(today civil.Date) civil.Date {
	return sepa.OnBusinessDay(today + civil.Date(c.NoticeDays))
}

func creditor(row db.Row) (Creditor, error) {
	var c Creditor
	err := row.Scan(&c.ICS, &c.NoticeDays, &c.Account)
	if errors.Is(err, sql.ErrNoRows) {
		return c, ErrNoCreditor
	}
	return c, err
}

// digital says whether an account keeps the euros of digital units.
func digital(a ledger.Account) bool {
	return strings.HasPrefix(string(a), string(ledger.Guarantee(ledger.Digital, "")))
}

// bank returns the compte dédié of an account, or the usual one of digital units.
func (s *Service) bank(ctx context.Context, account ledger.Account) (conversion.BankAccount, error) {
	currency, err := s.euros.Currency(ctx)
	if err != nil {
		return conversion.BankAccount{}, err
	}
	at := slices.IndexFunc(currency.Accounts, func(b conversion.BankAccount) bool {
		return b.Account == account || account == "" && digital(b.Account)
	})
	if at < 0 {
		return conversion.BankAccount{}, conversion.ErrChannel
	}
	return currency.Accounts[at], nil
}
