// SPDX-License-Identifier: AGPL-3.0-or-later

package db

import (
	"context"
	"path/filepath"
)

// Scrub copies the write-ahead log of the embedded engine into the book and empties
// it, so that what was deleted is in neither: deleted rows are overwritten in the
// book itself (secure_delete). While somebody reads an older state, or a backup
// follows the log, the log stays, and the next call tries again. A server reclaims
// deleted rows by itself.
func (d *DB) Scrub(ctx context.Context) error {
	if d.engine != SQLite {
		return nil
	}
	handle, err := openSQLite(ctx, filepath.Join(d.data, "noria.db"), func() []pragma { return writerPragmas()[:3] })
	if err != nil {
		return err
	}
	defer handle.Close()
	_, err = handle.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}
