// SPDX-License-Identifier: AGPL-3.0-or-later

package main_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/session"
)

// The size of the crash test.
const (
	crashes  = 20 // times that the server is killed, on one folder
	townsmen = 12 // wallets that pay each other
	crowd    = 16 // clients at once
)

// act is one wish, sent with a key that the client keeps, and what it was
// answered: nothing where the server died first.
type act struct {
	request
	answer
	wallet string // that euros are changed for
}

// effect is what an acknowledged act did to wallets: nothing, where it was
// refused or moves nothing.
func (a act) effect(t *testing.T, wallets map[string]money.Amount) (entries int64) {
	if a.status != http.StatusCreated {
		return 0
	}
	var body struct {
		From, To         string
		Amount, Credited money.Amount
		Entry            string
	}
	if err := json.Unmarshal(a.text, &body); err != nil {
		t.Errorf("%v in %s", err, a.text)
	}
	switch {
	case a.wallet != "":
		wallets[a.wallet] += body.Credited
	case body.From != "":
		wallets[body.From] -= body.Amount
		wallets[body.To] += body.Amount
	default: // a payment request
		return 0
	}
	if body.Entry == "" {
		t.Errorf("no entry in %s", a.text)
	}
	return 1
}

// town is who lives in the crash test, and what the clients know of their
// money: what they were answered and nothing else.
type town struct {
	t       *testing.T
	place   []string // where its book is, as an argument
	tokens  []string // of clubs
	numbers []string // of clubs, and the shop's code
	wallets []string // of clubs
	shop    string   // token of its owner
	till    string   // the shop's wallet
	firm    string   // the shop, as a merchant
	admin   string
	desk    string
	auditor string
	known   map[string]money.Amount
	entries int64
	keys    atomic.Int64
}

// person lets somebody in and returns the user.
func person(admin caller, h holder, role, organisation string) string {
	admin.t.Helper()
	grant := map[string]string{"role": role}
	if organisation != "" {
		grant["organisation"] = organisation
	}
	var user struct{ ID string }
	admin.post("/v1/users", map[string]any{"holder": h.ID, "grants": []any{grant}}, &user)
	return user.ID
}

