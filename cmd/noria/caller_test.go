// SPDX-License-Identifier: AGPL-3.0-or-later

package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// callerKeys numbers the idempotency keys that tests do not care about.
var callerKeys atomic.Int64

// caller asks a server over HTTP as one person.
type caller struct {
	t     *testing.T
	url   string
	token string
}

// answer is what a server answered.
type answer struct {
	status int
	header http.Header
	text   []byte
}

// request is one thing that a caller asks for.
type request struct {
	method, path, key string
	body              any // nil, or what is sent as JSON
	token             string
}

// ask sends a request to a server, and reads the answer to its end. The error is
// that of the network.
func ask(ctx context.Context, client *http.Client, url string, r request) (answer, error) {
	var body io.Reader
	if r.body != nil {
		text, err := json.Marshal(r.body)
		if err != nil {
			return answer{}, err
		}
		body = bytes.NewReader(text)
	}
	q, err := http.NewRequestWithContext(ctx, r.method, url+r.path, body)
	if err != nil {
		return answer{}, err
	}
	if r.token != "" {
		q.Header.Set("Authorization", "Bearer "+r.token)
	}
	if r.body != nil {
		q.Header.Set("Content-Type", "application/json")
	}
	if r.key != "" {
		q.Header.Set("Idempotency-Key", r.key)
	}
	response, err := client.Do(q)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, text}, err
}

// newClient returns a client with connections of its own, which end with the
// test.
func newClient(t *testing.T) *http.Client {
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// ask sends a request as the caller.
func (c caller) ask(r request) answer {
	c.t.Helper()
	r.token = c.token
	a, err := ask(c.t.Context(), newClient(c.t), c.url, r)
	if err != nil {
		c.t.Fatalf("%s %s: %v", r.method, r.path, err)
	}
	return a
}

// get reads something that must be there.
func (c caller) get(path string, into any) {
	c.t.Helper()
	c.ask(request{method: http.MethodGet, path: path}).read(c.t, http.StatusOK, into)
}

// post changes something, with a key of its own, and must be answered with 201.
func (c caller) post(path string, body, into any) {
	c.t.Helper()
	key := fmt.Sprintf("process-test-%012d-%d", callerKeys.Add(1), time.Now().UnixNano())
	c.ask(request{method: http.MethodPost, path: path, key: key, body: body}).read(c.t, http.StatusCreated, into)
}

// read decodes the answer, which must have a status. into may be nil.
func (a answer) read(t *testing.T, status int, into any) {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d: %s", a.status, status, a.text)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(a.text, into); err != nil {
		t.Fatalf("%v in %s", err, a.text)
	}
}

// metric returns the value of a series at the private listener, or -1 where it
// is not shown.
func metric(t *testing.T, private, series string) float64 {
	t.Helper()
	a := caller{t: t, url: private}.ask(request{method: http.MethodGet, path: "/metrics"})
	if a.status != http.StatusOK {
		t.Fatalf("/metrics answers %d", a.status)
	}
	for line := range strings.Lines(string(a.text)) {
		if text, ok := strings.CutPrefix(line, series+" "); ok {
			value, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
			if err != nil {
				t.Fatal(err)
			}
			return value
		}
	}
	return -1
}

// eventually asks again and again until holds is true.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-limit.C:
			t.Fatalf("never seen: %s", what)
		}
	}
}
