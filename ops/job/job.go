// SPDX-License-Identifier: AGPL-3.0-or-later

package job

import (
	"context"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
)

// Job is a named piece of work on a schedule.
type Job struct {
	// Name tells the job from the others: 1 to 32 letters, digits, dots and
	// hyphens, the same in every release.
	Name string

	// Every is how long after a run begins the next may begin, and how often Due
	// is asked in between.
	Every time.Duration

	// Due says whether there is anything to do. It reads only. Nil means that
	// there always is, which costs two commands a run: give a Due to whatever
	// runs more than a few times a day.
	Due func(ctx context.Context) (bool, error)

	// Run does the work as the system. It must be safe to run again after having
	// stopped anywhere, and stop soon after ctx ends.
	Run func(ctx context.Context, actor access.Actor) error
}

// leaseTime is how long a lease lasts without being renewed: how long a job
// waits after the process that ran it died.
const leaseTime = time.Minute

// problemLimit is how many bytes of an error are kept in the table.
const problemLimit = 500

// wellFormed says whether a job can be registered.
func (j Job) wellFormed() bool {
	if len(j.Name) == 0 || len(j.Name) > 32 || j.Every <= 0 || j.Run == nil {
		return false
	}
	for i := range len(j.Name) {
		c := j.Name[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && c != '-' {
			return false
		}
	}
	return true
}
