// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/membership"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/alert"
	"github.com/noria-mlc/noria/ops/debit"
	"github.com/noria-mlc/noria/ops/dues"
	"github.com/noria-mlc/noria/ops/fonte"
	"github.com/noria-mlc/noria/ops/gift"
	"github.com/noria-mlc/noria/ops/job"
	"github.com/noria-mlc/noria/ops/observe"
	"github.com/noria-mlc/noria/ops/payout"
	"github.com/noria-mlc/noria/ops/project"
	"github.com/noria-mlc/noria/ops/provider"
	"github.com/noria-mlc/noria/ops/push"
	"github.com/noria-mlc/noria/web"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/confirm"
	"github.com/noria-mlc/noria/web/identity"
	accounts "github.com/noria-mlc/noria/web/people"
	"github.com/noria-mlc/noria/web/session"
	"github.com/noria-mlc/noria/web/site"
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
	identity   *identity.Service
	confirm    *confirm.Service
	accounts   *accounts.Service
	provider   *provider.Service
	debit      *debit.Service
	metrics    *observe.Metrics
	server     *httptest.Server
	served     *web.Server
	public     string          // address that links and cookies are made for; that of the server where empty
	issuer     identity.Issuer // of identities, beside our own; none where zero
	client     *http.Client    // follows no redirect
	log        *logbook
	ahead      *atomic.Int64 // nanoseconds by which the book's clock is ahead
	keys       *atomic.Int64
	folder     string
	stop       func()

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
func inBareWorld(t *testing.T, test func(w *world)) { in(t, &bare, test) }

// inWorld runs a test in a world whose currency is open, in which citizen has
// 120.00 and citizen2 has 60.00, and merchant and rival have a shop each.
func inWorld(t *testing.T, test func(w *world)) { in(t, &opened, test) }

// The books that worlds begin with are made once, by the first test, and copied
// for each.
var (
	makeBooks    sync.Once
	bare, opened beginning
)

// beginning is a book that was closed, with what a test knows about it.
type beginning struct {
	book          []byte
	keys          int64
	tokens, known map[string]string
	actors        map[string]access.Actor
}

func in(t *testing.T, b *beginning, test func(w *world)) {
	t.Helper()
	makeBooks.Do(func() { begin(t) })
	if b.book == nil {
		t.Fatal("the first world could not be made")
	}
	w := b.build(t)
	test(w)
	if _, err := w.ledger.Verify(context.Background(), nil); err != nil {
		t.Errorf("verify: %v", err)
	}
}

// begin makes the two books.
func begin(t *testing.T) {
	t.Helper()
	w := new(beginning).build(t)
	for _, p := range people() {
		w.enrol(p)
	}
	bare = w.end()
	w = bare.build(t)
	w.open()
	opened = w.end()
}

// part runs a test of its own in the same world, where it does not matter what
// happened before.
func (w *world) part(name string, test func(w *world)) {
	w.Run(name, func(t *testing.T) {
		part := *w
		part.T = t
		test(&part)
	})
}

// end stops a world and returns what it came to.
func (w *world) end() beginning {
	w.Helper()
	w.stop()
	book, err := os.ReadFile(filepath.Join(w.folder, "noria.db"))
	must(w, err)
	return beginning{book, w.keys.Load(), w.tokens, w.known, w.actors}
}

// build makes a world that begins with a book, or with none.
func (b *beginning) build(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, folder: t.TempDir(), log: new(logbook), ahead: new(atomic.Int64), keys: new(atomic.Int64), tokens: maps.Clone(b.tokens), actors: maps.Clone(b.actors), known: maps.Clone(b.known)}
	if b.book == nil {
		w.tokens, w.actors, w.known = make(map[string]string), make(map[string]access.Actor), make(map[string]string)
	} else {
		must(t, os.WriteFile(filepath.Join(w.folder, "noria.db"), b.book, 0o600))
	}
	w.keys.Store(b.keys)
	d, err := db.Open(t.Context(), db.Config{Data: w.folder})
	must(t, err)
	clock := func() time.Time { return db.Now().Add(time.Duration(w.ahead.Load())) }
	l, err := ledger.Open(t.Context(), d, ledger.Options{Now: clock})
	must(t, err)
	w.ledger, w.conversion, w.merchant, w.payout = l, conversion.New(l), merchant.New(l), payout.New(l)
	w.session = session.New(l, session.Options{Demo: true})
	w.metrics = observe.New(observe.Build{Version: "test"}, db.Now)
	stopped := w.serve()
	w.stop = sync.OnceFunc(func() {
		stopped()
		l.Close()
		d.Close()
	})
	t.Cleanup(w.stop)
	return w
}

