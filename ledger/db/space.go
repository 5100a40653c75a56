// SPDX-License-Identifier: AGPL-3.0-or-later

package db

import "time"

// Room returns ErrDiskFull where too little disk is left to write safely. It
// looks at the disk once a second at most; a server looks after its own.
func (d *DB) Room() error {
	if d.engine != SQLite {
		return nil
	}
	d.space.Lock()
	defer d.space.Unlock()
	if now := time.Now(); now.Sub(d.spaceAt) > time.Second {
		d.spaceAt, d.spaceErr = now, nil
		free, err := freeSpace(d.data)
		if err == nil && free < minimumFree {
			d.spaceErr = ErrDiskFull
		}
	}
	return d.spaceErr
}
