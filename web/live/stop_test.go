// SPDX-License-Identifier: AGPL-3.0-or-later

package live_test

import (
	"context"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/noria-mlc/noria/web/live"
)

func TestAStopTellsEverybodyWhenToComeBack(t *testing.T) {
	const sockets = 12
	everyEngine(t, options{limits: live.Limits{Comeback: 10 * time.Second}}, func(t *testing.T, h *house) {
		clients := make([]*client, sockets)
		for i := range clients {
			clients[i] = h.open("").subscribe("fund")
			clients[i].next()
		}
		s := h.stream("", "", "fund")
		s.next()
		stopped := make(chan error, 1)
		go func() { stopped <- h.hub.Shutdown(t.Context()) }()
		advice := regexp.MustCompile(`^restarting; reconnect after (\d+) ms$`)
		different := make(map[string]bool)
		for _, c := range clients {
			e := c.closed()
			found := advice.FindStringSubmatch(e.Text)
			if e.Code != websocket.CloseServiceRestart || found == nil {
				t.Fatalf("closed with %+v", e)
			}
			if ms, err := strconv.Atoi(found[1]); err != nil || ms < 1000 || ms > 10_000 {
				t.Errorf("advice %q", e.Text)
			}
			different[found[1]] = true
		}
		if len(different) < 2 {
			t.Error("everybody is to come back at the same moment")
		}
		if data, err := s.read(); err != nil || s.name != "close" || !strings.Contains(data, "1012") || s.retry == "2000" {
			t.Errorf("stream: %s %s, %v, retry %s", s.name, data, err, s.retry)
		}
		if _, err := s.read(); !errors.Is(err, io.EOF) {
			t.Errorf("stream after the end: %v", err)
		}
		if err := <-stopped; err != nil {
			t.Error(err)
		}
		if _, answer, err := h.dial(websocket.Dialer{}, bearer("")); err == nil || answer.StatusCode != 503 {
			t.Errorf("a new connection: %v, %v", err, answer)
		}
		if m := h.hub.Metrics(); m.Sockets+m.Streams+m.Topics != 0 || m.Ended["stop"] != sockets+1 || m.Refused["unavailable"] != 1 {
			t.Errorf("%+v", m)
		}
	})
}

func TestAStopDoesNotWaitForEver(t *testing.T) {
	o := options{pad: strings.Repeat("x", 16*heavySize), narrow: true, limits: live.Limits{Write: time.Minute}}
	everyEngine(t, o, func(t *testing.T, h *house) {
		p := h.holders(1)
		c, _, err := h.dial(slim(), bearer(h.grant(p[0])))
		if err != nil {
			t.Fatal(err)
		}
		c.subscribe(walletTopic(p[0]))
		h.until("its state is on the way", func() bool { return h.hub.Metrics().StatesSent == 1 })
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := h.hub.Shutdown(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("shutdown beside a client that does not read: %v", err)
		}
		c.conn.Close()
	})
}
