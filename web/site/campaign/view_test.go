// SPDX-License-Identifier: AGPL-3.0-or-later

package campaign

import (
	"net/http"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/ident"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/page/pagetest"
	"github.com/noria-mlc/noria/web/site"
)

func samples() []pagetest.Sample {
	m, nasty, noon := money.MustParse, pagetest.Nasty, pagetest.Noon()
	city := ident.Holder{Bits: ident.Bits{7}}
	c := conversion.Campaign{ID: conversion.CampaignID{Bits: ident.Bits{1}}, Status: conversion.CampaignActive, Funder: city, Name: nasty, Rate: money.MustParseRate("0.20"),
		Budget: m("26000.00"), StartsOn: civil.New(2026, 11, 1), EndsOn: civil.New(2027, 10, 31), PerPersonCap: m("200.00"), PerPersonPeriod: conversion.PerMonth,
		EligibleKinds: []ledger.HolderKind{ledger.Individual}, WhenExhausted: conversion.Refuse, Received: m("20000.00"), Granted: m("5000.00"), Remaining: m("15000.00"),
		Convention: conversion.Convention{Reference: nasty, Date: civil.New(2026, 10, 1)}, Rules: conversion.Rules{BudgetMode: conversion.OnceReceived}}
	mayor := visit{access.Actor{Grants: []access.Grant{{Role: access.CollectivityApprover, Organisation: city}}}, c}
	treasurer := visit{access.Actor{Grants: []access.Grant{{Role: access.Treasurer}}}, c}
	refusal := &page.Refusal{Title: nasty, Advice: nasty, Moved: page.MovedNo}
	wrong := amendView{visit: mayor, Typed: map[string]string{}, Problems: map[string]string{}, Key: "k", Refusal: refusal, Status: http.StatusUnprocessableEntity}
	for _, field := range []string{"budget", "fin", "plafond", "foyer", "payeur", "minimum", "maximum", "motif"} {
		wrong.Typed[field], wrong.Problems[field] = nasty, nasty
	}
	fresh := amendView{visit: treasurer, Typed: map[string]string{}, Key: "k"}
	fresh.fill(c.Terms())
	after := c.Terms()
	after.Budget, after.EndsOn, after.HouseholdCap, after.PerPersonCap = m("30000.00"), civil.New(2027, 12, 31), m("300.00"), 0
	told := page.Amendment{Status: "proposed", Reason: nasty, By: nasty, At: noon,
		Changes: site.Changes(conversion.Amendment{Before: c.Terms(), Terms: after}, conversion.PerMonth)}
	decided := told
	decided.Status, decided.DecidedBy, decided.DecidedAt = "approved", nasty, noon
	withdrawn := decided
	withdrawn.Status = "withdrawn"
	list := []pagetest.Sample{
		{Name: "amend", Sheet: fresh.sheet()},
		{Name: "amend wrong", Status: http.StatusUnprocessableEntity, Sheet: wrong.sheet()},
		{Name: "amendment to approve", Sheet: amendmentView{visit: mayor, Told: told, Path: "/avenants/amd_1", Key: "k", Open: true, Approves: true}.sheet()},
		{Name: "amendment own", Status: http.StatusConflict, Sheet: amendmentView{visit: treasurer, Told: told, Path: "/avenants/amd_1", Key: "k", Open: true, Own: true, Refusal: refusal, Status: 409}.sheet()},
		{Name: "amendment approved", Sheet: amendmentView{visit: mayor, Told: decided}.sheet()},
		{Name: "amendment withdrawn", Sheet: amendmentView{visit: mayor, Told: withdrawn}.sheet()},
	}
	for _, u := range []string{"pause", "resume", "close"} {
		list = append(list, pagetest.Sample{Name: u, Sheet: turnView{visit: mayor, Turn: u, Path: "/campagnes/cmp_1/" + u, Key: "k"}.sheet()},
			pagetest.Sample{Name: u + " refused", Status: http.StatusConflict, Sheet: turnView{visit: treasurer, Turn: u, Path: "/campagnes/cmp_1/" + u, Key: "k", Refusal: refusal}.sheet()})
	}
	for i := range list {
		list[i].Sheet.Visitor = page.Visitor{Name: nasty, Menu: []page.Entry{{Section: "town", Path: "/collectivite"}, {Section: "treasury", Path: "/tresorerie"}}}
	}
	return list
}

func TestEveryPage(t *testing.T) { pagetest.Hold(t, samples(), Room().Room) }

func TestD9OtherTermsAreReadBeforeAndAfter(t *testing.T) {
	words := map[string][]string{
		"amendment to approve": {"Budget voté de 26 000,00 € → à 30 000,00 €", "31 octobre 2027 → à 31 décembre 2027", "aucun → à 300,00 € par foyer et par mois", "200,00 € par personne et par mois → à aucun", "Approuver cet avenant"},
		"amendment own":        {"une autre personne doit l’approuver", "Abandonner cet avenant"},
		"close":                {"s’arrête pour de bon", "Encore disponible 15 000,00 €", "Clore pour de bon"},
		"amend":                {"Ne plus donner de bonus", "26 000,00 €"},
	}
	for _, s := range samples() {
		said, _ := pagetest.Text(t, s, Room().Room)
		for _, w := range words[s.Name] {
			if !strings.Contains(plain(said), plain(w)) {
				t.Errorf("%s does not say %q:\n%s", s.Name, w, said)
			}
		}
		if s.Name == "amendment own" && strings.Contains(said, "Approuver cet avenant") {
			t.Error("whoever proposed it is offered to approve it")
		}
	}
}

// plain writes every blank as one.
func plain(text string) string {
	return strings.NewReplacer("\u202f", " ", "\u00a0", " ").Replace(strings.Join(strings.Fields(text), " "))
}
