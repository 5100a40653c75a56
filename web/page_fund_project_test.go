// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

const projectsPage = "/tresorerie/projets"

// mill is a project as somebody types it.
func mill(pairs ...string) []string {
	return append([]string{"nom", "Moulin coopératif", "commune", "Pernes", "annee", "2025", "montant", "40 000", "lien", "https://exemple.fr/moulin", "phrase", "Une farine d’ici."}, pairs...)
}

// TestG5ProjectsAreToldBesideTheFundAndChangeNoFigure keeps the register in the
// pages, and reads the public fund before and after: not one figure differs.
func TestG5ProjectsAreToldBesideTheFundAndChangeNoFigure(t *testing.T) {
	inWorld(t, func(w *world) {
		figures := func() string {
			page := w.browser().open("/fonds").body
			return regexp.MustCompile(`(?s)<div class="pools".*?</div>\s*<p class="note`).FindString(page)
		}
		before, b := figures(), w.signedIn("treasurer")
		if before == "" {
			w.Fatal("there are no figures")
		}
		w.reads(w.browser().open("/fonds"), "!Ce que ces dépôts financent")
		page := b.open(projectsPage)
		w.reads(page, "Aucun projet", "Inscrire au registre")
		in := mill("cle", page.formKey())
		for range 2 { // pressed twice
			w.goes(b.send(projectsPage, in...), projectsPage)
		}
		w.goes(b.send(projectsPage, mill("cle", w.key(), "nom", "Crèche", "annee", "2020", "lien", "")...), projectsPage)
		page = b.open(projectsPage)
		if strings.Count(page.body, "Moulin coopératif</bdi></b>") != 1 || strings.Index(page.body, "Moulin") > strings.Index(page.body, "Crèche") {
			w.Errorf("the register:\n%s", page.body)
		}
		public := w.browser().open("/fonds")
		w.reads(public, "Ce que ces dépôts financent", "qui n’est comptée qu’une fois", "Moulin coopératif", "Pernes", "40\u202f000,00 €", "Une farine d’ici.",
			`<a href="https://exemple.fr/moulin" rel="noreferrer noopener">Lien vers exemple.fr</a>`)
		if after := figures(); after != before {
			w.Errorf("the figures were\n%s\nare\n%s", before, after)
		}
		w.reads(w.browser().open("/fonds?au="+w.ledger.Now().UTC().Format("2006-01-02T15:04:05Z")), "!Moulin") // the register has no past
		for _, path := range regexp.MustCompile(projectsPage+`/prj_[0-9a-z]+`).FindAllString(page.body, -1) {
			w.goes(b.send(path+"/retrait", "cle", w.key()), projectsPage)
		}
		w.reads(w.browser().open("/fonds"), "!Ce que ces dépôts financent")
	})
}

