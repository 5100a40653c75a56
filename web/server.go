// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/noria-mlc/noria/ops/observe"
	"github.com/noria-mlc/noria/ops/run"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/asset"
	"github.com/noria-mlc/noria/web/live"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/site"
)

// Config is what the server is made of.
type Config = site.Config

// Server answers the public listener.
type Server struct {
	config Config
	log    *slog.Logger
	hub    *live.Hub
	assets *asset.Set
	pages  *site.Site
	mux    *http.ServeMux
	outer  http.Handler
}

// New assembles the server. It returns an error where the pages cannot be made.
func New(c Config) (*Server, error) {
	assets, err := asset.Load()
	if err != nil {
		return nil, err
	}
	c.Services.Metrics, c.Services.Identity = c.Metrics, c.Identity
	c.Services.Runs = run.New(c.Conversion, c.Ledger.Now)
	if c.Identity != nil {
		c.Services.Notice = c.Identity.AccountNotice
	}
	s := &Server{config: c, log: c.Log, assets: assets, mux: http.NewServeMux()}
	s.pages = site.New(c, assets, rooms()...)
	s.hub = live.New(live.Config{
		Journal: c.Ledger.Journal, Topics: s.topics(), Authenticate: s.liveSession, Rights: s.changesRights,
		Origins: []string{site.Origin(c.BaseURL)}, Log: c.Log,
	})
	api.Register(s.mux, c.Services)
	for pattern, h := range s.beside() {
		s.mux.Handle(pattern, h)
	}
	s.mux.HandleFunc("/", s.nobody)
	s.pages.Register(s.mux)

	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		problem.Plain(r.Context(), http.StatusForbidden, "cross-origin").Write(w)
	}))
	if c.Proxies == nil {
		c.Proxies = thisMachine()
	}
	s.outer = forwarded(c.Proxies, problem.Begin(s.recovered(headers(strings.HasPrefix(c.BaseURL, "https:"),
		protection.Handler(api.Identify(c.Session, c.Metrics.Requests(s.mux)))))))
	return s, nil
}

// beside are the routes that are neither pages nor described with the API.
func (s *Server) beside() map[string]http.Handler {
	return map[string]http.Handler{
		"GET /v1/live":             http.HandlerFunc(s.hub.ServeWebSocket),
		"GET /v1/live/events":      http.HandlerFunc(s.hub.ServeEvents),
		"GET /ecran/direct":        http.HandlerFunc(s.hub.ServeWebSocket),
		"GET /ecran/direct/events": http.HandlerFunc(s.hub.ServeEvents),
		"GET " + asset.Prefix:      s.assets,
		"GET /healthz":             observe.Live(),
		"POST " + page.Reports:     http.HandlerFunc(s.reported),
	}
}

// Patterns lists every route that the description of the API leaves out, as
// "GET /caisse/{id}", in order: whoever sweeps over all routes misses none.
func (s *Server) Patterns() []string {
	return slices.Sorted(slices.Values(append(slices.Collect(maps.Keys(s.beside())), s.pages.Patterns()...)))
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.outer.ServeHTTP(w, r) }

// Run follows the journal for the live topics until ctx ends.
func (s *Server) Run(ctx context.Context) error { return s.hub.Run(ctx) }

// Live returns the live topics, for metrics and draining.
func (s *Server) Live() *live.Hub { return s.hub }

// nobody answers what no route serves: 405 where another method would, 404
// otherwise.
func (s *Server) nobody(w http.ResponseWriter, r *http.Request) {
	status, code := http.StatusNotFound, "missing"
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
		probe := r.Clone(r.Context())
		probe.Method = method
		if _, pattern := s.mux.Handler(probe); pattern != "/" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) > 0 {
		status, code = http.StatusMethodNotAllowed, "method-not-allowed"
		w.Header().Set("Allow", strings.Join(allowed, ", "))
	}
	if strings.HasPrefix(r.URL.Path, "/v1/") {
		problem.Plain(r.Context(), status, code).Write(w)
		return
	}
	s.pages.Refuse(w, r, problem.Plain(r.Context(), status, code))
}

// recovered turns a panic of a handler into an opaque answer and a log line.
func (s *Server) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				problem.Of(r.Context(), s.log, panicked{p}).Write(w)
			}
		}()
		next.ServeHTTP(w, r)
	})
}
