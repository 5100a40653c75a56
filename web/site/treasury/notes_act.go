// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"context"
	"net/http"
	"strconv"

	"github.com/noria-mlc/noria/conversion"
	notes "github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// noteAct is something to do with notes: the last part of its address, which
// names its words too, and the action it is.
type noteAct struct {
	Path   string
	Action access.Action
}

func noteActs() []noteAct {
	return []noteAct{{"envoi", access.PaperSend}, {"impression", access.PaperPrint}, {"pertes", access.PaperWriteOff}, {"destruction", access.PaperDestroy}}
}

// actsOf are those that an actor may do.
func actsOf(a access.Actor) []noteAct {
	var mine []noteAct
	for _, act := range noteActs() {
		if may(a, act.Action) {
			mine = append(mine, act)
		}
	}
	return mine
}

// noteActView is a form that says which notes.
type noteActView struct {
	Act      string
	Kinds    []notes.Denomination
	Fields   []site.NoteField // of known kinds
	Rows     []printRow       // of a print run
	Places   []notePlace
	From, To string // chosen places
	What     string // of "pertes": what happened
	Note     string
	NoteBad  string
	None     bool // no note was typed
	Key      string
	Refusal  *page.Refusal
	Status   int
}

// notePlace is a place to choose.
type notePlace struct {
	Place string
	Where where
}

// printRow is one line of a print run, as it is typed.
type printRow struct {
	N                                      int
	Series, Face, Count, First             string
	SeriesBad, FaceBad, CountBad, FirstBad bool
}

// printRows is how many kinds of note one print run may have.
const printRows = 4

func (v noteActView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/noteact", Title: "stock.do-" + v.Act, Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

// Ways are what may have happened to notes that are written off.
func (noteActView) Ways() []string {
	return []string{string(notes.Loss), string(notes.Find), string(notes.Gone)}
}

func (t treasury) noteForm(act noteAct) site.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		v := noteActView{Act: act.Path, Key: t.NewKey(), From: string(notes.Vault), What: string(notes.Loss)}
		return t.showNoteAct(w, r, act, v)
	}
}

func (t treasury) showNoteAct(w http.ResponseWriter, r *http.Request, act noteAct, v noteActView) error {
	a, tabs, err := t.visit(r, "notes")
	if err != nil {
		return err
	}
	if err := access.Allow(a, act.Action, ident.Holder{}); err != nil {
		return err
	}
	p, err := t.Paper.Position(r.Context(), a)
	if err != nil {
		return err
	}
	c, err := t.Conversion.Currency(r.Context())
	if err != nil {
		return err
	}
	v.Kinds = p.Denominations
	if act.Action == access.PaperPrint {
		v.Rows, _ = printed(r)
	} else {
		v.Fields = site.NoteFields(r, p.Denominations)
	}
	v.Places = []notePlace{{string(notes.Vault), where{Key: string(notes.Vault)}}}
	for _, d := range c.Desks {
		v.Places = append(v.Places, notePlace{string(notes.At(d.Slug)), where{"desk", d.Name}})
	}
	if v.To == "" && len(v.Places) > 1 {
		v.To = v.Places[1].Place
	}
	return t.Show(w, r, v.Status, v.sheet(tabs))
}

// noteDone answers the form of an act.
func (t treasury) noteDone(act noteAct) site.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		a, _, err := t.visit(r, "notes")
		if err != nil {
			return err
		}
		v := noteActView{Act: act.Path, Key: site.FormKey(r), From: r.PostFormValue("depuis"), To: r.PostFormValue("vers"),
			What: r.PostFormValue("quoi"), Note: r.PostFormValue("motif")}
		lines, bad, err := t.noteLines(r, a, act)
		if err != nil {
			return err
		}
		if v.None = len(lines) == 0 && !bad; v.None || bad {
			v.Status = http.StatusUnprocessableEntity
		}
		if v.Note == "" && act.Action != access.PaperSend {
			v.Status = http.StatusUnprocessableEntity
			if v.NoteBad, err = t.Say(r, "stock.note-missing"); err != nil {
				return err
			}
		}
		if v.Status != 0 {
			return t.showNoteAct(w, r, act, v)
		}
		var m notes.Move
		if a, err = t.Proven(r); err == nil {
			m, err = t.doNotes(r.Context(), a, v, lines)
		}
		return t.Concluded(w, r, err, noteMovePath(m.ID), notesPath+"/"+act.Path, func(status int, refusal *page.Refusal) error {
			v.Status, v.Refusal = status, refusal
			return t.showNoteAct(w, r, act, v)
		})
	}
}

