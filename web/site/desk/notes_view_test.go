// SPDX-License-Identifier: AGPL-3.0-or-later

package desk

import (
	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/page/pagetest"
)

// notesSamples are the states of the page of notes.
func notesSamples(refusal *page.Refusal) []pagetest.Sample {
	full := notesView{Desk: centre, Key: nasty, Act: "reprise", Stock: []paper.Stock{{Place: "desk:centre", Series: nasty, Face: 5_00, Quantity: 3, Value: 15_00}},
		Pieces: []piece{{Field: "billets0", Series: nasty, Face: 5_00, Typed: "2"}}, Done: 15_00,
		Arriving: []arriving{{paper.Move{Amount: 15_00, Lines: []paper.Bundle{{Series: nasty, Face: 5_00, Quantity: 3}}}, nasty}}}
	wrong := notesView{Status: 422, Desk: centre, Typed: nasty, MemberProblem: nasty, None: true, Pieces: []piece{{Field: "billets0", Series: nasty, Face: 5_00, Typed: nasty, Bad: true}}}
	return []pagetest.Sample{
		{Name: "notes, choose a desk", Sheet: notesView{Desks: []conversion.Desk{centre, {Slug: "gare", Name: nasty}}}.sheet()},
		{Name: "notes", Sheet: full.sheet()},
		{Name: "notes, none", Sheet: notesView{Desk: centre}.sheet()},
		{Name: "notes wrong", Status: 422, Sheet: wrong.sheet()},
		{Name: "notes refused", Status: 409, Sheet: notesView{Desk: centre, Refusal: refusal}.sheet()},
	}
}
