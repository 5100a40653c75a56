// SPDX-License-Identifier: AGPL-3.0-or-later

package live_test

import (
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/web/live"
)

func TestEachTopicHasItsRefusal(t *testing.T) {
	everyEngine(t, options{limits: live.Limits{Topics: 3}}, func(t *testing.T, h *house) {
		p := h.holders(2)
		token := h.grant(p[0])
		for _, c := range []struct{ token, topic, want string }{
			{token, walletTopic(p[1]), "forbidden"},
			{token, merchantTopic(p[1]), "forbidden"},
			{"", walletTopic(p[0]), "forbidden"},
			{"", merchantTopic(p[0]), "forbidden"},
			{token, "wallet:", "unknown-topic"},
			{token, "wallet:hol_1", "unknown-topic"},
			{token, walletTopic(p[0]) + "/", "unknown-topic"},
			{token, walletTopic(p[0]) + ":x", "unknown-topic"},
			{token, "merchant:" + p[0].String() + "/payments", "unknown-topic"},
			{token, merchantTopic(p[0]) + "/payments", "unknown-topic"},
			{token, "fund:", "unknown-topic"},
			{token, "", "unknown-topic"},
			{token, "journal", "unknown-topic"},
		} {
			client := h.open(c.token).subscribe(c.topic, "fund")
			if m := client.next(); m.Topic != c.topic || m.Error != c.want || m.State != nil {
				t.Errorf("%q: %+v, want %s", c.topic, m, c.want)
			}
			if m := client.next(); m.Topic != "fund" || m.State == nil {
				t.Errorf("after %q the other topic is served: %+v", c.topic, m)
			}
			client.conn.Close()
		}
		client := h.open(token).subscribe("fund", walletTopic(p[0]), merchantTopic(p[0]))
		for client.next().Topic != walletTopic(p[0]) {
		}
		if m := client.subscribe(walletTopic(p[0])).next(); m.State == nil {
			t.Errorf("a watched topic is none too many: %+v", m)
		}
		// The answer for a topic that is asked for again may still be due.
		if m := h.open(token).subscribe("fund", walletTopic(p[0]), merchantTopic(p[0]), "fund2", walletTopic(p[1])).next(); m.Error != "unknown-topic" {
			t.Errorf("%+v", m)
		}
	})
	everyEngine(t, options{limits: live.Limits{Topics: 1}}, func(t *testing.T, h *house) {
		p := h.holders(1)
		client := h.open(h.grant(p[0])).subscribe("fund", walletTopic(p[0]))
		if m := client.next(); m.Topic != walletTopic(p[0]) || m.Error != "too-many-topics" {
			t.Errorf("%+v", m)
		}
	})
}

func TestARightThatIsTakenAwayClosesTheConnection(t *testing.T) {
	everyEngine(t, options{}, func(t *testing.T, h *house) {
		p := h.holders(2)
		kept, lost, out := h.grant(p[0]), h.grant(p[1]), h.grant(p[1])+"-other"
		h.mu.Lock()
		h.users[out] = h.users[lost]
		h.mu.Unlock()
		keeps := h.open(kept).subscribe(walletTopic(p[0]))
		loses := h.open(lost).subscribe(merchantTopic(p[1]), walletTopic(p[1]))
		ends := h.open(out).subscribe(walletTopic(p[1]))
		nobody := h.open("").subscribe("fund")
		for _, c := range []*client{keeps, loses, ends, nobody} {
			c.next()
		}
		h.regrant(lost, []access.Grant{{Role: access.Citizen}}) // no merchant any more
		h.regrant(out, nil)
		h.hub.Recheck()
		if e := loses.closed(); e.Code != 4403 {
			t.Errorf("a lost right closes with %+v", e)
		}
		if e := ends.closed(); e.Code != 4401 {
			t.Errorf("an ended session closes with %+v", e)
		}
		h.issue(p[0], 100)
		keeps.state(walletTopic(p[0]), "1001.00")
		if m := nobody.next(); m.State["circulation"] != "2001.00" {
			t.Errorf("the public topic goes on: %+v", m)
		}
		if m := h.open(lost).subscribe(merchantTopic(p[1])).next(); m.Error != "forbidden" {
			t.Errorf("afterwards: %+v", m)
		}
		h.until("both ends are counted", func() bool {
			m := h.hub.Metrics()
			return m.Ended["rights"] == 1 && m.Ended["session"] == 1
		})
	})
}

func TestRightsAreCheckedAgainFromTimeToTimeAndOnAChange(t *testing.T) {
	everyEngine(t, options{limits: live.Limits{Recheck: 5 * time.Millisecond}}, func(t *testing.T, h *house) {
		p := h.holders(1)
		token := h.grant(p[0])
		c := h.open(token).subscribe(walletTopic(p[0]))
		c.next()
		h.regrant(token, nil)
		if e := c.closed(); e.Code != 4401 {
			t.Errorf("%+v", e)
		}
	})
	rights := func(c ledger.Change) bool { return c.Action == access.CurrencyOpen && len(c.Entries) == 0 }
	everyEngine(t, options{rights: rights}, func(t *testing.T, h *house) {
		p := h.holders(1)
		token := h.grant(p[0])
		c := h.open(token).subscribe(walletTopic(p[0]))
		c.next()
		h.issue(p[0], 100) // touches no rights
		c.state(walletTopic(p[0]), "1001.00")
		h.regrant(token, nil)
		h.do(func(*ledger.Tx) error { return nil })
		if e := c.closed(); e.Code != 4401 {
			t.Errorf("%+v", e)
		}
	})
}

func TestAThingThatIsGoneAndABookThatCannotBeRead(t *testing.T) {
	everyEngine(t, options{}, func(t *testing.T, h *house) {
		p := h.holders(1)
		c := h.open(h.grant(p[0])).subscribe(walletTopic(p[0]))
		c.next()
		h.gone.Store(true)
		h.issue(p[0], 100)
		if m := c.next(); m.Topic != walletTopic(p[0]) || m.Error != "unknown-topic" {
			t.Errorf("a thing that is gone: %+v", m)
		}
		if m := c.subscribe("fund").next(); m.State["circulation"] != "1001.00" {
			t.Errorf("the connection goes on: %+v", m)
		}
		h.gone.Store(false)
		h.broken.Store(true)
		if e := c.subscribe(walletTopic(p[0])).closed(); e.Code != 1013 {
			t.Errorf("a book that cannot be read closes with %+v", e)
		}
	})
}
