// SPDX-License-Identifier: AGPL-3.0-or-later

// Package acpr owns the meter of payment operations that the law asks for
// (rules L3 and L4): the sum of those of the last twelve months, day by day, in
// its two readings, with a warning at 80 % and the day from which a declaration
// is due. It keeps one setting, which of the readings counts, and writes nothing
// else: no reading and no decision changes the books.
//
// It refuses: a day to come; a decision by anybody but a treasurer.
package acpr
