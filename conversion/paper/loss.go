// SPDX-License-Identifier: AGPL-3.0-or-later

package paper

import (
	"context"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// DestroyInput is notes of the vault that are destroyed before two witnesses.
type DestroyInput struct {
	Lines []Bundle `json:"lines"`
	Note  string   `json:"note"` // the minutes
}

// Destroy says, as the first witness, that notes of the vault are destroyed. They
// are in stock until the second one signs. It returns ErrInvalid and ErrForbidden.
func (s *Service) Destroy(ctx context.Context, actor access.Actor, key string, in DestroyInput) (Move, bool, error) {
	var check fault.Check
	m := Move{Kind: Destruction, Status: Open, From: Vault, To: Destroyed, Amount: checkLines(&check, in.Lines), Lines: in.Lines, Note: in.Note}
	check.That(printable(in.Note, 140), "/note", "must be 1 to 140 printable characters")
	return execute[Move](ctx, s, ledger.Command{Actor: actor, Action: access.PaperDestroy, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) { return m.insert(tx) })
}

// Witness signs a destruction as the second witness. It returns ErrForbidden,
// ErrMissing, ErrClosed, ErrStock, ErrFresh and conversion.ErrSamePerson.
func (s *Service) Witness(ctx context.Context, actor access.Actor, key string, id MoveID) (Move, bool, error) {
	return execute[Move](ctx, s, ledger.Command{Actor: actor, Action: access.PaperWitness, Key: key, Input: id}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) {
			m, err := moveOf(tx, id)
			if err != nil {
				return ident.Ref{}, err
			}
			if err := m.second(tx, Destruction, Open); err != nil {
				return ident.Ref{}, err
			}
			if err := shiftAll(tx, Vault, Destroyed, m.Lines); err != nil {
				return ident.Ref{}, err
			}
			return m.close(tx, Open, Done)
		})
}

// Recall takes back a destruction that nobody signed as the second witness: it
// was written wrongly, or did not happen. The notes never left the vault. Nobody
// stands as its second person; who did it is in the trail of commands. It returns ErrForbidden, ErrMissing and ErrClosed.
func (s *Service) Recall(ctx context.Context, actor access.Actor, key string, id MoveID) (Move, bool, error) {
	return execute[Move](ctx, s, ledger.Command{Actor: actor, Action: access.PaperDestroy, Key: key, Input: recalled{id}}, nil,
		func(tx *ledger.Tx) (ident.Ref, error) {
			m, err := moveOf(tx, id)
			if err != nil {
				return ident.Ref{}, err
			}
			if m.Kind != Destruction {
				return ident.Ref{}, ledger.ErrMissing
			}
			m.Status, m.ClosedAt = Undone, tx.Now()
			if err := tx.Guard(ErrClosed, sqlRecall, m.ID, m.ClosedAt.UnixMicro()); err != nil {
				return ident.Ref{}, err
			}
			return m.ID.Ref(), tx.Keep(m)
		})
}

// recalled is a destruction that is taken back.
type recalled struct {
	Recall MoveID `json:"recall"`
}

// WriteOffInput is notes that were lost from stock, found again, or proved to be
// destroyed in somebody's hands.
type WriteOffInput struct {
	Kind  Kind     `json:"kind"`  // Loss, Find or Gone
	Place Place    `json:"place"` // that lost or found them; not read for Gone
	Lines []Bundle `json:"lines"`
	Note  string   `json:"note"` // what happened
}

// WriteOff books it. Circulation never changes: notes lost from stock were not
// in it, and those gone from it stay owed (B9). It returns ErrInvalid,
// ErrForbidden, ErrStock and ErrFresh.
func (s *Service) WriteOff(ctx context.Context, actor access.Actor, key string, in WriteOffInput) (Move, bool, error) {
	var check fault.Check
	m := Move{Kind: in.Kind, Status: Done, From: in.Place, To: Lost, Amount: checkLines(&check, in.Lines), Lines: in.Lines, Note: in.Note}
	check.That(printable(in.Note, 140), "/note", "must be 1 to 140 printable characters")
	switch in.Kind {
	case Loss:
	case Find:
		m.From, m.To = Lost, in.Place
	case Gone:
		m.From, m.To = Public, Public
		checkLoose(&check, in.Lines)
	default:
		check.That(false, "/kind", "must be loss, find or gone")
	}
	return execute[Move](ctx, s, ledger.Command{Actor: actor, Action: access.PaperWriteOff, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			if in.Kind != Gone {
				if err := storesNotes(tx, "/place", in.Place); err != nil {
					return ident.Ref{}, err
				}
			}
			if err := shiftAll(tx, m.From, m.To, in.Lines); err != nil {
				return ident.Ref{}, err
			}
			return m.insert(tx)
		})
}
