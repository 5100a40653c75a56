// SPDX-License-Identifier: AGPL-3.0-or-later

package acpr

import (
	"context"
	"sync"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/civil"
)

// rest is how long a gauge tells the same meter: the sums of a year move slowly,
// and reading them anew reads two years of the journal.
const rest = time.Hour

// Gauge tells the meter of the present to whoever watches the service. It names
// nobody, so it asks nobody who they are; it belongs on the private listener.
type Gauge struct {
	ledger *ledger.Ledger
	mu     sync.Mutex
	read   time.Time
	meter  Meter
}

// NewGauge returns a gauge of a book.
func NewGauge(l *ledger.Ledger) *Gauge { return &Gauge{ledger: l} }

// Meter returns the meter as it was an hour ago at most, and that of today's date.
func (g *Gauge) Meter(ctx context.Context) (Meter, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.ledger.Now()
	today := civil.Of(now)
	if g.meter.On == today && now.Sub(g.read) < rest {
		return g.meter, nil
	}
	m, err := read(ctx, g.ledger.Journal, today)
	if err != nil {
		return Meter{}, err
	}
	g.meter, g.read = m, now
	return m, nil
}
