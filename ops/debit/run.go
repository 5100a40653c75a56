// SPDX-License-Identifier: AGPL-3.0-or-later

package debit

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/sepa"
)

type runNoun struct{}

// Prefix of a run's id.
func (runNoun) Prefix() string { return "drn_" }

// RunID is the id of a run of debits.
type RunID = ident.ID[runNoun]

// horizon is how many days before its day a debit is put into a run.
const horizon civil.Date = 7

// lead is how many business days the bank needs.
const lead = 2

// Run is debits that go to the bank together.
type Run struct {
	ID         RunID                `json:"id"`
	Status     conversion.RunStatus `json:"status"`
	Account    ledger.Account       `json:"account"`
	ICS        string               `json:"ics"`
	Lines      int                  `json:"lines"`
	Total      money.Amount         `json:"total_eur"`
	Digest     string               `json:"digest"` // what is approved
	PreparedAt time.Time            `json:"prepared_at"`
	ApprovedAt time.Time            `json:"approved_at,omitzero"`
	ExportedAt time.Time            `json:"exported_at,omitzero"`

	preparedBy ident.User
}

// Prepare puts the debits whose day is near into a run. Mandates that were not
// used for 36 months become void instead (S1). It returns ErrForbidden,
// ErrNoCreditor, conversion.ErrRunEmpty and conversion.ErrChannel.
func (s *Service) Prepare(ctx context.Context, actor access.Actor, key string) (Run, bool, error) {
	bank, err := s.bank(ctx, "")
	if err != nil {
		return Run{}, false, err
	}
	return execute[Run](ctx, s, ledger.Command{Actor: actor, Action: access.DebitPrepare, Key: key}, nil, func(tx *ledger.Tx) (ident.Ref, error) {
		c, err := creditor(tx.QueryRow(sqlCreditor))
		if err != nil {
			return ident.Ref{}, err
		}
		rows, err := tx.Query(sqlNoticed, tx.Today()+horizon)
		due, err := collect(rows, err, scanDebit)
		if err != nil {
			return ident.Ref{}, err
		}
		r := Run{ID: RunID{Bits: tx.NewID()}, Status: conversion.RunDraft, Account: bank.Account, ICS: c.ICS, PreparedAt: tx.Now()}
		var lines []Debit
		begun := map[MandateID]bool{}
		for _, d := range due {
			ready, err := d.ready(tx, c, begun)
			if err != nil {
				return ident.Ref{}, err
			}
			if ready {
				d.Run = r.ID
				lines, r.Total = append(lines, d), r.Total+d.Euros
			}
		}
		if r.Lines = len(lines); r.Lines == 0 {
			return ident.Ref{}, conversion.ErrRunEmpty
		}
		if r.Digest, err = digestOf(r, lines); err != nil {
			return ident.Ref{}, err
		}
		if _, err := tx.Exec(sqlInsertRun, r.ID, string(r.Account), r.ICS, r.Lines, r.Total, r.Digest, tx.Actor().ID, tx.Now().UnixMicro()); err != nil {
			return ident.Ref{}, err
		}
		for _, d := range lines {
			if err := tx.Guard(ErrMandateEnded, sqlPutInRun, d.ID, r.ID, string(d.Sequence), d.CollectOn); err != nil {
				return ident.Ref{}, err
			}
		}
		return r.ID.Ref(), tx.Keep(r)
	})
}

// ready says whether a debit can go to the bank, and settles its day and sequence:
// the day that was told, or the first one that the bank can still do (S2).
func (d *Debit) ready(tx *ledger.Tx, c Creditor, begun map[MandateID]bool) (bool, error) {
	m, err := scanMandate(tx.QueryRow(sqlMandate, d.Mandate))
	if err != nil || m.Status != Active {
		return false, err
	}
	d.CollectOn = sepa.Notice{Today: tx.Today(), LeadDays: lead, Given: d.NoticedOn, Days: c.NoticeDays, Wanted: d.CollectOn}.CollectOn()
	if !m.holds(d.CollectOn) {
		return false, m.end(tx, Void)
	}
	switch {
	case m.Rhythm == Once:
		d.Sequence = sepa.OneOff
	case m.UsedOn == 0 && !begun[m.ID]:
		d.Sequence = sepa.First
	default:
		d.Sequence = sepa.Recurrent
	}
	begun[m.ID], d.Status = true, InRun
	return true, nil
}

