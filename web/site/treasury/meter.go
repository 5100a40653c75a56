// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"net/http"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/acpr"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// meterPath is the address of the meter of payment operations.
const meterPath = "/tresorerie/acpr"

// meterView is the meter of payment operations (L3, L4).
type meterView struct {
	Meter    acpr.Meter
	Readings []readingRow
	Chart    page.Chart
	Course   []pointRow
	Date     string // asked for
	Past     bool
	Decides  bool // the visitor may say what counts
	Counts   acpr.Counting
	Key      string
	Refusal  *page.Refusal
	Status   int
}

// readingRow is one reading of the law.
type readingRow struct {
	Key string // of its words
	acpr.Reading
}

// StatusKind is the shape of how near the threshold it is.
func (r readingRow) StatusKind() string {
	switch {
	case r.Due:
		return "bad"
	case r.Warning:
		return "wait"
	}
	return "done"
}

// State is the key of how near the threshold it is.
func (r readingRow) State() string {
	switch {
	case r.Due:
		return "due"
	case r.Warning:
		return "warning"
	}
	return "calm"
}

// pointRow is the sums on a day.
type pointRow struct {
	On                      time.Time
	Counted, Payments, Wide money.Amount
}

func (v meterView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/meter", Title: "tab.treasury-acpr", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

// Counted is the reading that counts.
func (v meterView) Counted() readingRow { return readingRow{"counted", v.Meter.Counted} }

// Share is the part of the threshold that is reached, in hundredths of a percent.
func (v meterView) Share() int64 {
	if v.Meter.Threshold == 0 {
		return 0
	}
	return int64(max(0, v.Meter.Counted.Sum) * 10_000 / v.Meter.Threshold)
}

// Left is what is left below the threshold, 0 above it.
func (v meterView) Left() money.Amount { return max(0, v.Meter.Threshold-v.Meter.Counted.Sum) }

// First is the first day that counts, Last the last one.
func (v meterView) First() time.Time { return v.Meter.Since.Start() }

// Last is the last day that counts.
func (v meterView) Last() time.Time { return v.Meter.On.Start() }

// Crossed is the first day above the threshold, zero for none.
func (r readingRow) Crossed() time.Time {
	if r.FirstAbove == 0 {
		return time.Time{}
	}
	return r.FirstAbove.Start()
}

func (t treasury) meter(w http.ResponseWriter, r *http.Request) error {
	return t.showMeter(w, r, meterView{Key: t.NewKey(), Date: r.URL.Query().Get("le")})
}

func (t treasury) showMeter(w http.ResponseWriter, r *http.Request, v meterView) error {
	a, tabs, err := t.visit(r, "acpr")
	if err != nil {
		return err
	}
	asked := acpr.Asked{Now: t.Now()}
	if v.Date != "" {
		if asked.On, err = civil.Parse(v.Date); err != nil {
			return fault.ErrInvalid.At("query/le", "must be a day")
		}
	}
	if v.Meter, err = acpr.Read(r.Context(), t.Ledger.Journal, a, asked); err != nil {
		return err
	}
	if v.Refusal == nil {
		v.Counts = v.Meter.Counts
	}
	v.Past, v.Decides = v.Meter.On != civil.Of(t.Now()), may(a, access.MeterSet)
	v.Readings = []readingRow{{"payments", v.Meter.Payments}, {"wide", v.Meter.Wide}}
	renderer, err := t.Render(r.Context())
	if err != nil {
		return err
	}
	if v.Chart.Title, err = t.Say(r, "meter.chart"); err != nil {
		return err
	}
	for _, p := range v.Meter.Course {
		v.Course = append(v.Course, pointRow{p.On.Start(), p.Counted, p.Payments, p.Wide})
		v.Chart.Bars = append(v.Chart.Bars, page.Bar{Words: renderer.ShortDay(p.On.Start()), Amount: max(0, p.Counted)})
	}
	return t.Show(w, r, v.Status, v.sheet(tabs))
}

// setMeter says what counts.
func (t treasury) setMeter(w http.ResponseWriter, r *http.Request) error {
	v := meterView{Key: site.FormKey(r), Counts: acpr.Counting{Conversions: r.PostFormValue("changes") != "", Redemptions: r.PostFormValue("reconversions") != ""}}
	a, err := t.Proven(r)
	if err == nil {
		_, _, err = acpr.Decide(r.Context(), t.Ledger, a, v.Key, v.Counts)
	}
	return t.Concluded(w, r, err, meterPath, meterPath, func(status int, refusal *page.Refusal) error {
		v.Status, v.Refusal = status, refusal
		return t.showMeter(w, r, v)
	})
}
