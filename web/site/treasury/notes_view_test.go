// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"net/http"
	"strings"
	"testing"

	notes "github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/acpr"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/page/pagetest"
	"github.com/noria-mlc/noria/web/site"
)

// noteSamples are the states of the pages of notes.
func noteSamples(seen func(string, int, page.Sheet) pagetest.Sample, tabs []page.Tab) []pagetest.Sample {
	m, nasty, noon := money.MustParse, pagetest.Nasty, pagetest.Noon()
	refusal := &page.Refusal{Title: nasty, Advice: nasty, Moved: page.MovedNo}
	bad := typed{Key: "k", Amount: nasty, Reference: nasty, Date: nasty, Text: nasty, AmountBad: nasty, ReferenceBad: nasty, DateBad: nasty, TextBad: nasty, Refusal: refusal}
	who, vault, desk := party{nasty, "12345678"}, where{Key: "vault"}, where{"desk", nasty}
	row := noteMoveRow{Path: "/tresorerie/billets/mouvements/ppm_1", Kind: "transfer", Status: "open", At: noon, From: vault, To: desk, Amount: m("200.00"), By: who}
	counted := countRow{"/tresorerie/billets/comptages/ppc_1", "open", desk, noon, who, -m("10.00")}
	tills := []tillRow{{"centre", nasty, m("45.00"), m("5.00"), "k1"}, {"gare", nasty, 0, -m("2.00"), "k2"}}
	lines := []noteLine{{N: 0, Series: nasty, Face: m("5.00"), Quantity: 40, Numbers: "21–60", Typed: "40"}, {N: 1, Series: nasty, Face: m("10.00"), Quantity: 2, Typed: nasty, Bad: nasty}}
	sent := noteMoveView{noteMoveRow: row, Lines: lines, Receives: true, Form: bad}
	own := sent
	own.Own, own.Form = true, typed{Key: "k"}
	short := noteMoveView{noteMoveRow: row, Note: nasty, ClosedBy: who, ClosedAt: noon, Lines: []noteLine{{Series: nasty, Face: m("5.00"), Quantity: 40, Received: 37, Missing: 3}}, Form: typed{Key: "k"}}
	short.Status = "done"
	burnt := noteMoveView{noteMoveRow: row, Note: nasty, Lines: lines[:1], Signs: true, Recalls: true, Form: typed{Key: "k"}}
	burnt.Kind, burnt.To = "destruction", where{Key: "destroyed"}
	sold := noteMoveView{noteMoveRow: row, Who: who, Entry: "/controle/ecritures/ent_1", Lines: lines[:1], Undoes: true, Form: typed{Key: "k"}}
	sold.Kind, sold.Status, sold.From, sold.To = "sale", "done", desk, where{Key: "public"}
	places := []notePlace{{"vault", vault}, {"desk:centre", desk}}
	fields := []site.NoteField{{Series: nasty, Face: m("5.00"), Count: nasty, First: nasty, CountBad: true, FirstBad: true}, {Series: "2026", Face: m("10.00"), Count: "4"}}
	kinds := []notes.Denomination{{Series: nasty, Face: m("5.00"), LastNumber: 100}}
	count := countView{countRow: counted, Explains: true, Follows: true, Lines: []countLine{{notes.Counted{Series: nasty, Face: m("5.00"), Expected: 100, Counted: 98}, -2}}, Form: bad}
	mine, closed := count, count
	mine.Own = true
	closed.Explains, closed.Note, closed.ExplainedBy, closed.ExplainedAt, closed.Status = false, nasty, who, noon, "explained"
	bank := []place{{Account: "eur:bank:guarantee:paper:la-nef", Name: nasty, Chosen: true}, {Account: "eur:bank:guarantee:paper:cm", Name: nasty}}
	list := []pagetest.Sample{
		seen("notes", 0, notesView{Circulation: m("1234.00"), Waiting: []noteMoveRow{row}, Counts: []countRow{counted}, Tills: tills, Owed: notes.Owed{By: "paper", To: "digital", Amount: m("30.00")},
			Acts: noteActs(), Euros: true, Remitted: m("45.00"), Lacked: m("5.00"), Places: []stockedPlace{{vault, m("500.00"), []stockRow{{nasty, m("5.00"), 100, m("500.00"), "1–60, 81–120"}}},
				{desk, m("5.00"), []stockRow{{nasty, m("5.00"), 1, m("5.00"), ""}}}}}.sheet(tabs)),
		seen("notes none", 0, notesView{}.sheet(tabs)),
		seen("movements", 0, noteMovesView{Status: "all", Rows: []noteMoveRow{row, sold.noteMoveRow, short.noteMoveRow}, Older: "/tresorerie/billets/mouvements?etat=all&avant=ppm_1"}.sheet(tabs)),
		seen("movements none", 0, noteMovesView{Status: "open"}.sheet(tabs)),
		seen("transfer", http.StatusUnprocessableEntity, sent.sheet(tabs)), seen("transfer own", 0, own.sheet(tabs)), seen("transfer short", 0, short.sheet(tabs)),
		seen("destruction", 0, burnt.sheet(tabs)), seen("sale of notes", 0, sold.sheet(tabs)),
		seen("counts", 0, countsView{Status: "all", Rows: []countRow{counted}}.sheet(tabs)), seen("counts none", 0, countsView{Status: "equal"}.sheet(tabs)),
		seen("count", http.StatusUnprocessableEntity, count.sheet(tabs)), seen("count own", 0, mine.sheet(tabs)), seen("count explained", 0, closed.sheet(tabs)),
		seen("remittance", http.StatusUnprocessableEntity, remitView{Tills: tills, Desk: "centre", Whole: true, Places: bank, Today: "2026-11-23", Form: bad}.sheet(tabs)),
		seen("difference", http.StatusUnprocessableEntity, remitView{Tills: tills, Explain: "centre", Way: "covered", Places: bank, Today: "2026-11-23", Form: bad}.sheet(tabs)),
		seen("remittance none", 0, remitView{Form: typed{Key: "k"}}.sheet(tabs)),
		seen("between the funds", http.StatusConflict, owedView{Owed: notes.Owed{By: "digital", To: "paper", Amount: m("15.00")}, Today: "2026-11-23", Form: bad}.sheet(tabs)),
		seen("between the funds, none", 0, owedView{Form: typed{Key: "k"}}.sheet(tabs)),
	}
	above := acpr.Reading{Sum: m("1000000.01"), Warning: true, Due: true, FirstAbove: civil.Of(noon)}
	near, far := acpr.Reading{Sum: m("812000.00"), Warning: true}, acpr.Reading{Sum: m("12.00")}
	for _, c := range []struct {
		name          string
		counted, wide acpr.Reading
	}{{"meter above", above, above}, {"meter near", near, above}, {"meter", far, near}} {
		v := meterView{Meter: acpr.Meter{On: civil.Of(noon), Since: civil.Of(noon) - 364, Threshold: acpr.Threshold, Counted: c.counted}, Key: "k", Decides: c.name != "meter", Past: c.name == "meter",
			Readings: []readingRow{{"payments", c.counted}, {"wide", c.wide}}, Chart: page.Chart{Title: nasty, Bars: []page.Bar{{Words: "31 déc.", Amount: c.counted.Sum}}},
			Course: []pointRow{{noon, c.counted.Sum, c.counted.Sum, c.wide.Sum}}, Counts: acpr.Counting{Conversions: true}}
		list = append(list, seen(c.name, 0, v.sheet(tabs)))
	}
	for _, act := range noteActs() {
		v := noteActView{Act: act.Path, Places: places, From: "vault", To: "desk:centre", What: "loss", Key: "k"}
		if v.Fields = fields; act.Path == "impression" {
			v.Fields, v.Kinds, v.Rows = nil, kinds, []printRow{{N: 0, Series: nasty, Face: nasty, Count: nasty, First: nasty, SeriesBad: true, FaceBad: true, CountBad: true, FirstBad: true}, {N: 1}}
		}
		v.Note, v.NoteBad, v.None, v.Refusal = nasty, nasty, true, refusal
		list = append(list, seen(act.Path, http.StatusUnprocessableEntity, v.sheet(tabs)))
	}
	return append(list, seen("nothing to send", 0, noteActView{Act: "envoi", Places: places, Key: "k"}.sheet(tabs)))
}

func TestD9NobodyIsOfferedToReceiveOrSignTheirOwnNotes(t *testing.T) {
	all := map[string]pagetest.Sample{}
	for _, s := range samples() {
		all[s.Name] = s
	}
	for name, words := range map[string]string{"transfer own": "une autre personne doit les recevoir", "count own": "une autre personne doit expliquer"} {
		said, markup := pagetest.Text(t, all[name], Room().Room)
		if !strings.Contains(said, words) || strings.Contains(markup, `<form method="post" action="/tresorerie/billets`) {
			t.Errorf("%s: %s", name, said)
		}
	}
}

func TestNumbersAreWrittenAsSpans(t *testing.T) {
	ranges := []notes.Range{{Place: "vault", Series: "A", Face: 500, First: 1, Last: 10}, {Place: "vault", Series: "A", Face: 500, First: 11, Last: 20},
		{Place: "desk:x", Series: "A", Face: 500, First: 21, Last: 30}, {Place: "vault", Series: "A", Face: 500, First: 31, Last: 31}, {Place: "vault", Series: "B", Face: 500, First: 1, Last: 9}}
	if got := numbers(ranges, notes.Stock{Place: "vault", Series: "A", Face: 500}); got != "1–20, 31" {
		t.Error(got)
	}
}