func digestOf(r Run, lines []Debit) (string, error) {
	text, err := json.Marshal(struct {
		Account ledger.Account
		ICS     string
		Lines   []Debit
	}{r.Account, r.ICS, lines})
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}

// Approve approves a run on its digest, as another person than who prepared it
// (D9). It returns ErrMissing, conversion.ErrSamePerson, ErrDigestChanged and
// ErrRunNotDraft.
func (s *Service) Approve(ctx context.Context, actor access.Actor, key string, id RunID, digest string) (Run, bool, error) {
	type input struct {
		Run    RunID
		Digest string
	}
	return s.change(ctx, ledger.Command{Actor: actor, Action: access.DebitApprove, Key: key, Input: input{id, digest}}, id, func(tx *ledger.Tx, r *Run) error {
		switch {
		case r.Status != conversion.RunDraft:
			return conversion.ErrRunNotDraft
		case r.preparedBy == tx.Actor().ID:
			return conversion.ErrSamePerson
		case r.Digest != digest:
			return conversion.ErrDigestChanged
		}
		r.Status, r.ApprovedAt = conversion.RunApproved, tx.Now()
		return tx.Guard(conversion.ErrRunNotDraft, sqlApproveRun, r.ID, tx.Actor().ID, tx.Now().UnixMicro(), digest)
	})
}

// Cancel gives up a run before its file was given out; its debits wait for
// another one. It returns ErrMissing and conversion.ErrRunExported.
func (s *Service) Cancel(ctx context.Context, actor access.Actor, key string, id RunID) (Run, bool, error) {
	return s.change(ctx, ledger.Command{Actor: actor, Action: access.DebitPrepare, Key: key, Input: id}, id, func(tx *ledger.Tx, r *Run) error {
		r.Status = conversion.RunCancelled
		if err := tx.Guard(conversion.ErrRunExported, sqlCancelRun, r.ID); err != nil {
			return err
		}
		_, err := tx.Exec(sqlTakeOutOfRun, r.ID)
		return err
	})
}

