// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/observe"
	"github.com/noria-mlc/noria/ops/payout"
	"github.com/noria-mlc/noria/web"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/session"
)

// patience is how long a test waits for what must come; it is never met when
// the code is right.
const patience = 20 * time.Second

// world is a whole server on a real book, with somebody in every role.
type world struct {
	*testing.T
	ledger     *ledger.Ledger
	conversion *conversion.Service
	merchant   *merchant.Service
	payout     *payout.Service
	session    *session.Service
	metrics    *observe.Metrics
	server     *httptest.Server
	client     *http.Client // follows no redirect
	log        *logbook
	ahead      atomic.Int64 // nanoseconds by which the book's clock is ahead
	keys       atomic.Int64

	tokens map[string]string       // by person
	actors map[string]access.Actor // by person
	known  map[string]string       // what ${name} stands for in paths and bodies
}

// logbook keeps what the server logs.
type logbook struct {
	mu   sync.Mutex
	text []byte
}

func (l *logbook) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, b...)
	return len(b), nil
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.text)
}

// person is somebody who uses the service. Whoever has no role has no token.
type person struct {
	name         string
	kind         ledger.HolderKind
	role         access.Role
	organisation string
}

// people are the persons of a world: merchant is a shop that signs in as
// itself, rival owns another shop as a person.
func people() []person {
	return []person{
		{"town", ledger.Collectivity, "", ""},
		{"bakery", ledger.Professional, "", ""},
		{"citizen", ledger.Individual, access.Citizen, ""},
		{"citizen2", ledger.Individual, access.Citizen, ""},
		{"merchant", ledger.Professional, access.MerchantOwner, "merchant"},
		{"rival", ledger.Individual, access.MerchantOwner, "bakery"},
		{"cashier", ledger.Individual, access.Cashier, "merchant"},
		{"desk", ledger.Individual, access.DeskAgent, ""},
		{"agent", ledger.Individual, access.CollectivityAgent, "town"},
		{"mayor", ledger.Individual, access.CollectivityApprover, "town"},
		{"treasurer", ledger.Individual, access.Treasurer, ""},
		{"approver", ledger.Individual, access.Approver, ""},
		{"auditor", ledger.Individual, access.Auditor, ""},
		{"admin", ledger.Individual, access.Administrator, ""},
	}
}

// inBareWorld runs a test in a world whose currency is not open, and verifies
// the book afterwards.
func inBareWorld(t *testing.T, test func(w *world)) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		w := build(t, connect())
		test(w)
		if _, err := w.ledger.Verify(context.Background(), nil); err != nil {
			t.Errorf("verify: %v", err)
		}
	})
}

// inWorld runs a test in a world whose currency is open, in which citizen has
// 120.00 and citizen2 has 60.00, and merchant and rival have a shop each.
func inWorld(t *testing.T, test func(w *world)) {
	inBareWorld(t, func(w *world) {
		w.open()
		test(w)
	})
}

func build(t *testing.T, d *db.DB) *world {
	w := &world{T: t, log: new(logbook), tokens: make(map[string]string), actors: make(map[string]access.Actor), known: make(map[string]string)}
	clock := func() time.Time { return db.Now().Add(time.Duration(w.ahead.Load())) }
	l, err := ledger.Open(t.Context(), d, ledger.Options{Now: clock})
	must(t, err)
	t.Cleanup(l.Close)
	w.ledger, w.conversion, w.merchant, w.payout = l, conversion.New(l), merchant.New(l), payout.New(l)
	w.session = session.New(l, session.Options{Demo: true})
	w.metrics = observe.New(observe.Build{Version: "test"}, db.Now)
	var served *web.Server
	w.server = httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { served.ServeHTTP(rw, r) }))
	served, err = web.New(web.Config{Metrics: w.metrics, Services: api.Services{
		Ledger: l, Conversion: w.conversion, Merchant: w.merchant, Payout: w.payout, Session: w.session,
		BaseURL: "http://" + w.server.Listener.Addr().String(), Version: "test", Log: slog.New(slog.NewTextHandler(w.log, nil)),
	}})
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- served.Run(ctx) }()
	w.server.Start()
	t.Cleanup(func() {
		drain, done := context.WithTimeout(context.Background(), patience)
		defer done()
		if err := served.Live().Shutdown(drain); err != nil {
			t.Errorf("shutdown: %v", err)
		}
		w.server.Close()
		cancel()
		<-ran
	})
	w.client = w.server.Client()
	w.client.Timeout = patience
	w.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, p := range people() {
		w.enrol(p)
	}
	return w
}

