// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/web/live"
)

// line is a live connection of somebody.
type line struct {
	w    *world
	conn *websocket.Conn
}

// dial opens a live connection as somebody, "" for nobody.
func (w *world) dial(as string) *line {
	w.Helper()
	header := http.Header{}
	if as != "" {
		header.Set("Authorization", "Bearer "+w.tokens[as])
	}
	dialer := websocket.Dialer{Subprotocols: []string{live.Protocol}, HandshakeTimeout: patience}
	conn, response, err := dialer.DialContext(w.Context(), "ws"+strings.TrimPrefix(w.server.URL, "http")+"/v1/live", header)
	if err != nil {
		w.Fatalf("live as %s: %v, %v", as, err, response)
	}
	if conn.Subprotocol() != live.Protocol {
		w.Errorf("sub-protocol %q", conn.Subprotocol())
	}
	w.Cleanup(func() { conn.Close() })
	return &line{w, conn}
}

// say sends a message.
func (l *line) say(text string) {
	l.w.Helper()
	must(l.w, l.conn.WriteMessage(websocket.TextMessage, []byte(l.w.say(text))))
}

// watch subscribes to topics.
func (l *line) watch(topics ...string) *line {
	l.w.Helper()
	text, err := json.Marshal(map[string]any{"subscribe": topics})
	must(l.w, err)
	l.say(string(text))
	return l
}

// next reads a message.
func (l *line) next() answer {
	l.w.Helper()
	must(l.w, l.conn.SetReadDeadline(time.Now().Add(patience)))
	_, message, err := l.conn.ReadMessage()
	must(l.w, err)
	return answer{body: string(message)}
}

// until reads messages until one says so.
func (l *line) until(enough func(answer) bool) answer {
	l.w.Helper()
	for {
		if a := l.next(); enough(a) {
			return a
		}
	}
}

// closed reads until the connection ends, and returns the code of the close.
func (l *line) closed() int {
	l.w.Helper()
	must(l.w, l.conn.SetReadDeadline(time.Now().Add(patience)))
	for {
		if _, _, err := l.conn.ReadMessage(); err != nil {
			end, ok := err.(*websocket.CloseError)
			if !ok {
				l.w.Fatalf("the connection ended without a close: %v", err)
			}
			return end.Code
		}
	}
}

// TestAPaymentIsPushed pays a request while the payer watches the wallet and the
// shop its payments and the request.
func TestAPaymentIsPushed(t *testing.T) {
	inWorld(t, func(w *world) {
		w.keep("request", w.made("cashier", "/v1/payment-requests", `{"amount":"12.50"}`))
		payer := w.dial("citizen").watch("wallet:" + w.known["citizen.wallet"])
		w.is(payer.next(), "topic", "wallet:${citizen.wallet}", "state.booked", "120.00", "state.reserved", "0.00", "state.available", "120.00")
		till := w.dial("cashier").watch("payment-request:" + w.known["request"])
		w.is(till.next(), "topic", "payment-request:${request}", "state.status", "open", "state.id", "${request}", "state.amount", "12.50", "version", "1")
		shop := w.dial("merchant").watch("merchant:" + w.known["shop"] + "/payments")
		shop.say(`{"subscribe":["merchant:${shop}/payments"]}`) // answered with the cursor: the first was heard
		shop.next()

		w.keep("paid", w.made("citizen", "/v1/payment-requests/${request}/payments", ""))
		w.is(payer.next(), "state.available", "107.50", "version", w.shown("citizen", "/v1/wallets/${citizen.wallet}").text("version"))
		// What the page of the counter shows is in the state: request.js.
		w.is(till.next(), "state.status", "paid", "state.match_code", "${paid.match_code}", "state.paid_at", "${paid.at}", "state.payment", "${paid}")
		event := shop.until(func(a answer) bool { return a.at("event") != nil })
		w.is(event, "topic", "merchant:${shop}/payments", "event.payment", "${paid}", "event.amount", "12.50",
			"event.match_code", "${paid.match_code}", "event.at", "${paid.at}")
		if event.at("event", "from") != nil || len(event.at("event").(map[string]any)) != 4 {
			w.Errorf("a till is told more than it needs (D1): %s", event.body)
		}
	})
}

