// SPDX-License-Identifier: AGPL-3.0-or-later

package treasury

import (
	"net/http"
	"strings"
	"testing"

	"github.com/noria-mlc/noria/conversion"
	"github.com/noria-mlc/noria/ledger/access"
	"github.com/noria-mlc/noria/ledger/money"
	"github.com/noria-mlc/noria/ops/debit"
	"github.com/noria-mlc/noria/web/page"
	"github.com/noria-mlc/noria/web/page/pagetest"
)

func debitSamples(seen func(string, int, page.Sheet) pagetest.Sample, bad typed, who party) []pagetest.Sample {
	m, nasty, noon := money.MustParse, pagetest.Nasty, pagetest.Noon()
	tabs := tabs("debits", func(access.Action) bool { return true })
	anybody := party{"", "12345678"}
	list := []pagetest.Sample{
		seen("debits", http.StatusConflict, debitsView{Due: debit.Due{Debits: 2, Total: m("70.00"), Later: 3}, First: noon, Collects: true, Prepares: true, Mandates: true, Cards: true,
			Rows: []debitRunRow{{"/tresorerie/prelevements/drn_1", noon, 2, m("70.00"), "draft"}, {"/tresorerie/prelevements/drn_2", noon, 2, m("70.00"), "approved"},
				{"/tresorerie/prelevements/drn_3", noon, 2, m("70.00"), "exported"}, {"/tresorerie/prelevements/drn_4", noon, 2, m("70.00"), "cancelled"}},
			Owed: []owedRow{{anybody, m("45.00"), m("3.00"), noon}, {who, m("1.00"), 0, noon}}, Form: bad}.sheet(tabs)),
		seen("debits empty", 0, debitsView{Form: typed{Key: "k"}}.sheet(tabs)),
		seen("mandates", 0, mandatesView{Status: "active", Rows: []mandateRow{{"/tresorerie/mandats/mdt_1", "ROUE-06DCA3NXP8QZ7V5XTDJ4K3M9AC", anybody, "FR76 •••• 0143", "monthly", m("20.00"), "active", noon},
			{"/tresorerie/mandats/mdt_2", nasty, who, "FR76 •••• 0143", "low", m("20.00"), "suspended", noon}}, Older: "/tresorerie/mandats?etat=active&avant=mdt_2"}.sheet(tabs)),
		seen("mandates empty", 0, mandatesView{}.sheet(tabs)),
		seen("mandate", http.StatusConflict, mandateView{Path: "/tresorerie/mandats/mdt_1", Status: "suspended", RUM: nasty, IBAN: "FR76 •••• 0143", Name: nasty, Rhythm: "low", Low: m("20.00"),
			Euros: m("30.00"), Who: who, SignedOn: noon, UsedOn: noon, Resumes: true, Revokes: true, Debits: []debitLine{{Path: "/tresorerie/prelevement/deb_1", On: noon, Euros: m("30.00"), Status: "returned", Reason: "AM04"}},
			Form: bad}.sheet(tabs)),
		seen("mandate new", 0, mandateView{Path: "/tresorerie/mandats/mdt_1", Status: "void", Rhythm: "monthly", Day: 5, Euros: m("30.00"), Who: who, SignedOn: noon}.sheet(tabs)),
	}
	run := debitRunView{Path: "/tresorerie/prelevements/drn_1", Status: "draft", Digest: strings.Repeat("0f", 32), ICS: "FR72ZZZ123456", Count: 4, Total: m("70.00"), At: noon, By: who,
		Approves: true, Cancels: true, Revoked: true, Today: "2026-11-23", Form: bad}
	for _, sequence := range []string{"FRST", "RCUR", "OOFF"} {
		run.Lines = append(run.Lines, debitLine{Path: "/tresorerie/prelevement/deb_1", Name: nasty, IBAN: "FR76 •••• 0143", RUM: "ROUE-06DCA3NXP8QZ7V5XTDJ4K3M9AC", Sequence: sequence,
			On: noon, Euros: m("30.00"), Status: "in_run"})
	}
	run.Lines = append(run.Lines, debitLine{Name: nasty, On: noon, Status: "returned", Reason: "MD06"})
	own, exported := run, run
	own.Own, own.Form, own.Revoked = true, typed{Key: "k"}, false
	exported.Status, exported.Approves, exported.Cancels, exported.Exports, exported.Settles, exported.Left, exported.ExportedAt = "exported", false, false, true, true, m("70.00"), noon
	list = append(list, seen("debit run", http.StatusConflict, run.sheet(tabs)), seen("debit run own", 0, own.sheet(tabs)), seen("debit run exported", http.StatusUnprocessableEntity, exported.sheet(tabs)))
	one := debitedView{Path: "/tresorerie/prelevement/deb_1", Run: "/tresorerie/prelevements/drn_1", Mandate: "/tresorerie/mandats/mdt_1", Status: "sent", MandateStatus: "active", RUM: nasty, IBAN: "FR76 •••• 0143",
		Name: nasty, Sequence: "FRST", Who: who, Euros: m("40.00"), NoticedOn: noon, CollectOn: noon, Collects: true, Returns: true, Today: "2026-11-23", Form: bad}
	for _, code := range debit.Codes() {
		what, _ := debit.ConsequenceOf(code)
		one.Codes = append(one.Codes, bankCode{code, string(what), code == "AM04"})
		back := one
		back.Codes, back.Status, back.Reason, back.Consequence, back.Collects, back.Returns = nil, "returned", code, string(what), false, false
		back.Conversion, back.Taken, back.Receivable, back.Own, back.Form = "/tresorerie/attendus/cnv_1", m("3.00"), m("45.00"), true, typed{Key: "k"}
		if code == "AM04" || code == "MD06" {
			list = append(list, seen("debit "+code, 0, back.sheet(tabs)))
		}
	}
	collected := one
	collected.Status, collected.Collects, collected.Form = "collected", false, typed{Key: "k"}
	list = append(list, seen("debit sent", http.StatusUnprocessableEntity, one.sheet(tabs)), seen("debit collected", 0, collected.sheet(tabs)), seen("cards none", 0, cardsView{}.sheet(tabs)))
	var cards cardsView
	for i, reason := range []string{conversion.OddCurrency, conversion.OddReference, conversion.OddAmount, conversion.OddSettled, conversion.OddPartial, conversion.OddAfterward, conversion.OddLess, conversion.OddDisputed} {
		outcome := []conversion.CheckoutOutcome{conversion.CheckoutOpen, conversion.CheckoutCredited, conversion.CheckoutSuspense, conversion.CheckoutRefunded, conversion.CheckoutClosed}[i%5]
		cards.Rows = append(cards.Rows, cardRow{Path: "/tresorerie/attendus/cnv_1", Provider: nasty, Payment: nasty, Reason: reason, Outcome: string(outcome), Received: m("12.00"), At: noon})
	}
	card := cardView{ID: "cnv_1", Reference: nasty, Provider: nasty, Payment: nasty, Reason: conversion.OddAmount, Outcome: "suspense", Received: m("12.00"), At: noon, Who: party{nasty, nasty}, Conversion: "/tresorerie/attendus/cnv_1",
		Decides: true, Suspense: true, Deed: "returned", Number: nasty, NumberBad: nasty, Form: typed{Key: "k", Text: nasty, TextBad: nasty, Refusal: &page.Refusal{Title: nasty, Advice: nasty, Moved: page.MovedNo}},
		Past: []cardDecided{{ID: "cdn_2", Deed: "credit", Note: nasty, Status: "withdrawn", Who: party{nasty, nasty}, By: party{Name: nasty}, Closer: party{Name: nasty}, At: noon, ClosedAt: noon}}}
	awaits, ours, noted := card, card, card
	waits := cardDecided{ID: "cdn_1", Deed: "returned", Note: nasty, Status: "proposed", By: party{Name: nasty}, At: noon, Approves: true, Withdraws: true}
	mine := waits
	mine.Approves, mine.Own = false, true
	awaits.Decides, awaits.Open, ours.Decides, ours.Open = false, &waits, false, &mine
	noted.Suspense, noted.Outcome, noted.Reason, noted.Deed = false, "closed", conversion.OddCurrency, ""
	noted.Past = []cardDecided{{ID: "cdn_3", Deed: "noted", Note: nasty, Status: "done", By: party{Name: nasty}, At: noon, ClosedAt: noon}}
	list = append(list, seen("card", 422, card.sheet(tabs)), seen("card proposed", 0, awaits.sheet(tabs)), seen("card proposed by oneself", 0, ours.sheet(tabs)), seen("card to note", 0, noted.sheet(tabs)))
	return append(list, seen("cards", 0, cards.sheet(tabs)))
}