// TestAProjectChangedBySomebodyElseKeepsWhatWasTyped: two treasurers hold the same
// project; the second reads what stands now beside their own words.
func TestAProjectChangedBySomebodyElseKeepsWhatWasTyped(t *testing.T) {
	inWorld(t, func(w *world) {
		w.keep("project", w.made("treasurer", "/v1/projects", `{"name":"Moulin","commune":"Pernes","year":2025,"amount_eur":"40000.00","about":"Une farine d’ici."}`))
		b, at := w.signedIn("treasurer"), w.say(projectsPage+"/${project}")
		mine := b.open(at)
		w.reads(mine, `value="Moulin"`, "value=\"40\u202f000,00\"", `name="revision" value="1"`)
		w.made("treasurer", w.say("/v1/projects/${project}/revisions"), `{"revision":1,"name":"Moulin à vent","commune":"Pernes","year":2025,"amount_eur":"45000.00","about":"Une farine d’ici."}`)

		typed := mill("revision", "1", "cle", mine.formKey(), "nom", "Moulin à eau")
		refused := b.send(at, typed...)
		w.reads(refused, "Ce projet a changé entre-temps", "Aucun montant n’a été débité", "Ce qui est inscrit maintenant", "Moulin à vent", "45\u202f000,00", `value="Moulin à eau"`, `name="revision" value="2"`)
		if refused.status != http.StatusConflict {
			w.Errorf("%d", refused.status)
		}
		w.reads(b.open(projectsPage), "Moulin à vent", "!Moulin à eau")
		again := mill("revision", "2", "cle", refused.formKey(), "nom", "Moulin à eau")
		for range 2 {
			w.goes(b.send(at, again...), projectsPage)
		}
		w.reads(b.open(projectsPage), "Moulin à eau", "!Moulin à vent")
		if a := b.send(at, mill("revision", "x", "cle", w.key())...); a.status != http.StatusConflict {
			w.Errorf("a revision that never was: %d", a.status)
		}

		key := w.key()
		for range 2 {
			w.goes(b.send(at+"/retrait", "cle", key), projectsPage)
		}
		gone := b.send(at, mill("revision", "3", "cle", w.key(), "nom", "Moulin à sel")...)
		w.reads(gone, "Ce projet a changé entre-temps", `value="Moulin à sel"`, `action="`+projectsPage+`"`, "Aucun projet")
		if gone.status != http.StatusConflict {
			w.Errorf("changed after it was withdrawn: %d", gone.status)
		}
		if a := b.send(at+"/retrait", "cle", w.key()); a.status != http.StatusConflict {
			w.Errorf("withdrawn twice: %d", a.status)
		}
		for _, path := range []string{at, projectsPage + "/" + nobodys("prj_"), projectsPage + "/moulin"} {
			if a := b.ask("GET", path, ""); a.status != http.StatusNotFound {
				w.Errorf("%s: %d", path, a.status)
			}
		}
		w.goes(b.send(projectsPage, mill("cle", gone.formKey(), "nom", "Moulin à sel")...), projectsPage)
		w.reads(b.open(projectsPage), "Moulin à sel")
	})
}

// TestAProjectThatCannotBeToldIsRefusedInPlace says every fault beside its field;
// nobody but treasurers keeps the register.
func TestAProjectThatCannotBeToldIsRefusedInPlace(t *testing.T) {
	inWorld(t, func(w *world) {
		w.keep("project", w.made("treasurer", "/v1/projects", `{"name":"Moulin","commune":"Pernes","year":2025,"amount_eur":"40000.00","about":"Une farine d’ici."}`))
		b, before := w.signedIn("treasurer"), w.commands()
		for _, path := range []string{projectsPage, w.say(projectsPage + "/${project}")} {
			for field, bad := range map[string][2]string{"nom": {"", "De 1 à 100 caractères"}, "commune": {strings.Repeat("x", 101), "De 1 à 100 caractères"}, "annee": {"2099", "Une année, de 1990"},
				"montant": {"0", ""}, "lien": {"javascript:alert(1)", "https://."}, "phrase": {" ", "Une phrase, de 1 à 300"}} {
				a := b.send(path, mill("revision", "1", "cle", "the-key-of-this-form-1", field, bad[0])...)
				w.reads(a, bad[1], `id="`+field+`-faute"`, `value="the-key-of-this-form-1"`)
				if a.status != http.StatusUnprocessableEntity || strings.Count(a.body, `aria-invalid="true"`) != 1 || strings.TrimSpace(bad[0]) != "" && !strings.Contains(a.body, `value="`+bad[0]+`"`) {
					w.Errorf("%s %s: %d %s", path, field, a.status, a.body)
				}
			}
			all := b.send(path, "nom", "", "montant", "cent", "lien", "http://exemple.fr", "cle", w.key())
			if strings.Count(all.body, `aria-invalid="true"`) != 6 {
				w.Errorf("not every fault is told: %s", all.body)
			}
			for _, as := range []string{"approver", "auditor", "citizen", "desk", "merchant", "admin", "agent"} {
				other := w.signedIn(as)
				for _, form := range [][]string{mill("revision", "1", "cle", w.key()), {"nom", ""}} {
					if a := other.send(path, form...); a.status != http.StatusForbidden {
						w.Errorf("%s at %s: %d", as, path, a.status)
					}
				}
				if a := other.ask("GET", path, ""); a.status != http.StatusForbidden {
					w.Errorf("%s reads %s: %d", as, path, a.status)
				}
				if a := other.send(w.say(projectsPage+"/${project}/retrait"), "cle", w.key()); a.status != http.StatusForbidden {
					w.Errorf("%s withdraws: %d", as, a.status)
				}
			}
		}
		w.wroteNone(before, "project.")
	})
}
