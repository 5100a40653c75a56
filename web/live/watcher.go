// SPDX-License-Identifier: AGPL-3.0-or-later

package live

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
)

// watcher is one open connection. What waits for it is bounded: a mark for each
// topic, and a few refusals.
type watcher struct {
	hub     *Hub
	session Session
	stream  bool

	wake   chan struct{} // holds one: there may be something to send
	review chan struct{} // holds one: rights are to be checked
	ending chan struct{} // closed by end
	gone   chan struct{} // closed when the client has left

	asks     atomic.Int64 // messages of the client since the last check
	writing  atomic.Bool  // a write has begun and not returned
	behind   atomic.Int64 // announcements of events since it began
	overflow atomic.Bool  // they were more than the queue holds

	mu      sync.Mutex
	actor   access.Actor
	checks  int // how often the actor was renewed
	watches []*watch
	notices [][]byte // refusals to be sent
	last    *ending
	why     string // first cause of the end
	left    bool
}

// watch is one topic of a watcher. Its fields belong to the goroutine that
// writes, except again, which Watcher.mu guards.
type watch struct {
	feed   *feed
	seen   int64 // value of the feed's touched that was dealt with
	again  bool  // asked for once more
	repeat bool  // again, as the writer took it

	sent *snapshot // last state sent

	cursor int64 // last event sent or skipped
	fresh  bool  // the client came back and nothing was read yet: what comes is a replay
	lost   bool  // the client's cursor is none of this journal
}

func newWatcher(h *Hub, session Session, stream bool) *watcher {
	return &watcher{
		hub: h, session: session, stream: stream, actor: session.Actor,
		wake: make(chan struct{}, 1), review: make(chan struct{}, 1),
		ending: make(chan struct{}), gone: make(chan struct{}),
	}
}

// poke puts a token where there is none.
func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (w *watcher) askReview() { poke(w.review) }

// announce wakes the writer. While a write does not return, announcements of
// events are counted: above the limit the connection is too slow for its topic.
func (w *watcher) announce(event bool) {
	if event && w.writing.Load() && w.behind.Add(1) > int64(w.hub.limits.Queue) {
		w.overflow.Store(true)
	}
	poke(w.wake)
}

// end has the writer close the connection; the first reason stands.
func (w *watcher) end(e *ending) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.last == nil {
		w.last = e
		close(w.ending)
	}
}

// leave notes that the client has left.
func (w *watcher) leave(cause string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.why == "" {
		w.why = cause
	}
	if !w.left {
		w.left = true
		close(w.gone)
	}
}

// blame notes why the connection ends; the first cause stands.
func (w *watcher) blame(cause string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.why == "" {
		w.why = cause
	}
}

func (w *watcher) cause() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.why
}

func (w *watcher) reason() *ending {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.last
}

// all returns the watches of the moment.
func (w *watcher) all() []*watch {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.watches)
}

// cursor returns the least cursor of the event topics, before anything is sent,
// and -1 where there is none.
func (w *watcher) cursor() int64 {
	least := int64(-1)
	for _, x := range w.all() {
		if x.feed.event != nil && (least < 0 || x.cursor < least) {
			least = x.cursor
		}
	}
	return least
}

// take returns what the writer has to look at: refusals and watches.
func (w *watcher) take() ([][]byte, []*watch) {
	w.mu.Lock()
	defer w.mu.Unlock()
	notices := w.notices
	w.notices = nil
	for _, x := range w.watches {
		x.repeat, x.again = x.repeat || x.again, false
	}
	return notices, slices.Clone(w.watches)
}

// notice has a refusal sent. A client that is refused faster than it reads is
// closed.
func (w *watcher) notice(m refusedMessage) {
	w.mu.Lock()
	full := len(w.notices) >= 2*w.hub.limits.Topics
	if !full {
		w.notices = append(w.notices, encode(m))
	}
	w.mu.Unlock()
	if full {
		w.end(&ending{code: codePolicy, text: "too many refusals", cause: causeFlood})
		return
	}
	poke(w.wake)
}

// subscribe does what the client asks. It returns an error where the book could
// not be read; refusals are sent as messages.
func (w *watcher) subscribe(a ask) error {
	ctx, cancel := context.WithTimeout(w.hub.base, w.hub.limits.Read)
	defer cancel()
	end, err := w.hub.cfg.Journal.Position(ctx)
	if err != nil {
		return err
	}
	for _, topic := range a.Subscribe {
		word, err := w.watch(ctx, topic, a.After[topic], end)
		if err != nil {
			return err
		}
		if word != "" {
			w.notice(refusedMessage{Topic: topic, Error: word})
		}
	}
	poke(w.wake)
	return nil
}

// watch adds one topic, or returns the word of its refusal.
func (w *watcher) watch(ctx context.Context, topic string, after *int64, end ledger.Position) (string, error) {
	w.mu.Lock()
	i := slices.IndexFunc(w.watches, func(x *watch) bool { return x.feed.topic == topic })
	if i >= 0 {
		x := w.watches[i]
		x.again = true
		w.mu.Unlock()
		w.hub.catchUp(x.feed, end)
		return "", nil
	}
	actor, checks, count := w.actor, w.checks, len(w.watches)
	w.mu.Unlock()
	f, ok := w.hub.cfg.Topics.feedOf(topic)
	if !ok {
		return refusedUnknown, nil
	}
	if count >= w.hub.limits.Topics {
		return refusedTooMany, nil
	}
	if err := f.authorize(ctx, actor); err != nil {
		word, ok := refusal(err)
		if !ok {
			return "", err
		}
		return word, nil
	}
	x := &watch{cursor: end.Entry}
	if after != nil {
		x.fresh, x.cursor, x.lost = true, *after, *after > end.Entry
	}
	x.feed = w.hub.join(w, f, end)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watches = append(w.watches, x)
	if w.checks != checks {
		w.askReview() // the actor was renewed meanwhile and this topic not looked at
	}
	return "", nil
}

// drop stops watching a topic.
func (w *watcher) drop(x *watch) {
	w.mu.Lock()
	w.watches = slices.DeleteFunc(w.watches, func(other *watch) bool { return other == x })
	w.mu.Unlock()
	w.hub.leave(w, x.feed)
}

// recheck asks whether the session still holds and every topic is still this
// actor's to see; it returns the ending where not.
func (w *watcher) recheck() error {
	ctx, cancel := context.WithTimeout(w.hub.base, w.hub.limits.Read)
	defer cancel()
	if w.session.signed() {
		actor, err := w.session.Renew(ctx)
		if err != nil {
			if _, refused := refusal(err); refused {
				return &ending{code: codeSession, text: "signed out", cause: causeSession}
			}
			return w.broken("session", err)
		}
		w.mu.Lock()
		w.actor = actor
		w.checks++
		w.mu.Unlock()
	}
	for _, x := range w.all() {
		if err := x.feed.authorize(ctx, w.present()); err != nil {
			if _, refused := refusal(err); refused {
				return endRights()
			}
			return w.broken(x.feed.topic, err)
		}
	}
	return nil
}

// present returns the actor as last renewed. Only the writer renews it.
func (w *watcher) present() access.Actor {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.actor
}

// broken logs a failure of the book and returns the ending that asks the client
// to come back.
func (w *watcher) broken(what string, err error) error {
	w.hub.log.Error("live: reading failed", "what", what, "error", err)
	return endBroken()
}
