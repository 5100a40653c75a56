// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/alert"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/problem"
	"github.com/noria-mlc/noria/web/site"
)

// alertsPath is the address of what is watched in the guarantee fund.
const alertsPath = "/tresorerie/fonds/alertes"

// alertsView is what is watched in the fund, and what is crossed (G1, G5, G6).
type alertsView struct {
	Section string // of the navigation: treasury, or audit for whoever only reads
	At      time.Time
	Rows    []alertRow
	Form    alertForm
	Decides bool // the visitor may say what is watched
	Changed bool // somebody else decided meanwhile
	Refusal *page.Refusal
	Status  int
}

// alertRow is one thing that can be watched.
type alertRow struct {
	Kind         string
	Watched      bool // there is a threshold
	Crossed      bool
	Limit, Stand standing
	ToldAt       time.Time // when the treasurers were written to, zero for not yet
	Path         string    // where it is looked into, "" where the visitor may not
}

// standing is a threshold, or how the fund stands: one of the three counts.
type standing struct {
	Euros money.Amount
	Part  int64 // hundredths of a percent
	Days  int
}

// alertForm is the thresholds as they are typed. It is posted to alertsPath with
// "manque", "couverture", "attente", "revision" and "cle"; an empty field watches nothing.
type alertForm struct {
	Key, Revision                string
	Gap, Coverage, Days          string
	GapBad, CoverageBad, DaysBad string
}

// wrong says whether anything typed cannot be used.
func (f alertForm) wrong() bool { return f.GapBad != "" || f.CoverageBad != "" || f.DaysBad != "" }

// State is the key of how everything that is watched stands.
func (v alertsView) State() string {
	switch {
	case slices.ContainsFunc(v.Rows, func(r alertRow) bool { return r.Crossed }):
		return "crossed"
	case slices.ContainsFunc(v.Rows, func(r alertRow) bool { return r.Watched }):
		return "calm"
	}
	return "off"
}

// Crossed are the thresholds that are crossed.
func (v alertsView) Crossed() []alertRow {
	return slices.DeleteFunc(slices.Clone(v.Rows), func(r alertRow) bool { return !r.Crossed })
}

// State is the key of how one thing stands.
func (r alertRow) State() string { return alertsView{Rows: []alertRow{r}}.State() }

// StatusKind is the shape of how one thing stands.
func (r alertRow) StatusKind() string {
	switch {
	case r.Crossed:
		return "bad"
	case r.Watched:
		return "done"
	}
	return "info"
}

func (v alertsView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/alert", Title: "tab.treasury-alerts", Section: v.Section, Tabs: tabs, Class: "treasury", View: v}
}

// alerts shows what is watched to whoever may read it, auditors as well.
func (t treasury) alerts(w http.ResponseWriter, r *http.Request) error {
	return t.showAlerts(w, r, alertsView{})
}

func (t treasury) showAlerts(w http.ResponseWriter, r *http.Request, v alertsView) error {
	a, err := site.Actor(r)
	if err != nil {
		return err
	}
	watch, err := t.Alert.Now(r.Context(), a)
	if err != nil {
		return err
	}
	v.Section, v.At, v.Decides = "audit", watch.Figures.At, may(a, access.AlertSet)
	var pages []page.Tab
	if keeps(a) {
		v.Section, pages = "treasury", tabs("alerts", func(action access.Action) bool { return may(a, action) })
	}
	v.Rows = alertRows(watch, func(action access.Action) bool { return keeps(a) && may(a, action) })
	if v.Form.Key == "" {
		v.Form = alertTyped(watch.Thresholds)
		v.Form.Key, v.Form.Revision = t.NewKey(), strconv.FormatInt(watch.Revision, 10)
	}
	if v.Changed { // what stands is shown above; who sends again has seen it
		v.Form.Key, v.Form.Revision = t.NewKey(), strconv.FormatInt(watch.Revision, 10)
	}
	return t.Show(w, r, v.Status, v.sheet(pages))
}

