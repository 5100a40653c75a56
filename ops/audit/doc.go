// SPDX-License-Identifier: AGPL-3.0-or-later

// Package audit owns the reading of the whole book by whoever checks it: the
// journal and the audit trail in pages, the proof of one entry, and the way from
// any reference to what was wished, commanded and booked.
//
// It refuses everybody who may not read the journal (access.JournalRead) and
// changes nothing. Laws: it shows ids and numbers, never names (rules D1, D8);
// what it shows is what the journal holds.
package audit
