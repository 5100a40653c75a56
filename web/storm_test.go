// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// TestASVS1522TwoHundredSignInsAtOnce guesses from two hundred networks at once: on
// one person's address, on addresses that nobody has. Together the passwords would
// take more than nine gibibytes; two at a time are computed. The person whose
// address is tried comes in meanwhile (ASVS 6.3.1, 15.2.2).
func TestASVS1522TwoHundredSignInsAtOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		n := w.joins("nora@example.org")
		w.client.Timeout = 0 // a busy machine takes its time: what is bounded here is memory
		const storm, most = 200, 600 << 20
		client := w.client // of the guesses: a browser puts its own there while it asks
		before := peak()
		var together sync.WaitGroup
		statuses := make([]int, storm)
		start := make(chan struct{})
		for i := range storm {
			email := fmt.Sprintf("nobody%d@example.org", i)
			if i%4 == 0 {
				email = n.email
			}
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.server.URL+"/connexion/mot-de-passe",
				strings.NewReader(url.Values{"adresse": {email}, "mot-de-passe": {"a guess of many letters"}}.Encode()))
			must(t, err)
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("X-Forwarded-For", fmt.Sprintf("203.0.%d.7", i))
			together.Go(func() {
				<-start
				if response, err := client.Do(r); err == nil {
					statuses[i] = response.StatusCode
					response.Body.Close()
				}
			})
		}
		close(start)
		in := n.send("/connexion/mot-de-passe", "adresse", n.email, "mot-de-passe", newPassword, "suite", "/portefeuille")
		w.reads(in, "Code à six chiffres")
		together.Wait()
		for i, status := range statuses {
			if status != http.StatusUnauthorized {
				t.Errorf("guess %d: %d", i, status)
			}
		}
		if grown := peak() - before; grown > most {
			t.Errorf("two hundred sign-ins took %d MiB", grown>>20)
		}
		done := n.send("/connexion/code", "etape", in.value("etape"), "code", n.code(), "suite", "/portefeuille")
		if done.status != http.StatusSeeOther || done.header.Get("Location") != "/portefeuille" {
			t.Errorf("the code: %d %v", done.status, done.header)
		}
	})
}

// peak is the most memory that the heap ever had of the system, in bytes.
func peak() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapSys)
}
