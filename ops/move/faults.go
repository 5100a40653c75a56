// SPDX-License-Identifier: AGPL-3.0-or-later

package move

import "errors"

// Refusals of a move. Only the command line sees them, so they have no words for
// pages.
var (
	ErrOccupied  = errors.New("the destination holds another book; give an empty database or folder")
	ErrInUse     = errors.New("the destination is in use: it is the source itself, or somebody writes in it")
	ErrSamePlace = errors.New("source and destination are the same place")
	ErrMoved     = errors.New("the source was written meanwhile; run the move again")
	ErrSchemas   = errors.New("source and destination do not have the same tables; run noria migrate on the source")
)
