// SPDX-License-Identifier: AGPL-3.0-or-later

package desk

import (
	"net/http"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

func slipPath(id paper.MoveID) string { return "/comptoir/billets/recu/" + id.String() }

// slip shows the receipt of notes that a desk sold, took back or handed over.
func (d desk) slip(w http.ResponseWriter, r *http.Request) error {
	return d.showSlip(w, r, slipView{Key: d.NewKey()})
}

func (d desk) showSlip(w http.ResponseWriter, r *http.Request, v slipView) error {
	a, err := agent(r)
	if err != nil {
		return err
	}
	var id paper.MoveID
	if id.UnmarshalText([]byte(r.PathValue("id"))) != nil || id.IsZero() {
		return fault.ErrMissing
	}
	if v.Made, err = d.Paper.Move(r.Context(), a, id); err != nil {
		return err
	}
	if v.Made.Holder.IsZero() {
		return fault.ErrMissing // it was nobody's
	}
	if err := d.People.Looked(r.Context(), a, v.Made.Holder, "identity"); err != nil {
		return err
	}
	if v.Member, err = d.Ledger.Holder(r.Context(), v.Made.Holder); err != nil {
		return err
	}
	c, err := d.Conversion.Currency(r.Context())
	if err != nil {
		return err
	}
	for _, known := range c.Desks {
		if at := paper.At(known.Slug); at == v.Made.From || at == v.Made.To {
			v.Desk = known
		}
	}
	v.Own = v.Made.CreatedBy == a.ID
	v.Undoes = v.Made.Kind == paper.Sale && v.Made.Status == paper.Done && civil.Of(v.Made.CreatedAt) == civil.Of(d.Now()) &&
		access.Allow(a, access.PaperUndo, ident.Holder{}) == nil
	return d.Show(w, r, v.Status, v.sheet())
}

// undone takes a sale back on its own day; somebody else than the seller does.
func (d desk) undone(w http.ResponseWriter, r *http.Request) error {
	a, err := agent(r)
	if err != nil {
		return err
	}
	var id paper.MoveID
	if id.UnmarshalText([]byte(r.PathValue("id"))) != nil || id.IsZero() {
		return fault.ErrMissing
	}
	v := slipView{Key: site.FormKey(r)}
	if _, _, err = d.Paper.Undo(r.Context(), a, v.Key, id); err != nil {
		if v.Status, v.Refusal, err = d.Refused(w, r, err); err != nil {
			return err
		}
		return d.showSlip(w, r, v)
	}
	http.Redirect(w, r, slipPath(id), http.StatusSeeOther)
	return nil
}

// slipView is the receipt of notes.
type slipView struct {
	Status  int
	Made    paper.Move
	Member  ledger.Holder
	Desk    conversion.Desk
	Own     bool // the visitor made it
	Undoes  bool // it can be undone today
	Key     string
	Refusal *page.Refusal
}

func (v slipView) sheet() page.Sheet {
	s := page.Sheet{Template: "desk/slip", Title: "desk-slip.title", Section: "desk", Tabs: tabs("desk-notes", v.Desk.Slug), Class: "receipt desk", View: v, Script: "print.js"}
	if v.Undone() {
		s.Class = "desk"
	}
	return s
}

// Kind names what happened.
func (v slipView) Kind() string {
	if !v.Made.Redemption.IsZero() {
		return "redeemed"
	}
	return string(v.Made.Kind)
}

// Undone says whether the sale was taken back.
func (v slipView) Undone() bool { return v.Made.Status == paper.Undone }

// Means is how the euros of a sale came.
func (v slipView) Means() conversion.Means { return meansOf(string(v.Made.Means)) }

// Sold says whether euros were given.
func (v slipView) Sold() bool { return v.Made.Kind == paper.Sale }

// Value is what a line is worth.
func (slipView) Value(l paper.Bundle) money.Amount { return l.Face * money.Amount(l.Quantity) }