// File gives out the pain.008 file of an approved run. The first time its debits
// become sent and their mandates used; afterwards the bytes are the same. It
// returns ErrForbidden, ErrMissing, ErrUnwritable, conversion.ErrRunNotApproved, and
// ErrMandateEnded where a member revoked meanwhile: cancel the run and prepare
// another one.
func (s *Service) File(ctx context.Context, actor access.Actor, id RunID, version sepa.DebitVersion) ([]byte, error) {
	r, _, err := s.change(ctx, ledger.Command{Actor: actor, Action: access.DebitExport, Key: "debit-file:" + id.String(), Input: id}, id, func(tx *ledger.Tx, r *Run) error {
		if r.Status != conversion.RunApproved {
			return conversion.ErrRunNotApproved
		}
		rows, err := tx.Query(sqlDebitsOfRun, id)
		lines, err := collect(rows, err, scanDebit)
		if err != nil {
			return err
		}
		for _, d := range lines {
			if err := tx.Guard(ErrMandateEnded, sqlUseMandate, d.Mandate, d.CollectOn); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(sqlSendDebits, id); err != nil {
			return err
		}
		r.Status, r.ExportedAt = conversion.RunExported, tx.Now()
		return tx.Guard(conversion.ErrRunNotApproved, sqlExportRun, id, tx.Now().UnixMicro())
	})
	if err != nil {
		return nil, err
	}
	return s.write(ctx, r, version)
}

// write writes the file of a run that was given out.
func (s *Service) write(ctx context.Context, r Run, version sepa.DebitVersion) ([]byte, error) {
	bank, err := s.bank(ctx, r.Account)
	if err != nil {
		return nil, err
	}
	rows, err := s.ledger.Reader().QueryContext(ctx, sqlDebitsOfRun, r.ID)
	lines, err := collect(rows, err, scanDebit)
	if err != nil {
		return nil, err
	}
	var due []sepa.DueDebit
	for _, d := range lines {
		m, err := s.mandate(ctx, d.Mandate)
		if err != nil {
			return nil, err
		}
		due = append(due, sepa.DueDebit{Instrument: sepa.Core, Sequence: d.Sequence, CollectOn: d.CollectOn, Debit: sepa.Debit{
			ID: bankID(d.ID.String()), Amount: d.Euros, Mandate: sepa.Mandate{RUM: m.RUM, SignedOn: m.SignedOn}, Text: "Change " + d.Period,
			Debtor: sepa.Party{Name: m.Name, IBAN: sepa.IBAN(m.IBAN), BIC: m.BIC}}})
	}
	by := sepa.Creditor{Party: sepa.Party{Name: bank.HolderName, IBAN: sepa.IBAN(bank.IBAN), BIC: bank.BIC}, ICS: r.ICS}
	text, err := sepa.DebitFile{ID: bankID(r.ID.String()), Created: r.ApprovedAt, Initiator: bank.HolderName,
		Payments: sepa.Group(bankID(r.ID.String()), by, due)}.Encode(version, 0)
	var problems sepa.Problems
	if errors.As(err, &problems) {
		refusal := ErrUnwritable
		for _, p := range problems {
			refusal = refusal.At(p.At, p.What)
		}
		return nil, refusal
	}
	return text, err
}

// bankID writes an id in the characters of banks.
func bankID(id string) string { return strings.ToUpper(strings.ReplaceAll(id, "_", "-")) }

// bank returns the compte dédié of an account, or the usual one of digital units.
func (s *Service) bank(ctx context.Context, account ledger.Account) (conversion.BankAccount, error) {
	currency, err := s.euros.Currency(ctx)
	if err != nil {
		return conversion.BankAccount{}, err
	}
	usual := string(ledger.Guarantee(ledger.Digital, ""))
	for _, b := range currency.Accounts {
		if b.Account == account || account == "" && strings.HasPrefix(string(b.Account), usual) {
			return b, nil
		}
	}
	return conversion.BankAccount{}, conversion.ErrChannel
}

// Runs lists the last runs. It returns ErrForbidden.
func (s *Service) Runs(ctx context.Context, actor access.Actor) ([]Run, error) {
	if err := access.Allow(actor, access.RunRead, ident.Holder{}); err != nil {
		return nil, err
	}
	list, err := s.ledger.Reader().QueryContext(ctx, sqlRuns)
	return collect(list, err, scanRun)
}

// change runs do on a run inside the door.
func (s *Service) change(ctx context.Context, c ledger.Command, id RunID, do func(*ledger.Tx, *Run) error) (Run, bool, error) {
	return execute[Run](ctx, s, c, nil, func(tx *ledger.Tx) (ident.Ref, error) {
		r, err := scanRun(tx.QueryRow(sqlRun, id))
		if err != nil {
			return ident.Ref{}, found(err)
		}
		if err := do(tx, &r); err != nil {
			return ident.Ref{}, err
		}
		return r.ID.Ref(), tx.Keep(r)
	})
}

func scanRun(row db.Row) (Run, error) {
	var r Run
	var prepared, approved, exported sql.NullInt64
	err := row.Scan(&r.ID, &r.Status, &r.Account, &r.ICS, &r.Lines, &r.Total, &r.Digest, &r.preparedBy, &prepared, &approved, &exported)
	r.PreparedAt, r.ApprovedAt, r.ExportedAt = instant(prepared), instant(approved), instant(exported)
	return r, err
}
