// SPDX-License-Identifier: AGPL-3.0-or-later

// Package conversion owns the euro border of the currency: the identity of the
// book, the campaigns that pay a bonus, conversions (euros in, units issued),
// redemptions (units retired, euros out), the accounts and the runs of transfers
// by which they are paid, and the view of the guarantee fund.
//
// It is the only package that builds postings on loc:issued and eur:backing, by
// Issue and Retire; other rooms that credit units call Issue.
//
// It refuses: any movement of money before the currency has an issuer and a
// dedicated bank account (ErrNotOpen, rule L1); the approval of a campaign by the
// person who prepared it (ErrSamePerson, D9); a bonus beyond what the funder has
// paid or beyond a person's ceiling (G4, P12), which is reduced or left out with
// the reason; euros for individuals (ErrNotRedeemable, L5); a transfer that
// would leave the fund short (ErrShortfall, G1); a bank reference booked twice
// for one campaign or transfer (ErrReferenceUsed); somebody who says alone that the euros of
// their own conversion came or went back (ErrSamePerson, D9, L6); a run approved
// by whoever prepared it or on another content than was read (ErrSamePerson,
// ErrDigestChanged); euros to an account that changed less than 48 hours ago (D10)
// or that staff wrote alone (D9); a redemption settled by hand while its transfer
// is in a run.
//
// Laws, proved by CheckCampaigns: for each campaign granted + reserved is never
// above received, received − granted is the balance of its grant account in the
// ledger, and what each person used of a ceiling is the sum of the bonuses that
// stand. CheckConversions and CheckRedemptions prove that each row is the entry
// that it names, and that eur:redeeming is the sum of what is sent: the units of a
// transfer are retired when its file is given out, and held again when the bank
// sends the euros back. A collectivité does not hold units that it would have to spend (P6,
// P7), so it cannot convert for itself; it can redeem what its régies received.
package conversion
