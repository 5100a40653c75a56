// SPDX-License-Identifier: AGPL-3.0-or-later

package paper

import (
	"context"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// SellInput is notes that a desk sells to a member (L9), at face value: notes
// carry no bonus.
type SellInput struct {
	Desk   string           `json:"desk,omitempty"` // may be left out where there is one only
	Holder ident.Holder     `json:"holder"`
	Lines  []Bundle         `json:"lines"`
	Means  conversion.Means `json:"means,omitempty"` // cash where left out
}

// Sell gives notes out of a desk's stock for euros: they come into circulation
// and the euros into the desk's till for notes (G1, G2). It returns ErrInvalid,
// ErrForbidden, ErrMissing, ErrStock, conversion.ErrNotOpen,
// conversion.ErrDeskMissing and conversion.ErrCollectivity.
func (s *Service) Sell(ctx context.Context, actor access.Actor, key string, in SellInput) (Move, bool, error) {
	var check fault.Check
	m := Move{Kind: Sale, Status: Done, To: Public, Amount: checkLines(&check, in.Lines), Lines: in.Lines, Holder: in.Holder, Means: in.Means}
	checkLoose(&check, in.Lines)
	check.That(in.Means == "" || in.Means == conversion.Cash || in.Means == conversion.Cheque, "/means", "must be cash or cheque")
	if err := s.member(ctx, actor, access.PaperSale, in.Holder); err != nil {
		return Move{}, false, err
	}
	return execute[Move](ctx, s, ledger.Command{Actor: actor, Action: access.PaperSale, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			d, err := conversion.DeskWithin(tx, in.Desk)
			if err != nil {
				return ident.Ref{}, err
			}
			till := ledger.NotesDesk(d.Slug)
			if err := openAll(tx, till, ledger.Notes); err != nil {
				return ident.Ref{}, err
			}
			m.From = At(d.Slug)
			if err := shiftAll(tx, m.From, Public, in.Lines); err != nil {
				return ident.Ref{}, err
			}
			e, err := tx.Post(ledger.Draft{Kind: ledger.KindConversion, Postings: conversion.IssueNotes(till, m.Amount)})
			if err != nil {
				return ident.Ref{}, err
			}
			m.Entry = e.ID
			return m.insert(tx)
		})
}

// Undo takes a sale back on its own day, by another person than who sold: the
// notes return to the desk and the euros to the member (L6: an error of the
// issuer). It returns ErrForbidden, ErrMissing, ErrClosed, ErrUndoLate, ErrStock,
// conversion.ErrSamePerson, and ErrInsufficientFunds where the till was emptied.
func (s *Service) Undo(ctx context.Context, actor access.Actor, key string, id MoveID) (Move, bool, error) {
	return execute[Move](ctx, s, ledger.Command{Actor: actor, Action: access.PaperUndo, Key: key, Input: id}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) {
			m, err := moveOf(tx, id)
			if err != nil {
				return ident.Ref{}, err
			}
			if err := m.second(tx, Sale, Done); err != nil {
				return ident.Ref{}, err
			}
			if civil.Of(m.CreatedAt) != tx.Today() {
				return ident.Ref{}, ErrUndoLate
			}
			if err := shiftAll(tx, Public, m.From, m.Lines); err != nil {
				return ident.Ref{}, err
			}
			if _, err := tx.Reverse(m.Entry); err != nil {
				return ident.Ref{}, err
			}
			return m.close(tx, Done, Undone)
		})
}

// member returns ErrForbidden, ErrMissing, or conversion.ErrCollectivity: a
// collectivité holds no units (P6). The kind of a holder never changes, so it can
// be read before the command.
func (s *Service) member(ctx context.Context, actor access.Actor, action access.Action, id ident.Holder) error {
	_, err := s.holder(ctx, actor, action, id)
	return err
}

// holder is member, with the holder.
func (s *Service) holder(ctx context.Context, actor access.Actor, action access.Action, id ident.Holder) (ledger.Holder, error) {
	if err := access.Allow(actor, action, id); err != nil {
		return ledger.Holder{}, err
	}
	h, err := s.ledger.Holder(ctx, id)
	if err == nil && h.Kind == ledger.Collectivity {
		err = conversion.ErrCollectivity
	}
	return h, err
}

// openAll opens the accounts of both pools that a command needs.
func openAll(tx *ledger.Tx, more ...ledger.Account) error {
	for _, pool := range ledger.Pools() {
		more = append(more, ledger.Issued(pool), ledger.Backing(pool), ledger.Between(pool))
	}
	for _, a := range more {
		if err := tx.Open(a); err != nil {
			return err
		}
	}
	return nil
}

// checkLoose refuses numbers where notes are handed over one by one.
func checkLoose(check *fault.Check, lines []Bundle) {
	for _, l := range lines {
		check.That(l.First == 0, "/lines", "notes that change hands at a desk are not numbered")
	}
}
