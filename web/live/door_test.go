// SPDX-License-Identifier: AGPL-3.0-or-later

package live_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/noria-mlc/noria/web/live"
)

func TestOriginsAreExact(t *testing.T) {
	const listed = "https://caisse.example"
	everyEngine(t, options{origins: []string{listed}}, func(t *testing.T, h *house) {
		token := h.grant(h.holders(1)[0])
		host := strings.TrimPrefix(h.server.URL, "http://")
		const none = ""
		for _, c := range []struct {
			name, origin string
			cookie, head bool
			open         bool
		}{
			{"a page of the host, signed in by cookie", "http://" + host, true, false, true},
			{"the same behind a proxy that ends TLS", "https://" + host, true, false, true},
			{"a listed page", listed, true, false, true},
			{"a program with a token", none, false, true, true},
			{"a program that is nobody", none, false, false, true},
			{"a cookie without origin", none, true, false, false},
			{"another site", "https://evil.example", true, false, false},
			{"another site with a token", "https://evil.example", false, true, false},
			{"another site, nobody", "https://evil.example", false, false, false},
			{"another port", "http://127.0.0.1:1", true, false, false},
			{"the host as a prefix", "http://" + host + ".evil.example", true, false, false},
			{"a listed page as a prefix", listed + ".evil.example", true, false, false},
			{"a listed host by another scheme", "http://caisse.example", true, false, false},
			{"the opaque origin", "null", true, false, false},
		} {
			header := http.Header{}
			if c.origin != none {
				header.Set("Origin", c.origin)
			}
			if c.cookie {
				header.Set("Cookie", "session="+token)
			}
			if c.head {
				header.Set("Authorization", "Bearer "+token)
			}
			client, answer, err := h.dial(websocket.Dialer{}, header)
			if (err == nil) != c.open || err != nil && answer.StatusCode != http.StatusForbidden {
				t.Errorf("%s: %v, %v", c.name, err, answer)
			}
			if err == nil {
				if got := client.conn.Subprotocol(); got != live.Protocol {
					t.Errorf("%s: sub-protocol %q", c.name, got)
				}
				client.conn.Close()
			}
		}
	})
}

func TestTheHandshakeIsRefused(t *testing.T) {
	everyEngine(t, options{}, func(t *testing.T, h *house) {
		token := h.grant(h.holders(1)[0])
		address := h.server.URL + "/v1/live"
		upgrade := func(r *http.Request) {
			r.Header.Set("Connection", "Upgrade")
			r.Header.Set("Upgrade", "websocket")
			r.Header.Set("Sec-WebSocket-Version", "13")
			r.Header.Set("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==")
		}
		for _, c := range []struct {
			name   string
			change func(*http.Request)
			status int
		}{
			{"no upgrade", func(r *http.Request) { r.Header.Del("Upgrade") }, 400},
			{"another version", func(r *http.Request) { r.Header.Set("Sec-WebSocket-Version", "8") }, 400},
			{"no key", func(r *http.Request) { r.Header.Del("Sec-WebSocket-Key") }, 400},
			{"another sub-protocol", func(r *http.Request) { r.Header.Set("Sec-WebSocket-Protocol", "noria.v9, chat") }, 400},
			{"a token in the address", func(r *http.Request) { r.URL.RawQuery = "access_token=" + token }, 422},
			{"credentials that are refused", func(r *http.Request) { r.Header.Set("Authorization", "Bearer wrong") }, 401},
		} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
			if err != nil {
				t.Fatal(err)
			}
			upgrade(r)
			c.change(r)
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != c.status || answer.Header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s: %s, %s", c.name, answer.Status, answer.Header.Get("Content-Type"))
			}
		}
		client, _, err := h.dial(websocket.Dialer{Subprotocols: []string{}}, bearer(token))
		if err != nil || client.subscribe("fund").next().State == nil {
			t.Errorf("a client that names no sub-protocol: %v", err)
		}
		client, _, err = h.dial(websocket.Dialer{Subprotocols: []string{"noria.v2", live.Protocol}}, bearer(token))
		if err != nil || client.conn.Subprotocol() != live.Protocol {
			t.Errorf("a client that offers a choice: %v", err)
		}
		h.until("refused connections are counted", func() bool {
			m := h.hub.Metrics().Refused
			return m["malformed"] == 4 && m["invalid"] == 1 && m["unauthenticated"] == 1
		})
	})
}

