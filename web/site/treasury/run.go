// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"errors"
	"net/http"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ops/sepa"
	"github.com/noria-mlc/noria/web/page"
)

// runs lists the transfers given to the bank together, and what the next ones
// could hold.
func (t treasury) runs(w http.ResponseWriter, r *http.Request) error {
	return t.showRuns(w, r, typed{})
}

func (t treasury) showRuns(w http.ResponseWriter, r *http.Request, f typed) error {
	a, tabs, err := t.visit(r, "runs")
	if err != nil {
		return err
	}
	var before conversion.RunID
	if err := before.UnmarshalText([]byte(r.URL.Query().Get("avant"))); err != nil {
		return ledger.ErrCursor
	}
	list, err := t.Conversion.RedemptionRuns(r.Context(), a, before, listed)
	if err != nil {
		return err
	}
	asked, err := t.Conversion.Redemptions(r.Context(), a, conversion.RedemptionFilter{Status: conversion.RedemptionRequested, Limit: 200})
	if err != nil {
		return err
	}
	v := runsView{Prepares: may(a, access.RunPrepare), Form: t.again(f)}
	for _, c := range asked {
		v.Count, v.Euros = v.Count+1, v.Euros+c.Euros
	}
	for _, run := range list {
		v.Rows = append(v.Rows, runRow{runPath(run.ID), run.PreparedAt, run.ExecuteOn.Start(), run.Count, run.Total, string(run.Status)})
	}
	if len(list) == listed {
		v.Older = "/tresorerie/virements?avant=" + list[listed-1].ID.String()
	}
	if v.Places, err = t.places(r.Context(), true, v.Form.Account); err != nil {
		return err
	}
	return t.Show(w, r, f.Status, v.sheet(tabs))
}

func runPath(id conversion.RunID) string { return "/tresorerie/virements/" + id.String() }

// prepareRun puts all that can be paid into a run.
func (t treasury) prepareRun(w http.ResponseWriter, r *http.Request) error {
	f := t.read(r)
	var day civil.Date
	if f.Date != "" {
		var err error
		if day, err = civil.Parse(f.Date); err != nil || day < civil.Of(t.Now()) {
			f.Status = http.StatusUnprocessableEntity
			if f.DateBad, err = t.Say(r, "treasury.run-on-bad"); err != nil {
				return err
			}
			return t.showRuns(w, r, f)
		}
	}
	a, err := t.Proven(r)
	var run conversion.Run
	if err == nil {
		run, _, err = t.Runs.Prepare(r.Context(), a, f.Key, conversion.PrepareRunInput{Account: ledger.Account(f.Account), ExecuteOn: day})
	}
	return t.Concluded(w, r, err, runPath(run.ID), "/tresorerie/virements", func(status int, refusal *page.Refusal) error {
		f.Status, f.Refusal = status, refusal
		return t.showRuns(w, r, f)
	})
}

func runID(r *http.Request) (conversion.RunID, error) {
	var at conversion.RunID
	if err := at.UnmarshalText([]byte(r.PathValue("id"))); err != nil || at.IsZero() {
		return at, fault.ErrMissing
	}
	return at, nil
}

func (t treasury) run(w http.ResponseWriter, r *http.Request) error { return t.showRun(w, r, typed{}) }

func (t treasury) showRun(w http.ResponseWriter, r *http.Request, f typed) error {
	a, tabs, err := t.visit(r, "runs")
	if err != nil {
		return err
	}
	at, err := runID(r)
	if err != nil {
		return err
	}
	run, err := t.Conversion.RedemptionRun(r.Context(), a, at)
	if err != nil {
		return err
	}
	own := run.PreparedBy() == a.ID
	v := runView{Path: runPath(run.ID), Status: string(run.Status), Digest: run.Digest, Count: run.Count, Total: run.Total, ExecuteOn: run.ExecuteOn.Start(),
		At: run.PreparedAt, ExportedAt: run.ExportedAt, Own: own, Approves: run.Status == conversion.RunDraft && may(a, access.RunApprove),
		Cancels: (run.Status == conversion.RunDraft || run.Status == conversion.RunApproved) && may(a, access.RunCancel),
		Exports: (run.Status == conversion.RunApproved || run.Status == conversion.RunExported) && may(a, access.RunExport), Form: t.again(f)}
	if v.By, err = t.doer(r.Context(), run.PreparedBy()); err != nil {
		return err
	}
	for _, l := range run.Lines {
		v.Lines = append(v.Lines, runLine{N: l.N, Path: "/tresorerie/reconversions/" + l.Redemption.String(), Name: l.Name, IBAN: sepa.IBAN(l.IBAN).Masked(), Euros: l.Euros, Status: string(l.Status)})
		if l.Status == conversion.RedemptionSent {
			v.Left += l.Euros
		}
	}
	v.Settles = v.Left > 0 && may(a, access.RedemptionSettle)
	if v.Waiting, err = t.waiting(r, run); err != nil {
		return err
	}
	return t.Show(w, r, f.Status, v.sheet(tabs))
}

