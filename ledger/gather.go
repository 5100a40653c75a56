// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import "time"

// longestWait bounds for how long a batch waits for more: what a caller who is
// alone again after a rush may lose, twice at most.
const longestWait = 4 * time.Millisecond

// pace is what the committer remembers of its last two batches.
type pace struct {
	last, before int
	took         time.Duration // by the last one
}

// ran notes a batch.
func (p *pace) ran(tasks int, took time.Duration) {
	p.before, p.last, p.took = p.last, tasks, took
}

// expected returns how many tasks make a batch worth its commit: half of the
// callers that the last two batches showed. Callers who pay one after the other
// come back together after a large batch, and the first of them would have a
// commit for itself while all the others wait for the next; by halves one half
// is on its way while the other is being written. Who is alone never waits.
func (p *pace) expected() int { return (p.last + p.before) / 2 }

// patience returns for how long a batch waits to be worth its commit: no longer
// than the commit that it spares.
func (p *pace) patience() time.Duration { return min(p.took, longestWait) }

// gather adds to the first task of a batch what waits in the queue, and where
// fewer wait than the last batches lead to expect, what comes soon.
func (l *Ledger) gather(tasks []*task, p *pace) []*task {
	tasks, open := l.drain(tasks)
	expected := min(p.expected(), l.batch)
	if !open || len(tasks) >= expected {
		return tasks
	}
	timer := time.NewTimer(p.patience())
	defer timer.Stop()
	for open && len(tasks) < expected {
		select {
		case t, more := <-l.queue:
			if !more {
				return tasks
			}
			tasks, open = l.drain(append(tasks, t))
		case <-timer.C:
			return tasks
		}
	}
	return tasks
}

// drain adds what waits in the queue now, and says whether more may come.
func (l *Ledger) drain(tasks []*task) ([]*task, bool) {
	for len(tasks) < l.batch {
		select {
		case t, ok := <-l.queue:
			if !ok {
				return tasks, false
			}
			tasks = append(tasks, t)
		default:
			return tasks, true
		}
	}
	return tasks, true
}
