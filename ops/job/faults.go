// SPDX-License-Identifier: AGPL-3.0-or-later

package job

import (
	"errors"
	"time"

	"github.com/noria-mlc/noria/ledger/fault"
)

// Refusals of the jobs.
var (
	// ErrUnknown says that no job of this name was registered.
	ErrUnknown = fault.New(fault.Missing, "job-unknown", "no job has this name")
	// ErrRunning says that this job runs already, here or in another process.
	ErrRunning = fault.New(fault.Refused, "job-running", "this job runs already").After(time.Minute)
	// errProbe is what Probe's command ends with, so that nothing stays of it.
	errProbe = fault.New(fault.Refused, "job-probe", "a probe leaves nothing behind")
	// errLost says that another process took the lease while the job ran.
	errLost = errors.New("the lease of the job was lost")
)