// TestStatesArePushed watches a campaign and the fund, the latter as nobody.
func TestStatesArePushed(t *testing.T) {
	inWorld(t, func(w *world) {
		w.keep("campaign", w.made("agent", "/v1/campaigns", campaign))
		town := w.dial("mayor").watch("campaign:" + w.known["campaign"])
		w.is(town.next(), "topic", "campaign:${campaign}", "state.status", "draft", "state.remaining_eur", "0.00")
		public := w.dial("").watch("fund")
		w.is(public.next(), "topic", "fund", "state.total.circulation", "180.00", "state.total.coverage", "1.0000")

		w.made("mayor", "/v1/campaigns/${campaign}/approvals", "")
		w.is(town.next(), "state.status", "active")
		w.made("treasurer", "/v1/campaigns/${campaign}/fundings", `{"amount_eur":"50.00","bank_reference":"VIR 1"}`)
		w.is(town.next(), "state.received_eur", "50.00")
		w.is(public.next(), "state.total.grants_eur", "50.00", "state.total.circulation", "180.00")
		w.made("desk", "/v1/conversions", `{"wallet":"${citizen.wallet}","euros":"10.00","channel":"desk"}`)
		w.is(town.next(), "state.granted_eur", "2.00", "state.remaining_eur", "48.00")
		w.is(public.next(), "state.total.circulation", "192.00", "state.total.backing_eur", "192.00", "state.total.gap_eur", "0.00")
	})
}

// TestARedemptionIsPushed watches what is reserved.
func TestARedemptionIsPushed(t *testing.T) {
	inWorld(t, func(w *world) {
		w.made("citizen", "/v1/payments", `{"to":"${shop.code}","amount":"30.00"}`)
		shop := w.dial("merchant").watch("wallet:" + w.known["merchant.wallet"])
		w.is(shop.next(), "state.booked", "30.00")
		w.keep("redemption", w.made("merchant", "/v1/redemptions", `{"amount":"10.00"}`))
		w.is(shop.next(), "state.booked", "30.00", "state.reserved", "10.00", "state.available", "20.00")
		w.made("treasurer", "/v1/redemptions/${redemption}/settlements", `{"bank_reference":"VIR 1"}`)
		w.is(shop.next(), "state.booked", "20.00", "state.reserved", "0.00", "state.available", "20.00")
	})
}

// TestNothingIsMissedNorDoubled comes back with the last number that was seen.
func TestNothingIsMissedNorDoubled(t *testing.T) {
	inWorld(t, func(w *world) {
		pay := func(cents int) string {
			return w.made("citizen", "/v1/payments", fmt.Sprintf(`{"to":"${shop.code}","amount":"0.%02d"}`, cents)).text("id")
		}
		topic := "merchant:" + w.known["shop"] + "/payments"
		first := pay(1)
		l := w.dial("merchant")
		l.say(`{"subscribe":["` + topic + `"],"after":{"` + topic + `":0}}`)
		seen := l.next()
		w.is(seen, "event.payment", first)
		must(w, l.conn.Close())
		missed := []string{pay(2), pay(3)}
		w.made("citizen", "/v1/payments", `{"to":"${citizen2.number}","amount":"1.00"}`) // no receipt of the shop's
		missed = append(missed, pay(4))

		l = w.dial("cashier")
		l.say(`{"subscribe":["` + topic + `"],"after":{"` + topic + `":` + seen.text("seq") + `}}`)
		for _, id := range missed {
			w.is(l.next(), "event.payment", id)
		}
		w.is(func() answer { pay(5); return l.next() }(), "event.amount", "0.05")

		l = w.dial("merchant")
		l.say(`{"subscribe":["` + topic + `"],"after":{"` + topic + `":999999}}`) // of another book
		w.is(l.next(), "reset", "true")
	})
}

// TestWhoMayListen asks for lines and topics that are not to be had.
func TestWhoMayListen(t *testing.T) {
	inWorld(t, func(w *world) {
		w.part("forbidden topics", forbiddenTopics)
		w.part("other sites", otherSitesDoNotListen)
		w.refused(call{method: "GET", path: "/v1/live/events"}, 422, "invalid")
		w.refused(call{method: "GET", path: "/v1/live/events?topics=fund&x=1"}, 422, "invalid")
		w.refused(call{method: "GET", path: "/v1/live"}, 400, "malformed")
	})
}

// forbiddenTopics asks for what is somebody else's and for what does not
// exist: nobody learns which.
func forbiddenTopics(w *world) {
	w.keep("campaign", w.made("agent", "/v1/campaigns", campaign))
	w.keep("request", w.made("cashier", "/v1/payment-requests", `{"amount":"1.00"}`))
	for _, c := range []struct{ as, topic, word string }{
		{"citizen2", "wallet:${citizen.wallet}", "forbidden"},
		{"citizen2", "wallet:" + nobodys("wal_"), "forbidden"},
		{"cashier", "wallet:${merchant.wallet}", "forbidden"},
		{"", "wallet:${citizen.wallet}", "forbidden"},
		{"citizen", "campaign:${campaign}", "forbidden"},
		{"citizen", "campaign:" + nobodys("cmp_"), "forbidden"},
		{"rival", "merchant:${shop}/payments", "forbidden"},
		{"citizen", "merchant:${shop}/payments", "forbidden"},
		{"rival", "payment-request:${oven}", "unknown-topic"},
		{"desk", "payment-request:${request}", "forbidden"},
		{"", "payment-request:${request}", "forbidden"},
		{"citizen", "wallet:${citizen}", "unknown-topic"},
		{"citizen", "wallet:", "unknown-topic"},
		{"citizen", "fund:", "unknown-topic"},
		{"citizen", "merchant:${shop}", "unknown-topic"},
		{"citizen", "holders", "unknown-topic"},
	} {
		l := w.dial(c.as)
		l.say(`{"subscribe":["` + c.topic + `"]}`)
		if a := l.next(); a.text("topic") != w.say(c.topic) || a.text("error") != c.word {
			w.Errorf("%s as %q: %s, want %s", c.topic, c.as, a.body, c.word)
		}
		must(w, l.conn.Close())
	}
}

