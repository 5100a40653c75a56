// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger_test

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/db/dbtest/proxy"
	"github.com/noria-mlc/noria/ledger/ident"
)

// throughProxy opens one book twice: behind a proxy that lets everything pass
// until it is set, and beside it, as another process does.
func throughProxy(t *testing.T) (p *proxy.Proxy, l, beside *ledger.Ledger) {
	t.Helper()
	database := dbtest.PostgresURL(t)
	p = proxy.Start(t, database, proxy.Faults{})
	return p, book(t, openAt(t, p.URL())), open(t, openAt(t, database))
}

func openAt(t *testing.T, database string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), db.Config{Database: database})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// once asks that a payment of 2.50 from h[0] to h[1], both of whom had 10.00, is
// in the book once, under the reference that its caller was given.
func once(t *testing.T, l *ledger.Ledger, h []ident.Holder, k string, ref ident.Ref) {
	t.Helper()
	again, err := pay(t, l, k, h[0], h[1], 250)
	if err != nil || !again.Replayed || again.Ref != ref {
		t.Errorf("the same key again: %+v, %v; the reference was %s", again, err, ref)
	}
	if a, b := available(t, l, h[0]), available(t, l, h[1]); a != 750 || b != 1250 {
		t.Errorf("balances are %s and %s, want 7.50 and 12.50", a, b)
	}
	verify(t, l)
}

// TestACommitInDoubtIsSettledByLooking loses the answer of a COMMIT, before the
// server got it and after, alone and with another process writing meanwhile.
func TestACommitInDoubtIsSettledByLooking(t *testing.T) {
	for cut, faults := range map[string]proxy.Faults{
		"before": {CutsBefore: 1000, Limit: 1},
		"after":  {CutsAfter: 1000, Limit: 1},
	} {
		for _, others := range []int{0, 1, 5} {
			t.Run(fmt.Sprintf("%s, with %d payments in between", cut, others), func(t *testing.T) {
				p, l, beside := throughProxy(t)
				h := wallets(t, l, 4, "10.00")
				faults := faults
				faults.OnCut = func() {
					for range others {
						if _, err := pay(t, beside, key(), h[2], h[3], 1); err != nil {
							t.Errorf("the other process: %v", err)
						}
					}
				}
				k := key()
				p.Set(faults)
				out, err := pay(t, l, k, h[0], h[1], 250)
				if err != nil || out.Replayed {
					t.Errorf("the payment in doubt: %+v, %v", out, err)
				}
				if c := p.Counts(); c.CutsBefore+c.CutsAfter != 1 {
					t.Errorf("no COMMIT was cut: %+v", c)
				}
				once(t, l, h, k, out.Ref)
				once(t, beside, h, k, out.Ref)
			})
		}
	}
}

// TestACommitInDoubtAndTheSameKeyElsewhere has the caller's second attempt, on
// another process, take the place of a first whose COMMIT never arrived. Both
// must be told of the one payment that is in the book.
func TestACommitInDoubtAndTheSameKeyElsewhere(t *testing.T) {
	p, l, beside := throughProxy(t)
	h := wallets(t, l, 2, "10.00")
	k := key()
	elsewhere := make(chan ledger.Outcome, 1)
	p.Set(proxy.Faults{CutsBefore: 1000, Limit: 1, OnCut: func() {
		out, err := pay(t, beside, k, h[0], h[1], 250)
		if err != nil || out.Replayed {
			t.Errorf("elsewhere: %+v, %v", out, err)
		}
		elsewhere <- out
	}})
	out, err := pay(t, l, k, h[0], h[1], 250)
	stored := <-elsewhere
	if err != nil || !out.Replayed || out.Ref != stored.Ref {
		t.Errorf("the process in doubt answered %+v, %v; the book has %+v", out, err, stored)
	}
	once(t, l, h, k, stored.Ref)
	once(t, beside, h, k, stored.Ref)
}

