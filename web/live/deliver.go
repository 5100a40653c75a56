// SPDX-License-Identifier: AGPL-3.0-or-later

package live

import (
	"context"
	"errors"
	"runtime/debug"
	"time"
)

// transport is how messages reach a client: a websocket or an event stream.
// Only the goroutine that runs deliver calls it.
type transport interface {
	// write sends a message; id is the cursor that it moves the stream to, 0 for
	// none. Its error is a timeout where the client does not read.
	write(message []byte, id int64) error
	// beat shows that the connection lives.
	beat() error
	// close says why the connection ends, as far as the client still reads.
	close(*ending)
	// abort ends the connection at once.
	abort()
}

// deliver is the one writer of a connection: it sends what the watches owe,
// beats, checks rights, and ends the connection. It returns when nothing more
// will be written.
func (w *watcher) deliver(t transport, every time.Duration) {
	defer func() {
		if p := recover(); p != nil {
			w.hub.log.Error("live: defect", "panic", p, "stack", string(debug.Stack()))
			w.blame(causeBroken)
			t.abort()
		}
	}()
	beat := time.NewTicker(every)
	defer beat.Stop()
	check := time.NewTicker(w.hub.limits.Recheck)
	defer check.Stop()
	var rest <-chan time.Time // while it runs, what is announced gathers
	for {
		wake := w.wake
		if rest != nil {
			wake = nil
		}
		var err error
		select {
		case <-w.gone:
			t.abort()
			return
		case <-w.hub.base.Done():
			w.blame(causeStop)
			t.abort()
			return
		case <-w.ending:
			err = w.reason()
		case <-check.C:
			w.asks.Store(0)
			err = w.recheck()
		case <-w.review:
			err = w.recheck()
		case <-beat.C:
			err = t.beat()
		case <-rest:
			rest = nil
		case <-wake:
			err = w.flush(t)
			if w.hub.limits.Pace > 0 {
				rest = time.After(w.hub.limits.Pace)
			}
		}
		if err != nil {
			w.finish(t, err)
			return
		}
	}
}

// finish ends the connection for the reason that stopped the writer.
func (w *watcher) finish(t transport, err error) {
	var e *ending
	switch {
	case errors.As(err, &e):
		w.blame(e.cause)
		t.close(e)
	case timedOut(err):
		w.blame(causeStuck)
		t.abort()
	default:
		w.blame(causeGone)
		t.abort()
	}
}

// send writes one message.
func (w *watcher) send(t transport, message []byte, id int64) error {
	w.behind.Store(0)
	w.writing.Store(true)
	err := t.write(message, id)
	w.writing.Store(false)
	if err == nil && w.overflow.Load() {
		return endSlow()
	}
	return err
}

// flush sends everything that is owed now: refusals, then states, then events.
// A right that is in question is checked before anything is shown.
func (w *watcher) flush(t transport) error {
	select {
	case <-w.review:
		if err := w.recheck(); err != nil {
			return err
		}
	default:
	}
	notices, watches := w.take()
	for _, m := range notices {
		if err := w.send(t, m, 0); err != nil {
			return err
		}
	}
	events := watches[:0]
	for _, x := range watches {
		if x.feed.event != nil {
			events = append(events, x)
		} else if err := w.sendState(t, x); err != nil {
			return err
		}
	}
	return w.sendEvents(t, events)
}

// sendState sends the present state of a topic where it is not the last one
// sent, or was asked for again.
func (w *watcher) sendState(t transport, x *watch) error {
	if x.seen == x.feed.touched.Load() && !x.repeat {
		return nil
	}
	ctx, cancel := context.WithTimeout(w.hub.base, w.hub.limits.Read)
	defer cancel()
	s, seen, err := x.feed.present(ctx, &w.hub.counts.statesRead)
	if err != nil {
		return w.failed(t, x, err)
	}
	x.seen = seen
	if s == x.sent && !x.repeat {
		return nil
	}
	x.sent, x.repeat = s, false
	w.hub.counts.statesSent.Add(1)
	return w.send(t, s.frame, 0)
}

// failed deals with a topic that could not be read: where there is no such
// thing any more the client is told, otherwise it has to come back.
func (w *watcher) failed(t transport, x *watch, err error) error {
	word, refused := refusal(err)
	if !refused {
		return w.broken(x.feed.topic, err)
	}
	w.drop(x)
	return w.send(t, encode(refusedMessage{Topic: x.feed.topic, Error: word}), 0)
}
