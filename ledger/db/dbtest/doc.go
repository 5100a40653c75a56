// SPDX-License-Identifier: AGPL-3.0-or-later

// Package dbtest runs one test on every database engine that is present, each
// time with an empty book of its own.
//
// SQLite is always there. PostgreSQL is, where initdb is found on the PATH or in
// /usr/lib/postgresql: each test process then has a private cluster, started by
// the first test that needs it. CockroachDB is, where its binary is on the PATH
// or NORIA_TEST_COCKROACH_URL names a server.
//
// It refuses to hide an absent engine: what is skipped is named aloud. Laws: a
// test of a domain that passes here passes on a real engine, never on a mock; no
// server outlives the test process, however that ends.
package dbtest
