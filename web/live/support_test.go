// SPDX-License-Identifier: AGPL-3.0-or-later

package live_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/live"
)

// patience is how long a test waits for what must come; it is never met when
// the code is right.
const patience = 30 * time.Second

type merchantNoun struct{}

func (merchantNoun) Prefix() string { return "mer_" }

type merchantID = ident.ID[merchantNoun]

// house is a server with live topics on a real book. A merchant's id has the
// bits of its holder.
type house struct {
	t      testing.TB
	ledger *ledger.Ledger
	hub    *live.Hub
	server *httptest.Server
	keys   atomic.Int64

	pad    string // carried by states and events, to fill the buffers between
	broken atomic.Bool
	before atomic.Pointer[func(id string)] // called once, before a merchant's payments are read
	gone   atomic.Bool                     // whether wallets have vanished

	mu    sync.Mutex
	users map[string]*access.Actor // by token; nil for a session that has ended
}

// options change how a house is built.
type options struct {
	limits  live.Limits
	origins []string
	rights  func(ledger.Change) bool
	pad     string
	narrow  bool // small buffers on the server's side of each connection
	wrap    func(http.Handler) http.Handler
}

// everyEngine builds a house on every engine and verifies its book at the end.
func everyEngine(t *testing.T, o options, test func(t *testing.T, h *house)) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		h := build(t, connect(), o)
		test(t, h)
		if _, err := h.ledger.Verify(t.Context(), nil); err != nil {
			t.Errorf("verify: %v", err)
		}
	})
}

func build(t testing.TB, d *db.DB, o options) *house {
	l, err := ledger.Open(t.Context(), d, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	h := &house{t: t, ledger: l, pad: o.pad, users: make(map[string]*access.Actor)}
	h.do(func(tx *ledger.Tx) error {
		for _, a := range []ledger.Account{bank, ledger.Backing(ledger.Digital), ledger.Issued(ledger.Digital)} {
			if err := tx.Open(a); err != nil {
				return err
			}
		}
		return nil
	})
	h.hub = live.New(live.Config{Journal: l.Journal, Topics: h.topics(), Authenticate: h.authenticate,
		Rights: o.rights, Origins: o.origins, Limits: o.limits})
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- h.hub.Run(ctx) }()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/live", h.hub.ServeWebSocket)
	mux.HandleFunc("GET /v1/live/events", h.hub.ServeEvents)
	var handler http.Handler = mux
	if o.wrap != nil {
		handler = o.wrap(mux)
	}
	h.server = httptest.NewUnstartedServer(handler)
	if o.narrow {
		h.server.Listener = narrowListener{h.server.Listener}
	}
	h.server.Start()
	t.Cleanup(func() {
		stop, done := context.WithTimeout(context.Background(), patience)
		defer done()
		if err := h.hub.Shutdown(stop); err != nil {
			t.Errorf("shutdown: %v", err)
		}
		h.server.Close()
		cancel()
		if err := <-ran; err != context.Canceled {
			t.Errorf("run: %v", err)
		}
	})
	return h
}

type narrowListener struct{ net.Listener }

func (l narrowListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err == nil {
		err = c.(*net.TCPConn).SetWriteBuffer(32 << 10)
	}
	return c, err
}

// authenticate knows tokens, in the header or in a cookie.
func (h *house) authenticate(r *http.Request) (live.Session, error) {
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if c, err := r.Cookie("session"); err == nil {
		token = c.Value
	}
	if token == "" {
		return live.Session{}, nil
	}
	renew := func(context.Context) (access.Actor, error) {
		h.mu.Lock()
		defer h.mu.Unlock()
		if a := h.users[token]; a != nil {
			return *a, nil
		}
		return access.Actor{}, fault.New(fault.Unauthenticated, "unauthenticated", "the session has ended")
	}
	actor, err := renew(r.Context())
	return live.Session{Actor: actor, Renew: renew}, err
}

