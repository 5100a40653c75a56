// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"context"
	"net/http"
	"time"

	notes "github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/fault"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
)

func countPath(id notes.CountID) string { return notesPath + "/comptages/" + id.String() }

// countRow is a count of a desk's notes in a list.
type countRow struct {
	Path, Status string
	Desk         where
	At           time.Time
	By           party
	Difference   money.Amount // counted, less what the book had
}

// StatusKind is the shape of the status.
func (r countRow) StatusKind() string {
	return map[string]string{"equal": "done", "open": "bad", "explained": "ended"}[r.Status]
}

func (t treasury) countRows(ctx context.Context, counts []notes.Count, names wheres) ([]countRow, error) {
	var rows []countRow
	for _, c := range counts {
		row := countRow{Path: countPath(c.ID), Status: c.Status, Desk: names.of(notes.At(c.Desk)), At: c.CountedAt}
		for _, l := range c.Lines {
			row.Difference += l.Face * money.Amount(l.Counted-l.Expected)
		}
		var err error
		if row.By, err = t.doer(ctx, c.CountedBy); err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// countsView lists counts.
type countsView struct {
	Status string
	Rows   []countRow
	Older  string
}

func (v countsView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/notecounts", Title: "stock.counts", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

// Filters are the lists to choose from.
func (countsView) Filters() []string { return []string{"all", "open", "explained", "equal"} }

func (t treasury) noteCounts(w http.ResponseWriter, r *http.Request) error {
	a, tabs, err := t.visit(r, "notes")
	if err != nil {
		return err
	}
	v := countsView{Status: "all"}
	asked := ""
	switch s := r.URL.Query().Get("etat"); s {
	case "open", "explained", "equal":
		asked, v.Status = s, s
	}
	var before notes.CountID
	if before.UnmarshalText([]byte(r.URL.Query().Get("avant"))) != nil {
		return ledger.ErrCursor
	}
	names, err := t.wheres(r.Context())
	if err != nil {
		return err
	}
	list, err := t.Paper.Counts(r.Context(), a, asked, before, listed)
	if err != nil {
		return err
	}
	if v.Rows, err = t.countRows(r.Context(), list, names); err != nil {
		return err
	}
	if len(list) == listed {
		v.Older = notesPath + "/comptages?etat=" + v.Status + "&avant=" + list[listed-1].ID.String()
	}
	return t.Show(w, r, 0, v.sheet(tabs))
}

// countView is a count and the explanation of its difference.
type countView struct {
	countRow
	Lines       []countLine
	Note        string
	ExplainedBy party
	ExplainedAt time.Time
	Explains    bool // the visitor may explain it
	Own         bool // the visitor counted
	Follows     bool // the book was asked to follow
	Form        typed
}

type countLine struct {
	Found      notes.Counted // beside what the book says
	Difference int64
}

func (v countView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/notecount", Title: "stock.count", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

func countID(r *http.Request) (notes.CountID, error) {
	var at notes.CountID
	if err := at.UnmarshalText([]byte(r.PathValue("id"))); err != nil || at.IsZero() {
		return at, fault.ErrMissing
	}
	return at, nil
}

func (t treasury) noteCount(w http.ResponseWriter, r *http.Request) error {
	return t.showCount(w, r, typed{})
}

func (t treasury) showCount(w http.ResponseWriter, r *http.Request, f typed) error {
	a, tabs, err := t.visit(r, "notes")
	if err != nil {
		return err
	}
	at, err := countID(r)
	if err != nil {
		return err
	}
	c, err := t.Paper.OneCount(r.Context(), a, at)
	if err != nil {
		return err
	}
	names, err := t.wheres(r.Context())
	if err != nil {
		return err
	}
	rows, err := t.countRows(r.Context(), []notes.Count{c}, names)
	if err != nil {
		return err
	}
	v := countView{countRow: rows[0], Note: c.Note, ExplainedAt: c.ExplainedAt, Own: c.CountedBy == a.ID, Form: t.again(f),
		Explains: c.Status == "open" && may(a, access.PaperWriteOff), Follows: r.PostFormValue("suite") != "erreur"}
	for _, l := range c.Lines {
		v.Lines = append(v.Lines, countLine{l, l.Counted - l.Expected})
	}
	if v.ExplainedBy, err = t.doer(r.Context(), c.ExplainedBy); err != nil {
		return err
	}
	return t.Show(w, r, f.Status, v.sheet(tabs))
}

// noteExplained closes the difference of a count.
func (t treasury) noteExplained(w http.ResponseWriter, r *http.Request) error {
	at, err := countID(r)
	if err != nil {
		return err
	}
	f := t.read(r)
	if err := t.reasoned(r, &f); err != nil {
		return err
	}
	if f.wrong() {
		return t.showCount(w, r, f)
	}
	a, err := t.Proven(r)
	if err == nil {
		_, _, err = t.Paper.Explain(r.Context(), a, f.Key, notes.ExplainInput{Count: at, Note: f.Text, Book: r.PostFormValue("suite") != "erreur"})
	}
	return t.Concluded(w, r, err, countPath(at), countPath(at), func(status int, refusal *page.Refusal) error {
		f.Status, f.Refusal = status, refusal
		return t.showCount(w, r, f)
	})
}
