// SPDX-License-Identifier: AGPL-3.0-or-later

// Package passkeytest owns an authenticator in software, for tests that need
// somebody's passkey: it makes one, signs what it is asked to, and can be told to
// do so wrongly.
//
// It refuses nothing, and is for tests only: a test that does not get what it
// asked for ends.
package passkeytest
