// SPDX-License-Identifier: AGPL-3.0-or-later

package observe

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestRequestsAreCountedByPattern(t *testing.T) {
	m := New(Build{}, tick())
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/wallets/{id}", func(w http.ResponseWriter, r *http.Request) {
		if r.PathValue("id") == "none" {
			http.NotFound(w, r)
			return
		}
		w.WriteHeader(http.StatusEarlyHints) // no final answer
		io.WriteString(w, "fine")
	})
	mux.HandleFunc("POST /silent", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /panic", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	mux.HandleFunc("POST /late", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusCreated)
		w.WriteHeader(http.StatusTeapot)
		panic(http.ErrAbortHandler)
	})
	h := m.Requests(mux)
	for _, ask := range []struct{ method, path string }{
		{"GET", "/v1/wallets/wal_1"}, {"GET", "/v1/wallets/wal_2"}, {"GET", "/v1/wallets/none"}, {"GET", "/nowhere"},
		{"POST", "/silent"}, {"POST", "/panic"}, {"POST", "/late"},
	} {
		func() {
			defer func() {
				if p := recover(); (p != nil) != (ask.path == "/panic" || ask.path == "/late") {
					t.Errorf("%s: the panic was %v", ask.path, p)
				}
			}()
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(ask.method, ask.path, nil))
		}()
	}
	m.Route("static", http.NotFoundHandler()).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/x", nil))
	shows(t, m,
		`noria_http_requests_total{route="GET /v1/wallets/{id}",status="200"} 2`,
		`noria_http_requests_total{route="GET /v1/wallets/{id}",status="404"} 1`,
		`noria_http_requests_total{route="other",status="404"} 1`,
		`noria_http_requests_total{route="POST /silent",status="200"} 1`,
		`noria_http_requests_total{route="POST /panic",status="500"} 1`,
		`noria_http_requests_total{route="POST /late",status="201"} 1`,
		`noria_http_requests_total{route="static",status="404"} 1`,
		`noria_http_request_duration_seconds_bucket{route="GET /v1/wallets/{id}",le="0.01"} 0`,
		`noria_http_request_duration_seconds_bucket{route="GET /v1/wallets/{id}",le="0.025"} 3`,
	)
}

// TestUpgradesAndStreamsGoThrough runs a real server, because only its writers
// can be hijacked and flushed.
func TestUpgradesAndStreamsGoThrough(t *testing.T) {
	m := New(Build{}, tick())
	mux := http.NewServeMux()
	mux.HandleFunc("GET /socket", func(w http.ResponseWriter, _ *http.Request) {
		conn, rw, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		fmt.Fprint(rw, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello")
		rw.Flush()
	})
	sent := make(chan struct{})
	mux.HandleFunc("GET /stream", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "first\n")
		w.(http.Flusher).Flush()
		<-sent
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
	})
	server := httptest.NewServer(m.Requests(mux))
	defer server.Close()

	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "GET /socket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
	answer, err := io.ReadAll(conn)
	if err != nil || len(answer) == 0 || string(answer[len(answer)-5:]) != "hello" {
		t.Errorf("the socket said %q, %v", answer, err)
	}

	response, err := http.Get(server.URL + "/stream")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if line, err := bufio.NewReader(response.Body).ReadString('\n'); err != nil || line != "first\n" {
		t.Errorf("the stream said %q, %v before its end", line, err)
	}
	close(sent)
	server.Close()
	shows(t, m,
		`noria_http_requests_total{route="GET /socket",status="101"} 1`,
		`noria_http_requests_total{route="GET /stream",status="200"} 1`,
	)
	text, _ := scrape(t, m, "text/plain")
	if lines := linesOf(text, `noria_http_request_duration_seconds_count{route="GET /socket"}`); lines != "" && lines != "noria_http_request_duration_seconds_count{route=\"GET /socket\"} 0\n" {
		t.Errorf("the life of a socket counts as a request's duration: %s", lines)
	}
	if _, _, err := (&counting{ResponseWriter: httptest.NewRecorder()}).Hijack(); !errors.Is(err, http.ErrNotSupported) {
		t.Errorf("a writer that cannot be hijacked: %v", err)
	}
}
