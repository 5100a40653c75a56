// SPDX-License-Identifier: AGPL-3.0-or-later

// Package ledger owns the books and their laws: accounts, entries, postings,
// the journal, the one door and the engine behind it.
//
// The model, in order. An Account holds cumulative debits and credits in one
// unit; its balance is their difference on its normal side, and a floor forbids
// the other sign. A Posting moves a positive amount from a credit account's
// side to a debit account's: it names both and so balances by construction. An
// Entry is one dated, attributed change: one or more postings that stand or
// fall together. The journal is the numbered, hash-chained list of entries;
// balances, statements, sockets and exports all follow from it.
//
// Execute is the only way to change anything, books or settings: permission,
// claim of the idempotency key, the caller's do, result, commit, wake of the
// tail. One committer takes every waiting command, runs them in order in one
// database transaction, commits once and answers them all.
//
// It refuses: a balance below its floor (ErrInsufficientFunds), an entry that
// breaks the mirror law (ErrMirror), an action without right (ErrForbidden), a
// key used for another input (ErrKeyReused), more waiting commands than the
// queue holds (ErrBusy).
//
// Laws, recomputed from the journal by Verify: every posting has one unit and
// two different accounts; in every entry and for each pool the units issued
// change by as much as the euros that back them; sequence numbers have no gap;
// each entry's hash covers the one before; no entry or posting is ever changed
// or deleted; nobody is answered before the commit returned.
package ledger
