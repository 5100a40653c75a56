// SPDX-License-Identifier: AGPL-3.0-or-later

package paper

import (
	"context"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
)

// PrintInput is a print run that was put into the vault. Each line has the first
// of its numbers.
type PrintInput struct {
	Lines []Bundle `json:"lines"`
	Note  string   `json:"note"` // of the printer's delivery
}

// Print puts new notes into the vault. They are no liability: nothing is posted.
// Numbers of a kind of note go up, so that no two notes share one. It returns
// ErrInvalid, ErrForbidden, conversion.ErrNotOpen and ErrNumbers.
func (s *Service) Print(ctx context.Context, actor access.Actor, key string, in PrintInput) (Move, bool, error) {
	var check fault.Check
	m := Move{Kind: Print, Status: Done, From: Printer, To: Vault, Amount: checkLines(&check, in.Lines), Lines: in.Lines, Note: in.Note}
	check.That(printable(in.Note, 140), "/note", "must be 1 to 140 printable characters")
	for _, l := range in.Lines {
		check.That(l.First > 0, "/lines", "new notes have numbers")
	}
	return execute[Move](ctx, s, ledger.Command{Actor: actor, Action: access.PaperPrint, Key: key, Input: in}, check.Err(),
		func(tx *ledger.Tx) (ident.Ref, error) {
			if err := conversion.OpenWithin(tx); err != nil {
				return ident.Ref{}, err
			}
			for _, l := range in.Lines {
				if err := printed(tx, l); err != nil {
					return ident.Ref{}, err
				}
			}
			return m.insert(tx)
		})
}

// printed adds new notes to the vault.
func printed(tx *ledger.Tx, l Bundle) error {
	if _, err := tx.Exec(sqlInsertDenomination, l.Series, l.Face); err != nil {
		return err
	}
	last := l.First + l.Quantity - 1
	if err := tx.Guard(ErrNumbers, sqlPrintNumbers, l.Series, l.Face, l.First, last); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlInsertRange, l.Series, l.Face, l.First, last, string(Vault)); err != nil {
		return err
	}
	_, err := tx.Exec(sqlPut, string(Vault), l.Series, l.Face, l.Quantity)
	return err
}