// grant makes a token of a user who has a wallet and, for a merchant's, its till.
func (h *house) grant(holder ident.Holder) string {
	token := "token-" + holder.String()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.users[token] = &access.Actor{ID: ident.User(holder), Holder: holder,
		Grants: []access.Grant{{Role: access.Citizen}, {Role: access.MerchantOwner, Organisation: holder}}}
	return token
}

// employ gives a token the tills of another merchant.
func (h *house) employ(token string, merchant ident.Holder) {
	h.mu.Lock()
	defer h.mu.Unlock()
	a := *h.users[token]
	a.Grants = append(slices.Clone(a.Grants), access.Grant{Role: access.MerchantOwner, Organisation: merchant})
	h.users[token] = &a
}

// regrant changes what a token may do; nil ends its session.
func (h *house) regrant(token string, grants []access.Grant) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if grants == nil {
		h.users[token] = nil
		return
	}
	a := *h.users[token]
	a.Grants = grants
	h.users[token] = &a
}

// topics is the wiring of three kinds of topic to a book, as a server does it.
func (h *house) topics() live.Topics {
	parse := func(id string) (ident.Holder, error) {
		w, err := parseWallet(id)
		if err != nil || h.gone.Load() {
			return ident.Holder{}, fault.ErrMissing
		}
		return ident.HolderOf(w), nil
	}
	return live.Topics{
		States: []live.StateTopic{{
			Prefix: "wallet:", Concerns: live.Wallets,
			Authorize: func(_ context.Context, a access.Actor, id string) error {
				holder, err := parse(id)
				if err != nil {
					return err
				}
				return access.Allow(a, access.WalletRead, holder)
			},
			State: func(ctx context.Context, id string) (live.State, error) {
				if h.broken.Load() {
					return live.State{}, fmt.Errorf("the disk is gone")
				}
				holder, err := parse(id)
				if err != nil {
					return live.State{}, err
				}
				w, err := h.ledger.Holding(ctx, holder)
				return live.State{Seq: w.Seq, Version: w.Version, Body: map[string]any{
					"booked": w.Booked, "reserved": w.Reserved, "available": w.Available, "pad": h.pad}}, err
			},
		}, {
			Prefix: "fund", Public: true, Concerns: live.Fund,
			State: func(ctx context.Context, _ string) (live.State, error) {
				var s live.State
				err := h.ledger.Snapshot(ctx, func(r db.Reader) error {
					issued, err := h.ledger.Balance(ctx, r, ledger.Issued(ledger.Digital))
					if err != nil {
						return err
					}
					end, err := h.ledger.Head(ctx, r)
					s = live.State{Seq: end.Seq, Version: issued.Version, Body: map[string]any{"circulation": issued.Amount}}
					return err
				})
				return s, err
			},
		}},
		Events: []live.EventTopic{{
			Prefix: "merchant:", Suffix: "/payments",
			Concerns: live.Subjects{Prefix: "merchant:", Noun: "mer_", Suffix: "/payments"}.Concerns,
			Authorize: func(_ context.Context, a access.Actor, id string) error {
				m, err := ident.Parse[merchantNoun](id)
				if err != nil {
					return fault.ErrMissing
				}
				return access.Allow(a, access.MerchantReceipt, ident.Holder(m))
			},
			After: h.after,
		}},
	}
}

// after finds a merchant's payments in the journal.
func (h *house) after(ctx context.Context, id string, seq int64, limit int) ([]live.Event, bool, error) {
	m, err := ident.Parse[merchantNoun](id)
	if err != nil {
		return nil, false, err
	}
	wallet := ledger.Wallet(ident.Holder(m))
	if f := h.before.Swap(nil); f != nil {
		(*f)(id)
	}
	var events []live.Event
	for {
		entries, err := h.ledger.Entries(ctx, h.ledger.Reader(), seq, 500)
		if err != nil || len(entries) == 0 {
			return events, false, err
		}
		for _, e := range entries {
			seq = e.Seq
			i := slices.IndexFunc(e.Lines, func(l ledger.Line) bool { return l.Credit == wallet })
			if e.Kind != ledger.KindPayment || i < 0 {
				continue
			}
			if len(events) == limit {
				return events, true, nil
			}
			events = append(events, live.Event{Seq: e.Seq, Payload: map[string]any{
				"payment": e.ID, "amount": e.Lines[i].Amount, "pad": h.pad}})
		}
	}
}

