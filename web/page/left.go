// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import (
	"fmt"
	"time"
)

// Left writes the time between two instants in minutes and seconds, "1:42",
// never less than nothing.
func Left(now, end time.Time) string {
	seconds := max(0, int((end.Sub(now)+time.Second-1)/time.Second))
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

// statusOr is the status asked for, or another when none was.
func statusOr(status, other int) int {
	if status == 0 {
		return other
	}
	return status
}
