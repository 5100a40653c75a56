// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/civil"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/job"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/page/pagetest"
	"github.com/noria-mlc/noria/web/site"
)

func samples() []pagetest.Sample {
	m, nasty, noon := money.MustParse, pagetest.Nasty, pagetest.Noon()
	visitor := page.Visitor{Name: nasty, Menu: []page.Entry{{Section: "treasury", Path: "/tresorerie"}}}
	tabs := tabs("runs", func(access.Action) bool { return true })
	seen := func(name string, status int, s page.Sheet) pagetest.Sample {
		s.Visitor = visitor
		return pagetest.Sample{Name: name, Status: status, Sheet: s}
	}
	who := party{nasty, "12345678"}
	pool := page.FundPool{Pool: "digital", Circulation: m("1234.50"), Backing: m("1234.50"), Custodians: []page.Custodian{{Name: nasty, Balance: m("1200.00")}}, Gap: m("34.50"), FunderReceivable: m("20.00"), MemberReceivable: m("4.50")}
	full := page.FundPool{Pool: "paper", Circulation: m("100.00"), Backing: m("100.00"), Custodians: []page.Custodian{{Name: nasty, Balance: m("102.00")}}, Surplus: m("2.00")}
	bank := []place{{Account: "eur:bank:guarantee:digital:la-nef", Name: nasty, Chosen: true}, {Account: "eur:bank:operating"}}
	refusal := &page.Refusal{Title: nasty, Advice: nasty, Moved: page.MovedNo}
	bad := typed{Key: "k", Amount: nasty, Reference: nasty, Date: nasty, Text: nasty, AmountBad: nasty, ReferenceBad: nasty, DateBad: nasty, TextBad: nasty, Refusal: refusal}
	awaits := conversionView{ID: "cnv_1", Reference: "ROUE-7F3K9Q-5", Who: who, Status: "awaiting_euros", Channel: "transfer", Euros: m("50.00"), Bonus: m("10.00"),
		Credited: m("60.00"), CreatedAt: noon, ExpiresAt: noon, Settles: true, Cancels: true, Places: bank, Today: "2026-11-23", Form: typed{Key: "k"}}
	refused := awaits
	refused.Form = bad
	settled := awaits
	settled.Status, settled.Settles, settled.Cancels, settled.Reverses, settled.Available, settled.Entry, settled.Bank = "settled", false, false, true, m("80.00"), "ent_1", nasty
	short := settled
	short.Available = m("12.00")
	reversed := awaits
	reversed.Status, reversed.Settles, reversed.Cancels, reversed.Reason, reversed.Reversal, reversed.ClosedAt = "reversed", false, false, nasty, "ent_2", noon
	open := redemptionView{ID: "red_1", Who: who, Status: "requested", Amount: m("40.00"), Fee: m("2.00"), Euros: m("38.00"), At: noon, Open: true, Places: bank,
		Today: "2026-11-23", Form: bad}
	closed := redemptionView{ID: "red_1", Who: who, Status: "refused", Amount: m("40.00"), At: noon, ClosedAt: noon, Reason: nasty, Bank: nasty, Entry: "ent_3"}
	exception := redemptionView{ID: "red_1", Who: party{"", "12345678"}, Status: "requested", Amount: m("40.00"), Euros: m("40.00"), At: noon, Exception: "visitor", Note: nasty, Approves: true, Form: bad}
	ownException := exception
	ownException.Own, ownException.Form = true, typed{Key: "k"}
	approvedException := open
	approvedException.Exception, approvedException.Note, approvedException.ApprovedAt = "wind-down", nasty, noon
	row := paper{Path: "/tresorerie/approbations/lots/pbt_1", Name: nasty, Purpose: "indemnity", Collectivity: who, By: who, At: noon, Amount: m("1170.00"), Own: true}
	told := conversion.Campaign{Rate: money.MustParseRate("0.20"), Budget: m("26000.00"), StartsOn: civil.New(2026, 11, 1), EndsOn: civil.New(2027, 10, 31),
		PerPersonCap: m("200.00"), PerPersonPeriod: conversion.PerMonth, Convention: conversion.Convention{Reference: nasty, Date: civil.New(2026, 10, 1)},
		Rules: conversion.Rules{HouseholdCap: m("300.00"), PayerCap: m("250.00"), Communes: []string{"84007"}, Priority: 5, BudgetMode: conversion.OnceSigned}, Due: m("6000.00")}
	draft := campaignView{ID: "cmp_1", Name: nasty, Status: "draft", Funder: who, Budget: m("26000.00"), Terms: site.TermsOf(told), Money: site.MoneyOf(told), By: who, At: noon,
		Warnings: []conversion.Warning{{Code: conversion.LoopGain, Amount: m("14.00")}, {Code: conversion.NoCeiling}}, Approves: true, Funds: true, Places: bank, Form: bad}
	own := draft
	own.Own, own.Form, own.Funds = true, typed{Key: "k"}, false
	active := draft
	active.Status, active.Approves, active.ApprovedBy, active.ApprovedAt = "active", false, who, noon
	active.Deeds = []page.Deed{{Key: "pause", Path: "/campagnes/cmp_1/pause"}}
	active.Amendments = []page.Amendment{{Path: "/avenants/amd_1", Status: "proposed", Reason: nasty, By: nasty, At: noon}}
	batch := batchView{ID: "pbt_1", Period: "2026-11", Purpose: "indemnity", Status: "draft", Digest: strings.Repeat("0f", 32), Collectivity: who, Total: m("1170.00"),
		Left: m("1170.00"), Count: 80, Problems: 1, Lines: []lineRow{{1, nasty, "12345678", m("120.00"), "pending", ""}, {2, nasty, nasty, m("145.00"), "returned", "no-instruction"}},
		More: 78, By: who, At: noon, Approves: true, Form: bad}
	approved := batch
	approved.Status, approved.Approves, approved.Funds, approved.ApprovedBy, approved.Places = "approved", false, true, who, bank
	commissions := []commissionForm{{"professional", "5,00", "0,00", "0,00", "", "", ""}, {"association", nasty, nasty, nasty, nasty, nasty, nasty}, {Kind: "collectivity"}}
	waiver := &conversion.Waiver{Amount: m("12.00"), Reason: nasty, ProposedAt: noon}
	taken := conversion.Chargeback{Code: "MD06", BankReference: nasty, Euros: m("50.00"), Bonus: m("10.00"), Taken: m("48.00"), Receivable: m("12.00"), ReturnedAt: noon}
	chain := func(link conversion.Link) conversion.Loop {
		return conversion.Loop{Amount: m("60.00"), Linked: link, FoundAt: noon, PaidAt: noon, Bonus: m("10.00"), Euros: m("66.50")}
	}
	closedLoop := loopRow{Loop: chain(conversion.Repeated), From: who, To: who, ChangedAt: noon, RedeemedAt: noon, ClosedNote: nasty}
	closedLoop.ClosedAt = noon
	returned := settled
	returned.Status, returned.Reverses, returned.Back = "reversed", false, &taken
	settled.Returns = true
	return append(append(debitSamples(seen, bad, who), noteSamples(seen, tabs)...), []pagetest.Sample{
		seen("overview", 0, overviewView{Total: pool, AsOf: noon, Waits: []wait{{"wait-awaited", 3, m("250.00"), 1, "/tresorerie/attendus"}, {"wait-redemptions", 2, m("76.00"), 0, "/tresorerie/reconversions"},
			{"wait-approvals", 0, 0, 0, "/tresorerie/approbations"}, {"wait-fundings", 0, 0, 0, "/tresorerie/approbations"}}, Checked: noon, Problem: nasty,
			Failed: []job.State{{Name: "payouts.execute", Problem: nasty, FinishedAt: noon}}}.sheet(tabs)),
		seen("overview calm", 0, overviewView{Total: full, AsOf: noon, Checked: noon, CheckOK: true}.sheet(tabs)),
		seen("awaited", 0, awaitedView{Status: "awaiting_euros", Euros: m("80.00"), Rows: []awaitedRow{
			{"/tresorerie/attendus/cnv_1", "ROUE-7F3K9Q-5", party{"", "12345678"}, m("30.00"), m("6.00"), noon, 4, noon, true, "awaiting_euros"},
			{"/tresorerie/attendus/cnv_2", "ROUE-7F3K9Q-6", who, m("50.00"), 0, noon, 0, time.Time{}, false, "awaiting_euros"}}}.sheet(tabs)),
		seen("awaited empty", 0, awaitedView{Status: "expired", Older: "/tresorerie/attendus?etat=expired&avant=cnv_1"}.sheet(tabs)),
		seen("conversion", 0, awaits.sheet(tabs)), seen("conversion refused", http.StatusUnprocessableEntity, refused.sheet(tabs)),
		seen("conversion settled", 0, settled.sheet(tabs)), seen("conversion short", 0, short.sheet(tabs)), seen("conversion returned", 0, returned.sheet(tabs)), seen("conversion reversed", 0, reversed.sheet(tabs)),
		seen("redemptions", 0, redemptionsView{Status: "requested", Euros: m("38.00"), Rows: []redemptionRow{{"/tresorerie/reconversions/red_1", who, m("40.00"), m("2.00"), m("38.00"), noon, "requested"}}}.sheet(tabs)),
		seen("redemptions empty", 0, redemptionsView{Status: "in_run"}.sheet(tabs)),
		seen("runs", http.StatusUnprocessableEntity, runsView{Count: 3, Euros: m("120.00"), Prepares: true, Places: bank, Rows: []runRow{{"/tresorerie/virements/rrn_1", noon, noon, 3, m("120.00"), "draft"},
			{"/tresorerie/virements/rrn_2", noon, noon, 1, m("2.85"), "cancelled"}}, Older: "/tresorerie/virements?avant=rrn_2", Form: bad}.sheet(tabs)),
		seen("runs empty", 0, runsView{Form: typed{Key: "k"}}.sheet(tabs)),
		seen("run", http.StatusConflict, runView{Path: "/tresorerie/virements/rrn_1", Status: "draft", Digest: strings.Repeat("0f", 32), Count: 1, Total: m("38.00"), ExecuteOn: noon, At: noon, By: who,
			Approves: true, Cancels: true, Lines: []runLine{{1, "/tresorerie/reconversions/red_1", nasty, "FR76 •••• 0189", m("38.00"), "in_run"}},
			Waiting: []waitRow{{"/tresorerie/reconversions/red_2", who, m("12.00"), "no-account"}, {"/tresorerie/reconversions/red_3", party{"", "12345678"}, m("1.00"), "account-delayed"}}, Form: bad}.sheet(tabs)),
		seen("run own", 0, runView{Path: "/tresorerie/virements/rrn_1", Status: "draft", Own: true, Approves: true, By: who, ExecuteOn: noon, At: noon, Form: typed{Key: "k"}}.sheet(tabs)),
		seen("run exported", 0, runView{Path: "/tresorerie/virements/rrn_1", Status: "exported", Exports: true, Settles: true, Left: m("38.00"), By: who, ExecuteOn: noon, At: noon, ExportedAt: noon, Form: bad}.sheet(tabs)),
		seen("redemption", http.StatusConflict, open.sheet(tabs)), seen("redemption closed", 0, closed.sheet(tabs)),
		seen("fund", 0, fundView{AsOf: noon, Seq: 81, Hash: strings.Repeat("0f", 32), Past: true, Date: nasty, Hour: nasty, Total: pool, MovesPath: "/tresorerie/fonds/virement",
			Pools: []poolView{{pool, []causeRow{{"/controle/ecritures/ent_1", 80, "transfer", noon, -m("36.50"), true, nasty}, {"/controle/ecritures/ent_2", 79, "redemption", noon, m("2.00"), false, nasty}}}, {FundPool: full}}}.sheet(tabs)),
		seen("move", http.StatusConflict, moveView{From: bank, To: bank, Today: "2026-11-23", Form: bad}.sheet(tabs)),
		seen("debts", 0, debtsView{Owed: m("12.00"), Returns: true, Rows: []debtRow{{"/tresorerie/impayes/hld_1", party{"", "12345678"}, conversion.Receivable{Owed: m("12.00"), Incurred: m("20.00"), Recovered: m("5.00"), Waived: m("3.00"), Since: noon, Waiver: waiver}},
			{"/tresorerie/impayes/hld_2", who, conversion.Receivable{Owed: m("1.00"), Incurred: m("1.00"), Since: noon}}}}.sheet(tabs)),
		seen("debts none", 0, debtsView{}.sheet(tabs)),
		seen("debt", http.StatusUnprocessableEntity, debtView{Path: "/tresorerie/impayes/hld_1", Who: who, Debt: conversion.Receivable{Owed: m("12.00"), Incurred: m("12.00"), Since: noon}, Waives: true, Form: bad,
			Returned: []returnedRow{{taken, "/tresorerie/attendus/cnv_1", "/controle/ecritures/ent_1", noon}}}.sheet(tabs)),
		seen("debt to give up", 0, debtView{Path: "/tresorerie/impayes/hld_1", Who: who, Debt: conversion.Receivable{Owed: m("12.00"), Incurred: m("12.00"), Since: noon, Waiver: waiver}, Approves: true, Proposer: who, Form: typed{Key: "k"}}.sheet(tabs)),
		seen("debt own waiver", 0, debtView{Path: "/tresorerie/impayes/hld_1", Who: who, Debt: conversion.Receivable{Owed: m("12.00"), Incurred: m("12.00"), Since: noon, Waiver: waiver}, Own: true, Proposer: who, Form: typed{Key: "k"}}.sheet(tabs)),
		seen("returns", 0, returnView{}.sheet(tabs)), seen("returns wrong", http.StatusUnprocessableEntity, returnView{nasty, nasty}.sheet(tabs)),
		seen("chargeback", 0, chargebackView{Path: "/tresorerie/retours/cnv_1", Reference: "ROUE-7F3K9Q-5", Who: who, Available: m("48.00"), Back: taken, Places: bank, Today: "2026-11-23", Form: typed{Key: "k"}}.sheet(tabs)),
		seen("chargeback whole", http.StatusUnprocessableEntity, chargebackView{Path: "/tresorerie/retours/cnv_1", Reference: "ROUE-7F3K9Q-5", Who: who, Available: m("60.00"), Back: conversion.Chargeback{Euros: m("50.00"), Bonus: m("10.00"), Taken: m("60.00")}, Places: bank, Today: "2026-11-23", Code: nasty, CodeBad: nasty, Form: bad}.sheet(tabs)),
		seen("loops", http.StatusUnprocessableEntity, loopsView{Closes: true, Looks: true, Reads: true, Refusal: refusal, Rows: []loopRow{{Loop: chain(conversion.SameHousehold), Rank: "0", Key: "k", From: party{"", "12345678"}, To: who, ChangedAt: noon, RedeemedAt: noon, Note: nasty, Problem: nasty},
			{Loop: chain(conversion.Repeated), Rank: "1", Key: "k", From: who, To: who, ChangedAt: noon}, {Loop: chain(conversion.WholeChange), Rank: "2", Key: "k", From: who, To: who, ChangedAt: noon}}}.sheet(tabs)),
		seen("loops all", 0, loopsView{All: true, Rows: []loopRow{closedLoop}}.sheet(tabs)),
		seen("loops none", 0, loopsView{}.sheet(tabs)),
		seen("campaigns", 0, campaignsView{Older: "/tresorerie/campagnes?avant=cmp_1", Rows: []campaignRow{{"/tresorerie/approbations/campagnes/cmp_1", nasty, "paused", "wait", who, m("1.00"), m("2.00"), 0},
			{"/tresorerie/approbations/campagnes/cmp_2", nasty, "closed", "ended", who, m("1.00"), 0, m("1.00")}}}.sheet(tabs)),
		seen("campaigns none", 0, campaignsView{}.sheet(tabs)),
		seen("unspent", http.StatusUnprocessableEntity, unspentView{Path: "/tresorerie/campagnes/cmp_1/restitution", Home: "/tresorerie/approbations/campagnes/cmp_1", Name: nasty, Funder: who, Amount: m("120.00"), Money: site.MoneyOf(told), Places: bank, Form: bad}.sheet(tabs)),
		seen("unspent none", 0, unspentView{Path: "/tresorerie/campagnes/cmp_1/restitution", Home: "/tresorerie/approbations/campagnes/cmp_1", Name: nasty, Funder: who, Form: typed{Key: "k"}}.sheet(tabs)),
		seen("approvals", 0, inboxView{Parts: inboxSamples(row), Awaited: []paper{row}}.sheet(tabs)), seen("approvals none", 0, inboxView{}.sheet(tabs)),
		seen("payee", http.StatusConflict, payeeView{Path: "/tresorerie/comptes-de-versement/pac_1", Who: who, IBAN: "FR76 •••• 0189", BIC: "AGRIFRPP", Name: nasty, Status: "proposed", By: who, At: noon, Approves: true, Typed: nasty, Bad: nasty, Form: bad}.sheet(tabs)),
		seen("payee own", 0, payeeView{Path: "/tresorerie/comptes-de-versement/pac_1", Who: party{"", "12345678"}, IBAN: "FR76 •••• 0189", Name: nasty, Status: "proposed", By: who, At: noon, Own: true, Approves: true, Form: typed{Key: "k"}}.sheet(tabs)),
		seen("payee approved", 0, payeeView{Path: "/tresorerie/comptes-de-versement/pac_1", Who: who, IBAN: "FR76 •••• 0189", Name: nasty, Status: "delayed", At: noon, From: noon, Form: typed{Key: "k"}}.sheet(tabs)),
		seen("exception", 0, exception.sheet(tabs)), seen("exception own", 0, ownException.sheet(tabs)), seen("exception approved", 0, approvedException.sheet(tabs)),
		seen("campaign", http.StatusConflict, draft.sheet(tabs)), seen("campaign own", 0, own.sheet(tabs)), seen("campaign active", 0, active.sheet(tabs)),
		seen("batch", http.StatusConflict, batch.sheet(tabs)), seen("batch approved", 0, approved.sheet(tabs)),
		seen("settings", http.StatusUnprocessableEntity, settingsView{Key: "k", Wait: waitForm{"w", nasty, nasty}, Creditor: creditorForm{Key: "c", ICS: nasty, ICSBad: nasty, Days: nasty, DaysBad: nasty, Places: bank}, Ease: easeForm{Key: "e", Payment: nasty, PaymentBad: nasty, Row: nasty, RowBad: nasty, Total: nasty, TotalBad: nasty, MostPayment: "15,00", MostRow: "3", MostTotal: "50,00"}, Days: nasty, DaysBad: nasty, Kinds: commissions, Refusal: refusal,
			History: []decisionRow{{noon, who, true, 14, []termRow{{"professional", 500, m("0.50"), m("0.10")}}, "/controle/commandes/1", "", nil},
				{At: noon, By: who, Path: "/controle/commandes/2", Wait: "30"},
				{At: noon, By: who, Path: "/controle/commandes/3", Other: &otherSettings{PerPayment: amountOf("10.00"), InARow: 3, Total: 30_00}},
				{At: noon, By: who, Path: "/controle/commandes/4", Other: &otherSettings{PerPayment: new(money.Amount)}},
				{At: noon, By: who, Path: "/controle/commandes/5", Other: &otherSettings{ICS: nasty, NoticeDays: 14}},
				{At: noon, By: who, Path: "/controle/commandes/6", Other: new(otherSettings)}}}.sheet(tabs)),
	}...)
}

