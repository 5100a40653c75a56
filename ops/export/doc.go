// SPDX-License-Identifier: AGPL-3.0-or-later

// Package export owns the books as files for other programs: a plain text
// journal for hledger, and movements as lines of JSON.
//
// A file holds the whole journal, read on one state of the book and written as
// it is read, so that its size does not matter. The journal carries what lets a
// stranger's program find a mistake: every account and commodity is declared,
// each currency balances alone in every transaction, and every account's balance
// is asserted at the end of each month and of the file. The last balances come
// from the stored ones and not from the postings above them.
//
// It refuses a code of the local unit that no journal could carry (ErrCode).
// Whether somebody may have the books is for the caller to ask: access.Export.
//
// Laws: the same book gives the same bytes; amounts are whole cents from end to
// end; names, messages and references of people are in no file, only ids.
package export
