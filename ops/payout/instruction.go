// SPDX-License-Identifier: AGPL-3.0-or-later

package payout

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
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

type (
	instructionNoun struct{}
	batchNoun       struct{}
)

// Prefix of an instruction's id.
func (instructionNoun) Prefix() string { return "ins_" }

// Prefix of a payout batch's id.
func (batchNoun) Prefix() string { return "pbt_" }

// The ids of payouts.
type (
	InstructionID = ident.ID[instructionNoun]
	BatchID       = ident.ID[batchNoun]
)

// View reads the payouts of a book. It works beside a running server.
type View struct{ journal *ledger.Journal }

// NewView returns the reading half.
func NewView(j *ledger.Journal) *View { return &View{journal: j} }

// Service is the payouts of one open book. It embeds the View that reads them
// and is safe for concurrent use.
type Service struct {
	*View
	ledger *ledger.Ledger
	border *conversion.View
}

// New returns the service of an open book, on the book's clock.
func New(l *ledger.Ledger) *Service {
	return &Service{View: NewView(l.Journal), ledger: l, border: conversion.NewView(l.Journal, l.Now)}
}

// InstructionKind says how an official expressed a choice.
type InstructionKind string

// The kinds of instruction (rule P8).
const (
	ByAmount InstructionKind = "amount" // at most so many euros a period
	ByShare  InstructionKind = "share"  // a rate of the net to pay, which the service never sees (P9)
)

// Instruction is the standing written choice of an elected official to receive
// part of the indemnity in units. It can be revoked.
type Instruction struct {
	ID           InstructionID   `json:"id"`
	Official     ident.Holder    `json:"official"`
	Collectivity ident.Holder    `json:"collectivity"`
	Kind         InstructionKind `json:"kind"`
	Value        string          `json:"value"` // euros such as "120.00", or a rate of the net to pay such as "0.25"
	From         civil.Date      `json:"from"`
	Until        civil.Date      `json:"until,omitzero"`
	SignedOn     civil.Date      `json:"signed_on"`
	RevokedAt    time.Time       `json:"revoked_at,omitzero"`
}

// InstructInput is what an official signed.
type InstructInput struct {
	Official     ident.Holder    `json:"official"`
	Collectivity ident.Holder    `json:"collectivity"`
	Kind         InstructionKind `json:"kind"`
	Value        string          `json:"value"`
	From         civil.Date      `json:"from"`
	Until        civil.Date      `json:"until,omitzero"`
	SignedOn     civil.Date      `json:"signed_on"`
}

// Instruct records an official's choice (rule P8), for the official or for the
// collectivité. It returns ErrForbidden, ErrInvalid with every wrong field, and
// what Execute returns.
func (s *Service) Instruct(ctx context.Context, actor access.Actor, key string, in InstructInput) (Instruction, bool, error) {
	owner, err := chooses(actor, in.Official, in.Collectivity)
	if err != nil {
		return Instruction{}, false, err
	}
	if err := s.checkInstruction(ctx, &in); err != nil {
		return Instruction{}, false, err
	}
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.InstructionCreate, Owner: owner, Key: key, Input: in},
		func(tx *ledger.Tx) (ident.Ref, error) {
			id := InstructionID{Bits: tx.NewID()}
			_, err := tx.Exec(sqlInsertInstruction, id, in.Official, in.Collectivity, string(in.Kind), in.Value, in.From,
				nullDate(in.Until), in.SignedOn, tx.Now().UnixMicro())
			return id.Ref(), err
		})
	if err != nil {
		return Instruction{}, false, err
	}
	// Nothing of an instruction changes but its revocation, which the answer to
	// its making does not tell.
	return Instruction{ID: InstructionID{Bits: out.Ref.Bits}, Official: in.Official, Collectivity: in.Collectivity, Kind: in.Kind,
		Value: in.Value, From: in.From, Until: in.Until, SignedOn: in.SignedOn}, out.Replayed, nil
}

// chooses returns on whose affairs the actor records or revokes an instruction:
// the official's or the collectivité's.
func chooses(actor access.Actor, official, collectivity ident.Holder) (ident.Holder, error) {
	if access.Allow(actor, access.InstructionCreate, official) == nil {
		return official, nil
	}
	return collectivity, access.Allow(actor, access.InstructionCreate, collectivity)
}