// inboxSamples is one thing of each kind, told in each of the ways.
func inboxSamples(row paper) []inboxPart {
	ways := []paper{row, {Path: row.Path, Name: row.Name, At: row.At}, {Path: row.Path, From: row.At, At: row.At, Amount: row.Amount}, {Path: row.Path, From: row.At, Until: row.At, At: row.At},
		{Path: row.Path, Fonte: &page.Fonte{Rate: 200, Period: "month", From: row.At, Receiver: row.Name}, By: row.By, At: row.At, Own: true},
		{Path: row.Path, Word: "carddeed.returned", Collectivity: party{"", "12345678"}, At: row.At}}
	var parts []inboxPart
	for _, kind := range everyAwaiting() {
		parts = append(parts, inboxPart{kind.key, ways})
	}
	return parts
}

func TestEveryPage(t *testing.T) { pagetest.Hold(t, samples(), Room().Room) }

func TestL6WhatAReversalTakesIsShownBefore(t *testing.T) {
	all := map[string]pagetest.Sample{}
	for _, s := range samples() {
		all[s.Name] = s
	}
	said, markup := pagetest.Text(t, all["conversion settled"], Room().Room)
	for _, words := range []string{"Disponible aujourd’hui 80,00", "Repris −60,00", "Bonus rendu à la campagne 10,00 €", "Restera 20,00", "Reprendre 60,00"} {
		if !strings.Contains(said, words) {
			t.Errorf("%q is not said in %s", words, said)
		}
	}
	if !strings.Contains(markup, `action="/tresorerie/attendus/cnv_1/reprise"`) {
		t.Error("there is no form")
	}
	said, markup = pagetest.Text(t, all["conversion short"], Room().Room)
	if !strings.Contains(said, "il manque 48,00") || strings.Contains(markup, `<button class="main">`) {
		t.Errorf("what cannot be taken back can be asked for: %s", said)
	}
}

