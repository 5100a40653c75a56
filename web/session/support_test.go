// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
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
)

// clock is a clock that the test sets.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// world is a book with sessions.
type world struct {
	*Service
	l     *ledger.Ledger
	clock *clock
	keys  atomic.Int64
	admin access.Actor
}

// run gives test an empty book of a demonstration, whose laws are checked
// afterwards.
func run(t *testing.T, test func(t *testing.T, w *world)) {
	dbtest.Run(t, func(t *testing.T, connect func() *db.DB) {
		w := newWorld(t, connect(), ledger.Options{}, Options{Demo: true})
		test(t, w)
		if _, err := w.l.Verify(t.Context(), nil); err != nil {
			t.Errorf("verify: %v", err)
		}
	})
}

func newWorld(t testing.TB, d *db.DB, lo ledger.Options, o Options) *world {
	t.Helper()
	w := &world{clock: &clock{at: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}}
	lo.Now = w.clock.now
	l, err := ledger.Open(t.Context(), d, lo)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	w.l, w.Service = l, New(l, o)
	w.admin = access.Actor{ID: ident.User{Bits: ident.Bits{15: 7}}, Grants: []access.Grant{{Role: access.Administrator}}}
	return w
}

func (w *world) key() string { return fmt.Sprintf("test-key-%09d", w.keys.Add(1)) }

// holder opens a holder.
func (w *world) holder(t testing.TB, kind ledger.HolderKind) ident.Holder {
	t.Helper()
	h, _, err := w.l.CreateHolder(t.Context(), w.admin, w.key(), ledger.NewHolder{Kind: kind, Name: "Somebody"})
	if err != nil {
		t.Fatal(err)
	}
	return h.ID
}

// user lets a person with a role in.
func (w *world) user(t testing.TB, roles ...access.Role) User {
	t.Helper()
	in := CreateUserInput{Holder: w.holder(t, ledger.Individual)}
	for _, r := range roles {
		in.Grants = append(in.Grants, access.Grant{Role: r})
	}
	u, replayed, err := w.CreateUser(t.Context(), w.admin, w.key(), in)
	if err != nil || replayed {
		t.Fatal(u, replayed, err)
	}
	return u
}

// token makes an api token for a user.
func (w *world) token(t testing.TB, u User) Issued {
	t.Helper()
	i, replayed, err := w.IssueToken(t.Context(), w.key(), CreateTokenInput{User: u.ID, Label: "test"})
	if err != nil || replayed {
		t.Fatal(i, replayed, err)
	}
	return i
}

// open opens a session with a token.
func (w *world) open(t testing.TB, i Issued) Issued {
	t.Helper()
	s, _, err := w.OpenSession(t.Context(), i.Text, w.key())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// holds fails the test unless a text stands for a user.
func (w *world) holds(t testing.TB, text string, u User) {
	t.Helper()
	p, err := w.Authenticate(t.Context(), text)
	if err != nil || p.Actor.ID != u.ID || p.Actor.Holder != u.Holder || len(p.Actor.Grants) != len(u.Grants) {
		t.Errorf("the token stands for %+v, %v; want %+v", p, err, u)
	}
}

// refused fails the test unless a text is refused in the words of every refusal.
func refused(t testing.TB, s *Service, text, why string) {
	t.Helper()
	p, err := s.Authenticate(t.Context(), text)
	if !errors.Is(err, ErrUnauthenticated) || err.Error() != ErrUnauthenticated.Error() || !p.Token.IsZero() {
		t.Errorf("%s: %+v, %v", why, p, err)
	}
}
