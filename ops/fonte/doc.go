// SPDX-License-Identifier: AGPL-3.0-or-later

// Package fonte owns demurrage, off unless it was voted: at the end of each
// month, quarter or half-year a share of the units that lie in wallets goes to an
// association (L12).
//
// A treasurer prepares a rule, another person approves it (D9), and everybody
// concerned is written to. A change is a new rule with a notice of its own, which
// takes the place of the one before on its first day; an end holds at once for
// every period that is not over. Rules are never changed.
//
// It refuses: less notice than 30 days, or a first day that comes before it is over
// (ErrNotice), a second rule while one is announced (ErrAnnounced), an approval by
// whoever prepared it (ErrSamePerson), what was approved or ended before
// (ErrApproved, ErrEnded), collectivités, and a receiver that is no association.
//
// Laws: a taking moves units and never issues or retires any, so that they stay
// backed; it is the rate of what lay in the wallet at the end of the period, or of
// what is left when it is taken where that is less, beyond the exempt amount,
// floored to the cent in favour of the holder; what is reserved is not counted; a
// holder is taken from once for each period, however often the job is stopped and
// run again. Takings gather in one account and reach the association as one sum,
// which tells it nothing about anybody's wallet (D1).
package fonte
