// SPDX-License-Identifier: AGPL-3.0-or-later

package live_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/web/live"
)

// stream is the other end of an event stream; it keeps the cursor as browsers
// do.
type stream struct {
	t      testing.TB
	answer *http.Response
	lines  *bufio.Reader
	last   string // id of the last event that had one
	name   string // of the last event, empty for a message
	retry  string
	beats  int
}

func (h *house) request(token, last string, topics ...string) *http.Request {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet,
		h.server.URL+"/v1/live/events?topics="+url.QueryEscape(strings.Join(topics, ",")), nil)
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header = bearer(token)
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	return r
}

func (h *house) stream(token, last string, topics ...string) *stream {
	h.t.Helper()
	answer, err := http.DefaultClient.Do(h.request(token, last, topics...))
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { answer.Body.Close() })
	if answer.StatusCode != 200 || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/event-stream") {
		h.t.Fatalf("%s, %s", answer.Status, answer.Header.Get("Content-Type"))
	}
	return &stream{t: h.t, answer: answer, lines: bufio.NewReader(answer.Body), last: last}
}

// read returns the next event: its data, and moves the cursor.
func (s *stream) read() (string, error) {
	var data, id string
	s.name = ""
	for {
		line, err := s.lines.ReadString('\n')
		if err != nil {
			return "", err
		}
		field, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case line == "\n":
			if id != "" {
				s.last = id
			}
			if data != "" {
				return data, nil
			}
		case field == "data":
			data = value
		case field == "id":
			id = value
		case field == "event":
			s.name = value
		case field == "retry":
			s.retry = value
		case strings.HasPrefix(line, ":"):
			s.beats++
		}
	}
}

// next returns the next message and the cursor after it.
func (s *stream) next() (string, message) {
	s.t.Helper()
	data, err := s.read()
	if err != nil {
		s.t.Fatal(err)
	}
	var m message
	if err := json.Unmarshal([]byte(data), &m); err != nil {
		s.t.Fatal(err)
	}
	return s.last, m
}

