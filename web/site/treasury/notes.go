// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	notes "github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/site"
)

// notesPath is the address of the notes.
const notesPath = "/tresorerie/billets"

// noteRoutes are the pages of notes.
func (t treasury) noteRoutes() map[string]site.Handler {
	routes := map[string]site.Handler{
		"GET /tresorerie/billets":                            t.notes,
		"GET /tresorerie/billets/mouvements":                 t.noteMoves,
		"GET /tresorerie/billets/mouvements/{id}":            t.noteMove,
		"POST /tresorerie/billets/mouvements/{id}/reception": t.noteReceived,
		"POST /tresorerie/billets/mouvements/{id}/signature": t.noteSigned,
		"POST /tresorerie/billets/mouvements/{id}/reprise":   t.noteUndone,
		"GET /tresorerie/billets/comptages":                  t.noteCounts,
		"GET /tresorerie/billets/comptages/{id}":             t.noteCount,
		"POST /tresorerie/billets/comptages/{id}":            t.noteExplained,
		"GET /tresorerie/billets/remise":                     t.remittance,
		"POST /tresorerie/billets/remise":                    t.remitted,
		"POST /tresorerie/billets/remise/{comptoir}/ecart":   t.madeGood,
		"GET /tresorerie/billets/reglement":                  t.owedNotes,
		"POST /tresorerie/billets/reglement":                 t.settledNotes,
	}
	for _, act := range noteActs() {
		routes["GET "+notesPath+"/"+act.Path], routes["POST "+notesPath+"/"+act.Path] = t.noteForm(act), t.noteDone(act)
	}
	return routes
}

// where is a place of notes in words: a key for the fixed ones, the name of a desk.
type where struct{ Key, Name string }

// wheres are the names of desks by the places that they are.
type wheres map[notes.Place]string

// of says a place in words.
func (w wheres) of(p notes.Place) where {
	if slug, ok := strings.CutPrefix(string(p), "desk:"); ok {
		if w[p] == "" {
			return where{"desk", slug}
		}
		return where{"desk", w[p]}
	}
	return where{Key: string(p)}
}

func (t treasury) wheres(ctx context.Context) (wheres, error) {
	c, err := t.Conversion.Currency(ctx)
	if err != nil {
		return nil, err
	}
	names := make(wheres, len(c.Desks))
	for _, d := range c.Desks {
		names[notes.At(d.Slug)] = d.Name
	}
	return names, nil
}

// notesView is all notes, as their keeper reads them.
type notesView struct {
	Circulation money.Amount
	Places      []stockedPlace
	Waiting     []noteMoveRow
	Counts      []countRow // whose difference nobody explained yet
	Tills       []tillRow
	Owed        notes.Owed
	Acts        []noteAct // that are the visitor's
	Euros       bool      // the visitor may book euros
	Remitted    money.Amount
	Lacked      money.Amount // of what was just remitted
	Over        money.Amount // and what was too much
}

// stockedPlace is a place and what it has.
type stockedPlace struct {
	Where where
	Value money.Amount
	Rows  []stockRow
}

type stockRow struct {
	Series   string
	Face     money.Amount
	Quantity int64
	Value    money.Amount
	Numbers  string // of new notes, "1–100, 151–200"
}

// tillRow is the euros that a desk owes to the bank.
type tillRow struct {
	Slug, Name          string
	Amount, Unexplained money.Amount
	Key                 string
}

// Lacks is what lacked at remittances and was not made good.
func (r tillRow) Lacks() money.Amount { return max(0, r.Unexplained) }

// TooMuch is what was too much at remittances.
func (r tillRow) TooMuch() money.Amount { return max(0, -r.Unexplained) }

func (v notesView) sheet(tabs []page.Tab) page.Sheet {
	return page.Sheet{Template: "treasury/notes", Title: "tab.treasury-notes", Section: "treasury", Tabs: tabs, Class: "treasury", View: v}
}