// serve starts the server and returns what stops it.
func (w *world) serve() func() {
	w.Helper()
	var served *web.Server
	w.server = httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { served.ServeHTTP(rw, r) }))
	address := "http://" + w.server.Listener.Addr().String()
	w.identity = identity.New(w.ledger, w.session, identity.Options{Key: identity.NewKey(), BaseURL: strings.Replace(address, "127.0.0.1", "localhost", 1), Conversion: w.conversion,
		Issuer: w.issuer, Ended: []func(*ledger.Tx, ident.User) error{push.Forget}})
	w.confirm = confirm.New(confirm.Config{Ledger: w.ledger, Merchant: w.merchant, Conversion: w.conversion, Paper: paper.New(w.ledger), Session: w.session, Identity: w.identity})
	w.accounts = accounts.New(accounts.Services{Ledger: w.ledger, Session: w.session, Identity: w.identity, Conversion: w.conversion, Payout: w.payout})
	w.provider = provider.New(provider.Config{Gateway: provider.NewSandbox(address), Conversion: w.conversion, BaseURL: address, Now: w.ledger.Now,
		Log: slog.New(slog.NewTextHandler(w.log, nil))})
	w.debit = debit.New(w.ledger, w.conversion, w.identity.DebitNotice)
	served, err := web.New(web.Config{Metrics: w.metrics, Identity: w.identity, Push: push.New(w.ledger, push.Options{Seed: []byte("test"), BaseURL: address}), Engine: site.Engine{Jobs: w.jobs()}, Services: api.Services{
		Ledger: w.ledger, Conversion: w.conversion, Paper: paper.New(w.ledger), Merchant: w.merchant, Payout: w.payout, Membership: membership.New(w.ledger), Dues: dues.New(w.ledger), Gift: gift.New(w.ledger), Fonte: fonte.New(w.ledger), Alert: alert.New(w.ledger), Project: project.New(w.ledger), Session: w.session, Confirm: w.confirm, People: w.accounts, Provider: w.provider, Debit: w.debit,
		BaseURL: cmp.Or(w.public, address), Version: "test", Log: slog.New(slog.NewTextHandler(w.log, nil)),
	}})
	must(w, err)
	w.served = served
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- served.Run(ctx) }()
	w.server.Start()
	w.client = w.server.Client()
	w.client.Timeout = patience
	w.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return func() {
		drain, done := context.WithTimeout(context.Background(), patience)
		defer done()
		if err := served.Live().Shutdown(drain); err != nil {
			w.Errorf("shutdown: %v", err)
		}
		w.server.Close()
		cancel()
		<-ran
	}
}

// jobs are those that an administrator can run; the test runs them and no clock.
func (w *world) jobs() *job.Runner {
	r := job.New(w.ledger, nil, nil)
	r.Register(job.Job{Name: "people.erase", Every: time.Hour, Run: func(ctx context.Context, actor access.Actor) error {
		_, err := w.accounts.EraseDue(ctx, actor)
		return err
	}})
	return r
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
	secret := session.NewSecret() // of a demonstration, so that it pays without being asked
	issued, _, err := w.session.IssueToken(ctx, w.key(), session.CreateTokenInput{User: u.ID, Label: p.name, Secret: &secret})
	must(w, err)
	principal, err := w.session.Authenticate(ctx, issued.Text)
	must(w, err)
	w.tokens[p.name], w.actors[p.name] = issued.Text, principal.Actor
	w.known[p.name+".user"], w.known[p.name+".token"] = u.ID.String(), issued.ID.String()
}

// issue gives a user a token under a person's name.
func (w *world) issue(name, user string) {
	w.Helper()
	var id ident.User
	must(w, id.UnmarshalText([]byte(w.known[user])))
	issued, _, err := w.session.IssueToken(w.Context(), w.key(), session.CreateTokenInput{User: id, Label: name})
	must(w, err)
	w.tokens[name] = issued.Text
}

// settle gives a person an address and a way to sign in.
func (w *world) settle(name, email string) {
	w.Helper()
	ctx, from := w.Context(), identity.From{Network: "192.0.2.0/24", Device: "Firefox"}
	must(w, w.identity.Verify(ctx, w.actors[name].ID, email, "fr", from))
	var words string
	must(w, w.ledger.Reader().QueryRowContext(ctx, `SELECT words FROM letters ORDER BY id DESC LIMIT 1`).Scan(&words))
	var letter struct{ Link string }
	must(w, json.Unmarshal([]byte(words), &letter))
	a, err := w.identity.NewAuthenticator(ctx, email)
	must(w, err)
	code, err := totp.GenerateCode(a.Secret, w.ledger.Now())
	must(w, err)
	_, link, _ := strings.Cut(letter.Link, "/rejoindre/")
	_, err = w.identity.Accept(ctx, link, identity.Setup{Password: "chèvre-lavande-17-moulin", Sealed: a.Sealed, Code: code}, from)
	must(w, err)
}

// leave has somebody ask another administrator to be forgotten.
func (w *world) leave() {
	w.Helper()
	ctx := w.Context()
	h, _, err := w.ledger.CreateHolder(ctx, operator(), w.key(), ledger.NewHolder{Kind: ledger.Individual, Name: "leaver"})
	must(w, err)
	u, _, err := w.session.CreateUser(ctx, operator(), w.key(), session.CreateUserInput{Holder: h.ID, Grants: []access.Grant{{Role: access.Citizen}}})
	must(w, err)
	e, _, err := w.accounts.OpenErasure(ctx, operator(), w.key(), u.ID)
	must(w, err)
	w.known["leaving"] = e.ID.String()
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
		{"account":"eur:bank:guarantee:paper:credit-municipal","custodian":"Crédit Municipal","iban":"DE89370400440532013000","holder_name":"Association La Roue"},
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
