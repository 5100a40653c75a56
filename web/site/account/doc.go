// SPDX-License-Identifier: AGPL-3.0-or-later

// Package account holds the pages of joining, of signing in, and of one's own
// account: how one signs in, and where one is signed in.
//
// It refuses: proofs that do not hold, in words that do not tell whether an
// address is known. Laws: what is typed is kept, secrets apart; whoever changes
// how they sign in proved who they are a moment ago.
package account
