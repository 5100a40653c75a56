// SPDX-License-Identifier: AGPL-3.0-or-later

package live

import (
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"

	"github.com/gorilla/websocket"

	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/web/problem"
)

// Protocol is the sub-protocol of the websocket.
const Protocol = "noria.v1"

// ServeWebSocket answers GET /v1/live: it opens a websocket and serves it until
// it ends. A client that names no sub-protocol is taken to speak noria.v1; one
// that names others only is refused.
func (h *Hub) ServeWebSocket(w http.ResponseWriter, r *http.Request) {
	offered := websocket.Subprotocols(r)
	var err error
	switch {
	case !h.originOfSocket(r):
		err = ErrOrigin
	case r.URL.RawQuery != "":
		err = ErrQuery
	case len(offered) > 0 && !slices.Contains(offered, Protocol), !websocket.IsWebSocketUpgrade(r):
		err = ErrProtocol
	}
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	watcher, err := h.enter(r, false)
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	defer h.dismiss(watcher)
	upgrader := websocket.Upgrader{
		Subprotocols: []string{Protocol}, CheckOrigin: h.originOfSocket,
		ReadBufferSize: 1024, WriteBufferSize: 1024, WriteBufferPool: &h.buffers, HandshakeTimeout: h.limits.Write,
		Error: func(w http.ResponseWriter, r *http.Request, _ int, reason error) {
			h.refuse(w, r, ErrProtocol.With(reason.Error()))
		},
	}
	conn, err := upgrader.Upgrade(hijackable(w), r, nil)
	if err != nil {
		watcher.blame(causeGone)
		return
	}
	s := &socket{hub: h, conn: conn}
	written := make(chan struct{})
	go func() {
		defer close(written)
		watcher.deliver(s, h.limits.Ping)
	}()
	watcher.leave(s.read(watcher))
	s.abort() // a writer that is still waiting for this client stops now
	<-written
}

// enter authenticates a request and registers its connection.
func (h *Hub) enter(r *http.Request, stream bool) (*watcher, error) {
	select {
	case <-h.ready:
	case <-r.Context().Done():
		return nil, ErrStopping
	}
	reviews := h.reviews.Load()
	session, err := h.cfg.Authenticate(r)
	if err != nil {
		return nil, err
	}
	w, err := h.admit(session, stream)
	if err != nil {
		return nil, err
	}
	if h.reviews.Load() != reviews {
		w.askReview() // a right went while the request was being authenticated
	}
	return w, nil
}

// refuse answers a request that opens no connection.
func (h *Hub) refuse(w http.ResponseWriter, r *http.Request, err error) {
	code := "internal"
	if f := fault.As(err); f != nil {
		code = string(f.Code)
	}
	h.mu.Lock()
	h.refused[code]++
	h.mu.Unlock()
	problem.Of(r.Context(), h.log, err).Write(w)
}

// hijackable looks for the connection behind the wrappers of a middleware.
func hijackable(w http.ResponseWriter) http.ResponseWriter {
	for inner := w; ; {
		if _, ok := inner.(http.Hijacker); ok {
			return inner
		}
		wrapper, ok := inner.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return w
		}
		inner = wrapper.Unwrap()
	}
}

// socket is the transport of a websocket: deliver writes, the goroutine of the
// request reads.
type socket struct {
	hub  *Hub
	conn *websocket.Conn

	mu      sync.Mutex
	closing bool // a close was sent: the read deadline moves no more
}

// extend gives the peer another while of silence.
func (s *socket) extend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closing {
		s.conn.SetReadDeadline(s.hub.now().Add(s.hub.limits.Pong))
	}
}

// read takes the client's messages until the connection ends, and says why it
// ended. After a close by the server it only waits for the client's answer.
func (s *socket) read(w *watcher) string {
	limits := s.hub.limits
	s.conn.SetReadLimit(int64(limits.Frame))
	s.extend()
	s.conn.SetPongHandler(func(string) error {
		s.extend()
		return nil
	})
	strikes := 0
	for {
		kind, data, err := s.conn.ReadMessage()
		if err != nil {
			return s.ended(err)
		}
		s.extend()
		if s.isClosing() {
			continue
		}
		if w.asks.Add(1) > int64(limits.Asks) {
			w.end(&ending{code: codePolicy, text: "too many messages", cause: causeFlood})
			continue
		}
		a, err := readAsk(data)
		if kind != websocket.TextMessage || err != nil {
			w.notice(refusedMessage{Error: refusedMalformed})
			if strikes++; strikes >= limits.Strikes {
				w.end(&ending{code: codePolicy, text: "malformed", cause: causeMalformed})
			}
			continue
		}
		if err := w.subscribe(a); err != nil {
			s.hub.log.Error("live: subscribing failed", "error", err)
			w.end(endBroken())
		}
	}
}

func (s *socket) isClosing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closing
}

// ended names the cause behind a failed read.
func (s *socket) ended(err error) string {
	switch {
	case errors.Is(err, websocket.ErrReadLimit):
		// The library has sent its close; what the client still sends is read and
		// thrown away for a moment, since closing on unread bytes would reset the
		// connection and take the close with it.
		s.conn.NetConn().SetReadDeadline(s.hub.now().Add(s.hub.limits.Linger))
		io.CopyN(io.Discard, s.conn.NetConn(), 1<<20)
		return causeOversize
	case timedOut(err):
		return causeSilent
	}
	return causeGone
}

// timedOut says whether a read or write met its deadline. The library hides the
// original error but keeps its nature.
func timedOut(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}

// write implements transport.
func (s *socket) write(message []byte, _ int64) error {
	s.conn.SetWriteDeadline(s.hub.now().Add(s.hub.limits.Write))
	return s.conn.WriteMessage(websocket.TextMessage, message)
}

// beat implements transport.
func (s *socket) beat() error {
	return s.conn.WriteControl(websocket.PingMessage, nil, s.hub.now().Add(s.hub.limits.Write))
}

// close implements transport: it sends the close and gives the client a moment
// to answer, so that the close arrives.
func (s *socket) close(e *ending) {
	message := websocket.FormatCloseMessage(e.code, e.text)
	if err := s.conn.WriteControl(websocket.CloseMessage, message, s.hub.now().Add(s.hub.limits.Write)); err != nil {
		s.abort()
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closing = true
	s.conn.SetReadDeadline(s.hub.now().Add(s.hub.limits.Linger))
}

// abort implements transport.
func (s *socket) abort() {
	if err := s.conn.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		s.hub.log.Debug("live: closing", "error", err)
	}
}
