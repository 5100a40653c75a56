// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"sync"
	"sync/atomic"
	"time"
)

const (
	// cacheLimit is how many principals are remembered at most.
	cacheLimit = 50_000
	// sharedLifetime is how long what another process revoked may still hold
	// here, where several write the book and the journal's follower was kept from
	// telling of it at once. On the embedded engine one process does, and what is
	// remembered holds until it changes.
	sharedLifetime = 30 * time.Second
)

// cache remembers who recent tokens stand for. It keeps two generations: the
// younger one fills up, then takes the place of the older one, which is let go
// whole. Only what the book confirmed is kept, so that made-up tokens push
// nobody out.
type cache struct {
	mu    sync.RWMutex
	young map[digest]remembered
	old   map[digest]remembered
	half  int           // entries of one generation
	life  time.Duration // how long an entry holds, 0 for as long as nothing changes
	epoch atomic.Int64
}

// remembered is what the book said at an instant, in an epoch.
type remembered struct {
	principal *Principal
	epoch     int64
	at        time.Time
	pause     time.Duration // how long the session may rest, 0 for as long as it lasts
	use       *use
}

func newCache(limit int, life time.Duration) *cache {
	return &cache{young: make(map[digest]remembered), half: limit / 2, life: life}
}

// get returns who a token stands for, and says whether that was read recently
// and nothing was revoked since.
func (c *cache) get(d digest, now time.Time) (remembered, bool) {
	c.mu.RLock()
	r, ok := c.young[d]
	if !ok {
		r, ok = c.old[d]
	}
	c.mu.RUnlock()
	if !ok || r.epoch != c.epoch.Load() {
		return remembered{}, false
	}
	if age := now.Sub(r.at); c.life > 0 && (age < 0 || age >= c.life) {
		return remembered{}, false
	}
	return r, true
}

// put remembers what was read from the book. The epoch is that of before the
// reading: what was revoked meanwhile is not believed. When the session was last
// used is kept from before, where that is later than what the book was told.
func (c *cache) put(d digest, r remembered) remembered {
	c.mu.Lock()
	defer c.mu.Unlock()
	before, ok := c.young[d]
	if !ok {
		before, ok = c.old[d]
	}
	if ok {
		before.use.later(r.use.last.Load())
		before.use.told(r.use.kept.Load())
		r.use = before.use
	}
	if len(c.young) >= c.half {
		c.old, c.young = c.young, make(map[digest]remembered)
	}
	c.young[d] = r
	return r
}

// forget makes everything be read anew.
func (c *cache) forget() { c.epoch.Add(1) }

// len returns how many principals are remembered.
func (c *cache) len() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return len(c.young) + len(c.old)
}
