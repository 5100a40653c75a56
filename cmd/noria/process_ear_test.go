// SPDX-License-Identifier: AGPL-3.0-or-later

package main_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// ear is a till that listens for the shop's payments. When its connection ends
// it comes back, at another process, with the last number that it saw.
type ear struct {
	fleet *fleet
	topic string
	stop  chan struct{}
	ended chan struct{}

	mu     sync.Mutex
	conn   *websocket.Conn
	last   int64
	seen   []string // payments, in the order of their numbers
	closes map[int]int
}

// listen begins with what is committed after an entry.
func (f *fleet) listen(place int, after int64) *ear {
	e := &ear{fleet: f, topic: "merchant:" + f.firm + "/payments", last: after,
		stop: make(chan struct{}), ended: make(chan struct{}), closes: make(map[int]int)}
	go func() {
		defer close(e.ended)
		for ; !e.stopped(); place++ {
			e.follow(f.url(place))
			select {
			case <-e.stop:
			case <-time.After(10 * time.Millisecond): // who tells it may be away
			}
		}
	}()
	f.t.Cleanup(e.close)
	return e
}

func (e *ear) stopped() bool {
	select {
	case <-e.stop:
		return true
	default:
		return false
	}
}

func (e *ear) close() {
	if e.stopped() {
		return
	}
	close(e.stop)
	e.mu.Lock()
	if e.conn != nil {
		e.conn.Close()
	}
	e.mu.Unlock()
	<-e.ended
}

// follow listens at one process until the connection ends.
func (e *ear) follow(url string) {
	dialer := websocket.Dialer{Subprotocols: []string{"noria.v1"}, HandshakeTimeout: patience}
	conn, _, err := dialer.Dial("ws"+strings.TrimPrefix(url, "http")+"/v1/live", http.Header{"Authorization": {"Bearer " + e.fleet.shop}})
	if err != nil {
		return
	}
	defer conn.Close()
	e.mu.Lock()
	e.conn = conn
	last := e.last
	e.mu.Unlock()
	if e.stopped() {
		return
	}
	if conn.WriteJSON(map[string]any{"subscribe": []string{e.topic}, "after": map[string]int64{e.topic: last}}) != nil {
		return
	}
	for {
		_, text, err := conn.ReadMessage()
		if err != nil {
			e.left(err)
			return
		}
		e.hear(text)
	}
}

func (e *ear) left(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	code := websocket.CloseAbnormalClosure
	var closed *websocket.CloseError
	if errors.As(err, &closed) {
		code = closed.Code
	}
	if !e.stopped() {
		e.closes[code]++
	}
}

func (e *ear) hear(text []byte) {
	var m struct {
		Topic, Error string
		Seq          int64
		Reset        bool
		Event        struct{ Payment string }
	}
	err := json.Unmarshal(text, &m)
	e.mu.Lock()
	defer e.mu.Unlock()
	if err != nil || m.Topic != e.topic || m.Error != "" || m.Reset || m.Seq <= e.last || m.Event.Payment == "" {
		e.fleet.t.Errorf("after %d a till is told %s, %v", e.last, text, err)
		return
	}
	e.last = m.Seq
	e.seen = append(e.seen, m.Event.Payment)
}

// missing returns how many payments of a set the till was not told of yet.
func (e *ear) missing(payments map[string]bool) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	n := len(payments)
	for _, id := range e.seen {
		if payments[id] {
			n--
		}
	}
	return n
}

// told looks whether the tills were told of every payment that the clients
// know of, once, and of no other. It returns how their connections ended.
func (f *fleet) told(ears []*ear, acts []*act) (closes map[int]int) {
	f.t.Helper()
	payments := make(map[string]bool)
	for _, a := range acts {
		var made struct{ ID, To string }
		if a.status == http.StatusCreated && json.Unmarshal(a.text, &made) == nil && made.To == f.till {
			payments[made.ID] = true
		}
	}
	closes = make(map[int]int)
	for _, e := range ears {
		eventually(f.t, "every payment told", func() bool { return e.missing(payments) <= 0 })
		e.close()
		if len(e.seen) != len(payments) {
			f.t.Errorf("a till was told of %d payments, there are %d", len(e.seen), len(payments))
		}
		for code, n := range e.closes {
			closes[code] += n
		}
	}
	f.t.Logf("%d tills were told of %d payments; their connections ended with %v", len(ears), len(payments), closes)
	return closes
}
