// SPDX-License-Identifier: AGPL-3.0-or-later

package main_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger/money"
)

// fleet is several servers on one book. Its clients ask one of them, and where
// they get no answer, or are told to come again, another, with the same key.
type fleet struct {
	*town
	mu     sync.Mutex
	urls   []string
	again  atomic.Int64 // requests that were sent once more
	heard  atomic.Int64 // requests that were answered
	said   sync.Map     // the codes of answers that told a client to come again
	client *http.Client
	turn   atomic.Int64
}

// newFleet lays out the town on a server and starts processes on it.
func newFleet(t *testing.T, database string, processes int) (*fleet, []*process) {
	t.Helper()
	f := &fleet{town: found(t, "--database", database, "--data", t.TempDir())}
	transport := &http.Transport{MaxIdleConnsPerHost: 128}
	t.Cleanup(transport.CloseIdleConnections)
	f.client = &http.Client{Transport: sender{f, transport}, Timeout: patience}
	f.place = []string{"--database", database}
	list := make([]*process, processes)
	for i := range list {
		list[i] = f.launch(i)
	}
	return f, list
}

// launch starts a process in a place of the fleet.
func (f *fleet) launch(i int) *process {
	f.t.Helper()
	p, url, _ := serve(f.t, append([]string{"--base-url", "http://noria.example"}, f.place...)...)
	f.mu.Lock()
	defer f.mu.Unlock()
	if i == len(f.urls) {
		f.urls = append(f.urls, "")
	}
	f.urls[i] = url
	return p
}

// url returns the address of the process in a place.
func (f *fleet) url(i int) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.urls[i%len(f.urls)]
}

// sender sends a request until a process answers it.
type sender struct {
	fleet *fleet
	next  http.RoundTripper
}

// RoundTrip implements http.RoundTripper. Only what was not answered, or with
// 503, is sent again; any other answer is the client's.
func (s sender) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	place := int(s.fleet.turn.Add(1))
	for wait := 2 * time.Millisecond; ; wait = min(2*wait, 100*time.Millisecond) {
		q := r.Clone(r.Context())
		target, err := http.NewRequest(r.Method, s.fleet.url(place)+r.URL.RequestURI(), nil)
		if err != nil {
			return nil, err
		}
		q.URL, q.Host, q.Body = target.URL, "", io.NopCloser(bytes.NewReader(body))
		answer, err := s.next.RoundTrip(q)
		if err == nil && answer.StatusCode != http.StatusServiceUnavailable {
			text, err := io.ReadAll(answer.Body)
			answer.Body.Close()
			if answer.Body = io.NopCloser(bytes.NewReader(text)); err == nil {
				s.fleet.heard.Add(1)
				return answer, nil
			}
		} else if err == nil {
			text, _ := io.ReadAll(answer.Body)
			answer.Body.Close()
			s.fleet.note(string(text))
		}
		s.fleet.again.Add(1)
		pause := time.NewTimer(wait/2 + rand.N(wait))
		select {
		case <-r.Context().Done():
			pause.Stop()
			return nil, r.Context().Err()
		case <-pause.C:
		}
		place++
	}
}

// note keeps the code of an answer that told a client to come again.
func (f *fleet) note(text string) {
	_, rest, _ := strings.Cut(text, `"code":"`)
	code, _, _ := strings.Cut(rest, `"`)
	f.said.Store(code, true)
}

// codes lists what clients were told when they had to come again.
func (f *fleet) codes() []string {
	var list []string
	f.said.Range(func(code, _ any) bool { list = append(list, code.(string)); return true })
	slices.Sort(list)
	return list
}

