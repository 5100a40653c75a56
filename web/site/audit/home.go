// SPDX-License-Identifier: AGPL-3.0-or-later

package audit

import (
	"errors"
	"net/http"
	"time"

	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/check"
	"github.com/noria-mlc/noria/ops/export"
	"github.com/noria-mlc/noria/ops/job"
)

// homeView is where an audit begins: one field for any reference, and the state
// of the book.
type homeView struct {
	Head    ledger.Head
	Checked time.Time // when the whole book was last checked, zero for never
	Passed  bool
	Problem string // what the check found
	Asked   string // a reference that nothing is known of
	Exports bool
	Alerts  bool // the visitor may read what is watched in the fund
	Status  int
}

func (c control) home(w http.ResponseWriter, r *http.Request) error {
	return c.showHome(w, r, homeView{})
}

func (c control) showHome(w http.ResponseWriter, r *http.Request, v homeView) error {
	a, tabs, err := c.visit(r, "audit")
	if err != nil {
		return err
	}
	if v.Head, err = c.Ledger.Head(r.Context(), c.Ledger.Reader()); err != nil {
		return err
	}
	states, err := job.States(r.Context(), c.Ledger.Journal)
	if err != nil {
		return err
	}
	for _, s := range states {
		if s.Name == check.JobName {
			v.Checked, v.Passed, v.Problem = s.FinishedAt, s.Outcome == job.Done, s.Problem
		}
	}
	v.Exports = access.Allow(a, access.Export, ident.Holder{}) == nil
	v.Alerts = access.Allow(a, access.AlertRead, ident.Holder{}) == nil
	return c.Show(w, r, v.Status, sheet("home", "audit.title", tabs, v))
}

// traceView is the way of something through the book.
type traceView struct {
	Asked    string
	Wishes   []wishRow
	Commands []commandRow
	Entries  []entryRow
	Proofs   []proofRow
	Member   string // number of a member that was asked for
}

// wishRow is what somebody asked for.
type wishRow struct {
	ID, Status, Number, Reference, Bank, Reason string
	Kind                                        string // what it is, by its id's beginning
	Amount                                      money.Amount
	Euros                                       bool
	At                                          time.Time
}

func (c control) trace(w http.ResponseWriter, r *http.Request) error {
	a, tabs, err := c.visit(r, "audit")
	if err != nil {
		return err
	}
	v := traceView{Asked: r.URL.Query().Get("reference")}
	found, err := c.book.Trace(r.Context(), a, v.Asked)
	if errors.Is(err, fault.ErrMissing) {
		return c.showHome(w, r, homeView{Asked: v.Asked, Status: http.StatusNotFound})
	}
	if err != nil {
		return err
	}
	for _, f := range found.Wishes {
		row := wishRow{ID: f.Ref.String(), Kind: f.Ref.Prefix, Status: f.Status, Reference: f.Reference, Bank: f.Bank, Reason: f.Reason, Amount: f.Amount,
			Euros: f.Unit == money.EUR, At: f.At}
		if row.Number, err = c.number(r.Context(), f.Holder); err != nil {
			return err
		}
		v.Wishes = append(v.Wishes, row)
	}
	if v.Member, err = c.number(r.Context(), found.Holder); err != nil {
		return err
	}
	if v.Commands, err = c.commandRows(r.Context(), found.Commands); err != nil {
		return err
	}
	if v.Entries, err = c.entryRows(r.Context(), found.Entries); err != nil {
		return err
	}
	for _, e := range found.Entries {
		row, confirmed, err := c.proof(r.Context(), a, e)
		if err != nil {
			return err
		}
		if confirmed {
			v.Proofs = append(v.Proofs, row)
		}
	}
	return c.Show(w, r, 0, sheet("trace", "audit.trace", tabs, v))
}

// nameView is the name of a member that was asked for.
type nameView struct{ Name, Number, Kind string }

// reveal shows the name behind a number.
func (c control) reveal(w http.ResponseWriter, r *http.Request) error {
	a, tabs, err := c.visit(r, "")
	if err != nil {
		return err
	}
	h, err := c.Ledger.HolderByNumber(r.Context(), r.PathValue("numero"))
	if err != nil {
		return err
	}
	if err := access.Allow(a, access.HolderRead, h.ID); err != nil {
		return err
	}
	if err := c.People.Looked(r.Context(), a, h.ID, "identity"); err != nil {
		return err
	}
	c.Log.InfoContext(r.Context(), "a name was looked at", "user", a.ID.String(), "holder", h.ID.String())
	return c.Show(w, r, 0, sheet("name", "audit.name", tabs, nameView{h.Name, h.Number, string(h.Kind)}))
}

// export sends the whole book as a file.
func (c control) export(w http.ResponseWriter, r *http.Request) error {
	a, _, err := c.visit(r, "")
	if err != nil {
		return err
	}
	if err := access.Allow(a, access.Export, ident.Holder{}); err != nil {
		return err
	}
	write, name := export.Hledger, "journal.hledger"
	switch r.PathValue("forme") {
	case "hledger":
	case "mouvements":
		write, name = export.Movements, "mouvements.ndjson"
	default:
		return fault.ErrMissing
	}
	currency, err := c.Conversion.Currency(r.Context())
	if err != nil {
		return err
	}
	out := &late{w: w, name: name}
	err = write(r.Context(), c.Ledger.Journal, out, export.Options{Code: currency.Code, Issuer: currency.Issuer.Name})
	if err != nil && out.begun {
		c.Log.ErrorContext(r.Context(), "an export was cut short", "error", err)
		panic(http.ErrAbortHandler) // the reader must not take half a book for a whole one
	}
	return err
}

// late sends the headers of a file with its first bytes, so that an export that
// fails before can still be refused.
type late struct {
	w     http.ResponseWriter
	name  string
	begun bool
}

// Write sends a part of the file.
func (l *late) Write(b []byte) (int, error) {
	if !l.begun {
		l.begun = true
		h := l.w.Header()
		h.Set("Content-Type", "text/plain; charset=utf-8")
		h.Set("Content-Disposition", `attachment; filename="`+l.name+`"`)
		h.Set("Cache-Control", "no-store")
	}
	return l.w.Write(b)
}
