// SPDX-License-Identifier: AGPL-3.0-or-later

package desk

import (
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
)

var (
	nasty  = pagetest.Nasty
	centre = conversion.Desk{Slug: "centre", Name: nasty}
	amina  = ledger.Holder{ID: ident.Holder{Bits: ident.Bits{1}}, Kind: ledger.Individual, Name: nasty, Number: "12345674"}
)

func made(means conversion.Means, status conversion.Status) conversion.Conversion {
	m := money.MustParse
	return conversion.Conversion{ID: conversion.ID{Bits: ident.Bits{2}}, Status: status, Means: means, Channel: conversion.AtDesk, Euros: m("50.00"), Bonus: m("10.00"),
		Credited: m("60.00"), Reference: "ROUE-1234-5", CreatedAt: pagetest.Noon()}
}

func samples() []pagetest.Sample {
	m, two := money.MustParse, []conversion.Desk{centre, {Slug: "gare", Name: nasty}}
	quoted := &conversion.Quoted{Euros: m("50.00"), Bonus: m("10.00"), Credited: m("60.00"), Reasons: []conversion.Reason{{Code: conversion.AllowanceReduced}, {Code: conversion.BudgetReduced}}}
	refusal := &page.Refusal{Title: nasty, Advice: nasty, Moved: "no"}
	visitor := page.Visitor{Name: nasty, Menu: menu(deskAgent())}
	list := []pagetest.Sample{
		{Name: "choose a desk", Sheet: changeView{Desks: two, Means: conversion.Cash}.sheet()},
		{Name: "member", Sheet: changeView{Desk: centre, Desks: two, Means: conversion.Cash}.sheet()},
		{Name: "member unknown", Status: 422, Sheet: changeView{Desk: centre, Typed: nasty, MemberProblem: nasty, Means: conversion.Cash}.sheet()},
		{Name: "euros", Sheet: changeView{Desk: centre, Member: amina, Means: conversion.Cash}.sheet()},
		{Name: "euros wrong", Status: 422, Sheet: changeView{Desk: centre, Member: amina, Euros: nasty, EurosProblem: nasty, Means: conversion.Card}.sheet()},
		{Name: "confirm", Sheet: changeView{Desk: centre, Member: amina, Euros: nasty, Quoted: quoted, Key: nasty, Means: conversion.Cash}.sheet()},
		{Name: "refused", Status: 409, Sheet: changeView{Desk: centre, Member: amina, Euros: "50", Refusal: refusal, Means: conversion.Cash}.sheet()},
		{Name: "receipt", Sheet: receiptView{Made: made(conversion.Cash, conversion.Settled), Member: amina, Desk: centre, Key: nasty}.sheet()},
		{Name: "receipt sent", Sheet: receiptView{Made: made(conversion.Cheque, conversion.Settled), Member: amina, Desk: centre, Sent: true}.sheet()},
		{Name: "receipt address wrong", Status: 422, Sheet: receiptView{Made: made("", conversion.Settled), Member: amina, Desk: centre, Address: nasty, Problem: nasty}.sheet()},
		{Name: "receipt reversed", Sheet: receiptView{Made: made("", conversion.Reversed), Member: amina, Desk: centre, Reversed: true}.sheet()},
		{Name: "welcome", Sheet: welcomeView{Slug: "centre", Key: nasty}.sheet()},
		{Name: "welcome wrong", Status: 422, Sheet: welcomeView{Name: nasty, NameProblem: nasty, Email: nasty, EmailProblem: nasty}.sheet()},
		{Name: "welcome refused", Status: 409, Sheet: welcomeView{Name: nasty, Refusal: refusal}.sheet()},
		{Name: "card", Sheet: cardView{Member: amina, New: true}.sheet()},
		{Name: "home", Sheet: homeView{Member: amina, Household: nasty, Commune: "84007", Saved: true, Serves: true, Key: "k"}.sheet()},
		{Name: "home wrong", Status: 422, Sheet: homeView{Member: amina, Household: nasty, Commune: nasty, HouseholdProblem: nasty, CommuneProblem: nasty, Refusal: &page.Refusal{Title: nasty, Advice: nasty, Moved: page.MovedNo}, Key: "k", Status: 422}.sheet()},
		{Name: "card again", Sheet: cardView{Member: amina}.sheet()},
		{Name: "day, choose a desk", Sheet: dayView{Desks: two}.sheet()},
		{Name: "day", Sheet: day("50.00", true, 0)},
		{Name: "day missing", Sheet: day("40.00", true, -m("10.00"))},
		{Name: "day over", Sheet: day("60.00", true, m("10.00"))},
		{Name: "day wrong", Status: 422, Sheet: dayView{Day: conversion.DeskDay{Desk: centre, Day: civil.New(2026, 11, 23)}, DayTyped: nasty, DayProblem: nasty, Counted: nasty, CountProblem: nasty}.sheet()},
	}
	list = append(list, notesSamples(refusal)...)
	for i := range list {
		list[i].Sheet.Visitor = visitor
	}
	return list
}

func day(counted string, compared bool, difference money.Amount) page.Sheet {
	m := money.MustParse
	return dayView{Counted: counted, Compared: compared, Sum: m(counted), Difference: difference, Day: conversion.DeskDay{
		Desk: centre, Day: civil.New(2026, 11, 23), Cash: m("50.00"), Cheques: m("50.00"), Cards: m("20.00"), Count: 2, Reversed: 1, Due: m("100.00"),
		Made: []conversion.Conversion{made(conversion.Cash, conversion.Settled), made(conversion.Cheque, conversion.Settled), made("", conversion.Reversed)},
	}}.sheet()
}

func TestEveryPage(t *testing.T) { pagetest.Hold(t, samples(), Room().Room) }

func TestWhatIsReadFromACardIsItsNumber(t *testing.T) {
	for typed, want := range map[string]string{
		"12345674": "12345674", " 1234 5674 ": "12345674", "https://roue.example/carte/12345674": "12345674", "": "", "carte": "", "https://1.example/": "",
	} {
		if got := number(typed); got != want {
			t.Errorf("%q gives %q, want %q", typed, got, want)
		}
	}
}

func TestTheConfirmationSaysWhatIsGivenAndCredited(t *testing.T) {
	said, markup := pagetest.Text(t, samples()[5], Room().Room)
	for _, words := range []string{"60,00", "Remis 50,00 € · Espèces", "Encaisser 50,00 €", "limité à ce qu’il reste à cette personne", "limité à ce qu’il reste dans la campagne"} {
		if !strings.Contains(said, strings.Join(strings.Fields(words), " ")) {
			t.Errorf("no %q in:\n%s", words, said)
		}
	}
	if !strings.Contains(markup, "autofocus") || strings.Contains(markup, "desk.js") {
		t.Error("the button has no focus, or the form's module is there")
	}
}

func deskAgent() access.Actor {
	return access.Actor{Grants: []access.Grant{{Role: access.DeskAgent}}}
}
