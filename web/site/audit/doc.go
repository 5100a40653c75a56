// SPDX-License-Identifier: AGPL-3.0-or-later

// Package audit holds the pages of whoever checks the book: the journal, each
// entry with the proof of its hash, the audit trail, the way of a payment from
// wish to posting, the last check of the whole, the book as files.
//
// It refuses whoever may not read the journal. Laws: nothing moves from here;
// members stand here by their number, and a name is shown only to whoever asks
// for it, which is a look at an account (D1, D8).
package audit
