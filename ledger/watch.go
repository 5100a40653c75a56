// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// watchEvery is how often the head is looked at where nobody tells of the
	// commits of other processes, or while nobody can.
	watchEvery = 150 * time.Millisecond
	// A connection that listens is made anew after a pause, which doubles as long
	// as it cannot be made.
	listenAgain  = 250 * time.Millisecond
	listenRarely = 5 * time.Second
	// watchLimit is how long one look at the head may take.
	watchLimit = 5 * time.Second
)

// watch wakes the journal's followers for what other processes commit. The
// engine tells of it where it can; in its stead, and while the connection that
// listens is down, the head is looked at again and again. What is told is only a
// reason to read: followers read the book from where they were, so that nothing
// is missed whatever was not heard.
type watch struct {
	ledger  *Ledger
	hears   atomic.Bool // the engine tells: there is no need to look
	stop    context.CancelFunc
	running sync.WaitGroup
}

// watch begins to watch a book that other processes write too, until close.
func (l *Ledger) watch(ctx context.Context) *watch {
	w := &watch{ledger: l}
	ctx, w.stop = context.WithCancel(ctx)
	if !l.db.Shared() {
		return w
	}
	w.running.Go(func() { w.look(ctx) })
	if l.db.Listens() {
		w.running.Go(func() { w.listen(ctx) })
	}
	return w
}

func (w *watch) close() {
	w.stop()
	w.running.Wait()
}

// look reads the head every so often while nobody tells.
func (w *watch) look(ctx context.Context) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if w.hears.Load() {
			continue
		}
		err := w.compare(ctx)
		if ctx.Err() == nil && failing != (err != nil) {
			failing = err != nil
			w.ledger.log.Warn("watching the journal's head", "reached", !failing, "error", err)
		}
	}
}

// compare reads the head and wakes the followers where it is elsewhere than it
// was: behind it, where a server was put back to an earlier state.
func (w *watch) compare(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, watchLimit)
	defer cancel()
	h, err := w.ledger.Head(ctx, w.ledger.Reader())
	if err == nil {
		w.ledger.wake.moved(h.Command)
	}
	return err
}

// listen has the engine tell, and goes on as long as that takes.
func (w *watch) listen(ctx context.Context) {
	pause := listenAgain
	for {
		err := w.ledger.db.Listen(ctx, func(text string) {
			pause = listenAgain
			if n, err := strconv.ParseInt(text, 10, 64); err == nil {
				w.ledger.wake.hear(n)
			} else if w.compare(ctx) != nil {
				return // the looks go on
			}
			w.hears.Store(true)
		})
		w.hears.Store(false)
		if ctx.Err() != nil {
			return
		}
		w.ledger.log.Warn("nobody tells of commits: looking for them", "again_in", pause, "error", err)
		wait := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			wait.Stop()
			return
		case <-wait.C:
		}
		pause = min(2*pause, listenRarely)
	}
}