func parseWallet(id string) (ident.Wallet, error) {
	var w ident.Wallet
	err := w.UnmarshalText([]byte(id))
	return w, err
}

func walletTopic(h ident.Holder) string { return "wallet:" + ident.WalletOf(h).String() }

func merchantTopic(h ident.Holder) string {
	return "merchant:" + merchantID(h).String() + "/payments"
}

const bank = ledger.Account("eur:bank:guarantee:digital:la-nef")

func (h *house) key() string { return fmt.Sprintf("test-key-%09d", h.keys.Add(1)) }

func (h *house) do(f func(*ledger.Tx) error) {
	h.t.Helper()
	system := access.Actor{ID: ident.User{Bits: ident.Bits{15: 1}}, Grants: []access.Grant{{Role: access.Administrator}}}
	_, err := h.ledger.Execute(context.Background(), ledger.Command{Actor: system, Action: access.CurrencyOpen, Key: h.key()},
		func(tx *ledger.Tx) (ident.Ref, error) { return ident.Ref{}, f(tx) })
	if err != nil {
		h.t.Fatal(err)
	}
}

// holders opens n wallets with 1000.00 each.
func (h *house) holders(n int) []ident.Holder {
	h.t.Helper()
	list := make([]ident.Holder, n)
	h.do(func(tx *ledger.Tx) error {
		for i := range list {
			made, err := tx.OpenHolder(ledger.NewHolder{Kind: ledger.Individual, Name: fmt.Sprintf("Holder %d", i)})
			if err != nil {
				return err
			}
			list[i] = made.ID
		}
		return nil
	})
	for _, holder := range list {
		h.issue(holder, 100_000)
	}
	return list
}

func (h *house) issue(holder ident.Holder, a money.Amount) {
	h.t.Helper()
	h.do(func(tx *ledger.Tx) error {
		_, err := tx.Post(ledger.Draft{Kind: ledger.KindConversion, Postings: []ledger.Posting{
			{Debit: bank, Credit: ledger.Backing(ledger.Digital), Amount: a},
			{Debit: ledger.Issued(ledger.Digital), Credit: ledger.Wallet(holder), Amount: a}}})
		return err
	})
}

// pay makes a payment to a merchant.
func (h *house) pay(from, to ident.Holder, a money.Amount) {
	h.t.Helper()
	payer := access.Actor{ID: ident.User(from), Holder: from, Grants: []access.Grant{{Role: access.Citizen}}}
	_, err := h.ledger.Execute(context.Background(), ledger.Command{Actor: payer, Action: access.PaymentCreate, Owner: from, Key: h.key()},
		func(tx *ledger.Tx) (ident.Ref, error) {
			e, err := tx.Post(ledger.Draft{Kind: ledger.KindPayment, Postings: []ledger.Posting{
				{Debit: ledger.Wallet(from), Credit: ledger.Wallet(to), Amount: a}}})
			if err != nil {
				return ident.Ref{}, err
			}
			tx.Touch(merchantID(to).Ref())
			return e.ID.Ref(), nil
		})
	if err != nil {
		h.t.Error(err)
	}
}

// payTogether makes one command of many payments of a cent; one that names
// several merchants is one entry.
func (h *house) payTogether(from ident.Holder, payments ...[]ident.Holder) {
	h.t.Helper()
	h.do(func(tx *ledger.Tx) error {
		for _, merchants := range payments {
			d := ledger.Draft{Kind: ledger.KindPayment}
			for _, m := range merchants {
				d.Postings = append(d.Postings, ledger.Posting{Debit: ledger.Wallet(from), Credit: ledger.Wallet(m), Amount: 1})
				tx.Touch(merchantID(m).Ref())
			}
			if _, err := tx.Post(d); err != nil {
				return err
			}
		}
		return nil
	})
}

