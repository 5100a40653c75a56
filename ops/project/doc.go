// SPDX-License-Identifier: AGPL-3.0-or-later

// Package project owns the register of local projects that the bank which keeps
// the guarantee fund financed from its deposits: what the euros do while they wait.
//
// It refuses: a project without a name, a commune, a year, an amount or a sentence,
// a link that is not https (ErrInvalid), a change to a project that was withdrawn or
// changed by somebody else in between (ErrChanged).
//
// Laws: the register is information. No euro of it is booked, and no figure of the
// fund knows it: what the bank lends stays owed to the fund, so that nothing is
// counted as cover twice (G1, G5). A project that was withdrawn stays in the trail
// of commands, and is shown to nobody.
package project