func TestConnectionsAreLimited(t *testing.T) {
	everyEngine(t, options{limits: live.Limits{PerUser: 2, Unsigned: 1, Sockets: 4}}, func(t *testing.T, h *house) {
		p := h.holders(3)
		a, b := h.grant(p[0]), h.grant(p[1])
		refused := func(token string, status int) {
			t.Helper()
			_, answer, err := h.dial(websocket.Dialer{}, bearer(token))
			if err == nil || answer.StatusCode != status || answer.Header.Get("Retry-After") == "" {
				t.Errorf("%v, %v; want status %d", err, answer, status)
			}
		}
		first := h.open(a)
		h.open(a)
		refused(a, 429)
		h.open("")
		refused("", 503)
		h.open(b)
		refused(b, 503) // the process is full
		first.conn.Close()
		h.until("the first is gone", func() bool { return h.hub.Metrics().Sockets == 3 })
		if m := h.open(a).subscribe("fund").next(); m.State == nil {
			t.Errorf("room again: %+v", m)
		}
	})
}

func TestMessagesOfAClientAreLimited(t *testing.T) {
	everyEngine(t, options{limits: live.Limits{Asks: 8}}, func(t *testing.T, h *house) {
		token := h.grant(h.holders(1)[0])
		whole := `{"subscribe":["fund"]}`
		exact := whole + strings.Repeat(" ", 4096-len(whole))
		c := h.open(token)
		c.conn.WriteMessage(websocket.TextMessage, []byte(exact))
		if m := c.next(); m.State == nil {
			t.Errorf("a message of 4096 bytes: %+v", m)
		}
		c.conn.WriteMessage(websocket.TextMessage, []byte(exact+" "))
		if e := c.closed(); e.Code != websocket.CloseMessageTooBig {
			t.Errorf("a message of 4097 bytes closes with %+v", e)
		}
		h.until("it is counted", func() bool { return h.hub.Metrics().Ended["oversize"] == 1 })

		for _, bad := range []string{"", "subscribe", `[]`, `{}`, `{"subscribe":[]}`, `{"subscribe":"fund"}`, `{"subscribe":["fund"],"token":"x"}`,
			`{"subscribe":["fund"]}{}`, `{"subscribe":["fund"],"after":{"fund":-1}}`, `{"subscribe":["fund"],"after":{"fund":"1"}}`} {
			c := h.open(token)
			c.conn.WriteMessage(websocket.TextMessage, []byte(bad))
			if m := c.next(); m.Error != "malformed" || m.Topic != "" {
				t.Errorf("%s: %+v", bad, m)
			}
			if m := c.say(map[string]any{"subscribe": []string{"fund"}, "after": map[string]any{"fund": nil}}).next(); m.State == nil {
				t.Errorf("after %s the connection goes on: %+v", bad, m)
			}
			c.conn.Close()
		}

		c = h.open(token)
		for range 3 {
			c.conn.WriteMessage(websocket.BinaryMessage, []byte(whole))
		}
		if e := c.closed(); e.Code != websocket.ClosePolicyViolation {
			t.Errorf("three malformed messages close with %+v", e)
		}
		c = h.open(token)
		for range 9 {
			c.subscribe("fund")
		}
		if e := c.closed(); e.Code != websocket.ClosePolicyViolation {
			t.Errorf("a flood of messages closes with %+v", e)
		}
	})
}

func TestAWrappedAnswerIsStillUpgraded(t *testing.T) {
	wrap := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(wrapped{w}, r) })
	}
	everyEngine(t, options{wrap: wrap}, func(t *testing.T, h *house) {
		if m := h.open("").subscribe("fund").next(); m.State == nil {
			t.Errorf("%+v", m)
		}
		s := h.stream("", "", "fund")
		if _, m := s.next(); m.State == nil {
			t.Errorf("stream: %+v", m)
		}
	})
}

type wrapped struct{ inner http.ResponseWriter }

func (w wrapped) Header() http.Header         { return w.inner.Header() }
func (w wrapped) Write(b []byte) (int, error) { return w.inner.Write(b) }
func (w wrapped) WriteHeader(status int)      { w.inner.WriteHeader(status) }
func (w wrapped) Unwrap() http.ResponseWriter { return w.inner }
