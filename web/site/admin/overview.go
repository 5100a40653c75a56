// SPDX-License-Identifier: AGPL-3.0-or-later

package admin

import (
	"errors"
	"net/http"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ops/job"
	"github.com/noria-mlc/noria/ops/mail"
	"github.com/noria-mlc/noria/web/api"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// overviewView is what waits for an administrator, and what is left to do before the
// currency lives.
type overviewView struct {
	Recoveries, Erasures int
	Steps                []page.Step
	Ready                bool // every step is done
}

func (v overviewView) sheet(tabs []page.Tab) page.Sheet {
	return sheet("overview", "office.title", tabs, v)
}

// overview shows what waits. Before the currency is open there is one thing to do.
func (o office) overview(w http.ResponseWriter, r *http.Request) error {
	a, tabs, err := o.visit(r, "office")
	if err != nil {
		return err
	}
	c, err := o.Conversion.Currency(r.Context())
	if errors.Is(err, conversion.ErrNotOpen) {
		http.Redirect(w, r, "/administration/monnaie", http.StatusSeeOther)
		return nil
	}
	if err != nil {
		return err
	}
	var v overviewView
	cases, err := o.People.OpenCases(r.Context(), a)
	if err != nil {
		return err
	}
	gone, err := o.People.OpenErasures(r.Context(), a)
	if err != nil {
		return err
	}
	v.Recoveries, v.Erasures = len(cases), len(gone)
	if v.Steps, v.Ready, err = o.steps(r, a, c); err != nil {
		return err
	}
	return o.Show(w, r, 0, v.sheet(tabs))
}

// steps are what a currency needs before somebody can use it.
func (o office) steps(r *http.Request, a access.Actor, c conversion.Currency) ([]page.Step, bool, error) {
	caller, err := api.Caller(r.Context())
	if err != nil {
		return nil, false, err
	}
	own, err := o.Identity.Account(r.Context(), caller)
	if err != nil {
		return nil, false, err
	}
	staff, err := o.People.Holding(r.Context(), a)
	if err != nil {
		return nil, false, err
	}
	shops, err := o.Merchant.Every(r.Context(), a)
	if err != nil {
		return nil, false, err
	}
	done := []struct {
		key  string
		done bool
		at   time.Time
	}{{"office.step-open", true, c.OpenedAt}, {"office.step-key", own.Email != "", time.Time{}}, {"office.step-treasurer", staff[access.Treasurer] > 0 && staff[access.Approver] > 0, time.Time{}},
		{"office.step-desk", len(c.Desks) > 0 && staff[access.DeskAgent] > 0, time.Time{}}, {"office.step-shop", len(shops) > 0, time.Time{}}}
	var steps []page.Step
	now := true
	for _, d := range done {
		words, err := o.Say(r, d.key)
		if err != nil {
			return nil, false, err
		}
		state := "done"
		if !d.done {
			state = "todo"
			if now {
				state, now = "now", false
			}
		}
		steps = append(steps, page.Step{State: state, Words: words, At: d.at})
	}
	return steps, now, nil
}

// healthView is how the service fares.
type healthView struct {
	Version, Engine string
	Schema          int64
	DiskFull        bool
	Checked         time.Time
	CheckOK         bool
	Mail            mail.Backlog
	Jobs            []jobRow
	Refusal         *page.Refusal
	Status          int
}

// jobRow is a job as it went last.
type jobRow struct {
	Name, Outcome, Problem, Key string
	Kind                        string // of its state
	At                          time.Time
	Runs                        int64
}

func (v healthView) sheet(tabs []page.Tab) page.Sheet {
	return sheet("health", "tab.office-health", tabs, v)
}

func (o office) health(w http.ResponseWriter, r *http.Request) error {
	return o.showHealth(w, r, healthView{})
}

func (o office) showHealth(w http.ResponseWriter, r *http.Request, v healthView) error {
	_, tabs, err := o.visit(r, "office-health")
	if err != nil {
		return err
	}
	v.Version = o.Version
	if d := o.Engine.Database; d != nil {
		v.Engine, v.DiskFull = string(d.Engine()), d.Room() != nil
		if v.Schema, err = d.SchemaVersion(r.Context()); err != nil {
			return err
		}
	}
	if k := o.Engine.Keeper; k != nil {
		if last, ok := k.Last(); ok {
			v.Checked, v.CheckOK = last.At, last.Err == nil
		}
	}
	if v.Mail, err = mail.Waiting(r.Context(), o.Ledger.Journal); err != nil {
		return err
	}
	if v.Jobs, err = o.jobs(r, o.Ledger.Journal); err != nil {
		return err
	}
	return o.Show(w, r, v.Status, v.sheet(tabs))
}

// jobs lists what this process runs, with how each job went last in any process.
func (o office) jobs(r *http.Request, j *ledger.Journal) ([]jobRow, error) {
	if o.Engine.Jobs == nil {
		return nil, nil
	}
	states, err := job.States(r.Context(), j)
	if err != nil {
		return nil, err
	}
	var rows []jobRow
	for _, name := range o.Engine.Jobs.Names() {
		row := jobRow{Name: name, Outcome: string(job.Never), Key: o.NewKey()}
		for _, s := range states {
			if s.Name == name {
				row.Outcome, row.Problem, row.At, row.Runs = string(s.Outcome), s.Problem, s.StartedAt, s.Runs
			}
		}
		row.Kind = map[string]string{string(job.Done): "done", string(job.Failed): "bad", string(job.Running): "wait"}[row.Outcome]
		if row.Kind == "" {
			row.Kind = "ended"
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// run runs a job now.
func (o office) run(w http.ResponseWriter, r *http.Request) error {
	a, err := o.Proven(r)
	if err == nil && o.Engine.Jobs == nil {
		err = job.ErrUnknown
	}
	if err == nil {
		_, err = o.Engine.Jobs.RunFor(r.Context(), a, site.FormKey(r), r.PathValue("tache"))
	}
	return o.Concluded(w, r, err, "/administration/sante", "/administration/sante", func(status int, refusal *page.Refusal) error {
		return o.showHealth(w, r, healthView{Status: status, Refusal: refusal})
	})
}
