// SPDX-License-Identifier: AGPL-3.0-or-later

// Package job owns the work that nobody asks for by hand: named functions on a
// schedule, each run by one process at a time.
//
// A job is looked at every so often. Its Due reader says whether there is
// anything to do; only then is the lease taken, through the one door, and only
// then is anything written. So a job that finds nothing to do leaves no command
// behind. The lease is a row that a guarded update takes and that is renewed
// while the job runs; when its process dies the lease ends by itself and the
// next process goes on. What a job changes it changes by commands of its own,
// with keys derived from what they are about, so that a crash in the middle is
// finished by the next run.
//
// Leases are measured by the book's clock, which on a server is the server's, so
// that machines whose clocks differ agree on when a lease ends. Where clocks
// differ all the same, a job may be begun twice: the first run is told when it
// renews its lease, and stops; the commands of both are the same and are done
// once.
//
// It refuses: a job that runs already (ErrRunning), a name that nobody
// registered (ErrUnknown).
//
// Laws: two processes never hold one lease; a job that fails or panics harms no
// other and is tried again, ever more rarely while it keeps failing; how each
// job last ended can be read from the table jobs.
package job