func TestD9NobodyIsOfferedToApproveTheirOwn(t *testing.T) {
	for _, s := range samples() {
		if s.Name != "campaign own" {
			continue
		}
		said, markup := pagetest.Text(t, s, Room().Room)
		if !strings.Contains(said, "une autre personne doit l’approuver") || strings.Contains(markup, `<form method="post" action="/tresorerie/approbations`) {
			t.Error(said)
		}
	}
}

func TestRatesAreReadAsTheyAreTyped(t *testing.T) {
	for text, want := range map[string]string{"5": "0.05", "2,5": "0.025", "0": "0.00", "100": "1.00", "12,34 %": "0.1234", "0.05": "0.0005"} {
		if r, err := rateOf(text); err != nil || r.String() != want {
			t.Errorf("%q is %s, %v, want %s", text, r, err, want)
		}
	}
	for _, text := range []string{"", "-1", "100,01", "cinq", "1,234", "5,001"} {
		if r, err := rateOf(text); err == nil {
			t.Errorf("%q was read as %s", text, r)
		}
	}
}

func TestG6WhatAReturnTakesIsShownBeforeItIsBooked(t *testing.T) {
	for _, s := range samples() {
		words := map[string][]string{
			"chargeback":       {"Disponible aujourd’hui 48,00", "Unités reprises −48,00", "Bonus rendu à la campagne 10,00 €", "Pris sur la couverture des unités 38,00 €", "Reste dû par le membre 12,00 €", "Reprendre 48,00"},
			"chargeback whole": {"Reste dû par le membre 0,00 €", "Toutes les unités sont là"},
			"debt to give up":  {"Abandonner 12,00"},
			"loops":            {"Même foyer", "Change avec bonus", "Paiement de 60,00", "Reconversion : 66,50"},
		}[s.Name]
		said, _ := pagetest.Text(t, s, Room().Room)
		for _, w := range words {
			if !strings.Contains(strings.ReplaceAll(said, "\u00a0", " "), w) {
				t.Errorf("%s does not say %q:\n%s", s.Name, w, said)
			}
		}
		if s.Name == "debt own waiver" && strings.Contains(said, "Abandonner 12,00") {
			t.Error("whoever proposed a waiver is offered to approve it")
		}
	}
}

