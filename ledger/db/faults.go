// SPDX-License-Identifier: AGPL-3.0-or-later

package db

import (
	"time"

	"github.com/noria-mlc/noria/ledger/fault"
)

// Refusals of the database room.
var (
	ErrLocked        = fault.New(fault.Unavailable, "data-folder-locked", "another noria process is using this data folder; stop it, or give another --data")
	ErrNewer         = fault.New(fault.Unavailable, "schema-newer", "this book was written by a newer noria; run that version")
	ErrOlder         = fault.New(fault.Unavailable, "schema-older", "this book needs migrations; run noria migrate, or start noria serve")
	ErrNoBook        = fault.New(fault.Missing, "no-book", "there is no book in this data folder or database")
	ErrDatabaseURL   = fault.New(fault.Invalid, "database-url", "--database must be a postgres:// URL")
	ErrUnreachable   = fault.New(fault.Unavailable, "database-unreachable", "the database server cannot be reached").After(2 * time.Second)
	ErrDatabaseLogin = fault.New(fault.Unavailable, "database-login", "the database server refused the user or the password")
	ErrNoDatabase    = fault.New(fault.Unavailable, "database-missing", "the server has no database of this name; create it first")
	ErrEncoding      = fault.New(fault.Unavailable, "database-encoding", "the database must be encoded in UTF8; create it with ENCODING 'UTF8'")
	ErrDiskFull      = fault.New(fault.Unavailable, "disk-full", "the disk is nearly full; nothing is written until there is room").After(30 * time.Second)
)
