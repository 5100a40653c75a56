// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"testing"
	"time"
)

// TestABatchWaitsForHalfOfTheCallersSeen holds when a batch waits, for how many,
// and that whoever is alone does not.
func TestABatchWaitsForHalfOfTheCallersSeen(t *testing.T) {
	for name, c := range map[string]struct {
		ran      [][2]int // tasks and milliseconds of the last batches
		expected int
		patience time.Duration
	}{
		"at first":         {nil, 0, 0},
		"alone":            {[][2]int{{1, 2}, {1, 2}}, 1, 2 * time.Millisecond},
		"one after a pair": {[][2]int{{1, 2}, {2, 3}}, 1, 3 * time.Millisecond},
		"a convoy":         {[][2]int{{1, 1}, {63, 3}}, 32, 3 * time.Millisecond},
		"two halves":       {[][2]int{{32, 2}, {32, 2}}, 32, 2 * time.Millisecond},
		"a slow server":    {[][2]int{{64, 1}, {64, 900}}, 64, longestWait},
	} {
		t.Run(name, func(t *testing.T) {
			var p pace
			for _, r := range c.ran {
				p.ran(r[0], time.Duration(r[1])*time.Millisecond)
			}
			if p.expected() != c.expected || p.patience() != c.patience {
				t.Errorf("waits for %d, up to %v", p.expected(), p.patience())
			}
		})
	}
}

// TestGatherTakesWhatWaitsAndWhatComes fills a queue and gathers it: up to the
// size of a batch, with what comes while fewer wait than were expected, and
// without an end where the queue was closed.
func TestGatherTakesWhatWaitsAndWhatComes(t *testing.T) {
	full := func(n int) *Ledger {
		l := &Ledger{queue: make(chan *task, 100), batch: 40}
		for range n {
			l.queue <- &task{}
		}
		return l
	}
	if got := full(9).gather([]*task{{}}, &pace{}); len(got) != 10 {
		t.Errorf("%d of 10 that wait", len(got))
	}
	if got := full(90).gather([]*task{{}}, &pace{last: 64, before: 64, took: time.Hour}); len(got) != 40 {
		t.Errorf("%d, want a whole batch of 40", len(got))
	}
	coming := full(3)
	go func() {
		for range 40 {
			coming.queue <- &task{}
		}
	}()
	if got := coming.gather([]*task{{}}, &pace{last: 20, before: 20, took: longestWait}); len(got) < 4 {
		t.Errorf("%d, want those that waited at least", len(got))
	}
	ending := full(3)
	close(ending.queue)
	if got := ending.gather([]*task{{}}, &pace{last: 64, before: 64, took: time.Hour}); len(got) != 4 {
		t.Errorf("%d of 4 before the end", len(got))
	}
}
