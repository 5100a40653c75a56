// SPDX-License-Identifier: AGPL-3.0-or-later

// Package shop holds the pages of a shop: the till and what it asks, the day,
// receipts and refunds, redemptions, what is printed, and the screen that stands
// at the counter.
//
// A cashier sees the till and today; the owner sees everything of the shop. A
// screen is a device without a person: it is known by a cookie of its own, which
// is read below /ecran and nowhere else, and shows what is asked and what was
// paid.
//
// It refuses: visitors who may not ask for payments anywhere, a shop that is not
// theirs. Laws: what is green was committed; what arrived during a cut is told
// once, with its time, and never as if it had just happened; a refund goes to the
// payer only.
package shop
