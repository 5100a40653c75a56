// SPDX-License-Identifier: AGPL-3.0-or-later

package live

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

// feed is one topic that somebody watches. It reads the book once for all of
// its watchers: what was read serves until the journal's tail touches the topic
// again.
type feed struct {
	topic string
	id    string
	state *StateTopic // one of state and event is there
	event *EventTopic

	watchers map[*watcher]struct{} // guarded by Hub.mu

	// touched rises when a change concerns the topic, before the change is within
	// the hub's horizon. It starts at one, so that a watch that has seen nothing is
	// behind.
	touched atomic.Int64

	reading  sync.Mutex // held while the book is read
	read     int64      // value of touched that snapshot answers
	snapshot *snapshot
	page     *page
}

func newFeed(topic, id string, state *StateTopic, event *EventTopic) *feed {
	f := &feed{topic: topic, id: id, state: state, event: event, watchers: make(map[*watcher]struct{})}
	f.touched.Store(1)
	return f
}

// snapshot is a state as it was read. Another snapshot of the feed is newer.
type snapshot struct {
	seq, version int64
	body, frame  []byte
}

// frame is one encoded message of an event topic.
type frame struct {
	seq  int64
	data []byte
}

// page is the last piece of an event topic that was read to its end.
type page struct {
	touched int64 // value of touched that it answers
	after   int64
	frames  []frame
}

// present returns the newest snapshot and the value of touched that it answers.
// An unchanged state is the same snapshot; an older one never replaces a newer.
func (f *feed) present(ctx context.Context, reads *atomic.Int64) (*snapshot, int64, error) {
	f.reading.Lock()
	defer f.reading.Unlock()
	want := f.touched.Load()
	if f.snapshot != nil && f.read == want {
		return f.snapshot, want, nil
	}
	reads.Add(1)
	s, err := f.state.State(ctx, f.id)
	if err != nil {
		return nil, 0, err
	}
	body, err := json.Marshal(s.Body)
	if err != nil {
		return nil, 0, fmt.Errorf("state of %s: %w", f.topic, err)
	}
	f.read = want
	if last := f.snapshot; last != nil {
		older := s.Version < last.version || s.Version == last.version && s.Seq < last.seq
		same := s.Version == last.version && bytes.Equal(body, last.body)
		if older || same {
			return last, want, nil
		}
	}
	f.snapshot = &snapshot{seq: s.Seq, version: s.Version, body: body,
		frame: encode(stateMessage{Topic: f.topic, Seq: s.Seq, Version: s.Version, State: body})}
	return f.snapshot, want, nil
}

// since returns at most limit events after a cursor, and whether there are more.
// A page that was read to its end and is small is kept for the other watchers.
func (f *feed) since(ctx context.Context, cursor int64, l Limits, reads *atomic.Int64) ([]frame, bool, error) {
	f.reading.Lock()
	defer f.reading.Unlock()
	want := f.touched.Load()
	if p := f.page; p != nil && p.touched == want && p.after <= cursor {
		i, _ := slices.BinarySearchFunc(p.frames, cursor+1, func(a frame, seq int64) int { return int(min(1, max(-1, a.seq-seq))) })
		return p.frames[i:], false, nil
	}
	reads.Add(1)
	events, more, err := f.event.After(ctx, f.id, cursor, l.Missed)
	if err != nil {
		return nil, false, err
	}
	frames := make([]frame, len(events))
	for i, e := range events {
		data, err := json.Marshal(eventMessage{Topic: f.topic, Seq: e.Seq, Event: e.Payload})
		if err != nil {
			return nil, false, fmt.Errorf("event %d of %s: %w", e.Seq, f.topic, err)
		}
		frames[i] = frame{e.Seq, data}
	}
	if more && len(frames) == 0 {
		return nil, false, fmt.Errorf("%s has more events after %d but gave none", f.topic, cursor)
	}
	if !more && len(frames) <= l.Queue {
		f.page = &page{touched: want, after: cursor, frames: frames}
	}
	return frames, more, nil
}
