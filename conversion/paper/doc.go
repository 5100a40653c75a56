// SPDX-License-Identifier: AGPL-3.0-or-later

// Package paper owns the notes of the currency: kinds of notes and their
// numbers, the quantities in the vault, on their way, at desks and in people's
// hands, sales, exchanges with digital units, counts, destruction and losses, and
// the euros that desks took for notes.
//
// It refuses: numbers that were printed before (ErrNumbers); more notes than a
// place has (ErrStock); new notes out of the vault without their numbers
// (ErrFresh); a receipt, a destruction or a correction by whoever began it
// (conversion.ErrSamePerson, D9); euros for individuals (L5); a sale that is
// undone on another day (ErrUndoLate, L6).
//
// Laws, proved by Check: of each kind of note, all places together have as many
// as were printed, and so have the ranges of numbers; the notes in people's hands,
// at face value, are the units of paper in circulation. A note in stock is no
// liability: circulation changes by sale, by exchange and by their correction only.
// A note proved to be destroyed in somebody's hands stays in circulation and stays
// owed (B9); a note lost from stock never was. The numbers of new notes are known
// in the vault and on their way; at a desk they say where notes were brought,
// since nobody writes down which one is handed over.
package paper
