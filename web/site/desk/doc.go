// SPDX-License-Identifier: AGPL-3.0-or-later

// Package desk holds the pages of exchange desks: a member is welcomed, changes
// euros at the counter, and the till is counted at the end of the day.
//
// It refuses: visitors who may not change euros at a desk. Laws: no page reads a
// wallet (D3), members are found by their exact number only (D2), a form sent
// twice changes euros once, and everything can be done with the keyboard alone.
package desk