// waiting names whose redemptions could not be put into a run, and why.
func (t treasury) waiting(r *http.Request, run conversion.Run) ([]waitRow, error) {
	a, err := t.actor(r)
	if err != nil {
		return nil, err
	}
	var rows []waitRow
	for _, x := range run.Waiting {
		red, err := t.Conversion.Redemption(r.Context(), a, x.Redemption)
		if err != nil {
			return nil, err
		}
		who, err := t.party(r.Context(), red.Holder)
		if err != nil {
			return nil, err
		}
		rows = append(rows, waitRow{"/tresorerie/reconversions/" + red.ID.String(), who, red.Euros, string(x.Reason)})
	}
	return rows, nil
}

// onRun acts on one run by a form and concludes on its page.
func (t treasury) onRun(w http.ResponseWriter, r *http.Request, check func(*typed) error, act func(access.Actor, conversion.RunID, typed) error) error {
	at, err := runID(r)
	if err != nil {
		return err
	}
	f := t.read(r)
	if err := check(&f); err != nil {
		return err
	}
	if f.wrong() {
		return t.showRun(w, r, f)
	}
	a, err := t.Proven(r)
	if err == nil {
		err = act(a, at, f)
	}
	return t.Concluded(w, r, err, runPath(at), runPath(at), func(status int, refusal *page.Refusal) error {
		f.Status, f.Refusal = status, refusal
		return t.showRun(w, r, f)
	})
}

func unchecked(*typed) error { return nil }

func (t treasury) approveRun(w http.ResponseWriter, r *http.Request) error {
	return t.onRun(w, r, unchecked, func(a access.Actor, at conversion.RunID, f typed) error {
		_, _, err := t.Conversion.ApproveRun(r.Context(), a, f.Key, conversion.ApproveRunInput{Run: at, Digest: r.PostFormValue("empreinte")})
		return err
	})
}

func (t treasury) cancelRun(w http.ResponseWriter, r *http.Request) error {
	return t.onRun(w, r, unchecked, func(a access.Actor, at conversion.RunID, f typed) error {
		_, _, err := t.Conversion.CancelRun(r.Context(), a, f.Key, at)
		return err
	})
}

func (t treasury) settleRun(w http.ResponseWriter, r *http.Request) error {
	return t.onRun(w, r, func(f *typed) error { return t.referenced(r, f) }, func(a access.Actor, at conversion.RunID, f typed) error {
		_, _, err := t.Conversion.SettleRun(r.Context(), a, f.Key, conversion.SettleRunInput{Run: at, BankReference: f.Reference})
		return err
	})
}

// errWritten says that the answer was sent already.
var errWritten = errors.New("treasury: the file was sent")

// exportRun sends the file for the bank. The first time its redemptions become
// sent, which is why it is asked for by a form.
func (t treasury) exportRun(w http.ResponseWriter, r *http.Request) error {
	err := t.onRun(w, r, unchecked, func(a access.Actor, at conversion.RunID, f typed) error {
		file, err := t.Runs.Export(r.Context(), a, at, sepa.CreditVersion(r.PostFormValue("version")))
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", "application/xml; charset=utf-8")
		w.Header().Set("Content-Disposition", `attachment; filename="`+file.Name+`"`)
		if _, err := w.Write(file.Bytes); err != nil {
			return err
		}
		return errWritten
	})
	if errors.Is(err, errWritten) {
		return nil
	}
	return err
}

// actor is who asks, once the page was found to be theirs.
func (t treasury) actor(r *http.Request) (access.Actor, error) {
	a, _, err := t.visit(r, "runs")
	return a, err
}
