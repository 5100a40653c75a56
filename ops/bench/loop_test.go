// SPDX-License-Identifier: AGPL-3.0-or-later

package bench

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// paced returns a load of three clients whose payments take ten milliseconds,
// and the number of payments made. Time is that of the test's bubble.
func paced(made *atomic.Int64) Load {
	return Load{Clients: 3, Wallets: 5, Pattern: Uniform, Warmup: 100 * time.Millisecond, Measure: time.Second,
		Dial: func(int) (Step, error) {
			return func(int, int) error {
				time.Sleep(10 * time.Millisecond)
				made.Add(1)
				return nil
			}, nil
		}}
}

func TestTheLoopIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var made atomic.Int64
		f, err := paced(&made).Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		// A second holds 100 payments of each client; the first and the last lie
		// across its edges.
		if f.Count < 3*98 || f.Count > 3*100 || f.PerSecond != float64(f.Count) || f.P50 != 10*time.Millisecond || f.P99 != f.P50 {
			t.Errorf("measured %+v", f)
		}
		if n := made.Load(); n < 3*110 || n > 3*111 {
			t.Errorf("%d payments were made, the warm-up included", n)
		}
	})
}

func TestTheWarmUpIsNotMeasured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var made atomic.Int64
		l := paced(&made)
		l.Measure = 0
		if f, err := l.Run(t.Context()); err != nil || f != (Figures{}) || made.Load() == 0 {
			t.Errorf("measured %+v, %v after %d payments", f, err, made.Load())
		}
	})
}

func TestPercentiles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := Load{Clients: 1, Wallets: 2, Measure: time.Second, Dial: func(int) (Step, error) {
			n := 0
			return func(int, int) error { // one payment in forty is slow
				if n++; n%40 == 0 {
					time.Sleep(99 * time.Millisecond)
				}
				time.Sleep(time.Millisecond)
				return nil
			}, nil
		}}
		if f, err := l.Run(t.Context()); err != nil || f.P50 != time.Millisecond || f.P99 != 100*time.Millisecond {
			t.Errorf("measured %+v, %v", f, err)
		}
	})
}

// TestAFailedPaymentEndsTheRun: a run in which a payment failed is no result.
func TestAFailedPaymentEndsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var made atomic.Int64
		l := paced(&made)
		l.Measure = time.Hour
		dial := l.Dial
		l.Dial = func(client int) (Step, error) {
			step, err := dial(client)
			return func(from, to int) error {
				if client == 2 && made.Load() > 50 {
					return io.ErrUnexpectedEOF
				}
				return step(from, to)
			}, err
		}
		begin := time.Now()
		if f, err := l.Run(t.Context()); !errors.Is(err, io.ErrUnexpectedEOF) || f != (Figures{}) || time.Since(begin) > time.Second {
			t.Errorf("measured %+v, %v after %s", f, err, time.Since(begin))
		}
		l.Dial = func(int) (Step, error) { return nil, io.ErrClosedPipe }
		if _, err := l.Run(t.Context()); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("a client that cannot begin: %v", err)
		}
	})
}

func TestARunCanBeStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var made atomic.Int64
		l := paced(&made)
		l.Measure = time.Hour
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		if f, err := l.Run(ctx); !errors.Is(err, context.DeadlineExceeded) || f != (Figures{}) {
			t.Errorf("measured %+v, %v", f, err)
		}
	})
}

func TestWhomThePaymentsGoTo(t *testing.T) {
	for _, pattern := range []Pattern{Uniform, Hot} {
		synctest.Test(t, func(t *testing.T) {
			payers, payees := make(map[int]int), make(map[int]int)
			l := Load{Clients: 1, Wallets: 5, Pattern: pattern, Measure: time.Second, Dial: func(int) (Step, error) {
				return func(from, to int) error {
					payers[from]++
					payees[to]++
					if from == to || from < 0 || from >= 5 || to < 0 || to >= 5 {
						t.Errorf("%s: from %d to %d", pattern, from, to)
					}
					time.Sleep(time.Millisecond)
					return nil
				}, nil
			}}
			if _, err := l.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			wantPayers, wantPayees := 5, 5
			if pattern == Hot {
				wantPayers, wantPayees = 4, 1
			}
			if len(payers) != wantPayers || len(payees) != wantPayees {
				t.Errorf("%s: payers %v, payees %v", pattern, payers, payees)
			}
		})
	}
}