// issued gives each user a token, as the system: people make their own, once they
// have signed in. The place is a book that no other process holds alone.
func issued(t *testing.T, place []string, users ...string) []string {
	t.Helper()
	var at db.Config
	for i := 0; i < len(place); i += 2 {
		switch place[i] {
		case "--data":
			at.Data = place[i+1]
		case "--database":
			at.Database = place[i+1]
		}
	}
	d, err := db.Open(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }() // a book that was only written to through the door is whole
	l, err := ledger.Open(t.Context(), d, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	sessions, texts := session.New(l, session.Options{Shared: d.Shared()}), make([]string, len(users))
	for i, text := range users {
		var user ident.User
		if err := user.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		made, _, err := sessions.IssueToken(t.Context(), "issued-to-"+text, session.CreateTokenInput{User: user, Label: "test"})
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = made.Text
	}
	return texts
}

// found lays out the town in the book of a demonstration, whose own tokens mean
// nothing to the server that is killed.
func found(t *testing.T, place ...string) *town {
	t.Helper()
	c := &town{t: t, place: place, known: make(map[string]money.Amount)}
	p, r := demo(t, place...)
	admin, desk := r.as(t, "admin"), r.as(t, "desk")
	holderOf := func(kind, name string) holder {
		var h holder
		admin.post("/v1/holders", map[string]string{"kind": kind, "name": name}, &h)
		return h
	}
	var users []string
	for i := range townsmen {
		// Programs pay from organisations' wallets: a person confirms by themselves.
		h := holderOf("association", fmt.Sprintf("Club %d", i))
		desk.post("/v1/conversions", map[string]string{"wallet": h.Wallet, "euros": "60.00", "channel": "desk"}, nil)
		users, c.numbers, c.wallets = append(users, person(admin, h, "merchant_owner", h.ID)), append(c.numbers, h.Number), append(c.wallets, h.Wallet)
	}
	shop, staff := holderOf("professional", "Quincaillerie"), holderOf("individual", "Staff")
	var merchant struct{ ID, Code string }
	admin.post("/v1/merchants", map[string]string{"holder": shop.ID, "name": "Quincaillerie"}, &merchant)
	c.numbers, c.till, c.firm = append(c.numbers, merchant.Code), shop.Wallet, merchant.ID
	users = append(users, person(admin, staff, "administrator", ""), person(admin, shop, "merchant_owner", shop.ID),
		person(admin, staff, "desk_agent", ""), person(admin, staff, "auditor", ""))
	c.known = c.balances(r.as(t, "auditor"))
	c.entries = desk.fund("").Head.Seq
	if code := p.stop(); code != 0 {
		t.Fatalf("the demonstration exits %d", code)
	}
	tokens := issued(t, place, users...)
	c.tokens = tokens[:townsmen]
	c.admin, c.shop, c.desk, c.auditor = tokens[townsmen], tokens[townsmen+1], tokens[townsmen+2], tokens[townsmen+3]
	return c
}

// balances returns what every wallet of the book holds.
func (c *town) balances(auditor caller) map[string]money.Amount {
	c.t.Helper()
	var list struct{ Items []holder }
	auditor.get("/v1/holders?limit=200", &list)
	held := make(map[string]money.Amount)
	for _, h := range list.Items {
		if w := auditor.wallet(h.Wallet); w.Booked != w.Available+w.Reserved {
			c.t.Errorf("%s has %+v", h.Name, w)
		} else {
			held[h.Wallet] = w.Booked
		}
	}
	return held
}

// TestKilledUnderLoad kills the server at random moments while clients pay,
// change euros and settle requests, starts it again without a hand, and asks
// after every promise that was made.
func TestKilledUnderLoad(t *testing.T) {
	t.Parallel()
	c := found(t, "--data", t.TempDir())
	// The address that codes lead to is that of the association, whatever port the
	// server got this time.
	args := append([]string{"--base-url", "http://noria.example"}, c.place...)
	acknowledged, lost, repeated := 0, 0, 0
	p, url, _ := serve(t, args...)
	for round := range crashes {
		acts := c.rush(p, url)
		if round%4 == 3 { // killed again, while it starts
			p := start(t, append([]string{"serve", "--addr", "127.0.0.1:0", "--private-addr", "127.0.0.1:0"}, args...)...)
			<-time.After(time.Duration(rand.IntN(80)) * time.Millisecond)
			p.kill()
		}
		p, url, _ = serve(t, args...)
		for _, a := range acts {
			switch a.status {
			case http.StatusCreated:
				acknowledged++
			case 0:
				lost++
			}
		}
		repeated += c.repeat(url, acts)
		c.compare(url)
		if round%5 == 4 {
			done(t, append([]string{"verify"}, c.place...)...)
		}
		if t.Failed() {
			t.Fatalf("round %d of %d, %d acts", round, crashes, len(acts))
		}
	}
	if code := p.stop(); code != 0 {
		t.Errorf("the last one, told to end, exits %d", code)
	}
	out := done(t, append([]string{"verify"}, c.place...)...)
	t.Logf("%d acknowledged, %d unanswered, of which %d had been done; %s", acknowledged, lost, repeated, out)
	if acknowledged < crashes || lost == 0 {
		t.Errorf("%d acknowledged, %d unanswered: the server was not killed under load", acknowledged, lost)
	}
}

// rush lets the crowd loose until the server was killed, which one of them does
// after so many answers, and returns what they did.
func (c *town) rush(p *process, url string) []*act {
	client := newClient(c.t)
	target := 1 + rand.Int64N(400)
	var answered atomic.Int64
	logs := make([][]*act, crowd)
	var wg sync.WaitGroup
	for i := range crowd {
		wg.Go(func() {
			for {
				a := c.wish(url, client, &logs[i])
				if a.status == 0 {
					return
				}
				if answered.Add(1) == target {
					p.cmd.Process.Kill()
				}
			}
		})
	}
	wg.Wait()
	if answered.Load() < target {
		out, err := p.said()
		c.t.Fatalf("the clients gave up after %d answers, before the server was killed:\n%s\n%s", answered.Load(), out, err)
	}
	<-p.exited
	var acts []*act
	for _, l := range logs {
		acts = append(acts, l...)
	}
	return acts
}

// wish does one random thing and returns the last act of it.
func (c *town) wish(url string, client *http.Client, log *[]*act) *act {
	who := rand.IntN(townsmen)
	amount := money.Amount(1 + rand.IntN(900)).String()
	switch n := rand.IntN(10); {
	case n == 0:
		return c.do(url, client, log, act{wallet: c.wallets[who], request: request{path: "/v1/conversions", token: c.desk,
			body: map[string]string{"wallet": c.wallets[who], "euros": amount, "channel": "desk"}}})
	case n <= 2:
		asked := c.do(url, client, log, act{request: request{path: "/v1/payment-requests", token: c.shop, body: map[string]string{"amount": amount}}})
		if asked.status != http.StatusCreated {
			return asked
		}
		var made struct{ ID string }
		if err := json.Unmarshal(asked.text, &made); err != nil {
			c.t.Errorf("%v in %s", err, asked.text)
		}
		return c.do(url, client, log, act{request: request{path: "/v1/payment-requests/" + made.ID + "/payments", token: c.tokens[who], body: map[string]string{}}})
	}
	to := rand.IntN(townsmen)
	if to == who {
		to = townsmen // the shop
	}
	return c.do(url, client, log, act{request: request{path: "/v1/payments", token: c.tokens[who],
		body: map[string]string{"to": c.numbers[to], "amount": amount, "message": "Marché"}}})
}

// do sends an act with a fresh key, which is written down before it is sent.
func (c *town) do(url string, client *http.Client, log *[]*act, a act) *act {
	a.method, a.key = http.MethodPost, fmt.Sprintf("crash-test-key-%09d-%08x", c.keys.Add(1), rand.Uint32())
	kept := &a
	*log = append(*log, kept)
	if got, err := ask(c.t.Context(), client, url, a.request); err == nil {
		kept.answer = got
	}
	if kept.status != 0 && kept.status != http.StatusCreated && !refused(kept.answer) {
		c.t.Errorf("%s is answered %d: %s", a.path, kept.status, kept.text)
	}
	return kept
}

// refused says whether an answer is the one refusal that the load may meet.
func refused(a answer) bool {
	return a.status == http.StatusConflict && strings.Contains(string(a.text), `"insufficient-funds"`)
}

// repeat sends every act again that was acknowledged or not answered, as its
// client would, and books what it learns. It returns how many of those without
// an answer turn out to have been done before the server died.
func (c *town) repeat(url string, acts []*act) int {
	client := newClient(c.t)
	var next, done atomic.Int64
	var wg sync.WaitGroup
	for range crowd {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(acts)); i = next.Add(1) - 1 {
				if a := acts[i]; a.status == 0 || a.status == http.StatusCreated {
					if c.again(url, client, a) {
						done.Add(1)
					}
				}
			}
		})
	}
	wg.Wait()
	for _, a := range acts {
		c.entries += a.effect(c.t, c.known)
	}
	return int(done.Load())
}

