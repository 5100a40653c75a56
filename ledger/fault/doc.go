// SPDX-License-Identifier: AGPL-3.0-or-later

// Package fault is the vocabulary of refusals.
//
// A refusal is a declared value (faults.go of each package) with a kind, which
// says what sort of mistake it is, and a code, which names the rule that
// refused. Only web/problem turns kinds into HTTP statuses. Words for people
// live in web/locale, by code; Detail here is the developer's sentence.
//
// Law: an error that is not a fault is a defect or an outage, and its text is
// never shown to a caller.
package fault
