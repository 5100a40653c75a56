// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/alert"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/page/pagetest"
)

// registerSamples are the pages of the fund's alerts and of the register of
// projects, in each of their states.
func registerSamples() map[string]pagetest.Sample {
	n, noon, m := pagetest.Nasty, pagetest.Noon(), money.MustParse
	tabs := tabs("alerts", func(access.Action) bool { return true })
	refusal := &page.Refusal{Title: n, Advice: n, Moved: page.MovedNo}
	gap, coverage, days := m("100.00"), money.MustParseRate("0.98"), 10
	limits := alert.Thresholds{Gap: &gap, Coverage: &coverage, AwaitedDays: &days}
	all := func(access.Action) bool { return true }
	crossed := alertRows(alert.Watch{Thresholds: limits, Figures: alert.Figures{At: noon, Gap: m("150.00"), Backing: m("2000.00"), Coverage: "0.9250", AwaitedDays: 12},
		Alerts: []alert.Alert{{Kind: alert.Gap, ToldAt: noon}, {Kind: alert.Coverage}, {Kind: alert.Awaited, ToldAt: noon}}}, all)
	calm := alertRows(alert.Watch{Thresholds: limits, Figures: alert.Figures{At: noon, Gap: -m("2.00"), Backing: m("2000.00"), Coverage: "1.0010"}}, all)
	off := alertRows(alert.Watch{Figures: alert.Figures{At: noon}}, all)
	typed := alertTyped(limits)
	typed.Key = "k"
	row := projectRow{Path: "/tresorerie/projets/prj_1", Name: n, Commune: n, About: n, Link: "https://exemple.fr/" + n, Host: "exemple.fr", Year: 2025, Amount: m("40000.00")}
	bad := projectForm{Key: "k", Revision: n, Name: n, Commune: n, Year: n, Amount: n, Link: n, About: n, NameBad: n, CommuneBad: n, YearBad: n, AmountBad: n, LinkBad: n, AboutBad: n}
	samples := map[string]page.Sheet{
		"alerts crossed": alertsView{Section: "treasury", At: noon, Rows: crossed, Form: typed, Decides: true}.sheet(tabs),
		"alerts calm":    alertsView{Section: "treasury", At: noon, Rows: calm, Form: typed, Decides: true}.sheet(tabs),
		"alerts off":     alertsView{Section: "treasury", At: noon, Rows: off, Form: alertForm{Key: "k"}, Decides: true}.sheet(tabs),
		"alerts read":    alertsView{Section: "audit", At: noon, Rows: crossed, Form: typed}.sheet(nil),
		"alerts changed": alertsView{Section: "treasury", At: noon, Rows: calm, Decides: true, Changed: true, Form: alertForm{"k", "3", n, n, n, "", "", ""}, Refusal: refusal}.sheet(tabs),
		"alerts wrong":   alertsView{Section: "treasury", At: noon, Rows: calm, Decides: true, Form: alertForm{"k", "3", n, n, n, n, n, n}, Refusal: refusal}.sheet(tabs),
		"projects":       projectsView{Rows: []projectRow{row, {Path: "/tresorerie/projets/prj_2", Name: "Crèche", Commune: "Apt", About: "Ouverte.", Year: 2020, Amount: m("9000.00")}}, Form: projectForm{Key: "k"}}.sheet(tabs),
		"banks": banksView{Accounts: []bankRow{{"digital", n, "FR7630006000011234567890189", n, m("12.00"), time.Time{}}, {"", n, "FR7630006000011234567890189", n, -m("1.00"), time.Time{}}, {"paper", n, "DE89370400440532013000", n, 0, noon}},
			Open: []bankChange{{ID: "bac_1", Deed: "open", Pool: "paper", Name: n, IBAN: "DE89370400440532013000", Holder: n, Note: n, Key: "a", OtherKey: "b", By: party{Name: n}, At: noon, Approves: true, Withdraws: true},
				{ID: "bac_2", Deed: "close", Pool: "digital", Name: "La Nef", IBAN: "DE89370400440532013000", Holder: n, Note: n, Key: "c", OtherKey: "d", At: noon, Own: true, Approves: true, Withdraws: true}},
			Closable: []place{{Account: "eur:bank:guarantee:digital:la-nef", Name: n, Chosen: true}}, Proposes: true, CloseKey: "x", Why: n, WhyBad: n, Refusal: refusal,
			Form: bankForm{"k", "paper", n, n, n, n, n, n, n, n, n, n}}.sheet(tabs),
		"banks read":      banksView{Accounts: []bankRow{{"digital", n, "FR7630006000011234567890189", n, 0, time.Time{}}}, Form: bankForm{Key: "k"}, CloseKey: "x"}.sheet(tabs),
		"projects none":   projectsView{Form: projectForm{Key: "k"}}.sheet(tabs),
		"projects wrong":  projectsView{Rows: []projectRow{row}, Form: bad, Refusal: refusal}.sheet(tabs),
		"project":         projectView{Path: row.Path, Now: row, Form: projectForm{Key: "k", Revision: "1", Name: "Moulin"}, WithdrawKey: "w"}.sheet(tabs),
		"project changed": projectView{Path: row.Path, Now: row, Changed: true, Form: bad, WithdrawKey: "w", Refusal: refusal}.sheet(tabs),
	}
	found := make(map[string]pagetest.Sample)
	for name, s := range samples {
		s.Visitor = page.Visitor{Name: n, Menu: []page.Entry{{Section: s.Section, Path: "/tresorerie"}}}
		found[name] = pagetest.Sample{Name: name, Status: 200, Sheet: s}
	}
	return found
}

// TestAlertsAndProjects holds the laws of pages over both.
func TestAlertsAndProjects(t *testing.T) {
	var all []pagetest.Sample
	for _, s := range registerSamples() {
		all = append(all, s)
	}
	pagetest.Hold(t, all, Room().Room)
}

// TestG1G6ACrossingIsToldInWords reads the pages as their visitor does; "!" before
// words means that they must be absent.
func TestG1G6ACrossingIsToldInWords(t *testing.T) {
	for name, want := range map[string][]string{
		"alerts crossed": {"Un seuil au moins est franchi", "Il manque 150,00 € au fonds. Vous vouliez être prévenus au-delà de 100,00 €", "Le fonds couvre 92,50 % de ce qui circule. Vous vouliez être prévenus en dessous de 98 %",
			"Des euros sont attendus depuis 12 jours. Vous vouliez être prévenus au-delà de 10", "Les trésoriers ont été prévenus par lettre le 23 novembre 2026", "Les trésoriers seront prévenus par lettre dans l’heure", "Vos seuils"},
		"alerts calm": {"Aucun seuil n’est franchi", "!Seuils franchis", "Ce qui manque au fonds plus de 100,00 € Dans les limites 0,00 €", "Couverture moins de 98 % Dans les limites 100,00 %"},
		"alerts off":  {"Rien n’est surveillé", "Non surveillé", "!Franchi"},
		"alerts read": {"Il manque 150,00 €", "!Vos seuils"},
	} {
		said, _ := pagetest.Text(t, registerSamples()[name], Room().Room)
		said = strings.ReplaceAll(said, "\u00a0", " ")
		for _, words := range want {
			bare, absent := strings.CutPrefix(words, "!")
			if strings.Contains(said, bare) == absent {
				t.Errorf("%s: %q; it says:\n%s", name, words, said)
			}
		}
	}
}
