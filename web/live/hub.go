// SPDX-License-Identifier: AGPL-3.0-or-later

package live

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
)

// Config says what a hub follows and whom it serves.
type Config struct {
	Journal *ledger.Journal
	Topics  Topics

	// Authenticate says who sends a request, from its cookie or its Authorization
	// header; a zero Session is nobody. Its error, a fault where the credentials
	// are refused, is the answer to the request.
	Authenticate func(*http.Request) (Session, error)
	// Rights says whether rights may have changed with a change, so that every
	// connection is checked again at once. It may be nil.
	Rights func(ledger.Change) bool
	// Origins are the origins of pages that may connect besides the host's own,
	// written as browsers do: "https://monnaie.example".
	Origins []string

	Log    *slog.Logger     // discards where nil
	Now    func() time.Time // clock of the deadlines, which must run; db.Now where nil
	Limits Limits
}

// Hub tells the watchers of topics what is committed. One per process and book.
type Hub struct {
	cfg    Config
	limits Limits
	log    *slog.Logger
	now    func() time.Time

	ready   chan struct{} // closed when the tail's position is known
	once    sync.Once
	base    context.Context // ends when the hub is cut off
	cut     context.CancelFunc
	horizon atomic.Int64 // last entry up to which every feed was touched
	reviews atomic.Int64 // how often all rights were called into question
	counts  counts
	buffers sync.Pool // write buffers, shared by the sockets

	mu       sync.Mutex
	position ledger.Position // of the tail
	feeds    map[string]*feed
	watchers map[*watcher]struct{}
	users    map[ident.User]int // open connections; the zero user is nobody
	stopping bool
	idle     chan struct{} // closed when stopping and nothing is open
	opened   int64
	refused  map[string]int64
	ended    map[string]int64
}

// New returns a hub; Run must follow the journal before anybody is served.
func New(cfg Config) *Hub {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = db.Now
	}
	h := &Hub{
		cfg: cfg, limits: cfg.Limits.filled(), log: cfg.Log, now: cfg.Now,
		ready: make(chan struct{}), idle: make(chan struct{}),
		feeds: make(map[string]*feed), watchers: make(map[*watcher]struct{}), users: make(map[ident.User]int),
		refused: make(map[string]int64), ended: make(map[string]int64),
	}
	h.base, h.cut = context.WithCancel(context.Background())
	return h
}

