// SPDX-License-Identifier: AGPL-3.0-or-later

package observe

import (
	"bufio"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// routeLimit is how many routes are told apart; the rest counts as "other".
const routeLimit = 500

// routes counts requests by route and status.
type routes struct {
	requests  *prometheus.CounterVec
	durations *prometheus.HistogramVec

	mu    sync.Mutex // taken for a route's first request only
	known sync.Map   // name → *route
	count int
}

// route is one route with its counters at hand.
type route struct {
	name     string
	statuses [600]atomic.Pointer[prometheus.Counter]
	duration prometheus.Observer
}

func (rs *routes) register(registry *prometheus.Registry) {
	rs.requests = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "noria_http_requests_total", Help: "Requests answered, by route and status."}, []string{"route", "status"})
	rs.durations = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "noria_http_request_duration_seconds", Help: "From a request to the end of its answer, by route; upgraded connections left out.",
		Buckets: durations()}, []string{"route"})
	registry.MustRegister(rs.requests, rs.durations)
}

// get returns a route by its name, "other" for nameless ones and too many.
func (rs *routes) get(name string) *route {
	if known, ok := rs.known.Load(name); ok {
		return known.(*route)
	}
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if name == "" || rs.count >= routeLimit {
		name = other
	}
	if known, ok := rs.known.Load(name); ok {
		return known.(*route)
	}
	r := &route{name: name, duration: rs.durations.WithLabelValues(name)}
	rs.known.Store(name, r)
	rs.count++
	return r
}

// Request counts an answered request. A route is a pattern of the program, as
// "GET /v1/wallets/{id}", never a path that somebody sent.
func (m *Metrics) Request(route string, status int, took time.Duration) {
	m.routes.answered(route, status)
	m.routes.get(route).duration.Observe(took.Seconds())
}

func (rs *routes) answered(name string, status int) {
	r := rs.get(name)
	if status < 100 || status >= len(r.statuses) {
		status = http.StatusInternalServerError
	}
	counter := r.statuses[status].Load()
	if counter == nil {
		c := rs.requests.WithLabelValues(r.name, strconv.Itoa(status))
		counter = &c
		r.statuses[status].Store(counter)
	}
	(*counter).Inc()
}

// Requests counts what next answers, under the pattern by which the service
// mux found its handler. It must stand directly around the mux: a handler
// between them that copies the request hides the pattern, and what it answers
// itself counts as "other".
func (m *Metrics) Requests(next http.Handler) http.Handler {
	return m.counted(next, func(r *http.Request) string { return r.Pattern })
}

// Route counts what next answers under a given route.
func (m *Metrics) Route(route string, next http.Handler) http.Handler {
	return m.counted(next, func(*http.Request) string { return route })
}

func (m *Metrics) counted(next http.Handler, name func(*http.Request) string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := m.now()
		c := &counting{ResponseWriter: w}
		ended := false
		defer func() {
			switch {
			case c.hijacked:
				m.routes.answered(name(r), http.StatusSwitchingProtocols)
				return
			case !ended && c.status == 0:
				c.status = http.StatusInternalServerError // the handler panicked
			case c.status == 0:
				c.status = http.StatusOK
			}
			m.Request(name(r), c.status, m.now().Sub(begin))
		}()
		next.ServeHTTP(c, r)
		ended = true
	})
}

// counting is a response writer that remembers the status.
type counting struct {
	http.ResponseWriter
	status   int
	hijacked bool
}

// WriteHeader remembers the first final status.
func (c *counting) WriteHeader(status int) {
	if c.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) {
		c.status = status
	}
	c.ResponseWriter.WriteHeader(status)
}

// Write begins the answer with 200 where no status was written.
func (c *counting) Write(b []byte) (int, error) {
	if c.status == 0 {
		c.status = http.StatusOK
	}
	return c.ResponseWriter.Write(b)
}

// Flush sends what was written so far, for event streams.
func (c *counting) Flush() {
	if c.status == 0 {
		c.status = http.StatusOK
	}
	if f, ok := c.ResponseWriter.(http.Flusher); ok {
		f.Flush()
	}
}

// Hijack hands the connection over, for websockets. It returns
// http.ErrNotSupported where the connection cannot be.
func (c *counting) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(c.ResponseWriter).Hijack()
	c.hijacked = c.hijacked || err == nil
	return conn, rw, err
}

// Unwrap returns the writer inside, for http.ResponseController.
func (c *counting) Unwrap() http.ResponseWriter { return c.ResponseWriter }
