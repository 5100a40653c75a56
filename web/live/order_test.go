// SPDX-License-Identifier: AGPL-3.0-or-later

package live_test

import (
	"strconv"
	"testing"

	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/web/live"
)

func TestEventsOfManyTopicsComeInTheOrderOfTheJournal(t *testing.T) {
	// Five at a time, so that one command leaves more than one round to send.
	everyEngine(t, options{limits: live.Limits{Missed: 5}}, func(t *testing.T, h *house) {
		p := h.holders(3)
		token := h.grant(p[1])
		h.employ(token, p[2])
		s := h.stream(token, "", merchantTopic(p[1]), merchantTopic(p[2]), "fund")
		s.next() // the fund: both topics are watched now
		var many [][]ident.Holder
		for i := range 24 {
			many = append(many, p[1+min(1, i%4):2+min(1, i%4)]) // three of four are for the second
		}
		h.payTogether(p[0], many...)
		for i := range many {
			id, m := s.next()
			if m.Event == nil || id != strconv.FormatInt(m.Seq, 10) {
				t.Fatalf("message %d: %q %+v", i, id, m)
			}
			if want := merchantTopic(many[i][0]); m.Topic != want {
				t.Fatalf("message %d is of %s, want %s", i, m.Topic, want)
			}
		}
	})
}

func TestNothingIsSentBeyondTheHorizon(t *testing.T) {
	everyEngine(t, options{}, func(t *testing.T, h *house) {
		p := h.holders(3)
		token := h.grant(p[1])
		h.employ(token, p[2])
		s := h.stream(token, "", merchantTopic(p[1]), merchantTopic(p[2]), "fund")
		s.next()
		// Between the reads of the two topics each gets one more payment: that of
		// the second must not go out before that of the first, which was read early.
		second := func(string) {
			h.pay(p[0], p[1], 5)
			h.pay(p[0], p[2], 5)
		}
		first := func(string) { h.before.Store(&second) }
		h.before.Store(&first)
		h.payTogether(p[0], p[1:2], p[2:3])
		for i, want := range []ident.Holder{p[1], p[2], p[1], p[2]} {
			if id, m := s.next(); m.Topic != merchantTopic(want) || id != strconv.FormatInt(m.Seq, 10) {
				t.Errorf("message %d: %q %+v", i, id, m)
			}
		}
	})
}

func TestTheCursorMovesAfterTheLastMessageOfAnEntry(t *testing.T) {
	everyEngine(t, options{}, func(t *testing.T, h *house) {
		p := h.holders(3)
		token := h.grant(p[1])
		h.employ(token, p[2])
		s := h.stream(token, "", merchantTopic(p[1]), merchantTopic(p[2]), "fund")
		before, _ := s.next()
		h.payTogether(p[0], p[1:3])
		if id, m := s.next(); id != before || m.Event == nil {
			t.Errorf("a cut here must bring both again: cursor %q after %+v", id, m)
		}
		if id, m := s.next(); id != strconv.FormatInt(m.Seq, 10) || id == before || m.Event == nil {
			t.Errorf("cursor %q after %+v", id, m)
		}
	})
}

func TestASocketCatchesUpInPieces(t *testing.T) {
	everyEngine(t, options{limits: live.Limits{Missed: 5}}, func(t *testing.T, h *house) {
		p := h.holders(2)
		c := h.open(h.grant(p[1])).subscribe(merchantTopic(p[1]), walletTopic(p[1]))
		c.next()
		many := make([][]ident.Holder, 23)
		for i := range many {
			many[i] = p[1:2]
		}
		h.payTogether(p[0], many...)
		want := h.payments(p[1])
		for len(want) > 0 {
			if m := c.next(); m.Event != nil {
				if m.Seq != want[0] {
					t.Fatalf("number %d, want %d", m.Seq, want[0])
				}
				want = want[1:]
			}
		}
		if m := h.hub.Metrics(); m.Resets != 0 {
			t.Errorf("an open connection is never reset: %+v", m)
		}
	})
}
