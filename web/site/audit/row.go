// SPDX-License-Identifier: AGPL-3.0-or-later

package audit

import (
	"context"
	"encoding/hex"
	"strconv"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/money"
)

// entryRow is an entry and its postings.
type entryRow struct {
	ID, Hash string
	Seq      int64
	Kind     string
	At       time.Time
	BookedOn time.Time
	Command  int64
	Reverses string // id of the entry that it corrects or gives back
	Lines    []lineRow
}

// Path is the address of the entry.
func (e entryRow) Path() string { return "/controle/ecritures/" + e.ID }

// lineRow is a posting, with both balances afterwards.
type lineRow struct {
	Debit, Credit               account
	Amount                      money.Amount
	Euros                       bool
	DebitBalance, CreditBalance money.Amount
}

func (c control) entryRow(ctx context.Context, e *ledger.Entry) (entryRow, error) {
	v := entryRow{ID: e.ID.String(), Hash: hex.EncodeToString(e.Hash[:]), Seq: e.Seq, Kind: string(e.Kind), At: e.At, BookedOn: e.BookedOn.Start(), Command: e.Command}
	if !e.Reverses.IsZero() {
		v.Reverses = e.Reverses.String()
	}
	for _, l := range e.Lines {
		row := lineRow{Amount: l.Amount, Euros: l.Unit == money.EUR, DebitBalance: l.DebitBalance, CreditBalance: l.CreditBalance}
		var err error
		if row.Debit, err = c.account(ctx, l.Debit); err != nil {
			return v, err
		}
		if row.Credit, err = c.account(ctx, l.Credit); err != nil {
			return v, err
		}
		v.Lines = append(v.Lines, row)
	}
	return v, nil
}

func (c control) entryRows(ctx context.Context, list []*ledger.Entry) ([]entryRow, error) {
	var rows []entryRow
	for _, e := range list {
		row, err := c.entryRow(ctx, e)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// commandRow is a command of the audit trail.
type commandRow struct {
	Number   int64
	At       time.Time
	By       doer
	Action   string
	Key      string
	Ref      string
	Subjects []string
}

// Path is the address of the command.
func (r commandRow) Path() string { return "/controle/commandes/" + strconv.FormatInt(r.Number, 10) }

// Trace is where the thing that was commanded is followed.
func (r commandRow) Trace() string { return "/controle/suivi?reference=" + r.Ref }

func (c control) commandRows(ctx context.Context, list []ledger.Record) ([]commandRow, error) {
	var rows []commandRow
	for _, r := range list {
		row := commandRow{Number: r.Number, At: r.At, Action: string(r.Action), Key: r.Key, Ref: r.Ref.String(), Subjects: r.Subjects}
		var err error
		if row.By, err = c.doer(ctx, r.Actor); err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// SeqText writes the number of the entry.
func (e entryRow) SeqText() string { return strconv.FormatInt(e.Seq, 10) }

// SeqText writes the number of the entry.
func (v entryView) SeqText() string { return v.Entry.SeqText() }

// NumberText writes the number of the command.
func (v commandView) NumberText() string { return strconv.FormatInt(v.Command.Number, 10) }