func (t treasury) notes(w http.ResponseWriter, r *http.Request) error {
	a, tabs, err := t.visit(r, "notes")
	if err != nil {
		return err
	}
	names, err := t.wheres(r.Context())
	if err != nil {
		return err
	}
	p, err := t.Paper.Position(r.Context(), a)
	if err != nil {
		return err
	}
	v := notesView{Circulation: p.Circulation, Places: stocked(p, names), Tills: tillsOf(p, names), Owed: p.Owed, Acts: actsOf(a), Euros: may(a, access.EurosMove)}
	v.Remitted, _ = money.Parse(r.URL.Query().Get("remis"))
	v.Lacked, _ = money.Parse(r.URL.Query().Get("ecart"))
	v.Over, _ = money.Parse(r.URL.Query().Get("trop"))
	open, err := t.Paper.Moves(r.Context(), a, notes.MoveFilter{Status: notes.Open, Limit: 200})
	if err != nil {
		return err
	}
	for _, m := range open {
		if m.Kind == notes.Withdrawal {
			continue // a desk hands it over
		}
		row, err := t.noteMoveRow(r.Context(), m, names)
		if err != nil {
			return err
		}
		row.Own = m.CreatedBy == a.ID
		v.Waiting = append(v.Waiting, row)
	}
	counts, err := t.Paper.Counts(r.Context(), a, "open", notes.CountID{}, listed)
	if err != nil {
		return err
	}
	if v.Counts, err = t.countRows(r.Context(), counts, names); err != nil {
		return err
	}
	return t.Show(w, r, 0, v.sheet(tabs))
}

// stocked groups notes by their places: the vault first, what is no more last.
func stocked(p notes.Holdings, names wheres) []stockedPlace {
	rank := map[notes.Place]int{notes.Vault: 0, notes.Transit: 1, notes.Public: 3, notes.Lost: 4, notes.Destroyed: 5}
	order := func(place notes.Place) int {
		if n, fixed := rank[place]; fixed {
			return n
		}
		return 2
	}
	var places []notes.Place
	for _, s := range p.Stocks {
		if !slices.Contains(places, s.Place) {
			places = append(places, s.Place)
		}
	}
	slices.SortStableFunc(places, func(a, b notes.Place) int { return order(a) - order(b) })
	all := make([]stockedPlace, 0, len(places))
	for _, place := range places {
		one := stockedPlace{Where: names.of(place)}
		for _, s := range p.Of(place) {
			one.Value += s.Value
			one.Rows = append(one.Rows, stockRow{s.Series, s.Face, s.Quantity, s.Value, numbers(p.Ranges, s)})
		}
		all = append(all, one)
	}
	return all
}

// numbers writes the numbers of new notes of a kind at a place.
func numbers(ranges []notes.Range, s notes.Stock) string {
	var parts []string
	for i := 0; i < len(ranges); i++ {
		x := ranges[i]
		if x.Place != s.Place || x.Series != s.Series || x.Face != s.Face {
			continue
		}
		for i+1 < len(ranges) && ranges[i+1].Place == x.Place && ranges[i+1].Series == x.Series && ranges[i+1].Face == x.Face && ranges[i+1].First == x.Last+1 {
			i++
			x.Last = ranges[i].Last
		}
		if len(parts) == 12 {
			parts = append(parts, "…")
			break
		}
		parts = append(parts, span(x.First, x.Last))
	}
	return strings.Join(parts, ", ")
}

// span writes numbers that follow each other.
func span(first, last int64) string {
	if first == last {
		return strconv.FormatInt(first, 10)
	}
	return strconv.FormatInt(first, 10) + "–" + strconv.FormatInt(last, 10)
}

// tillsOf are the tills that hold euros for notes, or lacked some.
func tillsOf(p notes.Holdings, names wheres) []tillRow {
	var rows []tillRow
	for _, x := range p.Tills {
		if x.Amount != 0 || x.Unexplained != 0 {
			rows = append(rows, tillRow{Slug: x.Desk, Name: names.of(notes.At(x.Desk)).Name, Amount: x.Amount, Unexplained: x.Unexplained})
		}
	}
	return rows
}
