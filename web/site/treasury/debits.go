// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"errors"
	"net/http"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ops/debit"
	"github.com/noria-mlc/noria/ops/sepa"
	"github.com/noria-mlc/noria/web/page"
)

// debits lists the runs of direct debits, what the next one could hold, and what
// members owe since a debit came back.
func (t treasury) debits(w http.ResponseWriter, r *http.Request) error {
	return t.showDebits(w, r, typed{})
}

func (t treasury) showDebits(w http.ResponseWriter, r *http.Request, f typed) error {
	a, tabs, err := t.visit(r, "debits")
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := debitsView{Prepares: may(a, access.DebitPrepare), Mandates: may(a, access.MandateRead), Cards: may(a, access.CheckoutRead), Form: t.again(f)}
	if v.Due, err = t.Debit.Due(ctx, a); err != nil {
		return err
	}
	if v.Due.First != 0 {
		v.First = v.Due.First.Start()
	}
	if _, err = t.Debit.Creditor(ctx); err != nil && !errors.Is(err, debit.ErrNoCreditor) {
		return err
	}
	v.Collects = err == nil
	runs, err := t.Debit.Runs(ctx, a)
	if err != nil {
		return err
	}
	for _, d := range runs {
		v.Rows = append(v.Rows, debitRunRow{debitRunPath(d.ID), d.PreparedAt, d.Lines, d.Total, string(d.Status)})
	}
	owed, err := t.Conversion.Receivables(ctx, a)
	if err != nil {
		return err
	}
	for _, o := range owed {
		who, err := t.party(ctx, o.Holder)
		if err != nil {
			return err
		}
		v.Owed = append(v.Owed, owedRow{who, o.Owed, o.Recovered, o.Since})
	}
	return t.Show(w, r, f.Status, v.sheet(tabs))
}

func debitRunPath(id debit.RunID) string { return "/tresorerie/prelevements/" + id.String() }

// prepareDebits puts the debits whose day is near into a run.
func (t treasury) prepareDebits(w http.ResponseWriter, r *http.Request) error {
	f := t.read(r)
	a, err := t.Proven(r)
	var d debit.Run
	if err == nil {
		d, _, err = t.Debit.Prepare(r.Context(), a, f.Key)
	}
	return t.Concluded(w, r, err, debitRunPath(d.ID), "/tresorerie/prelevements", func(status int, refusal *page.Refusal) error {
		f.Status, f.Refusal = status, refusal
		return t.showDebits(w, r, f)
	})
}

func debitRunID(r *http.Request) (debit.RunID, error) {
	var at debit.RunID
	if err := at.UnmarshalText([]byte(r.PathValue("id"))); err != nil || at.IsZero() {
		return at, fault.ErrMissing
	}
	return at, nil
}

// debitRun shows a run of debits to who approves it, and to who follows it.
func (t treasury) debitRun(w http.ResponseWriter, r *http.Request) error {
	return t.showDebitRun(w, r, typed{})
}

func (t treasury) showDebitRun(w http.ResponseWriter, r *http.Request, f typed) error {
	a, tabs, err := t.visit(r, "debits")
	if err != nil {
		return err
	}
	at, err := debitRunID(r)
	if err != nil {
		return err
	}
	d, err := t.Debit.Run(r.Context(), a, at)
	if err != nil {
		return err
	}
	open := d.Status == conversion.RunDraft || d.Status == conversion.RunApproved
	given := d.Status == conversion.RunApproved || d.Status == conversion.RunExported
	v := debitRunView{Path: debitRunPath(d.ID), Status: string(d.Status), Digest: d.Digest, ICS: d.ICS, Count: d.Lines, Total: d.Total, At: d.PreparedAt,
		ExportedAt: d.ExportedAt, Own: d.PreparedBy() == a.ID, Approves: d.Status == conversion.RunDraft && may(a, access.DebitApprove),
		Cancels: open && may(a, access.DebitPrepare), Exports: given && may(a, access.DebitExport), Today: civil.Of(t.Now()).String(), Form: t.again(f)}
	if v.By, err = t.doer(r.Context(), d.PreparedBy()); err != nil {
		return err
	}
	for _, l := range d.Items {
		row := debitLine{Name: l.Name, IBAN: l.IBAN, RUM: l.RUM, Sequence: string(l.Sequence), On: l.CollectOn.Start(), Euros: l.Euros, Status: string(l.Status), Reason: l.Reason}
		if may(a, access.MandateRead) {
			row.Path = debitPath(l.ID)
		}
		v.Lines = append(v.Lines, row)
		if l.Status == debit.Sent {
			v.Left += l.Euros
		}
		v.Revoked = v.Revoked || open && l.MandateStatus != debit.Active
	}
	v.Settles = v.Left > 0 && may(a, access.DebitSettle)
	return t.Show(w, r, f.Status, v.sheet(tabs))
}

// onDebitRun acts on one run of debits by a form and concludes on its page.
func (t treasury) onDebitRun(w http.ResponseWriter, r *http.Request, check func(*typed) error, act func(access.Actor, debit.RunID, typed) error) error {
	at, err := debitRunID(r)
	if err != nil {
		return err
	}
	f := t.read(r)
	if err := check(&f); err != nil {
		return err
	}
	if f.wrong() {
		return t.showDebitRun(w, r, f)
	}
	a, err := t.Proven(r)
	if err == nil {
		err = act(a, at, f)
	}
	return t.Concluded(w, r, err, debitRunPath(at), debitRunPath(at), func(status int, refusal *page.Refusal) error {
		f.Status, f.Refusal = status, refusal
		return t.showDebitRun(w, r, f)
	})
}

func (t treasury) approveDebits(w http.ResponseWriter, r *http.Request) error {
	return t.onDebitRun(w, r, unchecked, func(a access.Actor, at debit.RunID, f typed) error {
		_, _, err := t.Debit.Approve(r.Context(), a, f.Key, at, r.PostFormValue("empreinte"))
		return err
	})
}

func (t treasury) cancelDebits(w http.ResponseWriter, r *http.Request) error {
	return t.onDebitRun(w, r, unchecked, func(a access.Actor, at debit.RunID, f typed) error {
		_, _, err := t.Debit.Cancel(r.Context(), a, f.Key, at)
		return err
	})
}

// exportDebits sends the file for the bank. The first time its debits become sent,
// which is why it is asked for by a form; afterwards it is the same, byte for byte.
func (t treasury) exportDebits(w http.ResponseWriter, r *http.Request) error {
	err := t.onDebitRun(w, r, unchecked, func(a access.Actor, at debit.RunID, _ typed) error {
		version := sepa.Debit08
		if r.PostFormValue("version") == string(sepa.Debit02) {
			version = sepa.Debit02
		}
		file, err := t.Debit.File(r.Context(), a, at, version)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", "application/xml; charset=utf-8")
		w.Header().Set("Content-Disposition", `attachment; filename="`+debit.FileName(at, version)+`"`)
		if _, err := w.Write(file); err != nil {
			return err
		}
		return errWritten
	})
	if errors.Is(err, errWritten) {
		return nil
	}
	return err
}

// collectDebits credits all that the bank collected of a run.
func (t treasury) collectDebits(w http.ResponseWriter, r *http.Request) error {
	day := civil.Date(0)
	return t.onDebitRun(w, r, func(f *typed) error { return t.booked(r, f, &day) }, func(a access.Actor, at debit.RunID, f typed) error {
		_, err := t.Debit.CollectRun(r.Context(), a, debit.CollectRunInput{Run: at, BankReference: f.Reference, BookedOn: day})
		return err
	})
}
