// SPDX-License-Identifier: AGPL-3.0-or-later

// Package run owns what passes between the euro border and the bank: the check of
// an account that euros are to be sent to, the files of redemption runs, and the
// file of the transfers that the guarantee fund should make.
//
// It refuses: an account or a name that a bank would refuse (rules S5, S7), a run
// on a day on which banks do not settle, a file of a run that nobody else
// approved (D9), a file without a transfer.
//
// Laws: a run has one file for each version, the same bytes each time, and is
// known to be sent before the first of them is given out; each transfer carries
// the id of its redemption, so that the bank's line settles it by itself.
package run
