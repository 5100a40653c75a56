// SPDX-License-Identifier: AGPL-3.0-or-later

// Package gift owns the gift of the issuer: a share of the euros that members
// changed, given as units to the associations that they chose.
//
// A treasurer admits associations; members choose one. For a period a
// round is prepared from the conversions of the period, approved by another
// person (D9), and given when the euros were moved from the operating account to
// a compte dédié: the units are issued against those euros in the same entry, so
// that the guarantee fund covers them from the first instant (G1, section 4).
//
// It refuses: an association that was not admitted (ErrNotAdmitted), a period
// that another round covers (ErrOverlap) or in which nobody who chose changed
// anything (ErrNothing), an approval by whoever prepared it (ErrSamePerson), euros
// that are not in the fund yet: a round is given once, with the reference of its
// transfer (ErrNotApproved, ErrClosed).
//
// Laws: what is given to an association is the share of the period's settled
// changes, floored to the cent, by members who had chosen it when the round was
// prepared; the total of a round is what left the operating account; who chose
// what is told to nobody but the member.
package gift
