// SPDX-License-Identifier: AGPL-3.0-or-later

package live_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/noria-mlc/noria/web/live"
)

// heavySize is what fills the buffers between server and client.
const heavySize = 64 << 10

func TestAReaderThatStopsGetsTheNewestStateLast(t *testing.T) {
	const payments = 200
	everyEngine(t, options{pad: strings.Repeat("x", heavySize), narrow: true, limits: live.Limits{Write: time.Minute, Pace: -1}}, func(t *testing.T, h *house) {
		p := h.holders(2)
		c, _, err := h.dial(slim(), bearer(h.grant(p[0])))
		if err != nil {
			t.Fatal(err)
		}
		topic := walletTopic(p[0])
		last := c.subscribe(topic).next()
		for range payments {
			h.pay(p[0], p[1], 1)
		}
		received := 1
		for last.Version < payments+1 {
			m := c.next()
			if m.Version <= last.Version || m.Seq <= last.Seq {
				t.Fatalf("version %d after %d", m.Version, last.Version)
			}
			last = m
			received++
		}
		if last.State["available"] != "998.00" {
			t.Errorf("the last state is %v", last.State["available"])
		}
		if received > payments/4 {
			t.Errorf("%d states were sent to a reader that had stopped", received)
		}
		h.pay(p[0], p[1], 1)
		if m := c.next(); m.Version != last.Version+1 {
			t.Errorf("afterwards: version %d", m.Version)
		}
	})
}

func TestAReaderTooSlowForItsEventsIsToldToComeBack(t *testing.T) {
	everyEngine(t, options{pad: strings.Repeat("x", heavySize), narrow: true, limits: live.Limits{Write: time.Minute, Pace: -1}}, func(t *testing.T, h *house) {
		p := h.holders(2)
		token, topic := h.grant(p[1]), merchantTopic(p[1])
		slow, _, err := h.dial(slim(), bearer(token))
		if err != nil {
			t.Fatal(err)
		}
		slow.resume(topic, 0)
		quick := h.open(token).resume(topic, 0)
		for range 100 { // one that reads sees to it that each payment is announced
			h.pay(p[0], p[1], 1)
			quick.next()
		}
		var seen []int64
		for {
			m, err := slow.read()
			if err != nil {
				e, ok := err.(*websocket.CloseError)
				if !ok || e.Code != 1013 || !strings.Contains(e.Text, "cursor") {
					t.Fatalf("ended with %v, want code 1013", err)
				}
				break
			}
			seen = append(seen, m.Seq)
		}
		want := h.payments(p[1])
		if len(seen) == 0 || len(seen) > len(want)-64 {
			t.Fatalf("%d of %d were sent before the end", len(seen), len(want))
		}
		back := h.open(token).resume(topic, seen[len(seen)-1])
		for len(seen) < len(want) {
			seen = append(seen, back.next().Seq)
		}
		if !slices.Equal(seen, want) {
			t.Errorf("saw %v", seen)
		}
		h.until("the slow one is counted", func() bool { return h.hub.Metrics().Ended["slow"] == 1 })
	})
}

func TestAWriteThatDoesNotEndIsGivenUp(t *testing.T) {
	everyEngine(t, options{pad: strings.Repeat("x", 16*heavySize), narrow: true, limits: live.Limits{Write: 50 * time.Millisecond}}, func(t *testing.T, h *house) {
		p := h.holders(1)
		c, _, err := h.dial(slim(), bearer(h.grant(p[0])))
		if err != nil {
			t.Fatal(err)
		}
		c.subscribe(walletTopic(p[0]))
		h.until("the stuck one is given up", func() bool { return h.hub.Metrics().Ended["stuck"] == 1 })
		if m := h.hub.Metrics(); m.Sockets != 0 || m.Topics != 0 {
			t.Errorf("%+v", m)
		}
	})
}

func TestASilentPeerIsGivenUpAndALivingOneKept(t *testing.T) {
	everyEngine(t, options{limits: live.Limits{Ping: 5 * time.Millisecond, Pong: time.Second}}, func(t *testing.T, h *house) {
		p := h.holders(1)
		silent := h.open("")
		silent.conn.SetPingHandler(func(string) error { return nil })
		living := h.open(h.grant(p[0]))
		pings := 0
		answer := living.conn.PingHandler()
		living.conn.SetPingHandler(func(s string) error {
			if pings++; pings == 3 {
				living.subscribe(walletTopic(p[0]))
			}
			return answer(s)
		})
		living.state(walletTopic(p[0]), "1000.00")
		go func() {
			for {
				if _, err := living.read(); err != nil {
					return
				}
			}
		}()
		h.until("the silent one is given up", func() bool { return h.hub.Metrics().Ended["silent"] == 1 })
		if m := h.hub.Metrics(); m.Sockets != 1 {
			t.Errorf("%+v", m)
		}
	})
}
