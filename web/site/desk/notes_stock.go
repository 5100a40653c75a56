// SPDX-License-Identifier: AGPL-3.0-or-later

package desk

import (
	"net/http"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// received receives notes that were on their way to the desk; what did not come
// is lost from stock, with a word about it.
func (d desk) received(w http.ResponseWriter, r *http.Request) error {
	a, err := agent(r)
	if err != nil {
		return err
	}
	at, _, err := d.at(r)
	if err != nil {
		return err
	}
	var id paper.MoveID
	if err := id.UnmarshalText([]byte(r.PostFormValue("envoi"))); err != nil || id.IsZero() {
		return paper.ErrClosed
	}
	m, err := d.Paper.Move(r.Context(), a, id)
	if err != nil {
		return err
	}
	_, in, err := d.arriving(r, a, m)
	if err != nil {
		return err
	}
	if in == nil {
		return d.showNotes(w, r, notesView{Key: d.NewKey(), Act: "especes", Status: http.StatusUnprocessableEntity})
	}
	m, _, err = d.Paper.Receive(r.Context(), a, site.FormKey(r), *in)
	return d.stocked(w, r, err, "/comptoir/billets?comptoir="+at.Slug+"&fait="+m.Amount.Format())
}

// stocked answers a form of the page of notes.
func (d desk) stocked(w http.ResponseWriter, r *http.Request, err error, next string) error {
	if err != nil {
		v := notesView{Key: d.NewKey(), Act: "especes"}
		if v.Status, v.Refusal, err = d.Refused(w, r, err); err != nil {
			return err
		}
		return d.showNotes(w, r, v)
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

// handedOver gives a member the notes that they asked for.
func (d desk) handedOver(w http.ResponseWriter, r *http.Request) error {
	a, err := agent(r)
	if err != nil {
		return err
	}
	var id paper.MoveID
	if err := id.UnmarshalText([]byte(r.PostFormValue("demande"))); err != nil || id.IsZero() {
		return paper.ErrClosed
	}
	m, _, err := d.Paper.HandOver(r.Context(), a, site.FormKey(r), id)
	return d.stocked(w, r, err, slipPath(m.ID))
}

// noteForm is the page that counts the notes of a desk, or sends some back to the
// vault.
func (d desk) noteForm(act string) site.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		return d.showNoteForm(w, r, noteFormView{Act: act, Key: d.NewKey()})
	}
}

func (d desk) showNoteForm(w http.ResponseWriter, r *http.Request, v noteFormView) error {
	a, err := agent(r)
	if err != nil {
		return err
	}
	if v.Desk, _, err = d.at(r); err != nil {
		return err
	}
	if v.Desk.Slug == "" {
		return fault.ErrMissing
	}
	p, err := d.Paper.Position(r.Context(), a)
	if err != nil {
		return err
	}
	v.Fields = site.NoteFields(r, p.Denominations)
	return d.Show(w, r, v.Status, v.sheet())
}

// counted compares what was counted with the book. Nothing moves.
func (d desk) counted(w http.ResponseWriter, r *http.Request) error {
	return d.noteFormSent(w, r, "comptage", func(a access.Actor, slug string, lines []paper.Bundle) (string, error) {
		in := paper.CountInput{Desk: slug}
		for _, l := range lines {
			in.Lines = append(in.Lines, paper.Heap{Series: l.Series, Face: l.Face, Counted: l.Quantity})
		}
		c, _, err := d.Paper.Count(r.Context(), a, site.FormKey(r), in)
		return "&compte=" + c.ID.String(), err
	})
}

// sentBack gives notes out, for the vault to receive.
func (d desk) sentBack(w http.ResponseWriter, r *http.Request) error {
	return d.noteFormSent(w, r, "renvoi", func(a access.Actor, slug string, lines []paper.Bundle) (string, error) {
		m, _, err := d.Paper.Send(r.Context(), a, site.FormKey(r), paper.SendInput{From: paper.At(slug), To: paper.Vault, Lines: lines})
		return "&fait=" + m.Amount.Format(), err
	})
}

// noteFormSent reads a form of notes and does what it says.
func (d desk) noteFormSent(w http.ResponseWriter, r *http.Request, act string, do func(access.Actor, string, []paper.Bundle) (string, error)) error {
	a, err := agent(r)
	if err != nil {
		return err
	}
	at, _, err := d.at(r)
	if err != nil {
		return err
	}
	p, err := d.Paper.Position(r.Context(), a)
	if err != nil {
		return err
	}
	v := noteFormView{Act: act, Key: site.FormKey(r)}
	lines, wrong := site.Bundles(site.NoteFields(r, p.Denominations))
	if v.None = act == "renvoi" && !wrong && len(lines) == 0; wrong || v.None {
		v.Status = http.StatusUnprocessableEntity
		return d.showNoteForm(w, r, v)
	}
	more, err := do(a, at.Slug, lines)
	if err != nil {
		if v.Status, v.Refusal, err = d.Refused(w, r, err); err != nil {
			return err
		}
		return d.showNoteForm(w, r, v)
	}
	http.Redirect(w, r, "/comptoir/billets?comptoir="+at.Slug+more, http.StatusSeeOther)
	return nil
}

// noteFormView is how many notes of each kind there are, or go back.
type noteFormView struct {
	Act     string // "comptage" or "renvoi"
	Desk    conversion.Desk
	Fields  []site.NoteField
	None    bool // no note was typed
	Key     string
	Refusal *page.Refusal
	Status  int
}

func (v noteFormView) sheet() page.Sheet {
	return page.Sheet{Template: "desk/noteform", Title: "desk-notes.do-" + v.Act, Section: "desk", Tabs: tabs("desk-notes", v.Desk.Slug), Class: "desk", View: v}
}
