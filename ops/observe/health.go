// SPDX-License-Identifier: AGPL-3.0-or-later

package observe

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

// Probe is one condition of being ready.
type Probe struct {
	Name  string
	Check func(ctx context.Context) error
}

// readiness is the answer of Ready.
type readiness struct {
	Ready  bool        `json:"ready"`
	Checks []condition `json:"checks"`
}

type condition struct {
	Name    string `json:"name"`
	OK      bool   `json:"ok"`
	Problem string `json:"problem,omitempty"`
}

// Live answers that the process is there, and no more.
func Live() http.Handler {
	return readOnly(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		io.WriteString(w, "ok\n")
	}))
}

// Ready answers 200 where every probe holds, and 503 with what is wrong where
// one does not or takes more than two seconds. It tells the errors of the
// probes: it belongs on the private listener.
func Ready(probes ...Probe) http.Handler { return ready(readTime, probes) }

func ready(wait time.Duration, probes []Probe) http.Handler {
	asked := make([]*asking, len(probes))
	for i, p := range probes {
		asked[i] = &asking{Probe: p}
	}
	return readOnly(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := readiness{Ready: true, Checks: make([]condition, 0, len(probes))}
		for _, p := range asked {
			c := condition{Name: p.Name, OK: true}
			if err := p.run(r.Context(), wait); err != nil {
				c.OK, c.Problem, answer.Ready = false, err.Error(), false
			}
			answer.Checks = append(answer.Checks, c)
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		if !answer.Ready {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		json.NewEncoder(w).Encode(answer)
	}))
}

// asking is a probe that is asked once at a time.
type asking struct {
	Probe
	running atomic.Bool
}

// run asks the probe and waits for so long at most. A probe that hangs is left
// to itself and not asked again before it came back.
func (a *asking) run(ctx context.Context, wait time.Duration) error {
	if !a.running.CompareAndSwap(false, true) {
		return errHangs
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), wait)
	answer := make(chan error, 1)
	go func() {
		defer a.running.Store(false)
		answer <- a.Check(ctx)
	}()
	defer cancel()
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return errHangs
	}
}

// readOnly refuses whatever is no reading.
func readOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		next.ServeHTTP(w, r)
	})
}
