// SPDX-License-Identifier: AGPL-3.0-or-later

package bench

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// Pattern says whom the payments go to.
type Pattern string

// The patterns.
const (
	Uniform Pattern = "uniform" // from any wallet to any other
	Hot     Pattern = "hot"     // from any wallet to one
)

// Step makes one payment for a client, from one wallet to another by their
// numbers, and returns when it is answered.
type Step func(from, to int) error

// Load is one closed-loop run.
type Load struct {
	Clients int
	Wallets int
	Pattern Pattern
	Warmup  time.Duration
	Measure time.Duration
	// Dial makes the step of a client, with what it keeps to itself.
	Dial func(client int) (Step, error)
}

// Figures are what a run measured.
type Figures struct {
	PerSecond float64
	P50, P99  time.Duration
	Count     int64
}

// Run warms up, measures, and returns the figures, or the first error of any
// client.
func (l Load) Run(ctx context.Context) (Figures, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	begin := time.Now()
	from, until := begin.Add(l.Warmup), begin.Add(l.Warmup+l.Measure)
	taken := make([][]time.Duration, l.Clients)
	var wg sync.WaitGroup
	for client := range l.Clients {
		wg.Go(func() {
			var err error
			if taken[client], err = l.client(ctx, client, from, until); err != nil {
				cancel(err)
			}
		})
	}
	wg.Wait()
	if err := context.Cause(ctx); err != nil {
		return Figures{}, err
	}
	all := slices.Concat(taken...)
	if len(all) == 0 {
		return Figures{}, nil
	}
	slices.Sort(all)
	return Figures{
		PerSecond: float64(len(all)) / l.Measure.Seconds(), Count: int64(len(all)),
		P50: all[len(all)/2], P99: all[len(all)*99/100],
	}, nil
}

func (l Load) client(ctx context.Context, client int, from, until time.Time) ([]time.Duration, error) {
	step, err := l.Dial(client)
	if err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(uint64(client), uint64(l.Wallets)))
	taken := make([]time.Duration, 0, 256)
	for {
		payer, payee := l.pair(random)
		start := time.Now()
		if start.After(until) || ctx.Err() != nil {
			return taken, nil
		}
		if err := step(payer, payee); err != nil {
			return nil, err
		}
		if end := time.Now(); start.After(from) && end.Before(until) {
			taken = append(taken, end.Sub(start))
		}
	}
}

func (l Load) pair(r *rand.Rand) (int, int) {
	if l.Pattern == Hot {
		return 1 + r.IntN(l.Wallets-1), 0
	}
	payer := r.IntN(l.Wallets)
	return payer, (payer + 1 + r.IntN(l.Wallets-1)) % l.Wallets
}
