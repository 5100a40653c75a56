// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
)

// trio is the balances of three accounts among which money moves: what happens
// in one trio has nothing to do with another, so that each is judged alone.
type trio [3]money.Amount

// stir is an operation on a trio: a transfer, or where amount is zero a reading.
type stir struct {
	trio     int
	from, to int
	amount   money.Amount
}

// stirred is its result: the balances right after it, or a refusal.
type stirred struct {
	balances trio
	refused  bool
}

// stirrer is what carries out operations: the ledger, or an engine that is
// broken on purpose.
type stirrer interface {
	stir(s stir) (stirred, error)
}

// sequential says what one trio does when nothing happens at the same time.
func sequential(opening money.Amount) porcupine.Model {
	return porcupine.Model{
		Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
			var parts [][]porcupine.Operation
			for _, o := range history {
				n := o.Input.(stir).trio
				for len(parts) <= n {
					parts = append(parts, nil)
				}
				parts[n] = append(parts[n], o)
			}
			return parts
		},
		Init: func() any { return trio{opening, opening, opening} },
		Step: func(state, input, output any) (bool, any) {
			now, in, out := state.(trio), input.(stir), output.(stirred)
			if out.refused {
				return in.amount > now[in.from], now
			}
			if in.amount > now[in.from] {
				return false, now
			}
			now[in.from] -= in.amount
			now[in.to] += in.amount
			return now == out.balances, now
		},
	}
}

// history has writers stir trios through several doors at once and records when
// each asked, when it was answered and what.
func history(t *testing.T, doors []stirrer, writers, each, trios int, most money.Amount) []porcupine.Operation {
	t.Helper()
	begun := time.Now()
	parts := make([][]porcupine.Operation, writers)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(w), 3))
			for range each {
				s := stir{trio: r.IntN(trios), from: r.IntN(3), amount: 1 + money.Amount(r.Int64N(int64(most)))}
				s.to = (s.from + 1 + r.IntN(2)) % 3
				if r.IntN(24) == 0 {
					s.amount = 0
				}
				called := time.Since(begun)
				out, err := doors[w%len(doors)].stir(s)
				returned := time.Since(begun)
				if err != nil {
					t.Errorf("writer %d: %v", w, err)
					return
				}
				parts[w] = append(parts[w], porcupine.Operation{ClientId: w, Input: s, Output: out, Call: int64(called), Return: int64(returned)})
			}
		})
	}
	wg.Wait()
	return slices.Concat(parts...)
}

// door stirs through the one door of a ledger. Even a reading is a command.
type door struct {
	ledger  *ledger.Ledger
	holders []ident.Holder
}

func (d door) stir(s stir) (stirred, error) {
	h := d.holders[3*s.trio : 3*s.trio+3]
	from, to := h[s.from], h[s.to]
	out, err := d.ledger.Execute(context.Background(), ledger.Command{Actor: citizen(from), Action: access.PaymentCreate, Owner: from, Key: key(), Input: s},
		func(tx *ledger.Tx) (ident.Ref, error) {
			var ref ident.Ref
			if s.amount > 0 {
				var err error
				if ref, err = pays(from, to, s.amount)(tx); err != nil {
					return ident.Ref{}, err
				}
			}
			var after trio
			for i := range h {
				var err error
				if after[i], err = tx.Balance(ledger.Wallet(h[i])); err != nil {
					return ident.Ref{}, err
				}
			}
			return ref, tx.Keep(after)
		})
	if errors.Is(err, ledger.ErrInsufficientFunds) {
		return stirred{refused: true}, nil
	}
	if err != nil {
		return stirred{}, err
	}
	var after stirred
	return after, json.Unmarshal(out.Result, &after.balances)
}

// TestTwoProcessesAreOneBook has two ledgers on one database, 32 writers each,
// on three hot accounts and on many, and asks porcupine whether all that was
// answered could have been answered by one book that does one thing at a time.
func TestTwoProcessesAreOneBook(t *testing.T) {
	for name, trios := range map[string]int{"hot": 1, "uniform": 24} {
		t.Run(name, func(t *testing.T) {
			// The judge's work doubles with each operation under way that changes
			// nothing, so that few on hot accounts are readings or refused.
			most := money.Amount(900)
			if trios == 1 {
				most = 120
			}
			connect := dbtest.Postgres(t)
			first := book(t, connect())
			second := open(t, connect())
			h := wallets(t, first, 3*trios, "10.00")
			ops := history(t, []stirrer{door{first, h}, door{second, h}}, 64, 40, trios, most)
			refused := 0
			for _, o := range ops {
				if o.Output.(stirred).refused {
					refused++
				}
			}
			t.Logf("%d operations, %d of them refused", len(ops), refused)
			if refused == 0 || refused > len(ops)/2 {
				t.Errorf("%d of %d operations were refused: the history says little", refused, len(ops))
			}
			if verdict := porcupine.CheckOperationsTimeout(sequential(1000), ops, time.Minute); verdict != porcupine.Ok {
				t.Errorf("the history of two processes: %s", verdict)
			}
			verify(t, first)
		})
	}
}

// forgetful is an engine in memory. Where it is broken it reads and writes apart,
// and the first two operations read before either writes, so that one is lost.
type forgetful struct {
	broken bool
	mu     sync.Mutex
	now    trio
	seen   int
	met    chan struct{}
}

func (f *forgetful) stir(s stir) (stirred, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.now
	if s.amount > now[s.from] {
		return stirred{refused: true}, nil
	}
	if s.amount > 0 && f.broken {
		f.meet()
	}
	now[s.from] -= s.amount
	now[s.to] += s.amount
	f.now = now
	return stirred{balances: now}, nil
}

// meet lets go of the books until a second operation is here.
func (f *forgetful) meet() {
	f.seen++
	switch f.seen {
	case 1:
		f.mu.Unlock()
		<-f.met
		f.mu.Lock()
	case 2:
		close(f.met)
	}
}

// TestABrokenEngineIsRefused proves that the judge of TestTwoProcessesAreOneBook
// is one: it accepts an engine that is right and refuses one that loses a single
// update.
func TestABrokenEngineIsRefused(t *testing.T) {
	for broken, want := range map[bool]porcupine.CheckResult{false: porcupine.Ok, true: porcupine.Illegal} {
		t.Run(fmt.Sprintf("broken %v", broken), func(t *testing.T) {
			engine := &forgetful{broken: broken, now: trio{1000, 1000, 1000}, met: make(chan struct{})}
			ops := history(t, []stirrer{engine}, 8, 20, 1, 900)
			if verdict := porcupine.CheckOperationsTimeout(sequential(1000), ops, time.Minute); verdict != want {
				t.Errorf("the verdict is %s, want %s", verdict, want)
			}
		})
	}
}
