// SPDX-License-Identifier: AGPL-3.0-or-later

package bench

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestPaymentsAreMadeAsAUserWould(t *testing.T) {
	var connections atomic.Int64
	var mu sync.Mutex
	keys := make(map[string]bool)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body struct{ To, Amount string }
		raw, err := io.ReadAll(r.Body)
		if err != nil || json.Unmarshal(raw, &body) != nil {
			t.Errorf("the body is %q, %v", raw, err)
		}
		key := r.Header.Get("Idempotency-Key")
		mu.Lock()
		defer mu.Unlock()
		if r.Method != http.MethodPost || r.URL.Path != "/v1/payments" || r.Header.Get("Content-Type") != "application/json" ||
			r.Header.Get("Authorization") != "Bearer t1" || body.To != "n2" || body.Amount != "0.01" || len(key) != 32 || keys[key] {
			t.Errorf("%s %s, %v, %+v", r.Method, r.URL.Path, r.Header, body)
		}
		keys[key] = true
		w.WriteHeader(http.StatusCreated)
		io.WriteString(w, strings.Repeat("x", 5000))
	}))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	d := &Door{Address: server.Listener.Addr().String(), Tokens: []string{"t0", "t1", "t2"}, Numbers: []string{"n0", "n1", "n2"}}
	defer d.Close()
	const clients, each = 8, 25
	var wg sync.WaitGroup
	for client := range clients {
		wg.Go(func() {
			step, err := d.Dial(client)
			for range each {
				if err == nil {
					err = step(1, 2)
				}
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	// A payment may take a connection that another one left while its own was
	// still being made, so there can be a few more than clients.
	if n := connections.Load(); n > 4*clients || len(keys) != clients*each {
		t.Errorf("%d connections for %d clients, %d keys", n, clients, len(keys))
	}
}

func TestAnyOtherAnswerIsAnError(t *testing.T) {
	for _, status := range []int{http.StatusOK, http.StatusConflict, http.StatusServiceUnavailable} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			io.WriteString(w, `{"code":"insufficient-funds"}`)
		}))
		d := &Door{Address: server.Listener.Addr().String(), Tokens: []string{"t"}, Numbers: []string{"n"}}
		step, err := d.Dial(0)
		if err != nil {
			t.Fatal(err)
		}
		if err := step(0, 0); err == nil || !strings.Contains(err.Error(), "insufficient-funds") {
			t.Errorf("status %d: %v", status, err)
		}
		server.Close()
		if err := step(0, 0); err == nil {
			t.Error("a server that is gone answers")
		}
		d.Close()
	}
}

func TestTheEchoIsMeasured(t *testing.T) {
	f, err := Echo(t.Context(), Load{Clients: 2, Wallets: 3, Pattern: Uniform, Measure: 50 * time.Millisecond})
	if err != nil || f.Count == 0 || f.P50 <= 0 || f.P99 < f.P50 {
		t.Errorf("measured %+v, %v", f, err)
	}
}
