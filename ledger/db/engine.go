// SPDX-License-Identifier: AGPL-3.0-or-later

package db

// Engine is the kind of database that holds a book.
type Engine string

// The engines.
const (
	SQLite      Engine = "sqlite"
	PostgreSQL  Engine = "postgresql"
	CockroachDB Engine = "cockroachdb"
)

// Engine returns which engine holds the book; a server was asked what it is.
func (d *DB) Engine() Engine { return d.engine }

// Shared says whether other processes may write the book too, as they may on a
// server. On the embedded engine one process owns the file.
func (d *DB) Shared() bool { return d.engine != SQLite }

// Channel is what PostgreSQL tells the other processes on when a batch is
// committed.
const Channel = "noria_journal"