// payments lists the journal numbers of a merchant's payments.
func (h *house) payments(m ident.Holder) []int64 {
	h.t.Helper()
	events, _, err := h.after(context.Background(), merchantID(m).String(), 0, 1<<30)
	if err != nil {
		h.t.Fatal(err)
	}
	numbers := make([]int64, len(events))
	for i, e := range events {
		numbers[i] = e.Seq
	}
	return numbers
}

// until waits for a condition that other goroutines bring about.
func (h *house) until(what string, holds func() bool) {
	h.t.Helper()
	deadline := time.After(patience)
	for !holds() {
		select {
		case <-deadline:
			h.t.Fatalf("waited in vain: %s; %+v", what, h.hub.Metrics())
		default:
			runtime.Gosched()
		}
	}
}

// message is any message of the server.
type message struct {
	Topic   string         `json:"topic"`
	Seq     int64          `json:"seq"`
	Version int64          `json:"version"`
	State   map[string]any `json:"state"`
	Event   map[string]any `json:"event"`
	Reset   bool           `json:"reset"`
	Error   string         `json:"error"`
}

// client is the other end of a websocket.
type client struct {
	t    testing.TB
	conn *websocket.Conn
}

// open connects with a token; an empty one is nobody.
func (h *house) open(token string) *client {
	h.t.Helper()
	c, answer, err := h.dial(websocket.Dialer{}, bearer(token))
	if err != nil {
		h.t.Fatalf("dial: %v, %v", err, answer)
	}
	return c
}

func bearer(token string) http.Header {
	if token == "" {
		return http.Header{}
	}
	return http.Header{"Authorization": {"Bearer " + token}}
}

func (h *house) dial(d websocket.Dialer, header http.Header) (*client, *http.Response, error) {
	if d.Subprotocols == nil {
		d.Subprotocols = []string{live.Protocol}
	}
	conn, answer, err := d.Dial("ws"+strings.TrimPrefix(h.server.URL, "http")+"/v1/live", header)
	if err != nil {
		return nil, answer, err
	}
	h.t.Cleanup(func() { conn.Close() })
	return &client{h.t, conn}, answer, nil
}

// slim is a dialer whose connections hold little that was not read.
func slim() websocket.Dialer {
	return websocket.Dialer{NetDial: func(network, address string) (net.Conn, error) {
		c, err := net.Dial(network, address)
		if err == nil {
			err = c.(*net.TCPConn).SetReadBuffer(32 << 10)
		}
		return c, err
	}}
}

func (c *client) subscribe(topics ...string) *client {
	c.t.Helper()
	return c.say(map[string]any{"subscribe": topics})
}

func (c *client) resume(topic string, after int64) *client {
	c.t.Helper()
	return c.say(map[string]any{"subscribe": []string{topic}, "after": map[string]int64{topic: after}})
}

func (c *client) say(v any) *client {
	c.t.Helper()
	if err := c.conn.WriteJSON(v); err != nil {
		c.t.Fatal(err)
	}
	return c
}

func (c *client) read() (message, error) {
	c.conn.SetReadDeadline(time.Now().Add(patience))
	_, data, err := c.conn.ReadMessage()
	if err != nil {
		return message{}, err
	}
	var m message
	return m, json.Unmarshal(data, &m)
}

func (c *client) next() message {
	c.t.Helper()
	m, err := c.read()
	if err != nil {
		c.t.Fatal(err)
	}
	return m
}

// state reads until a state of the topic shows this available amount.
func (c *client) state(topic, available string) message {
	c.t.Helper()
	for {
		m := c.next()
		if m.Topic == topic && m.State["available"] == available {
			return m
		}
	}
}

// closed reads until the connection ends and returns the close.
func (c *client) closed() websocket.CloseError {
	c.t.Helper()
	for {
		_, err := c.read()
		if e, ok := err.(*websocket.CloseError); ok {
			c.conn.Close()
			return *e
		}
		if err != nil {
			c.t.Fatalf("ended without a close: %v", err)
		}
	}
}
