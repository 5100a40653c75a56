// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"context"
	"net/http"
	"strconv"
	"time"

	notes "github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

func noteMovePath(id notes.MoveID) string { return notesPath + "/mouvements/" + id.String() }

// noteMoveRow is a movement of notes in a list.
type noteMoveRow struct {
	Path, Kind, Status string
	At                 time.Time
	From, To           where
	Amount             money.Amount
	By                 party
	Own                bool // the visitor began it
}

// StatusKind is the shape of the status.
func (r noteMoveRow) StatusKind() string { return noteKind(r.Status) }

func noteKind(status string) string {
	return map[string]string{"open": "wait", "done": "done", "undone": "ended"}[status]
}

func (t treasury) noteMoveRow(ctx context.Context, m notes.Move, names wheres) (noteMoveRow, error) {
	by, err := t.doer(ctx, m.CreatedBy)
	return noteMoveRow{Path: noteMovePath(m.ID), Kind: string(m.Kind), Status: string(m.Status), At: m.CreatedAt, From: names.of(m.From), To: names.of(m.To), Amount: m.Amount, By: by}, err
}

// noteMovesView lists what notes did.
type noteMovesView struct {
	Status string
	Rows   []noteMoveRow
	Older  string
}

func (v noteMovesView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/notemoves", Title: "stock.moves", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

// Filters are the lists to choose from.
func (noteMovesView) Filters() []string { return []string{"all", "open", "done", "undone"} }

func (t treasury) noteMoves(w http.ResponseWriter, r *http.Request) error {
	a, tabs, err := t.visit(r, "notes")
	if err != nil {
		return err
	}
	q := r.URL.Query()
	v := noteMovesView{Status: q.Get("etat")}
	f := notes.MoveFilter{Limit: listed}
	switch v.Status {
	case "open", "done", "undone":
		f.Status = notes.Status(v.Status)
	default:
		v.Status = "all"
	}
	if err := f.Before.UnmarshalText([]byte(q.Get("avant"))); err != nil {
		return ledger.ErrCursor
	}
	names, err := t.wheres(r.Context())
	if err != nil {
		return err
	}
	list, err := t.Paper.Moves(r.Context(), a, f)
	if err != nil {
		return err
	}
	for _, m := range list {
		row, err := t.noteMoveRow(r.Context(), m, names)
		if err != nil {
			return err
		}
		v.Rows = append(v.Rows, row)
	}
	if len(list) == listed {
		v.Older = notesPath + "/mouvements?etat=" + v.Status + "&avant=" + list[listed-1].ID.String()
	}
	return t.Show(w, r, 0, v.sheet(tabs))
}

// noteMoveView is one movement and what can be done with it.
type noteMoveView struct {
	noteMoveRow
	Lines    []noteLine
	Note     string
	Who      party // whose sale or exchange it was; an individual by number
	ClosedBy party
	ClosedAt time.Time
	Entry    string // address of the entry in the journal, "" for none
	Receives bool   // the visitor may receive it
	Signs    bool   // the visitor may sign as the second witness
	Recalls  bool   // the visitor may take it back
	Undoes   bool   // the visitor may take the sale back
	Form     typed
}

// noteLine is some notes of the movement.
type noteLine struct {
	N          int
	Series     string
	Face       money.Amount
	Quantity   int64
	Numbers    string
	Received   int64
	Missing    int64
	Typed, Bad string // how many came, as typed
}

// ID names the field of how many came.
func (l noteLine) ID() string { return "recu-" + strconv.Itoa(l.N) }

func (v noteMoveView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/notemove", Title: "stock.move", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

// Short says whether notes did not come.
func (v noteMoveView) Short() bool {
	for _, l := range v.Lines {
		if l.Missing > 0 {
			return true
		}
	}
	return false
}

func noteMoveID(r *http.Request) (notes.MoveID, error) {
	var at notes.MoveID
	if err := at.UnmarshalText([]byte(r.PathValue("id"))); err != nil || at.IsZero() {
		return at, fault.ErrMissing
	}
	return at, nil
}

func (t treasury) noteMove(w http.ResponseWriter, r *http.Request) error {
	return t.showNoteMove(w, r, typed{})
}

func (t treasury) showNoteMove(w http.ResponseWriter, r *http.Request, f typed) error {
	a, tabs, err := t.visit(r, "notes")
	if err != nil {
		return err
	}
	at, err := noteMoveID(r)
	if err != nil {
		return err
	}
	m, err := t.Paper.Move(r.Context(), a, at)
	if err != nil {
		return err
	}
	names, err := t.wheres(r.Context())
	if err != nil {
		return err
	}
	v := noteMoveView{Note: m.Note, ClosedAt: m.ClosedAt, Form: t.again(f)}
	if v.noteMoveRow, err = t.noteMoveRow(r.Context(), m, names); err != nil {
		return err
	}
	v.Own = m.CreatedBy == a.ID
	if v.ClosedBy, err = t.doer(r.Context(), m.ClosedBy); err != nil {
		return err
	}
	if !m.Holder.IsZero() {
		if v.Who, err = t.party(r.Context(), m.Holder); err != nil {
			return err
		}
	}
	if !m.Entry.IsZero() && may(a, access.JournalRead) {
		v.Entry = "/controle/ecritures/" + m.Entry.String()
	}
	if v.Lines, err = t.noteMoveLines(r, m); err != nil {
		return err
	}
	open := m.Status == notes.Open
	v.Receives = open && m.Kind == notes.Transfer && may(a, access.PaperReceive)
	v.Signs = open && m.Kind == notes.Destruction && may(a, access.PaperWitness)
	v.Recalls = open && m.Kind == notes.Destruction && may(a, access.PaperDestroy)
	v.Undoes = m.Kind == notes.Sale && m.Status == notes.Done && may(a, access.PaperUndo) && civil.Of(m.CreatedAt) == civil.Of(t.Now())
	return t.Show(w, r, f.Status, v.sheet(tabs))
}

// noteMoveLines are the lines of a movement, with what was typed of each.
func (t treasury) noteMoveLines(r *http.Request, m notes.Move) ([]noteLine, error) {
	lines := make([]noteLine, 0, len(m.Lines))
	for i, l := range m.Lines {
		line := noteLine{N: i, Series: l.Series, Face: l.Face, Quantity: l.Quantity, Received: l.Received}
		if l.First > 0 {
			line.Numbers = span(l.First, l.First+l.Quantity-1)
		}
		if m.Status == notes.Done {
			line.Missing = l.Quantity - l.Received
		}
		line.Typed = strconv.FormatInt(l.Quantity, 10)
		if r.Method == http.MethodPost {
			line.Typed = r.PostFormValue(line.ID())
			if n, ok := site.Whole(line.Typed); !ok || line.Typed == "" || n > l.Quantity {
				var err error
				if line.Bad, err = t.Say(r, "stock.came-bad", strconv.FormatInt(l.Quantity, 10)); err != nil {
					return nil, err
				}
			}
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// onNoteMove acts on one movement by a form and concludes on its page.
func (t treasury) onNoteMove(w http.ResponseWriter, r *http.Request, act func(access.Actor, notes.MoveID, typed) error) error {
	at, err := noteMoveID(r)
	if err != nil {
		return err
	}
	f := t.read(r)
	a, err := t.Proven(r)
	if err == nil {
		err = act(a, at, f)
	}
	return t.Concluded(w, r, err, noteMovePath(at), noteMovePath(at), func(status int, refusal *page.Refusal) error {
		f.Status, f.Refusal = status, refusal
		return t.showNoteMove(w, r, f)
	})
}

// noteReceived receives what came; what did not is lost from stock, with a word
// about it.
func (t treasury) noteReceived(w http.ResponseWriter, r *http.Request) error {
	a, _, err := t.visit(r, "notes")
	if err != nil {
		return err
	}
	at, err := noteMoveID(r)
	if err != nil {
		return err
	}
	m, err := t.Paper.Move(r.Context(), a, at)
	if err != nil {
		return err
	}
	lines, err := t.noteMoveLines(r, m)
	if err != nil {
		return err
	}
	f, short := t.read(r), false
	in := notes.ReceiveInput{Move: at, Note: f.Text}
	for _, l := range lines {
		if l.Bad != "" {
			f.Status = http.StatusUnprocessableEntity
			return t.showNoteMove(w, r, f)
		}
		n, _ := site.Whole(l.Typed)
		in.Received, short = append(in.Received, n), short || n < l.Quantity
	}
	if short && f.Text == "" {
		f.Status = http.StatusUnprocessableEntity
		if f.TextBad, err = t.Say(r, "stock.missing-note"); err != nil {
			return err
		}
		return t.showNoteMove(w, r, f)
	}
	return t.onNoteMove(w, r, func(a access.Actor, _ notes.MoveID, f typed) error {
		_, _, err := t.Paper.Receive(r.Context(), a, f.Key, in)
		return err
	})
}

// noteSigned signs a destruction as the second witness.
func (t treasury) noteSigned(w http.ResponseWriter, r *http.Request) error {
	return t.onNoteMove(w, r, func(a access.Actor, at notes.MoveID, f typed) error {
		_, _, err := t.Paper.Witness(r.Context(), a, f.Key, at)
		return err
	})
}

// noteUndone takes back a sale of the day, or a destruction that nobody signed.
func (t treasury) noteUndone(w http.ResponseWriter, r *http.Request) error {
	return t.onNoteMove(w, r, func(a access.Actor, at notes.MoveID, f typed) error {
		m, err := t.Paper.Move(r.Context(), a, at)
		if err != nil {
			return err
		}
		if m.Kind == notes.Destruction {
			_, _, err = t.Paper.Recall(r.Context(), a, f.Key, at)
			return err
		}
		_, _, err = t.Paper.Undo(r.Context(), a, f.Key, at)
		return err
	})
}
