// SPDX-License-Identifier: AGPL-3.0-or-later

// Package db owns the database: which engine it is, how it is opened, its
// schema and migrations, who may write. It is the only importer of the drivers.
//
// One book is one database. The embedded engine is SQLite in a data folder:
// write-ahead log, synchronous=FULL, one writing connection, several reading
// ones, and a lock on the folder so that a second process is refused clearly.
//
// It refuses: a folder that another process owns (ErrLocked), a schema newer
// than this program (ErrNewer), a setting that the engine silently ignored, and
// writing when the disk is nearly full (ErrDiskFull).
//
// Laws: a write is done when commit returned without error, never before; the
// clock is read here (Now) and passed on.
package db