// TestS4WhatAReturnLeadsToIsSaid holds that whoever books a return reads what
// follows from each reason, and afterwards what followed.
func TestS4WhatAReturnLeadsToIsSaid(t *testing.T) {
	all := map[string]pagetest.Sample{}
	for _, s := range samples() {
		all[s.Name] = s
	}
	said, _ := pagetest.Text(t, all["debit collected"], Room().Room)
	for _, words := range []string{"AM04 Il n’y avait pas assez d’argent sur le compte. Le mandat continue", "AC04 Le compte est clôturé. Le mandat est clos",
		"MD06 Le titulaire du compte a demandé le remboursement. Le mandat est suspendu", "ce qui est déjà dépensé reste dû par le membre"} {
		if !strings.Contains(said, words) {
			t.Errorf("%q is not said in %s", words, said)
		}
	}
	said, markup := pagetest.Text(t, all["debit MD06"], Room().Room)
	if !strings.Contains(said, "Reste dû 45,00") || strings.Contains(markup, "/rejet") {
		t.Errorf("what came back: %s", said)
	}
	said, markup = pagetest.Text(t, all["debit run own"], Room().Room)
	if !strings.Contains(said, "une autre personne doit l’approuver") || strings.Contains(markup, `name="empreinte"`) {
		t.Errorf("D9: one's own run can be approved: %s", said)
	}
}
