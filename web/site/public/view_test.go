// SPDX-License-Identifier: AGPL-3.0-or-later

package public

import (
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/merchant"
	"github.com/noria-mlc/noria/web/locale"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/page/pagetest"
)

func pool() page.FundPool {
	m := money.MustParse
	return page.FundPool{Pool: "paper", Circulation: m("1000.00"), Backing: m("1000.00"), InTransit: m("10.00"), Redeeming: m("5.00"),
		Custodians: []page.Custodian{{Name: pagetest.Nasty, Balance: m("995.00")}, {Name: "La Nef"}}}
}

func fundOf(total page.FundPool, past bool) page.Sheet {
	return fundView{AsOf: pagetest.Noon(), Seq: 18427, Hash: "9f2c4e1ab37710cc55aa", Past: past, Total: total,
		Pools: []page.FundPool{pool(), {Pool: "digital"}, {Pool: pagetest.Nasty}}}.sheet()
}

// samples are every page of the room in each of its states, as somebody sees
// them who is not signed in.
func samples(t *testing.T) map[string]pagetest.Sample {
	m, nasty, noon := money.MustParse, pagetest.Nasty, pagetest.Noon()
	short := pool()
	short.Gap = m("50.01")
	signed := short
	signed.FunderReceivable, signed.MemberReceivable = m("40.00"), m("5.00")
	speech, err := locale.NewSpeech("fr")
	if err != nil {
		t.Fatal(err)
	}
	shops := []merchant.Listing{{Name: nasty, Code: "7K4P", Category: "food", Town: nasty, Address: nasty, About: nasty}, {Name: "Librairie", Code: "ABCD", Category: "culture", Town: "Avignon"}}
	offers := []offer{{nasty, 2000, noon, m("200.00"), true}, {"Orange", 555, noon, m("20.00"), false}, {"Sorgues", 500, noon, 0, false}}
	fontes := []page.Fonte{{Rate: 200, Period: "quarter", From: noon, Next: noon, Exempt: m("50.00"), Receiver: nasty}, {Rate: 25, Period: "half-year", From: noon, Next: noon, Announced: true, Receiver: nasty}}
	problem, _ := problemOf("insufficient-funds", "fr")
	unknown, _ := problemOf("internal", "fr")
	public := func(s page.Sheet) pagetest.Sample { return pagetest.Sample{Public: true, Sheet: s} }
	silent := func(s page.Sheet) pagetest.Sample { return pagetest.Sample{Public: s.Public, Silent: true, Sheet: s} }
	return map[string]pagetest.Sample{
		"fund":       public(fundOf(pool(), false)),
		"fund short": public(fundOf(short, false)),
		"fund beside campaigns": public(fundOf(page.FundPool{Circulation: m("3387.00"), Backing: m("3387.00"), InTransit: m("1660.00"), Grants: m("25628.00"),
			Held: m("30.00"), Gap: -m("2.00"), Custodians: []page.Custodian{{Name: "La Nef", Balance: m("27387.00")}}}, false)),
		"fund beside signed budgets": public(fundView{AsOf: noon, Seq: 1, Hash: "9f2c4e1ab37710cc55aa", Total: signed, Pools: []page.FundPool{signed}}.sheet()),
		"fund beside projects": public(fundView{AsOf: noon, Seq: 1, Hash: "9f2c4e1ab37710cc55aa", Total: pool(), Pools: []page.FundPool{pool()}, Projects: []projectRow{
			{nasty, nasty, 2025, m("40000.00"), nasty, "https://exemple.fr/moulin?a=b&c", "exemple.fr"}, {Name: "Crèche", Commune: "Apt", Year: 2020, Amount: m("9000.00"), About: "Ouverte."}}}.sheet()),
		"fund empty":              public(fundOf(page.FundPool{}, false)),
		"fund of the past":        public(fundOf(pool(), true)),
		"home":                    public(homeView{nasty, pool(), noon, 12, offers}.sheet()),
		"home at first":           public(homeView{Issuer: nasty, AsOf: noon}.sheet()),
		"how":                     public(howView{offers, conversion.Commission{}, m("100.00"), m("5.00"), fontes}.sheet()),
		"how without fee":         silent(howView{nil, conversion.Commission{}, m("100.00"), 0, nil}.sheet()),
		"directory":               public(directoryView{"food", nasty, nasty, merchant.Categories(), []string{nasty}, shops, 2}.sheet()),
		"directory found nothing": public(directoryView{"food", "", nasty, merchant.Categories(), []string{nasty}, nil, 2}.sheet()),
		"directory at first":      silent(directoryView{Categories: merchant.Categories()}.sheet()),
		"numbers": silent(numbersView{1200, 140, 7, 96, []monthView{{noon, 1234, false, m("40321.50"), m("12000.00"), m("800.00")},
			{noon.AddDate(0, -1, 0), 0, true, 0, m("12.00"), 0}}, noon, speech}.sheet()),
		"about": public(aboutView{conversion.Issuer{Name: nasty, SIREN: "123456789", RNA: "W842000000", LegalBasis: conversion.LimitedNetwork},
			noon, []string{nasty, "La Nef"}, "test"}.sheet()),
		"about on paper":         public(aboutView{conversion.Issuer{Name: nasty, LegalBasis: conversion.PaperOutsideScope}, noon, []string{nasty}, "test"}.sheet()),
		"about under a licence":  public(aboutView{conversion.Issuer{Name: nasty, LegalBasis: conversion.PartnerAgreement}, noon, []string{nasty}, "test"}.sheet()),
		"accessibility":          silent(accessSheet()),
		"offline":                silent(offlineSheet()),
		"problem":                silent(problem.sheet()),
		"problem of the unknown": silent(unknown.sheet()),
		"components":             silent(componentsView{noon, speech}.sheet()),
	}
}