// alertRows are the three things that can be watched, in one order.
func alertRows(w alert.Watch, seen func(access.Action) bool) []alertRow {
	f, limits := w.Figures, w.Thresholds
	now := standing{f.Gap, f.Part(), f.AwaitedDays}
	rows := []alertRow{{Kind: string(alert.Gap), Watched: limits.Gap != nil, Stand: now}, {Kind: string(alert.Coverage), Watched: limits.Coverage != nil, Stand: now},
		{Kind: string(alert.Awaited), Watched: limits.AwaitedDays != nil, Stand: now}}
	if limits.Gap != nil {
		rows[0].Limit.Euros = *limits.Gap
	}
	if limits.Coverage != nil {
		rows[1].Limit.Part = limits.Coverage.Hundredths()
	}
	if limits.AwaitedDays != nil {
		rows[2].Limit.Days = *limits.AwaitedDays
	}
	for i := range rows {
		r := &rows[i]
		r.Stand.Euros = max(0, r.Stand.Euros) // more than enough is no gap
		for _, crossed := range w.Alerts {
			if string(crossed.Kind) == r.Kind {
				r.Crossed, r.ToldAt = true, crossed.ToldAt
			}
		}
		switch {
		case r.Kind == string(alert.Awaited) && seen(access.ConversionSettle):
			r.Path = "/tresorerie/attendus"
		case r.Kind != string(alert.Awaited) && seen(access.JournalRead):
			r.Path = "/tresorerie/fonds"
		}
	}
	return rows
}

// alertTyped is the form with the thresholds that hold.
func alertTyped(t alert.Thresholds) alertForm {
	var f alertForm
	if t.Gap != nil {
		f.Gap = typedAmount(*t.Gap)
	}
	if t.Coverage != nil {
		f.Coverage = percentTyped(*t.Coverage)
	}
	if t.AwaitedDays != nil {
		f.Days = strconv.Itoa(*t.AwaitedDays)
	}
	return f
}

// decideAlerts says what is watched from now on.
func (t treasury) decideAlerts(w http.ResponseWriter, r *http.Request) error {
	a, err := site.Actor(r)
	if err != nil {
		return err
	}
	if !may(a, access.AlertSet) {
		return access.ErrForbidden
	}
	f, in, err := t.thresholds(r)
	if err != nil {
		return err
	}
	v := alertsView{Form: f}
	if f.wrong() {
		v.Status = http.StatusUnprocessableEntity
		return t.showAlerts(w, r, v)
	}
	revision, err := strconv.ParseInt(f.Revision, 10, 64)
	if err != nil {
		revision = -1 // nobody has seen that one: it is refused as changed
	}
	if a, err = t.Proven(r); err == nil {
		_, _, err = t.Alert.Decide(r.Context(), a, f.Key, alert.DecideInput{Revision: revision, Thresholds: in})
	}
	v.Changed = errors.Is(err, alert.ErrChanged)
	return t.Concluded(w, r, err, alertsPath, alertsPath, func(status int, refusal *page.Refusal) error {
		v.Status, v.Refusal = status, refusal
		return t.showAlerts(w, r, v)
	})
}

// thresholds reads the three fields; a blank one is no threshold.
func (t treasury) thresholds(r *http.Request) (alertForm, alert.Thresholds, error) {
	f := alertForm{Key: site.FormKey(r), Revision: r.PostFormValue("revision"), Gap: r.PostFormValue("manque"), Coverage: r.PostFormValue("couverture"), Days: r.PostFormValue("attente")}
	var in alert.Thresholds
	bad := make(map[string]bool)
	if strings.TrimSpace(f.Gap) != "" {
		gap, err := locale.ParseAmount(f.Gap)
		if err != nil {
			f.GapBad = locale.AmountAdvice(err, problem.Speaks(r.Context()))
		}
		in.Gap = &gap
	}
	if strings.TrimSpace(f.Coverage) != "" {
		coverage, err := rateOf(f.Coverage)
		bad["/coverage"] = err != nil
		in.Coverage = &coverage
	}
	if strings.TrimSpace(f.Days) != "" {
		days, err := strconv.Atoi(strings.TrimSpace(f.Days))
		bad["/awaited_days"] = err != nil
		in.AwaitedDays = &days
	}
	points(in.Check(), bad)
	err := t.tell(r, bad, map[string]beside{"/gap_eur": {&f.GapBad, "alerts.gap-bad"}, "/coverage": {&f.CoverageBad, "alerts.coverage-bad"}, "/awaited_days": {&f.DaysBad, "alerts.days-bad"}})
	return f, in, err
}

// beside is a place beside a field, and the key of what is said there.
type beside struct {
	problem *string
	key     string
}

// points notes the places that a service found wrong.
func points(err error, bad map[string]bool) {
	if f := fault.As(err); f != nil {
		for _, field := range f.Fields {
			bad[field.Pointer] = true
		}
	}
}

// tell writes what is wrong beside each field, where nothing more exact is said
// already.
func (t treasury) tell(r *http.Request, bad map[string]bool, fields map[string]beside) error {
	for pointer, place := range fields {
		if !bad[pointer] || *place.problem != "" {
			continue
		}
		var err error
		if *place.problem, err = t.Say(r, place.key); err != nil {
			return err
		}
	}
	return nil
}
