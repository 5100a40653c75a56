// SPDX-License-Identifier: AGPL-3.0-or-later

// Package live tells browsers and programs what has just been committed: over a
// websocket (ServeWebSocket, sub-protocol noria.v1) and, from the same source
// and with the same messages, as an event stream (ServeEvents).
//
// The one source is the journal: a Hub follows its tail once per process and
// only announces. What is sent is read from the book at the moment of sending,
// so nothing that was not committed is ever shown, and a crash between commit
// and announcement loses nothing. What the topics are, who may watch them and
// how they are read is registered by the server (Topics).
//
// State topics (a wallet, a request, the fund) conflate: a watcher that reads
// slowly gets the newest state next, never an older one after a newer one, and
// no message is kept waiting for it. Event topics (payments of a merchant) carry
// the number of the journal's entry: a watcher that comes back with the last
// number it saw is given what it missed, once, or told to read its list again
// where more than 500 events were missed.
//
// It refuses: an origin that is not the host's own or listed (ErrOrigin), a
// request without a good sub-protocol or with anything in its address that does
// not belong there (ErrProtocol, ErrQuery), more connections than one user or
// the process may have (ErrConnections, ErrFull), new connections while it stops
// (ErrStopping); on an open connection, topics that do not exist, that this
// actor may not see, or that are too many.
//
// Laws: one goroutine writes to a connection and one reads; every write has a
// deadline; a connection that cannot keep up is closed and told to come back
// with its cursor, never skipped in silence; rights are checked for each topic
// when it is asked for, every minute, and whenever a change touches rights.
package live
