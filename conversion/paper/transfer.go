// SPDX-License-Identifier: AGPL-3.0-or-later

package paper

import (
	"context"
	"strings"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// SendInput is notes that leave the vault or a desk for another of them.
type SendInput struct {
	From  Place    `json:"from"`
	To    Place    `json:"to"`
	Lines []Bundle `json:"lines"`
}

// Send gives notes out: they are on their way until another person receives
// them. It returns ErrInvalid, ErrForbidden, ErrStock and ErrFresh.
func (s *Service) Send(ctx context.Context, actor access.Actor, key string, in SendInput) (Move, bool, error) {
	var check fault.Check
	m := Move{Kind: Transfer, Status: Open, From: in.From, To: in.To, Amount: checkLines(&check, in.Lines), Lines: in.Lines}
	check.That(in.From != in.To, "/to", "must be another place")
	return execute[Move](ctx, s, ledger.Command{Actor: actor, Action: access.PaperSend, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			for at, place := range map[string]Place{"/from": in.From, "/to": in.To} {
				if err := storesNotes(tx, at, place); err != nil {
					return ident.Ref{}, err
				}
			}
			if err := shiftAll(tx, in.From, Transit, in.Lines); err != nil {
				return ident.Ref{}, err
			}
			return m.insert(tx)
		})
}

// storesNotes returns ErrInvalid unless a place is the vault or a desk.
func storesNotes(tx *ledger.Tx, at string, p Place) error {
	if p == Vault {
		return conversion.OpenWithin(tx)
	}
	slug, ok := strings.CutPrefix(string(p), "desk:")
	if ok && slug != "" {
		if _, err := conversion.DeskWithin(tx, slug); err == nil {
			return nil
		}
	}
	return fault.ErrInvalid.At(at, "must be vault or desk: and the slug of a desk")
}

// ReceiveInput says how many notes of each line of a transfer came.
type ReceiveInput struct {
	Move     MoveID  `json:"move"`
	Received []int64 `json:"received"`       // in the order of the lines; none for all of them
	Note     string  `json:"note,omitempty"` // needed where notes are missing
}

// Receive puts notes that were on their way where they were sent to. What did
// not come is lost from stock: circulation does not change. Somebody else than
// the sender receives. It returns ErrInvalid, ErrForbidden, ErrMissing, ErrClosed
// and conversion.ErrSamePerson.
func (s *Service) Receive(ctx context.Context, actor access.Actor, key string, in ReceiveInput) (Move, bool, error) {
	return execute[Move](ctx, s, ledger.Command{Actor: actor, Action: access.PaperReceive, Key: key, Input: in}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) {
			m, err := moveOf(tx, in.Move)
			if err != nil {
				return ident.Ref{}, err
			}
			if err := m.second(tx, Transfer, Open); err != nil {
				return ident.Ref{}, err
			}
			if err := m.arrive(tx, in); err != nil {
				return ident.Ref{}, err
			}
			m.Note = in.Note
			return m.close(tx, Open, Done)
		})
}

// arrive books what came and what did not.
func (m *Move) arrive(tx *ledger.Tx, in ReceiveInput) error {
	if len(in.Received) != 0 && len(in.Received) != len(m.Lines) {
		return fault.ErrInvalid.At("/received", "must be one quantity for each line")
	}
	for i := range m.Lines {
		l := m.Lines[i]
		came := l.Quantity
		if len(in.Received) > 0 {
			came = in.Received[i]
		}
		if came < 0 || came > l.Quantity {
			return fault.ErrInvalid.At("/received", "must be between zero and what was sent")
		}
		if came < l.Quantity && !printable(in.Note, 140) {
			return fault.ErrInvalid.At("/note", "must say what happened to the missing notes")
		}
		m.Lines[i].Received = came
		if err := tx.Guard(ErrClosed, sqlReceived, m.ID, i+1, came); err != nil {
			return err
		}
		if err := split(tx, m.To, l, came); err != nil {
			return err
		}
	}
	return nil
}

// split moves what came to its place and the rest to what is lost. Of new notes
// the first numbers are taken to be those that came.
func split(tx *ledger.Tx, to Place, l Bundle, came int64) error {
	here, gone := l, l
	here.Quantity, gone.Quantity = came, l.Quantity-came
	if l.First > 0 {
		gone.First = l.First + came
	}
	if came > 0 {
		if err := shift(tx, Transit, to, here); err != nil {
			return err
		}
	}
	if gone.Quantity > 0 {
		return shift(tx, Transit, Lost, gone)
	}
	return nil
}
