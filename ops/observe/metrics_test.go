// SPDX-License-Identifier: AGPL-3.0-or-later

package observe

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
)

// tick is a clock that goes on by 20 ms with each look.
func tick() func() time.Time {
	var mu sync.Mutex
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		at = at.Add(20 * time.Millisecond)
		return at
	}
}

func sources() Sources {
	return Sources{
		Fund: func(context.Context) (Fund, error) {
			return Fund{Guarantee: money.MustParse("26000.05"), Circulation: money.MustParse("120.00")}, nil
		},
		Meter: func(context.Context) (Meter, error) {
			return Meter{map[string]money.Amount{"payments": 812_000_00, "counted": 900_000_50}, 1_000_000_00}, nil
		},
		Queue:   func() int { return 3 },
		Sockets: func() Sockets { return Sockets{Open: 17, Dropped: map[string]int64{"slow": 2, "rights": 1}} },
	}
}

// busy returns metrics of a service in which a bit of everything happened.
func busy() *Metrics {
	m := New(Build{Version: "0.1.0", Revision: "abc"}, tick())
	m.Watch(sources())
	m.Payment(Direct, Replayed, 12*time.Millisecond)
	m.Payment(ByRequest, Refused, time.Millisecond)
	m.Confirmation("pin", Refused)
	m.Confirmation("by pigeon", Done)
	m.Command(access.PaymentCreate, Done)
	m.Request("GET /v1/fund", http.StatusOK, time.Millisecond)
	return m
}

// scrape returns what the handler says.
func scrape(t *testing.T, m *Metrics, accept string) (string, string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	r.Header.Set("Accept", accept)
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("the metrics answer %d: %s", w.Code, w.Body)
	}
	return w.Body.String(), w.Header().Get("Content-Type")
}

// shows fails the test unless the metrics hold each of the lines.
func shows(t *testing.T, m *Metrics, lines ...string) {
	t.Helper()
	text, _ := scrape(t, m, "text/plain")
	for _, line := range lines {
		if !strings.Contains("\n"+text, "\n"+line+"\n") {
			name, _, _ := strings.Cut(line, "{")
			name, _, _ = strings.Cut(name, " ")
			t.Errorf("no line %q among\n%s", line, linesOf(text, name))
		}
	}
}

func linesOf(text, prefix string) string {
	var found []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, prefix) {
			found = append(found, line)
		}
	}
	return strings.Join(found, "")
}

func TestTheContractsMetricsAreThere(t *testing.T) {
	m := busy()
	m.CheckFailed()
	shows(t, m,
		`noria_payments_total{channel="direct",result="replayed"} 1`,
		`noria_payments_total{channel="request",result="refused"} 1`,
		`noria_payments_total{channel="refund",result="failed"} 0`,
		`noria_payment_duration_seconds_count 2`,
		`noria_payment_duration_seconds_bucket{le="0.001"} 1`,
		`noria_commands_total{action="payment.create",result="done"} 1`,
		`noria_commands_total{action="batch.execute",result="failed"} 0`,
		`noria_http_requests_total{route="GET /v1/fund",status="200"} 1`,
		`noria_http_request_duration_seconds_count{route="GET /v1/fund"} 1`,
		`noria_payment_confirmations_total{method="pin",result="refused"} 1`,
		`noria_payment_confirmations_total{method="other",result="done"} 1`,
		`noria_ws_connections 17`,
		`noria_ws_dropped_total{reason="slow"} 2`,
		`noria_ws_dropped_total{reason="rights"} 1`,
		`noria_guarantee_fund_euros 26000.05`,
		`noria_circulation_roues 120`,
		`noria_ledger_queue_length 3`,
		`noria_payment_operations_year_euros{reading="payments"} 812000`,
		`noria_payment_operations_year_euros{reading="counted"} 900000.5`,
		`noria_payment_operations_threshold_euros 1e+06`,
		`noria_ledger_check_failures_total 1`,
	)
	text, _ := scrape(t, m, "text/plain")
	if !strings.Contains(text, `noria_build_info{goversion="go1.`) || !strings.Contains(text, `revision="abc",version="0.1.0"} 1`) {
		t.Errorf("build info is %s", linesOf(text, "noria_build_info"))
	}
}

func TestNamesKeepToTheRules(t *testing.T) {
	families, err := busy().registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	problems, err := promlint.NewWithMetricFamilies(families).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	ours := 0
	for _, f := range families {
		if strings.HasPrefix(f.GetName(), "noria_") {
			ours++
		}
	}
	if ours != 16 {
		t.Errorf("%d families of ours, want 16", ours)
	}
}

func TestPromtoolAcceptsTheMetrics(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is not installed (Debian package prometheus): the metrics are not checked with it")
	}
	text, _ := scrape(t, busy(), "text/plain")
	check := exec.CommandContext(t.Context(), promtool, "check", "metrics")
	check.Stdin = strings.NewReader(text)
	if out, err := check.CombinedOutput(); err != nil || len(bytes.TrimSpace(out)) > 0 {
		t.Errorf("promtool: %v\n%s", err, out)
	}
	broken := exec.CommandContext(t.Context(), promtool, "check", "metrics")
	broken.Stdin = strings.NewReader(strings.Replace(text, "# HELP noria_payments_total", "# HELP noria_other_total", 1))
	if out, err := broken.CombinedOutput(); err == nil && len(bytes.TrimSpace(out)) == 0 {
		t.Error("promtool accepts a counter without help: it checks nothing")
	}
}

