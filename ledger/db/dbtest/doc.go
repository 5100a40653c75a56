// SPDX-License-Identifier: AGPL-3.0-or-later

// Package dbtest runs one test on every database engine that is present, each
// time with an empty book of its own.
//
// It refuses to hide an absent engine: what is skipped is named aloud. Law: a
// test of a domain that passes here passes on a real engine, never on a mock.
package dbtest
