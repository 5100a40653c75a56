// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"context"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
)

// DefaultQueue is how many commands may wait for the committer.
const DefaultQueue = 4096

// Options of an open ledger. The zero value is right for a server.
type Options struct {
	Now   func() time.Time // clock; that of the database where nil
	Log   *slog.Logger
	Queue int // commands that may wait; DefaultQueue where zero
	Batch int // most commands in one transaction; 1024 where zero
	Keys  int // idempotency keys that leave the memory together; DefaultKeys where zero
}

// Ledger is an open book that can be changed. It embeds the Journal, which
// reads it.
type Ledger struct {
	*Journal
	db    *db.DB
	now   func() time.Time
	log   *slog.Logger
	ids   *ident.Maker
	queue chan *task
	batch int
	keys  int

	batches, committed, flushing atomic.Int64

	watcher   *watch
	covenants atomic.Pointer[map[string]Covenant]
	gate      sync.RWMutex // guards closed against enqueue
	closed    bool
	stopped   chan struct{}
}

// Open loads the head and the recent keys of the book and starts its committer.
// It returns an error where the database cannot be read.
func Open(ctx context.Context, d *db.DB, o Options) (*Ledger, error) {
	if o.Now == nil {
		var err error
		if o.Now, err = d.Clock(ctx); err != nil {
			return nil, err
		}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Queue == 0 {
		o.Queue = DefaultQueue
	}
	if o.Batch == 0 {
		o.Batch = 1024
	}
	if o.Keys == 0 {
		o.Keys = DefaultKeys
	}
	l := &Ledger{
		Journal: NewJournal(d), db: d, now: o.Now, log: o.Log, ids: ident.NewMaker(o.Now),
		queue: make(chan *task, o.Queue), batch: o.Batch, keys: o.Keys, stopped: make(chan struct{}),
	}
	b, err := openBook(context.WithoutCancel(ctx), l)
	if err != nil {
		return nil, err
	}
	l.watcher = l.watch(context.WithoutCancel(ctx))
	go l.commit(b)
	return l, nil
}

// Now returns the present instant of the book's clock.
func (l *Ledger) Now() time.Time { return l.now() }

// NewID returns 128 fresh bits for an id, rising within this process.
func (l *Ledger) NewID() ident.Bits { return l.ids.Next() }

// Waiting returns how many commands wait for the committer.
func (l *Ledger) Waiting() int { return len(l.queue) }

// Stats says how the committer has worked since it was started.
type Stats struct {
	Batches  int64         // transactions committed
	Commands int64         // commands in them
	Flushing time.Duration // spent in the engine's commit, the disk's part
}

// Stats returns how the committer has worked so far.
func (l *Ledger) Stats() Stats {
	return Stats{Batches: l.batches.Load(), Commands: l.committed.Load(), Flushing: time.Duration(l.flushing.Load())}
}

// Close refuses new commands, sees the waiting ones through and stops the
// committer and the watch for other processes. It does not close the database.
func (l *Ledger) Close() {
	l.gate.Lock()
	if !l.closed {
		l.closed = true
		close(l.queue)
	}
	l.gate.Unlock()
	<-l.stopped
	l.watcher.close()
}

// commit is the committer: the one goroutine that writes. There is no timer:
// while one batch is being flushed the next gathers in the queue.
func (l *Ledger) commit(b *book) {
	defer close(l.stopped)
	defer b.close()
	tasks := make([]*task, 0, l.batch)
	for first := range l.queue {
		tasks = l.gather(append(tasks[:0], first))
		b.runAll(tasks)
		clear(tasks)
		if err := l.db.Checkpoint(b.ctx, b.conn); err != nil {
			l.log.Error("checkpoint", "error", err)
		}
	}
}

// gather adds what waits in the queue, without a timer: callers that are about to
// enqueue get the processor first, as long as that brings more.
func (l *Ledger) gather(tasks []*task) []*task {
	for {
		before := len(tasks)
		for len(tasks) < l.batch {
			select {
			case t, ok := <-l.queue:
				if !ok {
					return tasks
				}
				tasks = append(tasks, t)
				continue
			default:
			}
			break
		}
		if len(tasks) == before || len(tasks) == l.batch {
			return tasks
		}
		runtime.Gosched()
	}
}

// Alone says whether this process is the only one that may write the book, so
// that what it remembers of it is never changed behind its back.
func (l *Ledger) Alone() bool { return !l.db.Shared() }