// noteLines reads the notes of a form; the second value says whether something
// typed cannot be used.
func (t treasury) noteLines(r *http.Request, a access.Actor, act noteAct) ([]notes.Bundle, bool, error) {
	if act.Action == access.PaperPrint {
		rows, lines := printed(r)
		for _, row := range rows {
			if row.SeriesBad || row.FaceBad || row.CountBad || row.FirstBad {
				return nil, true, nil
			}
		}
		return lines, false, nil
	}
	p, err := t.Paper.Position(r.Context(), a)
	if err != nil {
		return nil, false, err
	}
	lines, bad := site.Bundles(site.NoteFields(r, p.Denominations))
	return lines, bad, nil
}

// doNotes does what a form asks for.
func (t treasury) doNotes(ctx context.Context, a access.Actor, v noteActView, lines []notes.Bundle) (notes.Move, error) {
	var m notes.Move
	var err error
	switch v.Act {
	case "impression":
		m, _, err = t.Paper.Print(ctx, a, v.Key, notes.PrintInput{Lines: lines, Note: v.Note})
	case "envoi":
		m, _, err = t.Paper.Send(ctx, a, v.Key, notes.SendInput{From: notes.Place(v.From), To: notes.Place(v.To), Lines: lines})
	case "destruction":
		m, _, err = t.Paper.Destroy(ctx, a, v.Key, notes.DestroyInput{Lines: lines, Note: v.Note})
	default:
		m, _, err = t.Paper.WriteOff(ctx, a, v.Key, notes.WriteOffInput{Kind: notes.Kind(v.What), Place: notes.Place(v.From), Lines: lines, Note: v.Note})
	}
	return m, err
}

// printed reads the lines of a print run; a line that is left empty is none.
func printed(r *http.Request) ([]printRow, []notes.Bundle) {
	var rows []printRow
	var lines []notes.Bundle
	for n := range printRows {
		at := strconv.Itoa(n)
		row := printRow{N: n, Series: r.PostFormValue("serie-" + at), Face: r.PostFormValue("valeur-" + at), Count: r.PostFormValue("nombre-" + at), First: r.PostFormValue("premier-" + at)}
		if row.Series+row.Face+row.Count+row.First == "" {
			rows = append(rows, row)
			continue
		}
		face, err := locale.ParseAmount(row.Face)
		count, good := site.Whole(row.Count)
		first, known := site.Whole(row.First)
		row.SeriesBad, row.FaceBad, row.CountBad, row.FirstBad = row.Series == "", err != nil || face <= 0, !good || count == 0, !known || first == 0
		rows, lines = append(rows, row), append(lines, notes.Bundle{Series: row.Series, Face: face, Quantity: count, First: first})
	}
	return rows, lines
}

// ID names a field of the line.
func (r printRow) ID(name string) string { return name + "-" + strconv.Itoa(r.N) }

// Problem is what to say where something is wrong.
func (printRow) Problem(wrong bool, words string) string {
	return site.NoteField{}.Problem(wrong, words)
}

// Number is the line's, counted from one.
func (r printRow) Number() string { return strconv.Itoa(r.N + 1) }

// dedicatedNotes lists the comptes dédiés of notes.
func (t treasury) dedicatedNotes(c conversion.Currency, chosen string) []place {
	var all []place
	for _, b := range c.Accounts {
		if b.Pool == "paper" {
			all = append(all, place{Account: b.Account, Name: b.Custodian, Chosen: string(b.Account) == chosen})
		}
	}
	return all
}

// euros sums tills up.
func euros(rows []tillRow) money.Amount {
	var sum money.Amount
	for _, r := range rows {
		sum += r.Amount
	}
	return sum
}
