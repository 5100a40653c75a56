// SPDX-License-Identifier: AGPL-3.0-or-later

// Package check owns the proof of the whole book: everything that can be
// recomputed is recomputed from the journal and compared.
//
// First the ledger's own Verify: numbers, hash chain, laws of every entry,
// balances. Then what each room says of its rows, by checks that cmd names.
// Last the guarantee fund: in each pool as many units as euros that back them,
// and as many euros in the dedicated accounts and on their way as are owed.
//
// It refuses nothing and changes nothing: it returns the first Difference.
//
// Laws: each check sees one state of the book; a check that could not end says
// nothing about the book and is no Difference.
package check
