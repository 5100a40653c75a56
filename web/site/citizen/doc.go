// SPDX-License-Identifier: AGPL-3.0-or-later

// Package citizen holds the pages of whoever has a wallet: what it holds and
// what moved, changing euros and the order that awaits them, whom the owner pays
// again, and what the owner asks others for.
//
// It refuses: visitors without a wallet, what is somebody else's in the same
// words as what does not exist (rule D2), a bonus that was not shown before it
// is confirmed (rule P12). Laws: the figures are those of the API, under the
// same names: booked, reserved, available (U2); the lines of a history are the
// difference of the two balances around them (U4); of others only the displayed
// name is shown (D1).
package citizen