// TestAnUnknownOutcomeResolvesOnRetry takes the server away with the answer of
// the COMMIT, so that nothing can be looked up.
func TestAnUnknownOutcomeResolvesOnRetry(t *testing.T) {
	for name, committed := range map[string]bool{"before": false, "after": true} {
		t.Run(name, func(t *testing.T) {
			p, l, _ := throughProxy(t)
			h := wallets(t, l, 2, "10.00")
			faults := proxy.Faults{CutsBefore: 1000, Limit: 1, OnCut: func() { p.Set(proxy.Faults{Refuse: true}) }}
			if committed {
				faults.CutsBefore, faults.CutsAfter = 0, 1000
			}
			p.Set(faults)
			k := key()
			if out, err := pay(t, l, k, h[0], h[1], 250); !errors.Is(err, ledger.ErrUnknown) {
				t.Fatalf("nobody can know, and the answer was %+v, %v", out, err)
			}
			p.Set(proxy.Faults{})
			out, err := pay(t, l, k, h[0], h[1], 250)
			if err != nil || out.Replayed != committed {
				t.Errorf("the retry: %+v, %v", out, err)
			}
			once(t, l, h, k, out.Ref)
		})
	}
}

// TestAnUnreachableServer asks that nobody waits for a server that is away, that
// nothing is done behind their backs, and that all is well when it is back.
func TestAnUnreachableServer(t *testing.T) {
	p, l, _ := throughProxy(t)
	h := wallets(t, l, 2, "10.00")
	p.Set(proxy.Faults{Refuse: true})
	var callers sync.WaitGroup
	for range 20 {
		callers.Go(func() {
			if out, err := pay(t, l, key(), h[0], h[1], 100); !errors.Is(err, db.ErrUnreachable) {
				t.Errorf("without a server: %+v, %v", out, err)
			}
		})
	}
	callers.Wait()
	p.Set(proxy.Faults{})
	k := key()
	out, err := pay(t, l, k, h[0], h[1], 250)
	if err != nil {
		t.Fatalf("with the server back: %v", err)
	}
	once(t, l, h, k, out.Ref)
}

// TestAServerThatGoesBehindABadCommand loses the server while the commands of a
// failed batch are run one by one: what the first of them finds out holds for the
// rest, who would otherwise wait for the attempts of all before them.
func TestAServerThatGoesBehindABadCommand(t *testing.T) {
	const waiting = 20
	p, l, _ := throughProxy(t)
	h := wallets(t, l, 2, "10.00")
	var callers sync.WaitGroup
	begun, release := make(chan struct{}), make(chan struct{})
	callers.Go(func() {
		do(t, l, func(*ledger.Tx) error { close(begun); <-release; return nil })
	})
	<-begun
	callers.Go(func() {
		err := try(t, l, func(*ledger.Tx) error {
			p.Set(proxy.Faults{Refuse: true})
			return errors.New("a defect")
		})
		if !errors.Is(err, db.ErrUnreachable) {
			t.Errorf("the bad command: %v", err)
		}
	})
	for l.Waiting() < 1 {
		runtime.Gosched()
	}
	for range waiting {
		callers.Go(func() {
			if out, err := pay(t, l, key(), h[0], h[1], 1); !errors.Is(err, db.ErrUnreachable) {
				t.Errorf("a command behind it: %+v, %v", out, err)
			}
		})
	}
	for l.Waiting() < 1+waiting {
		runtime.Gosched()
	}
	close(release)
	callers.Wait()
	if n := p.Counts().Refused; n > 5*waiting {
		t.Errorf("the server was asked %d times", n)
	}
	p.Set(proxy.Faults{})
	k := key()
	out, err := pay(t, l, k, h[0], h[1], 250)
	if err != nil {
		t.Fatal(err)
	}
	once(t, l, h, k, out.Ref)
}

// TestAServerThatRefusesEveryCommit asks for an end to the attempts, and for a
// book as if nothing had been tried.
func TestAServerThatRefusesEveryCommit(t *testing.T) {
	p, l, _ := throughProxy(t)
	h := wallets(t, l, 2, "10.00")
	k := key()
	p.Set(proxy.Faults{CommitErrors: 1000, Limit: 3})
	out, err := pay(t, l, k, h[0], h[1], 250)
	if err != nil || out.Replayed || p.Counts().CommitErrors != 3 {
		t.Errorf("after three refused commits: %+v, %v", out, err)
	}
	p.Set(proxy.Faults{CommitErrors: 1000})
	if out, err := pay(t, l, key(), h[0], h[1], 100); !db.Retryable(err) {
		t.Errorf("no commit succeeds, and the answer was %+v, %v", out, err)
	}
	p.Set(proxy.Faults{})
	once(t, l, h, k, out.Ref)
}
