// SPDX-License-Identifier: AGPL-3.0-or-later

// Package membership owns the condition of membership: whether there is one,
// until when each holder's is paid for, and whether somebody may change euros or
// circulate units on a day (rule L9). How dues are paid is the business of
// ops/dues.
//
// It stands in the room of the ledger because conversion, trade and payouts all
// ask it. Without a decision of the treasurers there is no condition.
//
// It refuses, once the condition holds: euros changed for somebody whose
// membership ended longer ago than the days of grace (ErrEnded); and, where those
// may not spend either, payments by them (ErrEnded) or to them (ErrPayeeEnded).
// Payments to the association's own account are always let through: it is how
// dues are paid in units.
//
// Laws: nobody is in arrears before the day from which the condition holds nor
// before their wallet was opened, the days of grace added; units already held
// are never taken for the want of a membership; euros that arrived for a
// conversion asked for in time are credited.
package membership
