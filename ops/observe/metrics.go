// SPDX-License-Identifier: AGPL-3.0-or-later

package observe

import (
	"net/http"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
)

// other is the label of whatever is not in its closed list.
const other = "other"

// Result says how something that was asked for ended.
type Result string

// The results.
const (
	Done     Result = "done"
	Replayed Result = "replayed" // answered from an earlier request with the same key
	Refused  Result = "refused"  // a rule said no
	Failed   Result = "failed"   // the service could not
)

func results() []Result { return []Result{Done, Replayed, Refused, Failed} }

// ResultOf returns the result of a command from what the one door answered. A
// service that is too busy has failed; every other refusal is one.
func ResultOf(replayed bool, err error) Result {
	switch f := fault.As(err); {
	case err == nil && replayed:
		return Replayed
	case err == nil:
		return Done
	case f == nil || f.Kind == fault.Unavailable:
		return Failed
	}
	return Refused
}

// Channel says by what way a payment was asked for.
type Channel string

// The channels.
const (
	ByRequest Channel = "request" // a merchant's request was paid
	Direct    Channel = "direct"  // to a wallet, a number or a merchant's code
	Refund    Channel = "refund"
)

func channels() []Channel { return []Channel{ByRequest, Direct, Refund, other} }

// methods are how people confirm, as the room confirm names them.
func methods() []string { return []string{"passkey", "pin", "totp", "ease", "demo", other} }

// Build is what the program says of itself.
type Build struct{ Version, Revision string }

// Metrics counts what the service does. It is safe for concurrent use.
type Metrics struct {
	registry      *prometheus.Registry
	now           func() time.Time
	payments      map[Channel]map[Result]prometheus.Counter
	paymentTime   prometheus.Histogram
	confirmations map[string]map[Result]prometheus.Counter // by method
	commands      map[access.Action]map[Result]prometheus.Counter
	checkFailures prometheus.Counter
	routes        routes
	policies      policies
}

// durations are the upper bounds of the histograms, in seconds.
func durations() []float64 {
	return []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
}

// New returns metrics with a registry of their own. now is the clock of the
// durations.
func New(b Build, now func() time.Time) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry(), now: now}
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))

	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "noria_build_info", Help: "The program that runs; always 1."}, []string{"version", "revision", "goversion"})
	build.WithLabelValues(b.Version, b.Revision, runtime.Version()).Set(1)

	payments := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "noria_payments_total", Help: "Payments asked for, by channel and result; done ones are counted from the journal."}, []string{"channel", "result"})
	m.payments = make(map[Channel]map[Result]prometheus.Counter)
	for _, c := range channels() {
		m.payments[c] = make(map[Result]prometheus.Counter)
		for _, r := range results() {
			m.payments[c][r] = payments.WithLabelValues(string(c), string(r))
		}
	}
	m.paymentTime = prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "noria_payment_duration_seconds", Help: "From a payment's request to its durable answer.", Buckets: durations()})

	confirmations := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "noria_payment_confirmations_total", Help: "Confirmations that people sent, by method and result."}, []string{"method", "result"})
	m.confirmations = make(map[string]map[Result]prometheus.Counter)
	for _, method := range methods() {
		m.confirmations[method] = make(map[Result]prometheus.Counter)
		for _, r := range results() {
			m.confirmations[method][r] = confirmations.WithLabelValues(method, string(r))
		}
	}

	commands := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "noria_commands_total", Help: "Commands of the one door, by action and result; done ones are counted from the journal."}, []string{"action", "result"})
	m.commands = make(map[access.Action]map[Result]prometheus.Counter)
	for _, a := range append(access.Actions(), other) {
		m.commands[a] = make(map[Result]prometheus.Counter)
		for _, r := range results() {
			m.commands[a][r] = commands.WithLabelValues(string(a), string(r))
		}
	}
	m.checkFailures = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "noria_ledger_check_failures_total", Help: "Checks of the whole book that found a difference or could not end."})

	m.registry.MustRegister(build, payments, m.paymentTime, confirmations, commands, m.checkFailures)
	m.routes.register(m.registry)
	m.policies.register(m.registry)
	return m
}

// Payment counts the answer to a payment that was asked for, and how long it
// took. One that was done is in the journal, where Follow counts it, whoever
// asked for it.
func (m *Metrics) Payment(c Channel, r Result, took time.Duration) {
	if r != Done {
		m.count(c, r)
	}
	m.paymentTime.Observe(took.Seconds())
}

// Confirmation counts the answer to somebody who confirmed what they were asked,
// by one of the methods of the room confirm.
func (m *Metrics) Confirmation(method string, r Result) {
	byResult, ok := m.confirmations[method]
	if !ok {
		byResult = m.confirmations[other]
	}
	if counter, ok := byResult[r]; ok {
		counter.Inc()
	}
}

// count counts a payment.
func (m *Metrics) count(c Channel, r Result) {
	byResult, ok := m.payments[c]
	if !ok {
		byResult = m.payments[other]
	}
	if counter, ok := byResult[r]; ok {
		counter.Inc()
	}
}

// Command counts a command sent to the one door.
func (m *Metrics) Command(a access.Action, r Result) {
	byResult, ok := m.commands[a]
	if !ok {
		byResult = m.commands[other]
	}
	if counter, ok := byResult[r]; ok {
		counter.Inc()
	}
}

// CheckFailed counts a check of the whole book that found a difference or could
// not end.
func (m *Metrics) CheckFailed() { m.checkFailures.Inc() }

// Handler answers with the metrics, as OpenMetrics to whoever asks for it.
func (m *Metrics) Handler() http.Handler {
	return readOnly(promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{EnableOpenMetrics: true, Registry: m.registry}))
}