func TestEveryPage(t *testing.T) {
	var all []pagetest.Sample
	for name, s := range samples(t) {
		s.Name = name
		all = append(all, s)
	}
	pagetest.Hold(t, all, Room().Room)
}

// TestWhatThePagesSay reads each page as a visitor would; "!" before words means
// that they must be absent, "<" begins a piece of markup.
func TestWhatThePagesSay(t *testing.T) {
	all := samples(t)
	for name, want := range map[string][]string{
		"fund": {"100,00\u00a0% de couverture", "au 23 novembre 2026 , 13\u00a0h\u00a000", "En circulation 1\u202f000,00 Roues", "En garantie 1\u202f000,00 €",
			"La Nef", "En chemin 10,00 €", "À reverser −5,00 €", "écriture n° 18427", "empreinte 9f2c4e1ab37710cc", "Billets", "Numérique", "Ensemble",
			`<p class="say" data-when="covered">`, `<meta http-equiv="refresh" content="30">`, `<p class="note apart" data-grants hidden>`, `<tr class="part" data-row="held" hidden>`},
		"fund short": {"94,99\u00a0% de couverture", "Il manque 50,01 € au fonds de garantie", "En garantie 949,99 €", `<p class="say warning" data-when="short">`},
		"fund beside signed budgets": {"Budgets signés, accordés avant d’être versés 40,00 €", "Dû par des membres après un retour de leur banque 5,00 €",
			"Couverture 94,99\u00a0%", "Couverture, une fois ces sommes payées 99,49\u00a0%", "Des euros sont dus au fonds"},
		"fund beside projects": {"En garantie 1\u202f000,00 €", "100,00\u00a0% de couverture", "Ce que ces dépôts financent", "2025 · 40\u202f000,00 €", "Crèche Apt , 2020", "ne s’ajoutent pas à la garantie, qui n’est comptée qu’une fois",
			`<a href="https://exemple.fr/moulin?a=b&amp;c" rel="noreferrer noopener">Lien vers exemple.fr</a>`},
		"fund empty":       {"!dépôts financent", "— de couverture", "Aucune unité n’est en circulation"},
		"fund of the past": {"!/asset/fund-", "!<noscript><meta", "!<p class=\"signal\""},
		// What a collectivité paid for bonuses lies in the same bank, and the page says
		// that it guarantees nothing (G4). 27 387 + 1 660 − 25 628 − 30 = 3 389.
		"fund beside campaigns": {"En garantie 3\u202f389,00 € La Nef 27\u202f387,00 € En chemin 1\u202f660,00 €", "Bonus gardés à part −25\u202f628,00 €",
			"Reçus pour d’autres −30,00 €", "Excédent", "+2,00 €", "ont versé d’avance 25\u202f628,00 € qui ne sont pas encore accordés", "100,05\u00a0% de couverture"},
		"home":                    {"+20\u00a0% offerts par", "Jusqu’à 200,00\u00a0€ de bonus par personne et par mois", "+5,55\u00a0% offerts", "jusqu’au 23 novembre 2026", "l’acceptent\u00a0: 12", `<a class="button main" href="/rejoindre">`},
		"home at first":           {"Les premiers commerces apparaîtront ici", "!En ce moment"},
		"how":                     {"1 euro devient 1 Roue", "Pour 100,00 remis, il reçoit 95,00\u00a0€"},
		"how without fee":         {"C’est sans frais", "!remis, il reçoit"},
		"directory":               {"Trouvés\u00a0: 2 sur 2", "Culture et livres", "ABCD"},
		"directory found nothing": {"Trouvés\u00a0: 0 sur 2", "Essayez un autre mot"},
		"directory at first":      {"!Que cherchez-vous"},
		"numbers":                 {"particuliers 1\u202f200", "novembre 2026 1\u202f234 40\u202f321,50", "octobre 2026 moins de 5 — 12,00 0,00"},
		"about":                   {"123456789", "réseau limité de membres", "La Nef"},
		"offline":                 {"Votre appareil n’a pas de réseau", "!Connecté"},
	} {
		said, markup := pagetest.Text(t, all[name], Room().Room)
		for _, words := range want {
			bare, absent := strings.CutPrefix(words, "!")
			in := said
			if strings.HasPrefix(bare, "<") || strings.HasPrefix(bare, "/") {
				in = markup
			} else {
				bare = strings.Join(strings.Fields(bare), " ")
			}
			if strings.Contains(in, bare) == absent {
				t.Errorf("%s: %q; it says:\n%s", name, words, said)
			}
		}
	}
}

func TestTheDirectoryFindsByEveryWord(t *testing.T) {
	shop := merchant.Listing{Name: "Boulangerie du Pont", Category: "food", Town: "Sorgues", About: "Pain au LEVAIN"}
	for _, c := range []struct {
		view  directoryView
		shows bool
	}{
		{directoryView{}, true}, {directoryView{Query: "levain pont"}, true}, {directoryView{Query: "levain vélo"}, false},
		{directoryView{Category: "food", Town: "Sorgues"}, true}, {directoryView{Category: "craft"}, false}, {directoryView{Town: "Orange"}, false},
	} {
		if c.view.shows(shop) != c.shows {
			t.Errorf("%+v shows the shop = %v", c.view, !c.shows)
		}
	}
}

func TestAMonthOfFewPaymentsIsNotTold(t *testing.T) {
	if first := monthOf(20_780); first.Month() != "2026-11" || first.String() != "2026-11-01" {
		t.Errorf("the month of 23 November 2026 begins on %s", first)
	}
	if v := monthOfSums(monthSums{from: time.Time{}}); !v.Few || v.Paid != 0 {
		t.Errorf("an empty month is told: %+v", v)
	}
}
