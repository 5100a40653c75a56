// SPDX-License-Identifier: AGPL-3.0-or-later

// Package ident owns identifiers: 128 bits that begin with the time they were
// made, written with a prefix that tells the noun ("pay_01jc…").
//
// There is one Go type for each noun, so that a wallet cannot be passed where
// an entry is meant. Ids are made in rising order within a process, because an
// embedded database appends rising keys and scatters random ones.
//
// Law: Parse(id.String()) == id, and no other text parses.
package ident
