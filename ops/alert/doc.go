// SPDX-License-Identifier: AGPL-3.0-or-later

// Package alert owns the thresholds of the guarantee fund and what was told about
// them: a gap above so many euros, a coverage below a rate, euros awaited for more
// than so many days (G1, G5, G6). Nothing is watched until a treasurer says so.
//
// Awaited are the euros of conversions that wait for their payment, and what
// members owe since their bank took a payment back.
//
// It refuses: thresholds that no fund could cross (ErrInvalid).
//
// Laws: a crossing is told once, in the command that writes it down, and again only
// after a look found the fund well in between; a look that measured by
// thresholds which were changed since writes nothing. Gap and coverage are those
// that are published, receivables not counted (G4, G6).
package alert
