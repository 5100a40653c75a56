// SPDX-License-Identifier: AGPL-3.0-or-later

package check_test

import (
	"crypto/rand"
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/ops/payout"
)

// world is a book, its services and the model beside them.
type world struct {
	*plain
	rights
	t      *testing.T
	rt     *rapid.T
	tally  *tally
	clock  atomic.Int64 // microseconds, what the services are told
	zero   time.Time
	isOpen bool

	ledger  *ledger.Ledger
	border  *conversion.Service
	trade   *merchant.Service
	payouts *payout.Service

	people             []person
	auditor, treasurer person
	keys               int
	answers            map[string]answer // by actor and key
	order              []string          // of answers
	used               map[ident.User][]string
}

// proofs is how many steps are between two proofs of the whole book; opening is
// the one command that can be done at the beginning only.
const (
	proofs  = 25
	opening = "OpenCurrency"
)

// TestModel drives every command of the services with valid and invalid input,
// by people of right and wrong roles, under fresh, repeated and reused keys, on
// a clock that jumps, beside a plain model that says of each whether it is
// refused or what it does. After each step both must agree. The seed is printed;
// RAPID_CHECKS, RAPID_STEPS and RAPID_SEED, or the flags, run other sequences.
func TestModel(t *testing.T) {
	size(t, "checks", sequences)
	size(t, "steps", "300")
	var random [8]byte
	if _, err := rand.Read(random[:]); err != nil {
		t.Fatal(err)
	}
	size(t, "seed", fmt.Sprint(binary.BigEndian.Uint64(random[:])>>1|1))
	t.Logf("seed: -rapid.seed=%s", flag.Lookup("rapid.seed").Value)

	// On average rapid's own sequences are so long; none here is longer.
	longest, err := strconv.Atoi(flag.Lookup("rapid.steps").Value.String())
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Books(t, func(t *testing.T, fresh func() *db.DB) { follow(t, fresh, longest) })
}

// follow runs sequences of at most longest commands, each on a new book.
func follow(t *testing.T, fresh func() *db.DB, longest int) {
	counted := newTally()
	rapid.Check(t, func(rt *rapid.T) {
		d := fresh()
		defer d.Close()
		w := &world{plain: newPlain(time.Date(2026, 2, 28, 10, 0, 0, 0, time.UTC)), rights: readRights(), t: t, rt: rt,
			answers: map[string]answer{}, used: map[ident.User][]string{}}
		w.wait(0)
		var err error
		w.ledger, err = ledger.Open(t.Context(), d, ledger.Options{Now: func() time.Time { return time.UnixMicro(w.clock.Load()).UTC() }})
		if err != nil {
			rt.Fatal(err)
		}
		defer w.ledger.Close()
		w.border, w.trade, w.payouts = conversion.New(w.ledger), merchant.New(w.ledger), payout.New(w.ledger)
		w.tally = newTally()
		w.begin()
		counted.done[opening] += w.tally.done[opening]
		w.tally = counted
		steps := 0
		rt.Repeat(map[string]func(*rapid.T){
			"step": func(*rapid.T) {
				if steps < longest {
					w.step()
				}
			},
			"": func(*rapid.T) {
				if steps == longest {
					return
				}
				w.agree()
				if steps++; steps%proofs == 0 {
					w.prove()
				}
				counted.steps++
			},
		})
		w.prove()
	})
	if !t.Failed() {
		counted.report(t, commandNames())
	}
}

// size gives a flag of rapid a default of this test's own.
func size(t *testing.T, name, value string) {
	t.Helper()
	_, asked := os.LookupEnv("RAPID_" + strings.ToUpper(name))
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid."+name })
	if asked {
		return
	}
	before := flag.Lookup("rapid." + name).Value.String()
	if err := flag.Set("rapid."+name, value); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := flag.Set("rapid."+name, before); err != nil {
			t.Error(err)
		}
	})
}
