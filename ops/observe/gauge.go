// SPDX-License-Identifier: AGPL-3.0-or-later

package observe

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/noria-mlc/noria/ledger/money"
)

// Sources are the functions that are asked when somebody looks at the metrics.
// Those left nil show nothing.
type Sources struct {
	Fund    func(ctx context.Context) (Fund, error)
	Queue   func() int // commands that wait for the committer
	Sockets func() Sockets
	Meter   func(ctx context.Context) (Meter, error)
}

// Meter is the payment operations of the last twelve months, which the law has the
// issuer watch (L3): in each reading, and what they are compared with.
type Meter struct {
	Readings  map[string]money.Amount // by a reading from a closed list
	Threshold money.Amount
}

// Fund is the guarantee fund as the book has it.
type Fund struct {
	Guarantee   money.Amount // euros booked in the dedicated accounts
	Circulation money.Amount // local units in circulation
}

// Sockets is the state of the live connections.
type Sockets struct {
	Open    int64            // websockets and event streams open now
	Dropped map[string]int64 // connections that the service ended, by a reason from a closed list
}

// readTime is how long a source may take.
const readTime = 2 * time.Second

// gauges reads the sources.
type gauges struct {
	sources                                Sources
	guarantee, circulation, queue, sockets *prometheus.Desc
	dropped, operations, threshold         *prometheus.Desc
}

// Watch shows what the sources say. It is called once, when everything that
// they read is open.
func (m *Metrics) Watch(s Sources) {
	m.registry.MustRegister(&gauges{
		sources:     s,
		guarantee:   prometheus.NewDesc("noria_guarantee_fund_euros", "Euros booked at the custodians of the guarantee fund; what is in transit or kept for others is in GET /v1/fund.", nil, nil),
		circulation: prometheus.NewDesc("noria_circulation_roues", "Local units in circulation.", nil, nil),
		queue:       prometheus.NewDesc("noria_ledger_queue_length", "Commands that wait for the committer.", nil, nil),
		sockets:     prometheus.NewDesc("noria_ws_connections", "Live connections open now.", nil, nil),
		dropped:     prometheus.NewDesc("noria_ws_dropped_total", "Live connections that the service ended, by reason.", []string{"reason"}, nil),
		operations:  prometheus.NewDesc("noria_payment_operations_year_euros", "Payment operations of the last twelve months, by reading (L3, L4).", []string{"reading"}, nil),
		threshold:   prometheus.NewDesc("noria_payment_operations_threshold_euros", "Sum above which a declaration to the ACPR is due.", nil, nil),
	})
}

// Describe lists the gauges.
func (g *gauges) Describe(descs chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{g.guarantee, g.circulation, g.queue, g.sockets, g.dropped, g.operations, g.threshold} {
		descs <- d
	}
}

// Collect asks the sources. A fund that cannot be read is left out: no value is
// noticed by an alert, a wrong one is not.
func (g *gauges) Collect(metrics chan<- prometheus.Metric) {
	if g.sources.Fund != nil {
		ctx, cancel := context.WithTimeout(context.Background(), readTime)
		defer cancel()
		if f, err := g.sources.Fund(ctx); err == nil {
			metrics <- prometheus.MustNewConstMetric(g.guarantee, prometheus.GaugeValue, units(f.Guarantee))
			metrics <- prometheus.MustNewConstMetric(g.circulation, prometheus.GaugeValue, units(f.Circulation))
		}
	}
	if g.sources.Meter != nil {
		ctx, cancel := context.WithTimeout(context.Background(), readTime)
		defer cancel()
		if m, err := g.sources.Meter(ctx); err == nil {
			for reading, sum := range m.Readings {
				metrics <- prometheus.MustNewConstMetric(g.operations, prometheus.GaugeValue, units(sum), reading)
			}
			metrics <- prometheus.MustNewConstMetric(g.threshold, prometheus.GaugeValue, units(m.Threshold))
		}
	}
	if g.sources.Queue != nil {
		metrics <- prometheus.MustNewConstMetric(g.queue, prometheus.GaugeValue, float64(g.sources.Queue()))
	}
	if g.sources.Sockets != nil {
		s := g.sources.Sockets()
		metrics <- prometheus.MustNewConstMetric(g.sockets, prometheus.GaugeValue, float64(s.Open))
		for reason, n := range s.Dropped {
			metrics <- prometheus.MustNewConstMetric(g.dropped, prometheus.CounterValue, float64(n), reason)
		}
	}
}

// units shows cents as whole units, which is what a graph needs and nothing
// else may use.
func units(a money.Amount) float64 { return float64(a) / 100 }
