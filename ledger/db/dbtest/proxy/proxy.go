// SPDX-License-Identifier: AGPL-3.0-or-later

package proxy

import (
	"math/rand/v2"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"
)

// Faults says what goes wrong and how often: each rate is the number struck out
// of a thousand. The zero value lets everything pass. The statements meant are
// those inside of a transaction.
type Faults struct {
	Errors       int // statements answered with 40001 or 40P01, their transaction aborted
	CommitErrors int // COMMITs answered so, their transaction rolled back
	Cuts         int // statements whose connection goes before they reached the server
	CutsBefore   int // COMMITs whose connection goes before they reached the server
	CutsAfter    int // COMMITs whose connection goes when the server has committed
	Slow         int // answers delayed, by Delay at most

	Delay   time.Duration
	Readers bool   // whether connections whose transactions only read are cut and delayed too
	Refuse  bool   // open connections are cut and new ones closed at once
	Spare   int    // how many COMMITs of writers pass before the first fault
	Limit   int    // how many faults there are in all; no limit where zero
	OnCut   func() // called when the server's side is cut, before the client notices
}

// Counts is how many faults there were, by kind, since the proxy was started.
type Counts struct {
	Connections, Statements, Commits                           int // seen
	Errors, CommitErrors, Cuts, CutsBefore, CutsAfter, Delayed int // struck
	Refused                                                    int
}

// Proxy is a running proxy.
type Proxy struct {
	listener net.Listener
	target   *url.URL
	running  sync.WaitGroup

	mu       sync.Mutex
	random   *rand.Rand
	faults   Faults
	left     int // faults until the limit, -1 where there is none
	spared   int // COMMITs until the first fault
	counts   Counts
	sessions map[*session]struct{}
	closed   bool
}

// Start starts a proxy in front of the server at database, a postgres:// URL, on
// a free port of the loopback. It ends with the test, which prints the seed of
// the faults where it failed.
func Start(t testing.TB, database string, f Faults) *Proxy {
	t.Helper()
	return StartSeeded(t, database, rand.Uint64(), f)
}

// StartSeeded is Start with the seed of an earlier failure.
func StartSeeded(t testing.TB, database string, seed uint64, f Faults) *Proxy {
	t.Helper()
	target, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{listener: listener, target: target, random: rand.New(rand.NewPCG(seed, 0)), sessions: make(map[*session]struct{})}
	p.Set(f)
	p.running.Go(p.accept)
	t.Cleanup(func() {
		p.close()
		if t.Failed() {
			t.Logf("the proxy's seed was %d: %+v", seed, p.Counts())
		}
	})
	return p
}

// URL returns the address of the same database through the proxy.
func (p *Proxy) URL() string {
	through := *p.target
	through.Host = p.listener.Addr().String()
	return through.String()
}

// Set changes the faults from now on, and begins their limit anew.
func (p *Proxy) Set(f Faults) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults, p.left, p.spared = f, f.Limit, f.Spare
	if f.Limit == 0 {
		p.left = -1
	}
	if f.Refuse {
		p.cutAll()
	}
}

// Counts returns how many faults there were.
func (p *Proxy) Counts() Counts {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.counts
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		if s := p.admit(client); s != nil {
			p.running.Go(func() {
				defer p.leave(s)
				s.run()
			})
		}
	}
}

// admit makes the session of a new connection, or closes it.
func (p *Proxy) admit(client net.Conn) *session {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.faults.Refuse || p.closed {
		p.counts.Refused++
		client.Close()
		return nil
	}
	server, err := net.Dial("tcp", p.target.Host)
	if err != nil {
		client.Close()
		return nil
	}
	p.counts.Connections++
	s := newSession(p, client, server)
	p.sessions[s] = struct{}{}
	return s
}

func (p *Proxy) leave(s *session) {
	s.cut()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.sessions, s)
}

func (p *Proxy) cutAll() {
	for s := range p.sessions {
		s.cut()
	}
}

func (p *Proxy) close() {
	p.listener.Close()
	p.mu.Lock()
	p.closed = true
	p.cutAll()
	p.mu.Unlock()
	p.running.Wait()
}