func TestOpenMetrics(t *testing.T) {
	text, kind := scrape(t, busy(), "application/openmetrics-text; version=1.0.0")
	if !strings.HasPrefix(kind, "application/openmetrics-text") || !strings.HasSuffix(text, "# EOF\n") {
		t.Errorf("%s ends with %q", kind, text[max(0, len(text)-40):])
	}
	if _, kind := scrape(t, busy(), "text/html"); !strings.HasPrefix(kind, "text/plain") {
		t.Errorf("a browser gets %s", kind)
	}
}

func TestWhatIsInNoListIsOther(t *testing.T) {
	m := busy()
	m.Payment("telepathy", Refused, 0)
	m.Payment(Direct, "odd", 0)
	m.Command("hol_01jc", Refused)
	m.Command(access.Export, "odd")
	m.Request("", http.StatusNotFound, 0)
	m.Request("GET /v1/fund", 42, 0)
	shows(t, m,
		`noria_payments_total{channel="other",result="refused"} 1`,
		`noria_payments_total{channel="direct",result="replayed"} 1`,
		`noria_commands_total{action="other",result="refused"} 1`,
		`noria_http_requests_total{route="other",status="404"} 1`,
		`noria_http_requests_total{route="GET /v1/fund",status="500"} 1`,
	)
	for i := range routeLimit + 50 {
		m.Request("GET /made-up/"+strings.Repeat("x", i), http.StatusOK, 0)
	}
	text, _ := scrape(t, m, "text/plain")
	if n := strings.Count(text, "\nnoria_http_request_duration_seconds_count{"); n > routeLimit+1 {
		t.Errorf("%d routes are told apart", n)
	}
	if strings.Contains(text, "telepathy") || strings.Contains(text, "hol_") || strings.Contains(text, "odd") {
		t.Error("a label is not from its list")
	}
}

func TestResultOf(t *testing.T) {
	for _, c := range []struct {
		replayed bool
		err      error
		want     Result
	}{
		{false, nil, Done}, {true, nil, Replayed},
		{false, ledger.ErrInsufficientFunds, Refused}, {true, ledger.ErrKeyReused, Refused}, {false, fault.ErrForbidden, Refused},
		{false, ledger.ErrBusy, Failed}, {false, errors.New("disk"), Failed}, {false, context.Canceled, Failed},
	} {
		if got := ResultOf(c.replayed, c.err); got != c.want {
			t.Errorf("ResultOf(%v, %v) = %s, want %s", c.replayed, c.err, got, c.want)
		}
	}
}

func TestAFundThatCannotBeReadIsLeftOut(t *testing.T) {
	m := New(Build{}, tick())
	s := sources()
	s.Fund = func(ctx context.Context) (Fund, error) {
		if _, ok := ctx.Deadline(); !ok {
			t.Error("the source may take for ever")
		}
		return Fund{}, errors.New("the book is closed")
	}
	m.Watch(s)
	text, _ := scrape(t, m, "text/plain")
	if strings.Contains(text, "noria_guarantee_fund_euros ") || strings.Contains(text, "noria_circulation_roues ") {
		t.Error("a fund that cannot be read is shown")
	}
	shows(t, m, "noria_ledger_queue_length 3")
	empty := New(Build{}, tick())
	empty.Watch(Sources{})
	if text, _ := scrape(t, empty, "text/plain"); strings.Contains(text, "noria_ws_connections") {
		t.Error("a source that is not there shows something")
	}
}

func TestManyCountAtOnce(t *testing.T) {
	m := New(Build{}, tick())
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 500 {
				m.Payment(Direct, Refused, time.Millisecond)
				m.Confirmation("pin", Refused)
				m.Confirmation("by pigeon", Done)
				m.Command(access.PaymentCreate, Done)
				m.Request("POST /v1/payments", http.StatusCreated, time.Millisecond)
			}
		})
	}
	wg.Go(func() { scrape(t, m, "text/plain") })
	wg.Wait()
	shows(t, m,
		`noria_payments_total{channel="direct",result="refused"} 4000`,
		`noria_commands_total{action="payment.create",result="done"} 4000`,
		`noria_http_requests_total{route="POST /v1/payments",status="201"} 4000`,
	)
	if n := testing.AllocsPerRun(100, func() {
		m.Payment(Direct, Refused, time.Millisecond)
		m.Confirmation("pin", Refused)
		m.Confirmation("by pigeon", Done)
		m.Command(access.PaymentCreate, Done)
		m.Request("POST /v1/payments", http.StatusCreated, time.Millisecond)
	}); n > 0 {
		t.Errorf("counting makes %v allocations", n)
	}
}

func TestMetricsAreForReading(t *testing.T) {
	for name, h := range map[string]http.Handler{"metrics": busy().Handler(), "live": Live(), "ready": Ready()} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", io.NopCloser(strings.NewReader("x"))))
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s answers a POST with %d", name, w.Code)
		}
	}
}
