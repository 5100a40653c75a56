// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/db/dbtest"
)

// BenchmarkPayments measures the door alone, in process; BenchmarkRawCommit what
// the database does with the same rows.
func BenchmarkPayments(b *testing.B) {
	for _, callers := range []int{1, 64, 1024} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			l := book(b, dbtest.Embedded(b)())
			h := wallets(b, l, 10_000, "10000.00")
			var left atomic.Int64
			left.Store(int64(b.N))
			var wg sync.WaitGroup
			b.ResetTimer()
			for range callers {
				wg.Go(func() {
					for left.Add(-1) >= 0 {
						from := rand.IntN(len(h))
						to := (from + 1 + rand.IntN(len(h)-1)) % len(h)
						if _, err := pay(b, l, fmt.Sprintf("%016x%016x", rand.Uint64(), rand.Uint64()), h[from], h[to], 1); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "payments/s")
		})
	}
}

func BenchmarkRawCommit(b *testing.B) {
	for _, size := range []int{1, 64, 1024} {
		b.Run(fmt.Sprintf("batch=%d", size), func(b *testing.B) {
			d := dbtest.Embedded(b)()
			stop := make(chan struct{})
			time.AfterFunc(time.Second, func() { close(stop) })
			b.ResetTimer()
			n, err := ledger.Raw(b.Context(), d, 10_000, size, stop)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "payments/s")
		})
	}
}