// TestTheRoomShowsItsGroupsAndThePagesOfOne: a treasurer sees six words first, the
// open one said to a screen reader, and below only its pages; a group without
// a page that the reader may see is not there.
func TestTheRoomShowsItsGroupsAndThePagesOfOne(t *testing.T) {
	nav := func(here string, seen func(access.Action) bool) string {
		_, markup := pagetest.Text(t, pagetest.Sample{Sheet: loopsView{}.sheet(tabs(here, seen))}, Room().Room)
		start, end := strings.Index(markup, `<nav class="tabs groups"`), strings.Index(markup, `<div class="body">`)
		if start < 0 || end < start {
			t.Fatal(markup)
		}
		return markup[start:end]
	}
	all := func(access.Action) bool { return true }
	got := nav("runs", all)
	for _, want := range []string{`<a href="/tresorerie/attendus" aria-current="true">Euros</a>`, `<a href="/tresorerie/virements" aria-current="page">Virements</a>`, `aria-label="Euros"`, ">Réglages<"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in %s", want, got)
		}
	}
	if strings.Contains(got, "/tresorerie/dons") {
		t.Errorf("a page of a closed group is shown: %s", got)
	}
	if got = nav("notes", all); strings.Count(got, "<nav") != 1 || !strings.Contains(got, `<a href="/tresorerie/billets" aria-current="page">`) {
		t.Errorf("a group of one page has a second line: %s", got)
	}
	if got = nav("treasury", func(a access.Action) bool { return a == access.BatchRead }); strings.Contains(got, "Réglages") || strings.Contains(got, "boucles") {
		t.Errorf("what may not be seen is offered: %s", got)
	}
}

func amountOf(text string) *money.Amount {
	a := money.MustParse(text)
	return &a
}
