// SPDX-License-Identifier: AGPL-3.0-or-later

package live

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// ServeEvents answers GET /v1/live/events?topics=a,b: the messages of the
// websocket as an event stream. The id of an event is its number in the journal;
// Last-Event-ID goes on after it, in every event topic of the stream.
func (h *Hub) ServeEvents(w http.ResponseWriter, r *http.Request) {
	a, err := streamAsk(r, h.limits)
	if !h.originOfStream(r) {
		err = ErrOrigin
	}
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	watcher, err := h.enter(r, true)
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	defer h.dismiss(watcher)
	if err := watcher.subscribe(a); err != nil {
		watcher.blame(causeBroken)
		h.refuse(w, r, err)
		return
	}
	s := &stream{hub: h, w: w, control: http.NewResponseController(w)}
	if err := s.control.SetReadDeadline(time.Time{}); err != nil { // the client has nothing more to say
		watcher.blame(causeBroken)
		h.refuse(w, r, err)
		return
	}
	if err := s.open(watcher.cursor()); err != nil {
		watcher.blame(causeGone)
		return
	}
	defer s.control.SetWriteDeadline(time.Time{})
	stop := context.AfterFunc(r.Context(), func() { watcher.leave(causeGone) })
	defer stop()
	watcher.deliver(s, h.limits.Heartbeat)
}

// streamAsk reads the topics and the cursor of a request.
func streamAsk(r *http.Request, l Limits) (ask, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || len(r.URL.RawQuery) > l.Frame {
		return ask{}, ErrQuery
	}
	for name := range query {
		if name != "topics" {
			return ask{}, ErrQuery.At("query/"+name, "is not known here")
		}
	}
	var a ask
	for _, list := range query["topics"] {
		for topic := range strings.SplitSeq(list, ",") {
			if topic != "" {
				a.Subscribe = append(a.Subscribe, topic)
			}
		}
	}
	if len(a.Subscribe) == 0 {
		return ask{}, ErrQuery.At("query/topics", "must name one topic at least")
	}
	if last := r.Header.Get("Last-Event-ID"); last != "" {
		seq, err := strconv.ParseInt(last, 10, 64)
		if err != nil || seq < 0 {
			return ask{}, ErrCursor
		}
		a.After = make(map[string]*int64)
		for _, topic := range a.Subscribe {
			a.After[topic] = &seq
		}
	}
	return a, nil
}

// stream is the transport of an event stream.
type stream struct {
	hub     *Hub
	w       http.ResponseWriter
	control *http.ResponseController
}

// open sends the head of the answer and, where the stream has event topics, the
// cursor from which they go on: so a client that is cut off before the first
// event comes back with it.
func (s *stream) open(cursor int64) error {
	h := s.w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // proxies are to pass each message on at once
	b := []byte("retry: 2000\n")
	if cursor >= 0 {
		b = append(strconv.AppendInt(append(b, "id: "...), cursor, 10), '\n')
	}
	return s.put(append(b, '\n'))
}

// put writes bytes and pushes them out.
func (s *stream) put(b []byte) error {
	if err := s.control.SetWriteDeadline(s.hub.now().Add(s.hub.limits.Write)); err != nil {
		return err
	}
	if _, err := s.w.Write(b); err != nil {
		return err
	}
	return s.control.Flush()
}

// write implements transport.
func (s *stream) write(message []byte, id int64) error {
	b := make([]byte, 0, len(message)+32)
	if id > 0 {
		b = append(strconv.AppendInt(append(b, "id: "...), id, 10), '\n')
	}
	b = append(append(append(b, "data: "...), message...), "\n\n"...)
	return s.put(b)
}

// beat implements transport.
func (s *stream) beat() error { return s.put([]byte(":\n\n")) }

// close implements transport: an event of its own says why, since a stream has
// no close codes, and when to come back.
func (s *stream) close(e *ending) {
	data, err := json.Marshal(struct {
		Code   int    `json:"code"`
		Reason string `json:"reason"`
	}{e.code, e.text})
	if err != nil {
		return
	}
	var b []byte
	if e.retry > 0 {
		b = append(strconv.AppendInt(append(b, "retry: "...), e.retry.Milliseconds(), 10), '\n')
	}
	b = append(append(append(b, "event: close\ndata: "...), data...), "\n\n"...)
	if err := s.put(b); err != nil {
		s.hub.log.Debug("live: closing a stream", "error", err)
	}
}

// abort implements transport: the answer ends when its handler returns.
func (s *stream) abort() {}
