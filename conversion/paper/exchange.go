// SPDX-License-Identifier: AGPL-3.0-or-later

package paper

import (
	"context"
	"strconv"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// DepositInput is notes that a member brings to a desk.
type DepositInput struct {
	Desk   string       `json:"desk,omitempty"`
	Holder ident.Holder `json:"holder"`
	Lines  []Bundle     `json:"lines"`
	Redeem bool         `json:"redeem,omitempty"` // a professional asks for the euros at once
}

// Deposit takes notes back into a desk's stock and credits as many digital
// units; the fund of notes owes the euros to the digital one until a transfer
// brings them (G2). With Redeem the units are handed in for euros in the same
// command, for the commission that was voted (L10). It returns ErrInvalid,
// ErrForbidden, ErrMissing, ErrStock where more notes come back than circulate,
// conversion.ErrCollectivity, and conversion.ErrNotRedeemable for an individual
// (L5).
func (s *Service) Deposit(ctx context.Context, actor access.Actor, key string, in DepositInput) (Move, bool, error) {
	var check fault.Check
	m := Move{Kind: Deposit, Status: Done, From: Public, Amount: checkLines(&check, in.Lines), Lines: in.Lines, Holder: in.Holder}
	checkLoose(&check, in.Lines)
	h, err := s.holder(ctx, actor, access.PaperExchange, in.Holder)
	if err != nil {
		return Move{}, false, err
	}
	return execute[Move](ctx, s, ledger.Command{Actor: actor, Action: access.PaperExchange, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			d, err := conversion.DeskWithin(tx, in.Desk)
			if err != nil {
				return ident.Ref{}, err
			}
			if err := openAll(tx, ledger.Notes); err != nil {
				return ident.Ref{}, err
			}
			m.To = At(d.Slug)
			if err := shiftAll(tx, Public, m.To, in.Lines); err != nil {
				return ident.Ref{}, err
			}
			e, err := tx.Post(ledger.Draft{Kind: ledger.KindExchange, Postings: conversion.NotesToDigital(h.ID, m.Amount)})
			if err != nil {
				return ident.Ref{}, err
			}
			if m.Entry = e.ID; in.Redeem {
				if m.Redemption, err = conversion.RedeemWithin(tx, h, m.Amount); err != nil {
					return ident.Ref{}, err
				}
				tx.Touch(m.Redemption.Ref())
			}
			return m.insert(tx)
		})
}

// AskInput is digital units that a member wants as notes at a desk.
type AskInput struct {
	Desk   string       `json:"desk,omitempty"`
	Holder ident.Holder `json:"holder"`
	Lines  []Bundle     `json:"lines"`

	Consent *ledger.Consent `json:"consent,omitempty"` // of the member, used up with the withdrawal; nil where none is needed
}

// asked is the withdrawal that an input asks for, and what is wrong with its form.
func (in AskInput) asked() (Move, error) {
	var check fault.Check
	m := Move{Kind: Withdrawal, Status: Open, To: Public, Amount: checkLines(&check, in.Lines), Lines: in.Lines, Holder: in.Holder}
	checkLoose(&check, in.Lines)
	return m, check.Err()
}

// PreviewAsk returns the withdrawal that Ask would make now; nothing is written
// and its id is zero. It returns what Ask returns but ErrInsufficientFunds.
func (s *Service) PreviewAsk(ctx context.Context, actor access.Actor, in AskInput) (Move, error) {
	if err := s.member(ctx, actor, access.PaperAsk, in.Holder); err != nil {
		return Move{}, err
	}
	m, err := in.asked()
	if err != nil {
		return Move{}, err
	}
	now := committed{ctx, s.journal.Reader()}
	d, err := conversion.DeskNow(ctx, s.journal, in.Desk)
	if err != nil {
		return Move{}, err
	}
	m.From = At(d.Slug)
	return m, known(now, in.Lines)
}

// known refuses kinds of notes that there are not: nobody could ever hand them
// over.
func known(r rows, lines []Bundle) error {
	var check fault.Check
	for i, l := range lines {
		var found int
		if err := r.QueryRow(sqlDenomination, l.Series, l.Face).Scan(&found); err != nil {
			return err
		}
		check.That(found > 0, "/lines/"+strconv.Itoa(i), "must be notes that were printed")
	}
	return check.Err()
}

// Ask holds the units of a member until a desk hands the notes over. It returns
// ErrInvalid, also for notes that were never printed, ErrForbidden, ErrMissing,
// ErrInsufficientFunds and conversion.ErrCollectivity.
func (s *Service) Ask(ctx context.Context, actor access.Actor, key string, in AskInput) (Move, bool, error) {
	if err := s.member(ctx, actor, access.PaperAsk, in.Holder); err != nil {
		return Move{}, false, err
	}
	m, form := in.asked()
	return execute[Move](ctx, s, ledger.Command{Actor: actor, Action: access.PaperAsk, Owner: in.Holder, Key: key, Input: in}, form,
		func(tx *ledger.Tx) (ident.Ref, error) {
			d, err := conversion.DeskWithin(tx, in.Desk)
			if err != nil {
				return ident.Ref{}, err
			}
			if err := known(tx, in.Lines); err != nil {
				return ident.Ref{}, err
			}
			m.From = At(d.Slug)
			if err := tx.Open(ledger.Reserved(in.Holder)); err != nil {
				return ident.Ref{}, err
			}
			e, err := tx.Post(held(ledger.KindReservation, ledger.Wallet(in.Holder), ledger.Reserved(in.Holder), m.Amount))
			if err != nil {
				return ident.Ref{}, err
			}
			ref, err := m.insert(tx)
			if err != nil {
				return ident.Ref{}, err
			}
			return ref, in.Consent.Take(tx, ref, e.ID)
		})
}

// held moves units of a holder between what is free and what is held.
func held(kind ledger.Kind, from, to ledger.Account, amount money.Amount) ledger.Draft {
	return ledger.Draft{Kind: kind, Postings: []ledger.Posting{{Debit: from, Credit: to, Amount: amount}}}
}

// HandOver gives a member the notes of a withdrawal; the units held are retired
// and the digital fund owes the euros to that of notes (G2). It returns
// ErrForbidden, ErrMissing, ErrClosed, ErrStock and conversion.ErrSamePerson.
func (s *Service) HandOver(ctx context.Context, actor access.Actor, key string, id MoveID) (Move, bool, error) {
	return execute[Move](ctx, s, ledger.Command{Actor: actor, Action: access.PaperExchange, Key: key, Input: id}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) {
			m, err := moveOf(tx, id)
			if err != nil {
				return ident.Ref{}, err
			}
			if err := m.second(tx, Withdrawal, Open); err != nil {
				return ident.Ref{}, err
			}
			if err := openAll(tx, ledger.Notes); err != nil {
				return ident.Ref{}, err
			}
			if err := shiftAll(tx, m.From, Public, m.Lines); err != nil {
				return ident.Ref{}, err
			}
			e, err := tx.Post(ledger.Draft{Kind: ledger.KindExchange, Postings: conversion.DigitalToNotes(m.Holder, m.Amount)})
			if err != nil {
				return ident.Ref{}, err
			}
			m.Entry = e.ID
			return m.close(tx, Open, Done)
		})
}

// Renounce gives the units of a withdrawal back to the member who asked. It
// returns ErrForbidden, ErrMissing and ErrClosed.
func (s *Service) Renounce(ctx context.Context, actor access.Actor, key string, id MoveID) (Move, bool, error) {
	asked, err := moveOf(committed{ctx, s.journal.Reader()}, id)
	if err != nil {
		return Move{}, false, err
	}
	return execute[Move](ctx, s, ledger.Command{Actor: actor, Action: access.PaperAsk, Owner: asked.Holder, Key: key, Input: id}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) {
			m, err := moveOf(tx, id)
			if err != nil {
				return ident.Ref{}, err
			}
			if m.Kind != Withdrawal {
				return ident.Ref{}, ledger.ErrMissing
			}
			if m.Status != Open {
				return ident.Ref{}, ErrClosed
			}
			if _, err := tx.Post(held(ledger.KindRelease, ledger.Reserved(m.Holder), ledger.Wallet(m.Holder), m.Amount)); err != nil {
				return ident.Ref{}, err
			}
			return m.close(tx, Open, Undone)
		})
}
