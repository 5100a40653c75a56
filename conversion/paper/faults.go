// SPDX-License-Identifier: AGPL-3.0-or-later

package paper

import "github.com/noria-mlc/noria/ledger/fault"

// Refusals about notes.
var (
	ErrNumbers      = fault.New(fault.Refused, "paper-numbers-used", "notes with these numbers were printed before, or others after them")
	ErrStock        = fault.New(fault.Refused, "paper-stock-short", "the place does not have these notes")
	ErrFresh        = fault.New(fault.Refused, "paper-numbers-needed", "these are new notes: say the first of their numbers")
	ErrClosed       = fault.New(fault.Refused, "paper-closed", "this movement of notes is closed")
	ErrUndoLate     = fault.New(fault.Refused, "paper-undo-late", "a sale of notes is undone on its own day only (L6)")
	ErrNoDifference = fault.New(fault.Refused, "paper-difference-none", "the desk's account of differences does not stand at so much in this direction")

	ErrNothing = fault.New(fault.Refused, "paper-nothing-owed", "nothing is owed between the two funds in this direction (G2)")
)