// again sends an act once more. One that was acknowledged must be answered with
// the same words; one that was not gets its true answer, and keeps it. It says
// whether an act without an answer had been done.
func (c *town) again(url string, client *http.Client, a *act) bool {
	got, err := ask(c.t.Context(), client, url, a.request)
	if err != nil {
		c.t.Errorf("%s again: %v", a.path, err)
		return false
	}
	replayed := got.header.Get("Idempotency-Replayed") == "true"
	if a.status == http.StatusCreated {
		if got.status != http.StatusCreated || !replayed || string(got.text) != string(a.text) || got.header.Get("Location") != a.header.Get("Location") {
			c.t.Errorf("%s was answered\n%.400s\nand after the crash %d, replayed %v\n%.400s", a.path, a.text, got.status, replayed, got.text)
		}
		return false
	}
	if a.answer = got; refused(got) {
		return false
	}
	if got.status != http.StatusCreated {
		c.t.Errorf("%s without an answer is then answered %d: %s", a.path, got.status, got.text)
		return false
	}
	c.again(url, client, a)
	return replayed
}

// compare looks whether the book holds what the clients were told, to the cent
// and to the entry.
func (c *town) compare(url string) {
	c.t.Helper()
	auditor := caller{c.t, url, c.auditor}
	held := c.balances(auditor)
	if !maps.Equal(held, c.known) {
		c.t.Errorf("the wallets hold\n%v\nand the clients were told\n%v", held, c.known)
	}
	var sum money.Amount
	for id, a := range held {
		if a < 0 {
			c.t.Errorf("%s is below zero: %s", id, a)
		}
		sum += a
	}
	f := auditor.fund("")
	for _, pool := range f.Pools {
		if pool.Pool == "digital" && (pool.Circulation != sum || pool.Backing != sum) || pool.Gap != 0 {
			c.t.Errorf("the wallets hold %s, the fund is %+v", sum, pool)
		}
	}
	if f.Head.Seq != c.entries {
		c.t.Errorf("the journal has %d entries, the clients know of %d", f.Head.Seq, c.entries)
	}
}
