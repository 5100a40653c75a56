// SPDX-License-Identifier: AGPL-3.0-or-later

package observe

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"
	"time"
)

func ask(t *testing.T, h http.Handler) (int, readiness) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/readyz", nil))
	var answer readiness
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%q: %v", w.Body, err)
	}
	return w.Code, answer
}

func TestReady(t *testing.T) {
	var broken error
	h := Ready(
		Probe{"write", func(context.Context) error { return nil }},
		Probe{"ledger", func(context.Context) error { return broken }},
	)
	if code, a := ask(t, h); code != http.StatusOK || !a.Ready || len(a.Checks) != 2 {
		t.Errorf("%d %+v", code, a)
	}
	broken = errors.New("entry 12: its hash does not follow from what it says")
	code, a := ask(t, h)
	want := readiness{Checks: []condition{{Name: "write", OK: true}, {Name: "ledger", Problem: broken.Error()}}}
	if code != http.StatusServiceUnavailable || !reflect.DeepEqual(a, want) {
		t.Errorf("%d %+v, want %+v", code, a, want)
	}
	broken = nil
	if code, a := ask(t, h); code != http.StatusOK || !a.Ready {
		t.Errorf("after it was mended: %d %+v", code, a)
	}
}

func TestAProbeThatHangsIsAskedOnce(t *testing.T) {
	asked, hang, deadline := make(chan struct{}, 10), make(chan struct{}), make(chan struct{}, 10)
	h := ready(50*time.Millisecond, []Probe{{"write", func(ctx context.Context) error {
		asked <- struct{}{}
		<-ctx.Done()
		deadline <- struct{}{}
		<-hang
		return nil
	}}})
	first := make(chan int)
	go func() {
		code, _ := ask(t, h)
		first <- code
	}()
	<-asked
	if code, a := ask(t, h); code != http.StatusServiceUnavailable || a.Checks[0].Problem == "" {
		t.Errorf("while it hangs: %d %+v", code, a)
	}
	<-deadline
	if code := <-first; code != http.StatusServiceUnavailable {
		t.Errorf("a probe that hangs: %d", code)
	}
	close(hang)
	if len(asked) != 0 {
		t.Error("a probe that hangs was asked again")
	}
}

func TestLive(t *testing.T) {
	w := httptest.NewRecorder()
	Live().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/healthz", nil))
	if w.Code != http.StatusOK || w.Body.String() != "ok\n" || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%d %q %v", w.Code, w.Body, w.Header())
	}
}
