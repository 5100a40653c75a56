// SPDX-License-Identifier: AGPL-3.0-or-later

package session

import (
	"encoding/binary"
	"sync"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
)

func numbered(n int) digest {
	var d digest
	binary.BigEndian.PutUint64(d[:], uint64(n))
	return d
}

// kept says whether a numbered token is remembered.
func kept(c *cache, n int, now time.Time) bool {
	_, ok := c.get(numbered(n), now)
	return ok
}

func TestTheCacheIsBounded(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	c := newCache(100, 0)
	for n := range 1000 {
		c.put(numbered(n), remembered{principal: &Principal{Kind: API}, at: now, use: newUse(now)})
		if c.len() > 100 {
			t.Fatalf("%d entries after %d", c.len(), n+1)
		}
		if !kept(c, n, now) {
			t.Fatalf("entry %d was not kept", n)
		}
	}
	left := 0
	for n := range 1000 {
		if kept(c, n, now) {
			left++
		}
	}
	if left < 50 || left > 100 {
		t.Errorf("%d entries are kept, want the last fifty at least", left)
	}
}

func TestWhatWasReadBeforeARevocationIsNotBelieved(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	c := newCache(100, sharedLifetime)
	before := c.epoch.Load() // a reader begins
	c.forget()               // somebody revokes
	c.put(numbered(1), remembered{principal: &Principal{}, epoch: before, at: now, use: newUse(now)})
	if kept(c, 1, now) {
		t.Error("an answer from before the revocation is believed")
	}
	c.put(numbered(1), remembered{principal: &Principal{}, epoch: c.epoch.Load(), at: now, use: newUse(now)})
	for _, step := range []struct {
		later time.Duration
		held  bool
	}{{0, true}, {sharedLifetime - 1, true}, {sharedLifetime, false}, {-1, false}} {
		if held := kept(c, 1, now.Add(step.later)); held != step.held {
			t.Errorf("%s later: remembered %v", step.later, held)
		}
	}
}

func TestWhereOneProcessWritesWhatIsRememberedHolds(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	c := newCache(100, 0)
	c.put(numbered(1), remembered{principal: &Principal{}, epoch: c.epoch.Load(), at: now, use: newUse(now)})
	if !kept(c, 1, now.Add(time.Hour)) {
		t.Error("nothing changed and it was forgotten")
	}
	c.forget()
	if kept(c, 1, now.Add(time.Hour)) {
		t.Error("it holds after a revocation")
	}
}

func TestManyAskAtOnceWhileTokensAreRevoked(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		u := w.user(t, access.Citizen)
		kept := w.token(t, u)
		var wg sync.WaitGroup
		stop := make(chan struct{})
		for range 4 {
			wg.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					if p, err := w.Authenticate(t.Context(), kept.Text); err != nil || p.Actor.ID != u.ID {
						t.Errorf("the token that holds: %+v, %v", p, err)
						return
					}
				}
			})
		}
		for range 5 {
			i := w.token(t, u)
			w.holds(t, i.Text, u)
			if _, err := w.RevokeToken(t.Context(), w.admin, w.key(), i.ID); err != nil {
				t.Error(err)
			}
			refused(t, w.Service, i.Text, "a revoked token")
		}
		close(stop)
		wg.Wait()
	})
}

func TestTheHotPathIsLight(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		token := w.token(t, w.user(t, access.Citizen))
		allocations := testing.AllocsPerRun(100, func() {
			if _, err := w.Authenticate(t.Context(), token.Text); err != nil {
				t.Error(err)
			}
		})
		if allocations > 2 {
			t.Errorf("%v allocations for a token that was just seen", allocations)
		}
	})
}

func BenchmarkAuthenticate(b *testing.B) {
	connect := dbtest.Embedded(b)
	var d *db.DB = connect()
	w := newWorld(b, d, ledger.Options{}, Options{})
	token := w.token(b, w.user(b, access.Citizen))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := w.Authenticate(b.Context(), token.Text); err != nil {
			b.Fatal(err)
		}
	}
}
