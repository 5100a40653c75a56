// SPDX-License-Identifier: AGPL-3.0-or-later

// Package merchant owns trade inside the currency: merchants and their codes,
// payment requests of merchants and of persons, payments from holder to holder,
// refunds, what a till shows of them, the screens at the counter, and whom a
// holder pays again.
//
// A payment is an entry of kind payment and nothing else: the direct path
// writes no row of its own, and a payment's id has the same 128 bits as its
// entry. A request moves once from open to paid, cancelled or expired, by a
// guarded update in the transaction of the postings.
//
// It refuses: payments by a collectivité (P6), to oneself, to a payee who cannot
// be found, in the same words whether the payee never existed or is written
// wrongly (D2); requests paid twice, after their time or after their
// cancellation; looking up numbers one after the other (D2); refunds above the payment, of a refund, or to anybody but the
// payer. Units come back as units: nothing here can name a euro account (L5, L7).
//
// A screen is a device that showed a code once and is known by the SHA-256 of its
// secret: it watches one merchant and can do nothing.
//
// Laws: for one request there is one payment at most, whatever the number of
// payers; the refunds of a payment never exceed it; an answer repeated for the
// same key is the same answer.
package merchant
