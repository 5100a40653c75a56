// SPDX-License-Identifier: AGPL-3.0-or-later

// Package dues owns what members pay to belong: the rates by kind of holder and
// year, and what each paid. Dues of a year make a membership last until its 31
// December, by ledger/membership.
//
// Dues in euros are income of the association and never money of the guarantee
// fund (P11): those taken at a desk stand in a till of their own until they are
// brought to the operating account, and those of a transfer came to that account.
// Dues in units go from the member's wallet to that of the association, which is
// a payment like any other: circulation does not change.
//
// It refuses: dues below the rate (ErrTooLittle), for a year without a rate
// (ErrNoRate) or other than this one and the next (ErrYear), twice for one year
// (ErrPaid), units where the association has no account (ErrNoAccount), euros
// that somebody says alone to have paid for themselves (ErrSamePerson, D9).
//
// Laws: the dues that stand of a holder are one at most for each year; each names
// the entry that moved exactly its amount; a cancelled one names the entry that
// took it back (B2).
package dues
