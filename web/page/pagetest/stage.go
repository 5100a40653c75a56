// SPDX-License-Identifier: AGPL-3.0-or-later

package pagetest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/noria-mlc/noria/web/asset"
	"github.com/noria-mlc/noria/web/page"
)

// Stage serves pages and stands in for the live endpoint: whatever it says goes
// to everybody who listens.
type Stage struct {
	Refusal atomic.Int64 // status of an event stream that is refused
	Assets  *asset.Set

	server   *httptest.Server
	mux      *http.ServeMux
	renderer *page.Renderer
	test     *testing.T

	mutex     sync.Mutex
	listeners map[chan string]func() // queue → how to cut it
	arrivals  chan Hello             // the first frame of each client that joined
	noSocket  bool
	noStream  bool
}

// Hello is the first frame of a client.
type Hello struct {
	Subscribe []string         `json:"subscribe"`
	After     map[string]int64 `json:"after"`
}

// NewStage opens a stage for the pages of rooms.
func NewStage(t *testing.T, rooms ...page.Room) *Stage {
	t.Helper()
	r, set := Renderer(t, rooms...)
	s := &Stage{Assets: set, renderer: r, test: t, mux: http.NewServeMux(), listeners: map[chan string]func(){}, arrivals: make(chan Hello, 64)}
	s.Refusal.Store(http.StatusBadGateway)
	s.mux.Handle("GET "+asset.Prefix, set)
	s.Live("/v1/live")
	s.server = httptest.NewServer(s.mux)
	t.Cleanup(func() {
		s.Cut()
		s.server.Close()
	})
	return s
}

// Live puts the live endpoint at a path, besides where it is.
func (s *Stage) Live(path string) {
	s.mux.HandleFunc("GET "+path, s.socket)
	s.mux.HandleFunc("GET "+path+"/events", s.stream)
}

// Page serves a page at a path, and in English below /en.
func (s *Stage) Page(path string, sample Sample) {
	for prefix, lang := range map[string]string{"": "fr", "/en": "en"} {
		s.mux.HandleFunc("GET "+prefix+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Security-Policy", page.ContentSecurityPolicy)
			if err := sample.render(s.renderer.In(lang), w); err != nil {
				s.test.Errorf("%s: %v", path, err)
			}
		})
	}
}

// Data serves JSON at a path.
func (s *Stage) Data(path, body string) {
	s.mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, body)
	})
}

// URL is the address of the stage.
func (s *Stage) URL() string { return s.server.URL }

// join adds a listener unless that way is refused at the moment.
func (s *Stage) join(refused *bool, cut func()) (chan string, bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if *refused {
		return nil, false
	}
	queue := make(chan string, 64)
	s.listeners[queue] = cut
	return queue, true
}

func (s *Stage) socket(w http.ResponseWriter, q *http.Request) {
	s.mutex.Lock()
	refused := s.noSocket
	s.mutex.Unlock()
	if refused {
		http.Error(w, "no upgrade here", http.StatusBadRequest)
		return
	}
	upgrader := websocket.Upgrader{Subprotocols: []string{"noria.v1"}}
	connection, err := upgrader.Upgrade(w, q, nil)
	if err != nil {
		return
	}
	defer connection.Close()
	_, first, err := connection.ReadMessage()
	if err != nil {
		return
	}
	var heard Hello
	if err := json.Unmarshal(first, &heard); err != nil || connection.Subprotocol() != "noria.v1" {
		return
	}
	gone := make(chan struct{})
	queue, ok := s.join(&s.noSocket, func() { connection.Close() })
	if !ok {
		return
	}
	s.arrivals <- heard
	go func() {
		defer close(gone)
		for {
			if _, _, err := connection.ReadMessage(); err != nil {
				return
			}
		}
	}()
	for {
		select {
		case message := <-queue:
			if connection.WriteMessage(websocket.TextMessage, []byte(message)) != nil {
				return
			}
		case <-gone:
			return
		}
	}
}

func (s *Stage) stream(w http.ResponseWriter, q *http.Request) {
	ctx, cut := context.WithCancel(q.Context())
	defer cut()
	queue, ok := s.join(&s.noStream, cut)
	if !ok {
		http.Error(w, "no stream here", int(s.Refusal.Load()))
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	if flusher, ok := w.(http.Flusher); ok {
		flusher.Flush()
		s.arrivals <- Hello{Subscribe: strings.Split(q.URL.Query().Get("topics"), ",")}
		for {
			select {
			case message := <-queue:
				fmt.Fprintf(w, "id: 7\ndata: %s\n\n", message)
				flusher.Flush()
			case <-ctx.Done():
				return
			}
		}
	}
}

// Say sends a message to everybody who listens.
func (s *Stage) Say(message string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for queue := range s.listeners {
		queue <- message
	}
}

// Cut ends every connection.
func (s *Stage) Cut() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for queue, cut := range s.listeners {
		cut()
		delete(s.listeners, queue)
	}
}

// Refuse says which ways to connect fail from now on, and cuts those in use.
func (s *Stage) Refuse(socket, stream bool) {
	s.mutex.Lock()
	s.noSocket, s.noStream = socket, stream
	s.mutex.Unlock()
	s.Cut()
}

// Await returns what the next client to join said, once it hears the stage.
func (s *Stage) Await(t *testing.T) Hello {
	t.Helper()
	select {
	case heard := <-s.arrivals:
		return heard
	case <-t.Context().Done():
	case <-time.After(30 * time.Second):
	}
	t.Fatal("no client came")
	return Hello{}
}