// Run follows the journal from its present end until ctx ends, and returns what
// ctx says. Where the book cannot be read it tries again every second from the
// place it had reached.
func (h *Hub) Run(ctx context.Context) error {
	for {
		err := h.follow(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		h.log.Error("live: the journal's tail broke", "error", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

func (h *Hub) follow(ctx context.Context) error {
	select {
	case <-h.ready:
	default:
		end, err := h.cfg.Journal.Position(ctx)
		if err != nil {
			return err
		}
		h.mu.Lock()
		h.position = end
		h.horizon.Store(end.Entry)
		h.mu.Unlock()
		h.once.Do(func() { close(h.ready) })
	}
	h.mu.Lock()
	from := h.position
	h.mu.Unlock()
	return h.cfg.Journal.Tail(ctx, from, h.see)
}

// see announces committed changes. The order matters: first the feeds are
// touched, then the horizon moves, then the watchers are woken. So whoever sees
// the new horizon also sees that its feeds are behind, and reads them. Feeds are
// joined under the same lock: a feed that is missing here is read after it. The
// kinds are asked before the lock is taken, since they may read the book.
func (h *Hub) see(changes []ledger.Change) error {
	rights := h.cfg.Rights != nil && slices.ContainsFunc(changes, h.cfg.Rights)
	h.mu.Lock()
	if len(h.feeds) == 0 { // nobody watches anything: the kinds need not be asked
		h.announce(changes, nil, rights)
		h.mu.Unlock()
		return nil
	}
	h.mu.Unlock()
	topics := make(map[string]struct{})
	for _, c := range changes {
		for i := range h.cfg.Topics.States {
			collect(topics, h.cfg.Topics.States[i].Concerns(c))
		}
		for i := range h.cfg.Topics.Events {
			collect(topics, h.cfg.Topics.Events[i].Concerns(c))
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.announce(changes, topics, rights)
	return nil
}

// announce does what see says, under the lock.
func (h *Hub) announce(changes []ledger.Change, topics map[string]struct{}, rights bool) {
	var touched []*feed
	for topic := range topics {
		if f := h.feeds[topic]; f != nil {
			f.touched.Add(1)
			touched = append(touched, f)
		}
	}
	for _, c := range changes {
		h.position.Command = c.Command
		if n := len(c.Entries); n > 0 {
			h.position.Entry = c.Entries[n-1].Seq
		}
	}
	h.horizon.Store(h.position.Entry)
	if rights {
		h.reviewAll()
	}
	for _, f := range touched {
		for w := range f.watchers {
			w.announce(f.event != nil)
		}
	}
}

func collect(set map[string]struct{}, topics []string) {
	for _, topic := range topics {
		set[topic] = struct{}{}
	}
}

// Recheck has the rights of every connection checked again now: the session
// first, then each topic.
func (h *Hub) Recheck() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.reviewAll()
}

func (h *Hub) reviewAll() {
	h.reviews.Add(1)
	for w := range h.watchers {
		w.askReview()
	}
}

// join makes a watcher watch a feed, and returns the feed of that topic, which
// others may be watching already. Where the journal is ahead of the tail, the
// feed is read afresh, so that the first message is the present state.
func (h *Hub) join(w *watcher, f *feed, end ledger.Position) *feed {
	h.mu.Lock()
	defer h.mu.Unlock()
	if there := h.feeds[f.topic]; there != nil {
		f = there
	} else {
		h.feeds[f.topic] = f
	}
	f.watchers[w] = struct{}{}
	h.refresh(f, end)
	return f
}

// catchUp has a watched feed read afresh where the journal is ahead of the tail.
func (h *Hub) catchUp(f *feed, end ledger.Position) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refresh(f, end)
}

func (h *Hub) refresh(f *feed, end ledger.Position) {
	if end.Command > h.position.Command {
		f.touched.Add(1)
	}
}

// leave undoes join.
func (h *Hub) leave(w *watcher, f *feed) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.part(w, f)
}

func (h *Hub) part(w *watcher, f *feed) {
	delete(f.watchers, w)
	if len(f.watchers) == 0 && h.feeds[f.topic] == f {
		delete(h.feeds, f.topic)
	}
}

// admit registers a connection, or returns ErrStopping, ErrFull or
// ErrConnections.
func (h *Hub) admit(session Session, stream bool) (*watcher, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	user := session.Actor.ID
	switch {
	case h.stopping:
		return nil, ErrStopping
	case len(h.watchers) >= h.limits.Sockets:
		return nil, ErrFull
	case !session.signed() && h.users[user] >= h.limits.Unsigned:
		return nil, ErrFull
	case session.signed() && h.users[user] >= h.limits.PerUser:
		return nil, ErrConnections
	}
	w := newWatcher(h, session, stream)
	h.watchers[w] = struct{}{}
	h.users[user]++
	h.opened++
	return w, nil
}

// dismiss forgets a connection that has ended.
func (h *Hub) dismiss(w *watcher) {
	watches := w.all()
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, x := range watches {
		h.part(w, x.feed)
	}
	user := w.session.Actor.ID
	if h.users[user]--; h.users[user] == 0 {
		delete(h.users, user)
	}
	delete(h.watchers, w)
	h.ended[w.cause()]++
	if h.stopping && len(h.watchers) == 0 {
		close(h.idle)
	}
}

// Shutdown refuses new connections, closes the open ones with code 1012 and an
// advice when to reconnect, and waits until they are closed or ctx ends, when it
// cuts them and returns what ctx says. The server's own Shutdown knows nothing
// of upgraded connections: call this one before it.
func (h *Hub) Shutdown(ctx context.Context) error {
	h.mu.Lock()
	if !h.stopping {
		h.stopping = true
		if len(h.watchers) == 0 {
			close(h.idle)
		}
		for w := range h.watchers {
			w.end(endStop(h.limits.Comeback))
		}
	}
	h.mu.Unlock()
	select {
	case <-h.idle:
		h.cut()
		return nil
	case <-ctx.Done():
		h.cut()
		return ctx.Err()
	}
}
