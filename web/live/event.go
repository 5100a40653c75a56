// SPDX-License-Identifier: AGPL-3.0-or-later

package live

import (
	"cmp"
	"context"
	"slices"
)

// owed is one message of an event topic on its way to a watcher.
type owed struct {
	frame
	watch *watch
	reset bool
}

// reading is what one round found in an event topic.
type reading struct {
	watch   *watch
	touched int64 // value of the feed's touched before it was read
	last    int64 // number of the last event found, 0 for none
	whole   bool  // whether it was read to its end
}

// round is one delivery of events. It stops at the horizon, and at the end of
// what was read of each topic, so that events go out in the order of the journal
// over all topics: a cursor that the client has seen stands for everything
// before it. What was announced is only a reason to read; what is sent follows
// from the cursor, so nothing is lost or doubled between a replay and the tail.
type round struct {
	watcher  *watcher
	horizon  int64
	limit    int64 // last number that may be sent in this round
	list     []owed
	readings []reading
}

// sendEvents sends what the event topics have after their cursors.
func (w *watcher) sendEvents(t transport, watches []*watch) error {
	horizon := w.hub.horizon.Load()
	r := round{watcher: w, horizon: horizon, limit: horizon}
	for _, x := range watches {
		if err := r.read(x); err != nil {
			if err := w.failed(t, x, err); err != nil {
				return err
			}
		}
	}
	if err := r.send(t); err != nil {
		return err
	}
	for _, x := range watches {
		if x.repeat { // the client asks whether anybody is there
			x.repeat = false
			if err := w.send(t, encode(cursorMessage{Topic: x.feed.topic, Seq: x.cursor}), 0); err != nil {
				return err
			}
		}
	}
	if r.settle() {
		poke(w.wake)
	}
	return nil
}

// read finds what a topic has after the cursor. Where a client that comes back
// missed too much, or brings a cursor of another journal, it finds a reset.
func (r *round) read(x *watch) error {
	touched := x.feed.touched.Load() // after the horizon: see Hub.see
	if x.seen == touched {
		return nil
	}
	found := reading{watch: x, touched: touched}
	if !x.lost {
		hub := r.watcher.hub
		ctx, cancel := context.WithTimeout(hub.base, hub.limits.Read)
		defer cancel()
		frames, more, err := x.feed.since(ctx, x.cursor, hub.limits, &hub.counts.pagesRead)
		if err != nil {
			return err
		}
		if !more || !x.fresh {
			x.fresh = false
			for _, f := range frames {
				r.list = append(r.list, owed{frame: f, watch: x})
				found.last = f.seq
			}
			if found.whole = !more; more {
				r.limit = min(r.limit, found.last)
			}
			r.readings = append(r.readings, found)
			return nil
		}
	}
	message := encode(cursorMessage{Topic: x.feed.topic, Seq: r.horizon, Reset: true})
	r.list = append(r.list, owed{frame: frame{r.horizon, message}, watch: x, reset: true})
	r.readings = append(r.readings, found)
	return nil
}

// send writes what may be sent and moves the cursors. Of several messages with
// one number only the last carries it as the cursor of a stream.
func (r *round) send(t transport) error {
	slices.SortStableFunc(r.list, func(a, b owed) int { return cmp.Compare(a.seq, b.seq) })
	counts := &r.watcher.hub.counts
	for i, o := range r.list {
		if o.seq > r.limit {
			break
		}
		id := o.seq
		if i+1 < len(r.list) && r.list[i+1].seq == id {
			id = 0
		}
		if err := r.watcher.send(t, o.data, id); err != nil {
			return err
		}
		o.watch.cursor = o.seq
		if o.reset {
			o.watch.fresh, o.watch.lost = false, false
			counts.resets.Add(1)
		} else {
			counts.eventsSent.Add(1)
		}
	}
	return nil
}

// settle notes which topics were dealt with, and says whether another round is
// due. Events beyond the horizon are left for the tail, which is about to
// announce them.
func (r *round) settle() bool {
	again := r.limit < r.horizon
	for _, f := range r.readings {
		switch {
		case !f.whole:
			again = true
		case f.last <= r.limit:
			f.watch.seen = f.touched
		}
	}
	return again
}
