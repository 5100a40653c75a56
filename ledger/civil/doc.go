// SPDX-License-Identifier: AGPL-3.0-or-later

// Package civil owns civil dates: days as they are lived in Europe/Paris, where
// every book of this kind is kept, whatever the clock of the machine.
//
// It refuses texts that are not real days written YYYY-MM-DD. Law: an instant
// has exactly one civil date, and the summer-time changes move no midnight.
package civil
