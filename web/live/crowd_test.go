// SPDX-License-Identifier: AGPL-3.0-or-later

package live_test

import (
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/noria-mlc/noria/web/live"
)

func TestFiveHundredSocketsReceiveAPaymentOnBothSides(t *testing.T) {
	const each = 250
	everyEngine(t, options{limits: live.Limits{PerUser: each}}, func(t *testing.T, h *house) {
		p := h.holders(2)
		payer, payee := h.grant(p[0]), h.grant(p[1])
		var payers, payees []*client
		for range each {
			payers = append(payers, h.open(payer).subscribe(walletTopic(p[0])))
			payees = append(payees, h.open(payee).subscribe(merchantTopic(p[1]), walletTopic(p[1])))
		}
		for _, c := range slices.Concat(payers, payees) {
			if m := c.next(); m.State["available"] != "1000.00" {
				t.Fatalf("first state: %+v", m)
			}
		}
		h.pay(p[0], p[1], 730)
		want := h.payments(p[1])[0]
		var wg sync.WaitGroup
		for i := range each {
			wg.Go(func() { payers[i].state(walletTopic(p[0]), "992.70") })
			wg.Go(func() {
				got := []message{payees[i].next(), payees[i].next()}
				if got[0].State["available"] != "1007.30" || got[1].Event["amount"] != "7.30" || got[1].Seq != want {
					t.Errorf("payee %d: %+v", i, got)
				}
			})
		}
		wg.Wait()
		h.until("everything sent is counted", func() bool {
			m := h.hub.Metrics()
			return m.Sockets == 2*each && m.EventsSent == each
		})
	})
}

// cutConn is a connection that breaks after so many bytes received.
type cutConn struct {
	net.Conn
	left int
}

func (c *cutConn) Read(b []byte) (int, error) {
	if c.left <= 0 {
		c.Conn.(*net.TCPConn).SetLinger(0)
		c.Conn.Close()
		return 0, net.ErrClosed
	}
	n, err := c.Conn.Read(b[:min(len(b), c.left)])
	c.left -= n
	return n, err
}

// shop is a till that loses its connection again and again and keeps what it
// was told.
type shop struct {
	house *house
	token string
	topic string
	seen  []int64
}

// visit connects with the last number seen and reads until the connection
// breaks after so many bytes or, where nothing more is due, breaks it.
func (s *shop) visit(bytes int, due func() int64) error {
	d := websocket.Dialer{NetDial: func(network, address string) (net.Conn, error) {
		c, err := net.Dial(network, address)
		return &cutConn{c, bytes}, err
	}}
	c, _, err := s.house.dial(d, bearer(s.token))
	if err != nil {
		return nil // cut during the hand-shake
	}
	defer func() {
		c.conn.NetConn().(*cutConn).Conn.(*net.TCPConn).SetLinger(0)
		c.conn.Close()
	}()
	last := int64(0)
	if len(s.seen) > 0 {
		last = s.seen[len(s.seen)-1]
	}
	if c.conn.WriteJSON(map[string]any{"subscribe": []string{s.topic}, "after": map[string]int64{s.topic: last}}) != nil {
		return nil
	}
	for int64(len(s.seen)) < due() {
		m, err := c.read()
		if err != nil {
			return nil
		}
		if m.Event == nil || m.Topic != s.topic {
			return fmt.Errorf("unexpected message %+v", m)
		}
		s.seen = append(s.seen, m.Seq)
	}
	return nil
}

func TestAThousandForcedCutsLoseNothingAndDoubleNothing(t *testing.T) {
	const shops, cuts = 8, 125
	const payments = 400 // below what a replay gives, so that none is a reset
	everyEngine(t, options{limits: live.Limits{PerUser: 1000, Sockets: 2000}}, func(t *testing.T, h *house) {
		p := h.holders(2)
		token, topic := h.grant(p[1]), merchantTopic(p[1])
		cut := make(chan struct{}, shops*cuts)
		list := make([]*shop, shops)
		var wg sync.WaitGroup
		var paid atomic.Int64
		for i := range list {
			s := &shop{house: h, token: token, topic: topic}
			list[i] = s
			random := rand.New(rand.NewPCG(7, uint64(i)))
			wg.Go(func() {
				for range cuts {
					// The hand-shake takes some 170 bytes, an event some 150.
					if err := s.visit(random.IntN(1200), paid.Load); err != nil {
						t.Error(err)
					}
					cut <- struct{}{}
				}
			})
		}
		for n := 0; n < shops*cuts; n++ {
			if n%5 < 2 {
				h.pay(p[0], p[1], 1)
				paid.Add(1)
			}
			<-cut
		}
		wg.Wait()
		want := h.payments(p[1])
		if len(want) != payments {
			t.Fatalf("%d payments, want %d", len(want), payments)
		}
		for i, s := range list {
			if err := s.visit(1<<30, paid.Load); err != nil {
				t.Error(err)
			}
			if !slices.Equal(s.seen, want) {
				t.Errorf("shop %d saw %d payments, want %d: %v", i, len(s.seen), len(want), s.seen)
			}
		}
		h.until("every cut connection is forgotten", func() bool { return h.hub.Metrics().Topics == 0 })
		if m := h.hub.Metrics(); m.Resets != 0 || m.Opened < shops*cuts/2 {
			t.Errorf("%+v", m)
		}
	})
}

func TestReplayAndTailMeetWithoutGapOrDouble(t *testing.T) {
	const payments, watchers = 300, 24
	everyEngine(t, options{limits: live.Limits{PerUser: 100, Pace: -1}}, func(t *testing.T, h *house) {
		p := h.holders(3)
		token := h.grant(p[1])
		var wg sync.WaitGroup
		wg.Go(func() {
			for range payments {
				h.pay(p[0], p[1], 1)
			}
		})
		seen := make([][]int64, watchers)
		for i := range seen {
			c := h.open(token).resume(merchantTopic(p[1]), 0)
			wg.Go(func() {
				for range payments {
					m := c.next()
					if m.Event == nil {
						t.Errorf("%+v", m)
					}
					seen[i] = append(seen[i], m.Seq)
				}
			})
		}
		wg.Wait()
		want := h.payments(p[1])
		for i := range seen {
			if !slices.Equal(seen[i], want) {
				t.Errorf("watcher %d saw %v", i, seen[i])
			}
		}
	})
}
