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
}

func newCache(limit int, life time.Duration) *cache {
	return &cache{young: make(map[digest]remembered), half: limit / 2, life: life}
}

// get returns who a token stands for where that was read recently and nothing
// was revoked since, else nil.
func (c *cache) get(d digest, now time.Time) *Principal {
	c.mu.RLock()
	r, ok := c.young[d]
	if !ok {
		r, ok = c.old[d]
	}
	c.mu.RUnlock()
	if !ok || r.epoch != c.epoch.Load() {
		return nil
	}
	if age := now.Sub(r.at); c.life > 0 && (age < 0 || age >= c.life) {
		return nil
	}
	return r.principal
}

// put remembers what was read from the book. The epoch is that of before the
// reading: what was revoked meanwhile is not believed.
func (c *cache) put(d digest, r remembered) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.young) >= c.half {
		c.old, c.young = c.young, make(map[digest]remembered)
	}
	c.young[d] = r
}

// forget makes everything be read anew.
func (c *cache) forget() { c.epoch.Add(1) }

// len returns how many principals are remembered.
func (c *cache) len() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return len(c.young) + len(c.old)
}
