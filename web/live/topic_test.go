// SPDX-License-Identifier: AGPL-3.0-or-later

package live_test

import (
	"slices"
	"testing"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/live"
)

func TestTheFirstMessageIsThePresentStateAndTheNextTheNewOne(t *testing.T) {
	everyEngine(t, options{}, func(t *testing.T, h *house) {
		p := h.holders(2)
		topic := walletTopic(p[0])
		c := h.open(h.grant(p[0])).subscribe(topic)
		first := c.next()
		if first.Topic != topic || first.State["available"] != "1000.00" || first.State["booked"] != "1000.00" || first.Version != 1 || first.Seq == 0 {
			t.Errorf("first message: %+v", first)
		}
		h.pay(p[0], p[1], 250)
		second := c.next()
		if second.State["available"] != "997.50" || second.Version != 2 || second.Seq <= first.Seq {
			t.Errorf("after a payment: %+v", second)
		}
		again := c.subscribe(topic).next()
		if again.Version != second.Version || again.State["available"] != "997.50" {
			t.Errorf("a topic asked for again shows its present state: %+v", again)
		}
	})
}

func TestEventsCarryTheJournalsNumbers(t *testing.T) {
	everyEngine(t, options{}, func(t *testing.T, h *house) {
		p := h.holders(2)
		topic := merchantTopic(p[1])
		h.pay(p[0], p[1], 100)
		c := h.open(h.grant(p[1])).subscribe(topic, walletTopic(p[1]))
		if m := c.next(); m.State == nil {
			t.Errorf("without a cursor nothing is replayed: %+v", m)
		}
		h.pay(p[0], p[1], 1250)
		want := h.payments(p[1])
		for m := c.next(); ; m = c.next() {
			if m.Topic != topic {
				continue
			}
			if m.Seq != want[1] || m.Event["amount"] != "12.50" || m.Version != 0 || m.State != nil {
				t.Errorf("event: %+v, want number %d", m, want[1])
			}
			break
		}
	})
}

func TestATopicAskedForAgainAnswersWithItsCursor(t *testing.T) {
	everyEngine(t, options{}, func(t *testing.T, h *house) {
		p := h.holders(2)
		topic := merchantTopic(p[1])
		h.pay(p[0], p[1], 100)
		want := h.payments(p[1])[0]
		c := h.open(h.grant(p[1])).resume(topic, 0)
		if m := c.next(); m.Seq != want || m.Event == nil {
			t.Errorf("replay: %+v", m)
		}
		if m := c.resume(topic, 0).next(); m.Topic != topic || m.Seq != want || m.Event != nil || m.Reset {
			t.Errorf("asked again: %+v; nothing is doubled on one connection", m)
		}
	})
}

func TestResetWhereMoreWasMissedThanIsReplayed(t *testing.T) {
	everyEngine(t, options{}, func(t *testing.T, h *house) {
		p := h.holders(2)
		topic, token := merchantTopic(p[1]), h.grant(p[1])
		for range 501 {
			h.pay(p[0], p[1], 1)
		}
		all := h.payments(p[1])
		last := all[len(all)-1]

		c := h.open(token).resume(topic, 0)
		if m := c.next(); !m.Reset || m.Topic != topic || m.Seq != last || m.Event != nil {
			t.Fatalf("501 missed: %+v", m)
		}
		h.pay(p[0], p[1], 1)
		if m := c.next(); m.Event == nil || m.Seq != last+1 {
			t.Errorf("after a reset the new payments follow: %+v", m)
		}

		c = h.open(token).resume(topic, all[1])
		for i, seq := range append(all[2:], last+1) {
			if m := c.next(); m.Seq != seq || m.Event == nil {
				t.Fatalf("500 missed, message %d: %+v, want number %d", i, m, seq)
			}
		}

		c = h.open(token).resume(topic, last+1000)
		if m := c.next(); !m.Reset || m.Seq != last+1 {
			t.Errorf("a cursor that this journal never gave: %+v", m)
		}
	})
}

func TestThreeKindsOfTopicHearOfTheirChangesOnly(t *testing.T) {
	everyEngine(t, options{}, func(t *testing.T, h *house) {
		before, err := h.ledger.Position(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		p := h.holders(2)
		h.pay(p[0], p[1], 100)
		changes, err := h.ledger.Changes(t.Context(), before, 10)
		if err != nil || len(changes) != 4 {
			t.Fatalf("%d changes, %v", len(changes), err)
		}
		merchants := live.Subjects{Prefix: "merchant:", Noun: "mer_", Suffix: "/payments"}
		holders := live.Subjects{Prefix: "holder:", Noun: "hol_"}
		for i, want := range []struct{ wallets, fund, merchants []string }{
			{nil, nil, nil}, // opens two wallets
			{[]string{walletTopic(p[0])}, []string{"fund"}, nil},
			{[]string{walletTopic(p[1])}, []string{"fund"}, nil},
			{[]string{walletTopic(p[0]), walletTopic(p[1])}, nil, []string{merchantTopic(p[1])}},
		} {
			if got := live.Wallets(changes[i]); !slices.Equal(got, want.wallets) {
				t.Errorf("change %d: wallets %v, want %v", i, got, want.wallets)
			}
			if got := live.Fund(changes[i]); !slices.Equal(got, want.fund) {
				t.Errorf("change %d: fund %v, want %v", i, got, want.fund)
			}
			if got := merchants.Concerns(changes[i]); !slices.Equal(got, want.merchants) {
				t.Errorf("change %d: merchants %v, want %v", i, got, want.merchants)
			}
		}
		id := p[0].Ref()
		c := ledger.Change{Ref: id, Subjects: []string{id.String(), ident.WalletOf(p[0]).String()}}
		if got := holders.Concerns(c); !slices.Equal(got, []string{"holder:" + id.String()}) {
			t.Errorf("a thing both made and touched: %v", got)
		}
	})
}

func TestOneReadOfAStateServesEverybody(t *testing.T) {
	const sockets = 40
	everyEngine(t, options{}, func(t *testing.T, h *house) {
		p := h.holders(1)
		clients := make([]*client, sockets)
		for i := range clients {
			clients[i] = h.open("").subscribe("fund")
			if m := clients[i].next(); m.State["circulation"] != "1000.00" {
				t.Fatalf("fund: %+v", m)
			}
		}
		before := h.hub.Metrics()
		h.issue(p[0], 500)
		for _, c := range clients {
			if m := c.next(); m.State["circulation"] != "1005.00" {
				t.Errorf("fund: %+v", m)
			}
		}
		after := h.hub.Metrics()
		if n := after.StatesRead - before.StatesRead; n != 1 {
			t.Errorf("%d reads for %d sockets, want 1", n, sockets)
		}
		if after.StatesSent-before.StatesSent != sockets || after.Topics != 1 || after.Watches != sockets || after.Sockets != sockets {
			t.Errorf("%+v", after)
		}
	})
}
