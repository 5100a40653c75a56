// SPDX-License-Identifier: AGPL-3.0-or-later

// Package proxy stands between Noria and a PostgreSQL server in tests and does
// to the conversation what networks and servers do: it has statements and
// commits fail with a serialisation failure or a deadlock, cuts connections
// before and after COMMIT reached the server, delays answers, and refuses
// connections altogether. It reads and writes the messages of the protocol, so
// that it knows what it strikes.
//
// It refuses TLS. Laws: a fault is never only told, the server itself raised it
// or the connection is really gone, so that what the client believes and what
// the server holds can be compared; the draws are those of a seed, which a
// failed test prints.
package proxy
