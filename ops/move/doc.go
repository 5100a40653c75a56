// SPDX-License-Identifier: AGPL-3.0-or-later

// Package move copies a book from one database to another: from the data folder
// to a server, back, or between two servers.
//
// Every table of the schema is copied, so that tables of later migrations are
// moved without a change here; what the columns hold is asked of the
// destination. Nobody writes the source meanwhile: its folder's lock or its
// head's row is held. A move that was cut short goes on when it is run again.
//
// The destination's head keeps a negative number of entries from the first row
// to the last, which every reader of a head refuses: half a book never looks
// like a book, and the mark says which state of which book is being copied. It
// turns into the head when every row was read again on both sides and found
// equal, with the sums of every account.
//
// It refuses: a destination that holds another book or one that has gone on, the
// source itself, a source or a destination of another schema version. Law: what
// is called done was compared, and the books recomputed where they now are.
package move
