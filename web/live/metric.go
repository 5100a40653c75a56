// SPDX-License-Identifier: AGPL-3.0-or-later

package live

import (
	"maps"
	"sync/atomic"
)

// Metrics is what a hub counted since it was made, and what is open now.
type Metrics struct {
	Sockets int64 // websockets open now
	Streams int64 // event streams open now
	Topics  int64 // topics watched now
	Watches int64 // topics watched now, counted for each watcher

	Opened  int64            // connections that were opened
	Refused map[string]int64 // connections that were refused, by code of the fault
	Ended   map[string]int64 // connections that ended, by cause

	StatesRead int64 // states read from the book
	PagesRead  int64 // pieces of event topics read from the book
	StatesSent int64
	EventsSent int64
	Resets     int64
}

// counts are the numbers that watchers raise on their own.
type counts struct {
	statesRead, pagesRead, statesSent, eventsSent, resets atomic.Int64
}

// Metrics returns the counters.
func (h *Hub) Metrics() Metrics {
	h.mu.Lock()
	defer h.mu.Unlock()
	m := Metrics{
		Topics: int64(len(h.feeds)), Opened: h.opened, Refused: maps.Clone(h.refused), Ended: maps.Clone(h.ended),
		StatesRead: h.counts.statesRead.Load(), PagesRead: h.counts.pagesRead.Load(),
		StatesSent: h.counts.statesSent.Load(), EventsSent: h.counts.eventsSent.Load(), Resets: h.counts.resets.Load(),
	}
	for w := range h.watchers {
		if w.stream {
			m.Streams++
		} else {
			m.Sockets++
		}
	}
	for _, f := range h.feeds {
		m.Watches += int64(len(f.watchers))
	}
	return m
}
