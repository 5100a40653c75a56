// SPDX-License-Identifier: AGPL-3.0-or-later

package citizen

import (
	"strings"
	"testing"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/conversion/paper"
	"github.com/noria-mlc/noria/web/page/pagetest"
	"github.com/noria-mlc/noria/web/site"
)

// drawnOf is a withdrawal of notes in a state.
func drawnOf(status string) withdrawal {
	return withdrawal{ID: "ppm_1", Status: status, Amount: 25_00, Desk: pagetest.Nasty, CreatedAt: pagetest.Noon(), ClosedAt: pagetest.Noon(),
		Lines: []paper.Bundle{{Series: pagetest.Nasty, Face: 5_00, Quantity: 1}, {Series: "A", Face: 20_00, Quantity: 1}}}
}

func notesSamples(seen named) []pagetest.Sample {
	nasty := pagetest.Nasty
	form := notesView{Key: nasty, Available: 57_30, Desks: []conversion.Desk{{Slug: "centre", Name: nasty}, {Slug: "gare", Name: "Gare"}}, Desk: "gare",
		Pieces: []site.NoteField{{Series: nasty, Face: 20_00}, {Series: "A", Face: 5_00, Count: "2"}}}
	wrong, none, only := form, form, form
	wrong.NoDesk, wrong.Refusal, wrong.Pieces = true, turnedDown(), []site.NoteField{{Series: "A", Face: 5_00, Count: nasty, CountBad: true}}
	none.None, none.Older = true, "ppm_1"
	none.Asked = []withdrawal{drawnOf("open"), drawnOf("done"), drawnOf("undone")}
	only.Desks = form.Desks[:1]
	list := []pagetest.Sample{seen("notes", form.sheet()), seen("notes wrong", wrong.sheet()), seen("notes, none typed", none.sheet()), seen("notes at the only desk", only.sheet()),
		seen("no notes", notesView{Key: nasty}.sheet())}
	for _, status := range []string{"open", "done", "undone"} {
		list = append(list, seen("drawn "+status, noteView{withdrawal: drawnOf(status), Number: nasty, Key: nasty, Refusal: turnedDown()}.sheet()))
	}
	return list
}

func TestNotesSay(t *testing.T) {
	all := map[string]pagetest.Sample{}
	for _, s := range samples() {
		all[s.Name] = s
	}
	for name, texts := range map[string][]string{
		"notes":                  {"Disponible : 57,30", `name="billets-41-500"`, `value="gare" checked`, `action="/billets"`, `!value="centre" checked`},
		"notes wrong":            {"Choisissez le comptoir", "Écrivez un nombre de billets", "De l’argent a-t-il bougé ? Non."},
		"notes, none typed":      {"Écrivez le nombre de billets", "À retirer", "Billets remis", "Annulée", `href="/billets?avant=ppm_1"`},
		"notes at the only desk": {`value="centre" checked`},
		"no notes":               {"Il n’y a pas encore de billets", `!action="/billets"`},
		"drawn open":             {"À retirer", "1 × 20,00", `action="/billets/ppm_1/annulation"`},
		"drawn done":             {"vous ont été remis le 23 novembre 2026", `!action="/billets/ppm_1/annulation"`},
		"drawn undone":           {"Demande annulée le 23 novembre 2026", `!action="/billets/ppm_1/annulation"`},
		"wallet":                 {"25,00 Roues en billets à retirer", `href="/billets/ppm_1"`},
	} {
		said, markup := pagetest.Text(t, all[name], Room().Room)
		for _, text := range texts {
			wanted, absent := strings.CutPrefix(text, "!")
			in := said
			if strings.Contains(wanted, "=") {
				in = markup
			} else {
				wanted = strings.Join(strings.Fields(wanted), " ")
			}
			if strings.Contains(in, wanted) == absent {
				t.Errorf("%s: %q; it says:\n%s", name, text, said)
			}
		}
	}
}