// TestRevocationClosesTheLine revokes the token of an open connection, and
// signs out the session of another.
func TestRevocationClosesTheLine(t *testing.T) {
	inWorld(t, func(w *world) {
		topic := "wallet:" + w.known["citizen.wallet"]
		own, other := w.dial("citizen").watch(topic), w.dial("treasurer").watch(topic)
		own.next()
		other.next()
		w.do(call{as: "admin", method: "POST", path: "/v1/tokens/${citizen.token}/revocations"})
		if code := own.closed(); code != 4401 {
			w.Errorf("closed with %d", code)
		}
		w.made("citizen2", "/v1/payments", `{"to":"${citizen.number}","amount":"1.00"}`)
		w.is(other.next(), "state.available", "121.00")
		header := http.Header{"Authorization": {"Bearer " + w.tokens["citizen"]}}
		_, response, err := websocket.DefaultDialer.DialContext(w.Context(), "ws"+strings.TrimPrefix(w.server.URL, "http")+"/v1/live", header)
		if err == nil || response == nil || response.StatusCode != http.StatusUnauthorized {
			w.Errorf("a revoked token opens a line: %v", err)
		}
	})
}

// otherSitesDoNotListen opens a line from a page of another site.
func otherSitesDoNotListen(w *world) {
	for origin, status := range map[string]int{"https://evil.example": 403, "null": 403, w.server.URL + ".evil.example": 403, w.server.URL: 101} {
		conn, response, err := websocket.DefaultDialer.DialContext(w.Context(), "ws"+strings.TrimPrefix(w.server.URL, "http")+"/v1/live", http.Header{"Origin": {origin}})
		if response == nil || response.StatusCode != status {
			w.Errorf("%s: %v, %v", origin, response, err)
		}
		if conn != nil {
			must(w, conn.Close())
		}
	}
}

// TestTheSameMessagesAsAStream reads the event stream of a shop.
func TestTheSameMessagesAsAStream(t *testing.T) {
	inWorld(t, func(w *world) {
		w.keep("paid", w.made("citizen", "/v1/payments", `{"to":"${shop.code}","amount":"1.25"}`))
		r, err := http.NewRequestWithContext(w.Context(), http.MethodGet, w.server.URL+w.say("/v1/live/events?topics=merchant:${shop}/payments,wallet:${merchant.wallet}"), nil)
		must(w, err)
		r.Header.Set("Authorization", "Bearer "+w.tokens["merchant"])
		r.Header.Set("Last-Event-ID", "0")
		response, err := w.client.Do(r)
		must(w, err)
		defer response.Body.Close()
		if !strings.HasPrefix(response.Header.Get("Content-Type"), "text/event-stream") || response.Header.Get("X-Trace-Id") == "" {
			w.Errorf("%d %v", response.StatusCode, response.Header)
		}
		found := make(map[string]answer)
		lines := bufio.NewScanner(response.Body)
		for len(found) < 2 && lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				a := answer{body: data}
				found[a.text("topic")] = a
			}
		}
		w.is(found[w.say("merchant:${shop}/payments")], "event.payment", "${paid}")
		w.is(found[w.say("wallet:${merchant.wallet}")], "state.available", "1.25")
	})
}

// TestABurstIsToldWhole pays a shop more often at once than one round of
// messages tells.
func TestABurstIsToldWhole(t *testing.T) {
	const payments = 1100
	inWorld(t, func(w *world) {
		l := w.dial("merchant").watch("merchant:" + w.known["shop"] + "/payments")
		l.say(`{"subscribe":["merchant:${shop}/payments"]}`)
		l.next() // from here on nothing is a replay
		var together sync.WaitGroup
		for range payments {
			together.Go(func() {
				if _, _, err := w.merchant.Pay(w.Context(), w.actors["citizen"], w.key(), merchant.PayInput{To: w.known["shop.code"], Amount: 1}); err != nil {
					w.Error(err)
				}
			})
		}
		together.Wait()
		last, told := 0.0, 0
		for told < payments {
			a := l.next()
			seq, ok := a.at("seq").(float64)
			if !ok || a.at("event") == nil || seq <= last {
				w.Fatalf("after %v: %s", last, a.body)
			}
			last = seq
			told++
		}
	})
}
