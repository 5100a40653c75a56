// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// notesView is the form that asks for notes against digital units, and what was
// asked for before. It is posted to /billets with the fields "comptoir" (the slug
// of a desk), "cle" and how many of each kind of note.
type notesView struct {
	Key       string
	Available money.Amount
	Desks     []conversion.Desk
	Desk      string // slug, as it was chosen
	NoDesk    bool   // none was chosen, or it is gone
	Pieces    []site.NoteField
	None      bool // no note was typed
	Refusal   *page.Refusal
	Asked     []withdrawal // newest first
	Older     string       // id that the next page begins at, "" where there is none
}

// Offered says whether there is anything to ask for, and anywhere.
func (v notesView) Offered() bool { return len(v.Pieces) > 0 && len(v.Desks) > 0 }

func (v notesView) sheet() page.Sheet {
	return page.Sheet{Template: "citizen/notes", Title: "drawn.title", Class: "requests", View: v}
}

// withdrawal is notes that a member asked for.
type withdrawal struct {
	ID        string
	Status    string // "open", "done" or "undone"
	Amount    money.Amount
	Lines     []paper.Bundle
	Desk      string // its name
	CreatedAt time.Time
	ClosedAt  time.Time
}

func withdrawalOf(m paper.Move, desks []conversion.Desk) withdrawal {
	w := withdrawal{ID: m.ID.String(), Status: string(m.Status), Amount: m.Amount, Lines: m.Lines, CreatedAt: m.CreatedAt, ClosedAt: m.ClosedAt}
	for _, d := range desks {
		if paper.At(d.Slug) == m.From {
			w.Desk = d.Name
		}
	}
	return w
}

// Open says that its notes can be fetched, and that it can be cancelled.
func (w withdrawal) Open() bool { return w.Status == string(paper.Open) }

// Kind is the shape of the status.
func (w withdrawal) Kind() string {
	switch w.Status {
	case string(paper.Open):
		return "wait"
	case string(paper.Done):
		return "done"
	}
	return "ended"
}

// noteView is one withdrawal. Its cancellation is posted to
// /billets/{ID}/annulation with the field "cle".
type noteView struct {
	withdrawal
	Number  string // of the member, which the desk asks for
	Key     string
	Refusal *page.Refusal
}

func (v noteView) sheet() page.Sheet {
	return page.Sheet{Template: "citizen/note", Title: "drawn.one", Class: "asked", View: v}
}
