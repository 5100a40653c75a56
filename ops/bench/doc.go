// SPDX-License-Identifier: AGPL-3.0-or-later

// Package bench measures how many payments a second the service makes, so that
// every figure is also a ratio: in the same run it measures a bare HTTP echo
// handler with the same load generator, and a raw group commit of the same rows
// through the same database driver; or, for a book on a server, pgbench there.
//
// The loop is closed: each client sends its next payment when the last one is
// answered. Settings are durable, as in production. It refuses to report a run
// in which a payment failed. Law: what is timed is what a user would call.
package bench
