// SPDX-License-Identifier: AGPL-3.0-or-later

package push

import (
	"bytes"
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
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
	"github.com/noria-mlc/noria/ops/job"
)

// knocked is a request as the push service saw it.
type knocked struct {
	path   string
	header http.Header
	body   string
}

// maker is a push service over TLS, which answers by path.
type maker struct {
	mu      sync.Mutex
	answers map[string]int // status by path, 201 where absent
	knocks  []knocked
	server  *httptest.Server
}

func newMaker(t *testing.T) *maker {
	m := &maker{answers: map[string]int{}}
	m.server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		m.mu.Lock()
		defer m.mu.Unlock()
		m.knocks = append(m.knocks, knocked{r.URL.Path, r.Header.Clone(), string(body)})
		status := m.answers[r.URL.Path]
		if status == 0 {
			status = http.StatusCreated
		}
		if status == http.StatusFound {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(m.server.Close)
	return m
}

// seen returns the knocks since the last call.
func (m *maker) seen() []knocked {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := m.knocks
	m.knocks = nil
	return list
}

// town is a book of two citizens with 100.00 each, and a push service.
type town struct {
	*testing.T
	*Service
	now      *atomic.Int64
	maker    *maker
	log      *bytes.Buffer
	keys     atomic.Int64
	ann, bob access.Actor
}

const start = 1773482400 // 2026-03-14 10:00 UTC

func each(t *testing.T, test func(w *town)) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		w := &town{T: t, now: new(atomic.Int64), maker: newMaker(t), log: new(bytes.Buffer)}
		w.now.Store(time.Unix(start, 0).UnixMicro())
		l, err := ledger.Open(t.Context(), connect(), ledger.Options{Now: func() time.Time { return time.UnixMicro(w.now.Load()).UTC() }})
		w.must(err)
		t.Cleanup(l.Close)
		roots := x509.NewCertPool()
		roots.AddCert(w.maker.server.Certificate())
		w.Service = New(l, Options{Seed: []byte("seed"), BaseURL: "https://roue.example", Hosts: []string{"example.com"}, Roots: roots,
			Log: slog.New(slog.NewTextHandler(w.log, nil)),
			Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, network, w.maker.server.Listener.Addr().String())
			}})
		w.open()
		test(w)
		if _, err := l.Verify(t.Context(), nil); err != nil {
			t.Errorf("verify: %v", err)
		}
	})
}

func (w *town) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *town) key() string { return fmt.Sprintf("push-test-key-%06d", w.keys.Add(1)) }

func (w *town) pass(d time.Duration) { w.now.Add(d.Microseconds()) }

// write runs a command of the test's own.
func (w *town) write(do func(tx *ledger.Tx) error) {
	w.Helper()
	admin := access.Actor{ID: ident.User{Bits: ident.Bits{15: 1}}, Grants: []access.Grant{{Role: access.Administrator}}}
	_, err := w.ledger.Execute(w.Context(), ledger.Command{Actor: admin, Action: access.CurrencyOpen, Key: w.key()},
		func(tx *ledger.Tx) (ident.Ref, error) { return ident.Ref{}, do(tx) })
	w.must(err)
}

func (w *town) open() {
	bank := ledger.Guarantee(ledger.Digital, "la-nef")
	w.write(func(tx *ledger.Tx) error {
		for _, a := range []ledger.Account{bank, ledger.Backing(ledger.Digital), ledger.Issued(ledger.Digital)} {
			if err := tx.Open(a); err != nil {
				return err
			}
		}
		for name, into := range map[string]*access.Actor{"Ann": &w.ann, "Bob": &w.bob} {
			h, err := tx.OpenHolder(ledger.NewHolder{Kind: ledger.Individual, Name: name})
			if err != nil {
				return err
			}
			*into = access.Actor{ID: ident.User(h.ID), Holder: h.ID, Grants: []access.Grant{{Role: access.Citizen}}}
			if _, err := tx.Post(ledger.Draft{Kind: ledger.KindConversion, Postings: []ledger.Posting{
				{Debit: bank, Credit: ledger.Backing(ledger.Digital), Amount: 100_00},
				{Debit: ledger.Issued(ledger.Digital), Credit: ledger.Wallet(h.ID), Amount: 100_00}}}); err != nil {
				return err
			}
		}
		return nil
	})
}

// pay moves units between two citizens.
func (w *town) pay(from, to access.Actor, kind ledger.Kind, amount money.Amount) {
	w.Helper()
	w.write(func(tx *ledger.Tx) error {
		_, err := tx.Post(ledger.Draft{Kind: kind, Postings: []ledger.Posting{{Debit: ledger.Wallet(from.Holder), Credit: ledger.Wallet(to.Holder), Amount: amount}}})
		return err
	})
}

func (w *town) subscribe(as access.Actor, endpoint string) SubscriptionID {
	w.Helper()
	id, err := w.Subscribe(w.Context(), as, w.key(), Device{endpoint, "Firefox Android"})
	w.must(err)
	return id
}

// run runs the job where it is due, and returns how many knocks were taken.
func (w *town) run() int {
	w.Helper()
	due, err := w.Due(w.Context())
	w.must(err)
	if !due {
		return 0
	}
	n, err := w.SendDue(w.Context(), job.System())
	w.must(err)
	return n
}

// count returns how many subscriptions somebody has.
func (w *town) count(as access.Actor) int {
	w.Helper()
	list, err := w.Subscriptions(w.Context(), as)
	w.must(err)
	return len(list)
}
