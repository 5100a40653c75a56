// SPDX-License-Identifier: AGPL-3.0-or-later

// Package citizen holds the pages of whoever has a wallet: what it holds, and
// what moved.
//
// It refuses: visitors without a wallet. Law: the figures are those of the API,
// under the same names: booked, reserved, available (U2).
package citizen
