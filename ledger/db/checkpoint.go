// SPDX-License-Identifier: AGPL-3.0-or-later

package db

import (
	"context"
	"database/sql"
	"path/filepath"
	"sync"
	"sync/atomic"
)

// The write-ahead log is copied into the main file in two steps, so that no
// commit waits for a long copy: above walSoft a background copy runs on a
// connection of its own while commits go on; what came in meanwhile is short,
// and the committer copies that itself, after which the log starts over. Only
// passive checkpoints are used: they never block readers, and a continuous
// backup that follows the log keeps working.
//
// The log's file keeps its size when the log starts over, so that it is the
// engine that is asked how many pages wait, once in walEvery batches.
const (
	walSoft  = 64 << 20 / 4096
	walHard  = 3 * walSoft // the background copy cannot keep up: the committer copies, whatever it takes
	walEvery = 16
)

type checkpoints struct {
	handle  *sql.DB // opened by the first background copy
	running atomic.Bool
	done    atomic.Bool // a background copy ended since the last short one
	batches int         // since the engine was asked; the committer's own
	group   sync.WaitGroup
}

func (c *checkpoints) wait() { c.group.Wait() }

// Checkpoint is called by the committer between two batches with its own
// connection. It costs next to nothing when there is nothing to do.
func (d *DB) Checkpoint(ctx context.Context, conn *sql.Conn) error {
	if d.engine != SQLite {
		return nil
	}
	if d.checkpoints.batches++; d.checkpoints.batches < walEvery {
		return nil
	}
	d.checkpoints.batches = 0
	waiting, err := uncopied(ctx, conn)
	if err != nil || waiting == 0 {
		return err
	}
	if d.checkpoints.done.CompareAndSwap(true, false) || waiting > walHard {
		_, err := conn.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
		return err
	}
	if waiting < walSoft {
		return nil
	}
	if d.checkpoints.running.CompareAndSwap(false, true) {
		d.checkpoints.group.Add(1)
		go func() {
			defer d.checkpoints.group.Done()
			defer d.checkpoints.running.Store(false)
			if err := d.checkpoint(context.WithoutCancel(ctx)); err != nil {
				d.log.Error("checkpoint", "error", err)
				return
			}
			d.checkpoints.done.Store(true)
		}()
	}
	return nil
}

// uncopied returns how many pages of the log are not in the main file yet.
func uncopied(ctx context.Context, conn *sql.Conn) (int, error) {
	var busy, pages, copied int
	err := conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(NOOP)").Scan(&busy, &pages, &copied)
	return pages - copied, err
}

func (d *DB) checkpoint(ctx context.Context) error {
	if d.checkpoints.handle == nil {
		handle, err := openSQLite(ctx, filepath.Join(d.data, "noria.db"), func() []pragma { return writerPragmas()[:3] })
		if err != nil {
			return err
		}
		d.checkpoints.handle = handle
	}
	_, err := d.checkpoints.handle.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
	return err
}