// operator makes what a test needs before it begins.
func operator() access.Actor {
	return access.Actor{ID: ident.User{Bits: ident.Bits{15: 1}}, Grants: []access.Grant{{Role: access.Administrator}}}
}

func (w *world) enrol(p person) {
	w.Helper()
	ctx := w.Context()
	h, _, err := w.ledger.CreateHolder(ctx, operator(), w.key(), ledger.NewHolder{Kind: p.kind, Name: p.name})
	must(w, err)
	w.known[p.name], w.known[p.name+".wallet"], w.known[p.name+".number"] = h.ID.String(), h.Wallet().String(), h.Number
	if p.role == "" {
		return
	}
	grant := access.Grant{Role: p.role}
	if p.organisation != "" {
		grant.Organisation = w.holder(p.organisation)
	}
	u, _, err := w.session.CreateUser(ctx, operator(), w.key(), session.CreateUserInput{Holder: h.ID, Grants: []access.Grant{grant}})
	must(w, err)
	issued, _, err := w.session.CreateToken(ctx, operator(), w.key(), session.CreateTokenInput{User: u.ID, Label: p.name})
	must(w, err)
	principal, err := w.session.Authenticate(ctx, issued.Text)
	must(w, err)
	w.tokens[p.name], w.actors[p.name] = issued.Text, principal.Actor
	w.known[p.name+".user"], w.known[p.name+".token"] = u.ID.String(), issued.ID.String()
}

func (w *world) open() {
	w.Helper()
	w.made("admin", "/v1/currency", currency)
	w.made("admin", "/v1/desks", `{"slug":"centre","name":"Comptoir du centre"}`)
	w.keep("shop", w.made("admin", "/v1/merchants", `{"holder":"${merchant}","name":"Épicerie"}`))
	w.keep("oven", w.made("admin", "/v1/merchants", `{"holder":"${bakery}","name":"Fournil"}`))
	w.made("desk", "/v1/conversions", `{"wallet":"${citizen.wallet}","euros":"120.00","channel":"desk"}`)
	w.made("desk", "/v1/conversions", `{"wallet":"${citizen2.wallet}","euros":"60.00","channel":"desk"}`)
}

// currency is the body that opens the currency of a world.
const currency = `{"name":"La Roue","code":"ROUE","unit":{"singular":"Roue","plural":"Roues"},
	"issuer":{"name":"Association La Roue","rna":"W842000000","legal_basis":"exclusion-L521-3"},
	"bank_accounts":[
		{"account":"eur:bank:guarantee:digital:la-nef","custodian":"La Nef","iban":"FR76 3000 6000 0112 3456 7890 189","bic":"AGRIFRPP","holder_name":"Association La Roue"},
		{"account":"eur:bank:operating","custodian":"Crédit Coopératif","iban":"FR1420041010050500013M02606","holder_name":"Association La Roue"}],
	"settings":{"transfer_days":14,"commissions":{"professional":{"rate":"0.05","minimum_eur":"0.50","fixed_eur":"0.10"}}}}`

// key returns an idempotency key that no other call returns.
func (w *world) key() string { return fmt.Sprintf("test-key-%09d", w.keys.Add(1)) }

// say replaces ${name} by what is known under that name.
func (w *world) say(text string) string {
	return os.Expand(text, func(name string) string {
		value, ok := w.known[name]
		if !ok {
			w.Fatalf("nothing is known as %s", name)
		}
		return value
	})
}

func (w *world) holder(name string) ident.Holder {
	var h ident.Holder
	must(w, h.UnmarshalText([]byte(w.known[name])))
	return h
}

// available is what a person can spend.
func (w *world) available(name string) money.Amount {
	h, err := w.ledger.Holding(w.Context(), w.holder(name))
	must(w, err)
	return h.Available
}

// commands is how many commands the book has executed: what it is when nothing
// was written.
func (w *world) commands() int64 {
	p, err := w.ledger.Position(w.Context())
	must(w, err)
	return p.Command
}

// later moves the book's clock.
func (w *world) later(d time.Duration) { w.ahead.Add(int64(d)) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
