// SPDX-License-Identifier: AGPL-3.0-or-later

// Package campaign holds the pages on which something is decided about a bonus
// campaign after its approval: pausing, resuming and closing it, and amending its
// terms. People of the funder and of the association meet here; each of them reads
// the campaign itself in a room of their own.
//
// It refuses: whoever may not decide. Laws: a page says what a decision does before
// it is confirmed; other terms hold once another person approved them (D9).
package campaign
