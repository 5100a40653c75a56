// SPDX-License-Identifier: AGPL-3.0-or-later

package merchant_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
)

var keys atomic.Int64

// key returns an idempotency key that no other call returns.
func key() string { return fmt.Sprintf("test-key-%09d", keys.Add(1)) }

// clock is the time that the book is told.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// market is a book with two citizens, a shop, a collectivité and their actors.
type market struct {
	*testing.T
	clock  *clock
	ledger *ledger.Ledger
	trade  *merchant.Service

	ann, bob, city, shop, asso                    ledger.Holder
	annActor, bobActor, owner, cashier, treasurer access.Actor
	shopMerchant                                  merchant.Merchant
}

// each runs a test on every engine, with a fresh market where citizens hold
// 100.00 each, and verifies the book afterwards.
func each(t *testing.T, test func(m *market)) {
	t.Helper()
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		c := &clock{now: time.Date(2026, 3, 14, 10, 0, 0, 0, time.UTC)}
		l, err := ledger.Open(t.Context(), connect(), ledger.Options{Now: c.read})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		m := &market{T: t, clock: c, ledger: l, trade: merchant.New(l)}
		m.open()
		test(m)
		if _, err := l.Verify(t.Context(), nil); err != nil {
			t.Errorf("verify: %v", err)
		}
	})
}

func user(n byte) ident.User { return ident.User{Bits: ident.Bits{15: n}} }

func system() access.Actor {
	return access.Actor{ID: user(1), Grants: []access.Grant{{Role: access.System}, {Role: access.Administrator}, {Role: access.Treasurer}}}
}

func citizen(h ident.Holder) access.Actor {
	return access.Actor{ID: ident.User(h), Holder: h, Grants: []access.Grant{{Role: access.Citizen}}}
}

func of(n byte, role access.Role, organisation ident.Holder) access.Actor {
	return access.Actor{ID: user(n), Holder: ident.Holder{Bits: ident.Bits{15: n}}, Grants: []access.Grant{{Role: role, Organisation: organisation}}}
}

func (m *market) open() {
	bank := ledger.Guarantee(ledger.Digital, "la-nef")
	_, err := m.ledger.Execute(m.Context(), ledger.Command{Actor: system(), Action: access.CurrencyOpen, Key: key()}, func(tx *ledger.Tx) (ident.Ref, error) {
		for _, a := range []ledger.Account{bank, ledger.Backing(ledger.Digital), ledger.Issued(ledger.Digital)} {
			if err := tx.Open(a); err != nil {
				return ident.Ref{}, err
			}
		}
		for _, h := range []struct {
			into *ledger.Holder
			kind ledger.HolderKind
			name string
		}{{&m.ann, ledger.Individual, "Ann"}, {&m.bob, ledger.Individual, "Bob"}, {&m.city, ledger.Collectivity, "City"},
			{&m.shop, ledger.Professional, "Bakery Ltd"}, {&m.asso, ledger.Association, "Choir"}} {
			var err error
			if *h.into, err = tx.OpenHolder(ledger.NewHolder{Kind: h.kind, Name: h.name}); err != nil {
				return ident.Ref{}, err
			}
			if h.kind == ledger.Professional || h.kind == ledger.Association {
				continue
			}
			if _, err := tx.Post(issue(bank, h.into.ID, 100_00)); err != nil {
				return ident.Ref{}, err
			}
		}
		return ident.Ref{}, nil
	})
	if err != nil {
		m.Fatal(err)
	}
	m.annActor, m.bobActor = citizen(m.ann.ID), citizen(m.bob.ID)
	m.owner, m.cashier = of(2, access.MerchantOwner, m.shop.ID), of(3, access.Cashier, m.shop.ID)
	m.treasurer = access.Actor{ID: user(4), Grants: []access.Grant{{Role: access.Treasurer}}}
	m.shopMerchant = m.merchant(m.shop.ID, "Au bon pain")
}

// issue stands for a conversion, which is another room's.
func issue(bank ledger.Account, h ident.Holder, a money.Amount) ledger.Draft {
	return ledger.Draft{Kind: ledger.KindConversion, Postings: []ledger.Posting{
		{Debit: bank, Credit: ledger.Backing(ledger.Digital), Amount: a},
		{Debit: ledger.Issued(ledger.Digital), Credit: ledger.Wallet(h), Amount: a},
	}}
}

func (m *market) merchant(h ident.Holder, name string) merchant.Merchant {
	m.Helper()
	made, _, err := m.trade.Create(m.Context(), system(), key(), merchant.CreateInput{Holder: h, Name: name})
	if err != nil {
		m.Fatal(err)
	}
	return made
}

func (m *market) pay(actor access.Actor, to string, amount money.Amount) merchant.Payment {
	m.Helper()
	p, replayed, err := m.trade.Pay(m.Context(), actor, key(), merchant.PayInput{To: to, Amount: amount})
	if err != nil || replayed {
		m.Fatalf("payment to %s: replayed %v, %v", to, replayed, err)
	}
	return p
}

func (m *market) request(amount money.Amount) merchant.PaymentRequest {
	m.Helper()
	r, _, err := m.trade.Request(m.Context(), m.cashier, key(), merchant.RequestInput{Amount: amount})
	if err != nil {
		m.Fatal(err)
	}
	return r
}

// holds fails the test unless a holder has an amount available.
func (m *market) holds(h ledger.Holder, want money.Amount) {
	m.Helper()
	w, err := m.ledger.Holding(m.Context(), h.ID)
	if err != nil {
		m.Fatal(err)
	}
	if w.Available != want {
		m.Errorf("%s has %s, want %s", h.Name, w.Available, want)
	}
}

// refused fails the test unless err is the refusal wanted.
func (m *market) refused(what string, err, want error) {
	m.Helper()
	if !errors.Is(err, want) {
		m.Errorf("%s: %v, want %v", what, err, want)
	}
}

func text(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