// work has many clients do random things until stop is closed, or each has done
// so many, and returns what they did. Where hot is set everybody pays the shop.
func (f *fleet) work(clients, each int, hot bool, stop <-chan struct{}) []*act {
	logs := make([][]*act, clients)
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() {
			for n := 0; each == 0 || n < each; n++ {
				select {
				case <-stop:
					return
				default:
				}
				var a *act
				if hot {
					a = f.do("http://fleet", f.client, &logs[i], act{request: request{path: "/v1/payments", token: f.tokens[rand.IntN(townsmen)],
						body: map[string]string{"to": f.numbers[townsmen], "amount": money.Amount(1 + rand.IntN(9)).String()}}})
				} else {
					a = f.wish("http://fleet", f.client, &logs[i])
				}
				if a.status == 0 {
					f.t.Errorf("%s was never answered", a.path)
					return
				}
			}
		})
	}
	wg.Wait()
	return slices.Concat(logs...)
}

// busy returns when the clients have been answered so many times more.
func (f *fleet) busy(answers int64) {
	f.t.Helper()
	target := f.heard.Load() + answers
	eventually(f.t, "clients answered", func() bool { return f.heard.Load() >= target })
}

// settle asks after every promise: each act again at one process, then whether
// the book holds what the clients were told, and whether it verifies.
func (f *fleet) settle(acts []*act) {
	f.t.Helper()
	f.repeat(f.url(0), acts)
	f.compare(f.url(1))
	out := done(f.t, append([]string{"verify"}, f.place...)...)
	counts := make(map[int]int)
	for _, a := range acts {
		counts[a.status]++
	}
	f.t.Logf("answers %v, %d sent again (told %v); %s", counts, f.again.Load(), f.codes(), strings.TrimSpace(out))
	if counts[http.StatusCreated] == 0 {
		f.t.Error("nobody did anything")
	}
}

// treasury is who pays batches out, in the town hall of its own.
type treasury struct {
	agent, approver, treasurer string
	friends                    []holder
}

// hall lets the people of a town hall in, and those it pays.
func (f *fleet) hall() treasury {
	admin := caller{f.t, f.url(0), f.admin}
	open := func(kind, name string) holder {
		var h holder
		admin.post("/v1/holders", map[string]string{"kind": kind, "name": name}, &h)
		f.known[h.Wallet] = 0
		return h
	}
	hall := open("collectivity", "Mairie")
	var y treasury
	tokens := issued(f.t, f.place, person(admin, open("individual", "Agent"), "collectivity_agent", hall.ID),
		person(admin, open("individual", "Adjoint"), "collectivity_approver", hall.ID), person(admin, open("individual", "Trésorier"), "treasurer", ""))
	y.agent, y.approver, y.treasurer = tokens[0], tokens[1], tokens[2]
	for i := range 8 {
		y.friends = append(y.friends, open("association", fmt.Sprintf("Amis %d", i)))
	}
	return y
}

// payOut prepares a batch of two lines for each friend and brings its euros, all
// at different processes: the job that finds it pays it.
func (f *fleet) payOut(y treasury, n int) (id string) {
	var lines []any
	var total money.Amount
	for i := range 2 * len(y.friends) {
		h, a := y.friends[i%len(y.friends)], money.Amount(100+i)
		total += a
		f.known[h.Wallet] += a
		f.entries++
		lines = append(lines, map[string]string{"reference": fmt.Sprintf("S-%d-%d", n, i), "holder": h.ID, "amount_eur": a.String()})
	}
	f.entries++ // the funding
	var batch struct{ ID, Digest string }
	caller{f.t, f.url(0), y.agent}.post("/v1/payout-batches", map[string]any{"period": "2026-04", "purpose": "subsidy", "lines": lines}, &batch)
	caller{f.t, f.url(1), y.approver}.post("/v1/payout-batches/"+batch.ID+"/approvals", map[string]string{"digest": batch.Digest}, nil)
	caller{f.t, f.url(n), y.treasurer}.post("/v1/payout-batches/"+batch.ID+"/fundings",
		map[string]string{"amount_eur": total.String(), "bank_reference": fmt.Sprintf("VIR MAIRIE %d", n)}, nil)
	return batch.ID
}