// checkInstruction checks the form and writes the value in its one way.
func (s *Service) checkInstruction(ctx context.Context, in *InstructInput) error {
	var check fault.Check
	for _, h := range []struct {
		id      ident.Holder
		kind    ledger.HolderKind
		pointer string
	}{{in.Official, ledger.Individual, "/official"}, {in.Collectivity, ledger.Collectivity, "/collectivity"}} {
		holder, err := s.ledger.Holder(ctx, h.id)
		if err != nil && !errors.Is(err, fault.ErrMissing) {
			return err
		}
		check.That(err == nil && holder.Kind == h.kind, h.pointer, "must be a holder of kind "+string(h.kind))
	}
	switch in.Kind {
	case ByAmount:
		a, err := money.Parse(in.Value)
		check.That(err == nil && a > 0, "/value", "must be euros such as \"120.00\", more than 0.00")
	case ByShare:
		r, err := money.ParseRate(in.Value)
		check.That(err == nil && !r.IsZero(), "/value", "must be a rate such as \"0.25\", more than 0 and at most 1")
		in.Value = r.String()
	default:
		check.That(false, "/kind", "must be amount or share")
	}
	check.That(in.From != 0, "/from", "must be a date")
	check.That(in.SignedOn != 0, "/signed_on", "must be a date")
	check.That(in.Until == 0 || in.Until >= in.From, "/until", "must not be before from")
	check.That(in.SignedOn <= civil.Of(s.ledger.Now()), "/signed_on", "must not be in the future")
	return check.Err()
}

// Revoke ends an instruction for everything not executed yet. It returns
// ErrForbidden, ErrMissing (to those who may read any), ErrRevoked, and what
// Execute returns.
func (s *Service) Revoke(ctx context.Context, actor access.Actor, key string, id InstructionID) (Instruction, bool, error) {
	i, err := s.Instruction(ctx, actor, id)
	if err != nil {
		return Instruction{}, false, err
	}
	owner, err := chooses(actor, i.Official, i.Collectivity)
	if err != nil {
		return Instruction{}, false, err
	}
	out, err := s.ledger.Execute(ctx, ledger.Command{Actor: actor, Action: access.InstructionCreate, Owner: owner, Key: key, Input: revoking{id}},
		func(tx *ledger.Tx) (ident.Ref, error) {
			return id.Ref(), tx.Guard(ErrRevoked, sqlRevoke, tx.Now().UnixMicro(), id)
		})
	if err != nil {
		return Instruction{}, false, err
	}
	i.RevokedAt = out.At
	return i, out.Replayed, nil
}

type revoking struct {
	Revoke InstructionID `json:"revoke"`
}

// Instruction reads an instruction for its official, its collectivité or staff.
// It returns ErrForbidden or ErrMissing.
func (v *View) Instruction(ctx context.Context, actor access.Actor, id InstructionID) (Instruction, error) {
	i, err := scanInstruction(v.journal.Reader().QueryRowContext(ctx, sqlInstruction, id))
	if err != nil {
		return Instruction{}, hidden(actor, access.InstructionCreate, err)
	}
	if _, err := chooses(actor, i.Official, i.Collectivity); err != nil {
		return Instruction{}, err
	}
	return i, nil
}

// Instructions lists the instructions addressed to a collectivité. It returns
// ErrForbidden.
func (v *View) Instructions(ctx context.Context, actor access.Actor, collectivity ident.Holder) ([]Instruction, error) {
	if err := access.Allow(actor, access.InstructionCreate, collectivity); err != nil {
		return nil, err
	}
	return v.instructions(ctx, sqlInstructionsTo, collectivity)
}

// InstructionsOf lists what an official chose, oldest first, for the copy of their
// data, which whoever calls has allowed (D7). It returns an error of the engine.
func (v *View) InstructionsOf(ctx context.Context, official ident.Holder) ([]Instruction, error) {
	return v.instructions(ctx, sqlInstructionsOf, official)
}

func (v *View) instructions(ctx context.Context, query string, of ident.Holder) ([]Instruction, error) {
	rows, err := v.journal.Reader().QueryContext(ctx, query, of)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []Instruction{}
	for rows.Next() {
		i, err := scanInstruction(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, i)
	}
	return list, rows.Err()
}

func scanInstruction(row db.Row) (Instruction, error) {
	var i Instruction
	var revoked sql.NullInt64
	err := row.Scan(&i.ID, &i.Official, &i.Collectivity, &i.Kind, &i.Value, &i.From, &i.Until, &i.SignedOn, &revoked)
	if errors.Is(err, sql.ErrNoRows) {
		return Instruction{}, fault.ErrMissing
	}
	if revoked.Valid {
		i.RevokedAt = time.UnixMicro(revoked.Int64).UTC()
	}
	return i, err
}

// nullDate stores no date as null.
func nullDate(d civil.Date) any {
	if d == 0 {
		return nil
	}
	return int64(d)
}

// hidden turns ErrMissing into ErrForbidden for an actor who may not take the
// action on everybody's affairs: only they may learn that a thing does not
// exist (rule D2).
func hidden(actor access.Actor, action access.Action, err error) error {
	if errors.Is(err, fault.ErrMissing) && access.Allow(actor, action, ident.Holder{}) != nil {
		return access.ErrForbidden
	}
	return err
}
