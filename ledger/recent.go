// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"strings"
	"sync"
)

// recentLimit is how many of the last changes are held for followers, who would
// otherwise read each of them back from the book right after it was written.
const recentLimit = 2048

// recent holds the last changes that this process committed, without gap. They are what the
// book says, and never changed. Where the book has more writers it stays empty,
// and followers read the book.
type recent struct {
	mu      sync.RWMutex
	changes []Change // in order, without gap
}

// add appends the changes of a committed batch.
func (r *recent) add(changes []Change) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.changes)+len(changes) > 2*recentLimit {
		kept := r.changes[max(0, len(r.changes)-recentLimit):]
		r.changes = append(make([]Change, 0, 2*recentLimit+len(changes)), kept...)
	}
	r.changes = append(r.changes, changes...)
}

// after returns at most limit changes after a position; false where they are
// not all here.
func (r *recent) after(p Position, limit int) ([]Change, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if len(r.changes) == 0 || p.Command+1 < r.changes[0].Command {
		return nil, false
	}
	list := r.changes[min(p.Command+1-r.changes[0].Command, int64(len(r.changes))):]
	return list[:min(limit, len(list)):min(limit, len(list))], true
}

// publishChanges hands a committed batch to the followers.
func (x *batch) publishChanges() {
	changes := make([]Change, 0, len(x.commands))
	entries := x.entries
	for i, t := range x.commands {
		c := Change{Command: x.head.command + int64(i) + 1, At: x.at, Action: t.command.Action, Actor: t.command.Actor.ID, Ref: t.outcome.Ref}
		if text, ok := subjectsText(t.subjects).(string); ok {
			c.Subjects = strings.Fields(text)
		}
		n := 0
		for n < len(entries) && entries[n].Command == c.Command {
			n++
		}
		if n > 0 {
			c.Entries, entries = entries[:n:n], entries[n:]
		}
		changes = append(changes, c)
	}
	x.ledger.recent.add(changes)
}

// clear forgets everything: another process wrote in between, and what is added
// next would not follow.
func (r *recent) clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.changes = nil
}
