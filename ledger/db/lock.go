// SPDX-License-Identifier: AGPL-3.0-or-later

//go:build unix

package db

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// takeLock makes this process the owner of the data folder until Close or its
// death. The kernel frees the lock of a killed process, so that no hand is
// needed to start again.
func (d *DB) takeLock() error {
	f, err := os.OpenFile(filepath.Join(d.data, "noria.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return ErrLocked
		}
		return fmt.Errorf("lock: %w", err)
	}
	d.lock = f
	return nil
}

// minimumFree is the room, in bytes, below which writes are refused: enough to
// finish the log that is being written and to check it in.
const minimumFree = 128 << 20

func freeSpace(path string) (uint64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(path, &s); err != nil {
		return 0, err
	}
	return s.Bavail * uint64(s.Bsize), nil
}
