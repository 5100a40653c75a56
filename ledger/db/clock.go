// SPDX-License-Identifier: AGPL-3.0-or-later

package db

import (
	"context"
	"time"
)

// clockAsks is how often a server is asked for its time: the shortest journey
// tells it best.
const clockAsks = 3

// Clock returns the clock that the book goes by. Processes on several machines
// share one book and not one clock, so that on a server it is the server's: the
// machine's, moved by how far the server's was from it when it was asked. It
// returns ErrUnreachable where nobody answers.
func (d *DB) Clock(ctx context.Context) (func() time.Time, error) {
	if !d.Shared() {
		return Now, nil
	}
	var ahead, best time.Duration
	for i := range clockAsks {
		var there int64
		begun, here := Elapsed(), Now()
		if err := d.reader.QueryRowContext(ctx, sqlClock).Scan(&there); err != nil {
			return nil, unreachable(err)
		}
		if took := Elapsed() - begun; i == 0 || took < best {
			best, ahead = took, time.UnixMicro(there).Sub(here.Add(took/2))
		}
	}
	// A clock that is as right as the journey was long is not moved.
	if ahead.Abs() <= best {
		return Now, nil
	}
	if ahead.Abs() > time.Second {
		d.log.Warn("the clock of this machine is not the database's, which is taken", "ahead", ahead)
	}
	return func() time.Time { return Now().Add(ahead).Truncate(time.Microsecond) }, nil
}

const sqlClock = `SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)`