func TestAStreamCarriesTheSameMessages(t *testing.T) {
	everyEngine(t, options{}, func(t *testing.T, h *house) {
		p := h.holders(2)
		token, wallet, sales := h.grant(p[1]), walletTopic(p[1]), merchantTopic(p[1])
		end, err := h.ledger.Position(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		start := strconv.FormatInt(end.Entry, 10)
		s := h.stream(token, "", wallet, sales, walletTopic(p[0]), "nothing")
		for _, want := range []message{{Topic: walletTopic(p[0]), Error: "forbidden"}, {Topic: "nothing", Error: "unknown-topic"}} {
			if id, m := s.next(); id != start || m.Topic != want.Topic || m.Error != want.Error {
				t.Errorf("%+v, want %+v", m, want)
			}
		}
		if id, m := s.next(); id != start || m.Topic != wallet || m.State["available"] != "1000.00" {
			t.Errorf("first state: %q %+v", id, m)
		}
		h.pay(p[0], p[1], 250)
		if id, m := s.next(); id != start || m.State["available"] != "1002.50" || m.Version != 2 {
			t.Errorf("state: %q %+v", id, m)
		}
		seq := h.payments(p[1])[0]
		if id, m := s.next(); id != strconv.FormatInt(seq, 10) || m.Seq != seq || m.Event["amount"] != "2.50" {
			t.Errorf("event: %q %+v", id, m)
		}
		if c := s.answer.Header; c.Get("Cache-Control") != "no-store" || c.Get("X-Accel-Buffering") != "no" || s.retry == "" {
			t.Errorf("head: %v", c)
		}
		if m := h.hub.Metrics(); m.Streams != 1 || m.Sockets != 0 {
			t.Errorf("%+v", m)
		}
		s.answer.Body.Close()
		h.until("the stream is forgotten", func() bool {
			m := h.hub.Metrics()
			return m.Streams == 0 && m.Topics == 0 && m.Ended["gone"] == 1
		})
	})
}

func TestAStreamGoesOnAfterItsLastEvent(t *testing.T) {
	everyEngine(t, options{}, func(t *testing.T, h *house) {
		p := h.holders(2)
		token, sales := h.grant(p[1]), merchantTopic(p[1])
		for range 501 {
			h.pay(p[0], p[1], 1)
		}
		all := h.payments(p[1])
		s := h.stream(token, strconv.FormatInt(all[497], 10), sales)
		for _, want := range all[498:] {
			if _, m := s.next(); m.Seq != want {
				t.Fatalf("%+v, want number %d", m, want)
			}
		}
		end := strconv.FormatInt(all[500], 10)
		if s.last != end {
			t.Errorf("cursor %q, want %q", s.last, end)
		}
		if id, m := h.stream(token, "0", sales).next(); !m.Reset || id != end {
			t.Errorf("501 missed: %q %+v", id, m)
		}
	})
}

func TestAStreamOfTwoTopicsHasOneCursor(t *testing.T) {
	const payments, cuts = 200, 120
	everyEngine(t, options{limits: live.Limits{PerUser: 1000}}, func(t *testing.T, h *house) {
		p := h.holders(3)
		token := h.grant(p[1])
		h.employ(token, p[2])
		one, two := merchantTopic(p[1]), merchantTopic(p[2])
		done := make(chan struct{})
		go func() {
			defer close(done)
			for i := range payments {
				h.pay(p[0], p[1+i%2], 1)
			}
		}()
		seen := make(map[string][]int64)
		last := "0"
		random := rand.New(rand.NewPCG(3, 5))
		visit := func(bytes, enough int) {
			transport := &http.Transport{DisableKeepAlives: true, DialContext: func(_ context.Context, network, address string) (net.Conn, error) {
				c, err := net.Dial(network, address)
				return &cutConn{c, bytes}, err
			}}
			defer transport.CloseIdleConnections()
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			answer, err := (&http.Client{Transport: transport}).Do(h.request(token, last, two, one).WithContext(ctx))
			if err != nil {
				return
			}
			defer answer.Body.Close()
			s := &stream{t: t, lines: bufio.NewReader(answer.Body), last: last}
			for len(seen[one])+len(seen[two]) < enough {
				data, err := s.read()
				if err != nil {
					return
				}
				var m message
				if err := json.Unmarshal([]byte(data), &m); err != nil || m.Event == nil {
					t.Fatalf("%s: %v", data, err)
				}
				seen[m.Topic] = append(seen[m.Topic], m.Seq)
				last = s.last
			}
		}
		for i := range cuts {
			visit(250+random.IntN(900), i*payments/cuts)
		}
		<-done
		visit(1<<30, payments)
		if !slices.Equal(seen[one], h.payments(p[1])) || !slices.Equal(seen[two], h.payments(p[2])) {
			t.Errorf("saw %v\nof  %v\nand %v\nof  %v", seen[one], h.payments(p[1]), seen[two], h.payments(p[2]))
		}
	})
}

func TestAStreamBeats(t *testing.T) {
	everyEngine(t, options{limits: live.Limits{Heartbeat: time.Millisecond}}, func(t *testing.T, h *house) {
		p := h.holders(1)
		s := h.stream("", "", "fund")
		if id, _ := s.next(); id != "" {
			t.Errorf("a stream of states has no cursor: %q", id)
		}
		for s.beats < 3 {
			line, err := s.lines.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if line == ":\n" {
				s.beats++
			}
		}
		h.issue(p[0], 100)
		if _, m := s.next(); m.State["circulation"] != "1001.00" {
			t.Errorf("%+v", m)
		}
	})
}

func TestAStreamIsRefused(t *testing.T) {
	everyEngine(t, options{}, func(t *testing.T, h *house) {
		token := h.grant(h.holders(1)[0])
		for _, c := range []struct {
			name   string
			change func(*http.Request)
			status int
		}{
			{"no topic", func(r *http.Request) { r.URL.RawQuery = "topics=" }, 422},
			{"a token in the address", func(r *http.Request) { r.URL.RawQuery += "&token=" + token }, 422},
			{"a query that cannot be read", func(r *http.Request) { r.URL.RawQuery = "topics=%zz" }, 422},
			{"a cursor in words", func(r *http.Request) { r.Header.Set("Last-Event-ID", "last") }, 422},
			{"a negative cursor", func(r *http.Request) { r.Header.Set("Last-Event-ID", "-1") }, 422},
			{"refused credentials", func(r *http.Request) { r.Header.Set("Authorization", "Bearer wrong") }, 401},
			{"a page of another site", func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }, 403},
			{"another site, by the browser's word", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403},
			{"a neighbour, by the browser's word", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") }, 403},
			{"a page of this site", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-origin") }, 200},
		} {
			r := h.request(token, "", "fund")
			c.change(r)
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != c.status {
				t.Errorf("%s: %s, want %d", c.name, answer.Status, c.status)
			}
		}
	})
}

func TestAStreamEndsWithItsSession(t *testing.T) {
	everyEngine(t, options{}, func(t *testing.T, h *house) {
		p := h.holders(1)
		token := h.grant(p[0])
		s := h.stream(token, "", walletTopic(p[0]))
		s.next()
		h.regrant(token, nil)
		h.hub.Recheck()
		if data, err := s.read(); err != nil || s.name != "close" || !strings.Contains(data, "4401") {
			t.Errorf("%s %s, %v", s.name, data, err)
		}
		if _, err := s.read(); !errors.Is(err, io.EOF) {
			t.Errorf("after the end: %v", err)
		}
	})
}
